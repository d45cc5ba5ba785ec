"""Service level objectives of a load run, and whether the run met them."""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from loadtests.load.recording import Recording
from loadtests.measurement.measurement import Measurement
from services.domain.errors import UnknownNameError, UnusableInputError

FILE: Final = Path(__file__).with_name("slo.toml")


class SloError(UnusableInputError):
    """The file of objectives is wrong; the message says where."""


@dataclass(frozen=True, slots=True)
class Objectives:
    """The greatest values that a run may measure; slo.toml explains each."""

    p50_ms: float
    p95_ms: float
    p99_ms: float
    failure_share: float
    staleness_s: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """An objective, and the value that the run measured.

    Attributes:
        name: The objective's name, such as `p99_ms`.
        allowed: The most that is allowed.
        measured: The run's value; without one the objective is missed.
    """

    name: str
    allowed: float
    measured: Measurement

    @property
    def met(self) -> bool:
        """Whether a value was measured and is allowed."""
        return self.measured.value is not None and self.measured.value <= self.allowed


def load(where: str, path: Path = FILE) -> Objectives:
    """Read the objectives of a kind of target, `local` or `aws`.

    Raises:
        UnknownNameError: The file has no such table.
        SloError: It cannot be read, lacks an objective, or one is no number.
    """
    try:
        tables: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SloError(
            f"{path} cannot be read: {error}", "name a TOML file like loadtests/load/slo.toml"
        ) from error
    if where not in tables:
        known = [name for name, table in tables.items() if isinstance(table, dict)]
        raise UnknownNameError("table of objectives", where, known, where=f"in {path}")
    section = tables[where]
    names = [one.name for one in fields(Objectives)]
    if not isinstance(section, dict) or sorted(section) != sorted(names):
        raise SloError(
            f"{path} needs a table [{where}] with {', '.join(names)}",
            "copy the table from loadtests/load/slo.toml",
        )
    for name, value in section.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
            raise SloError(f"{path}: {where}.{name} is {value!r}", "give a number of at least 0")
    return Objectives(**section)


def judge(objectives: Objectives, recording: Recording) -> list[Verdict]:
    """Return a verdict on each objective; what the run did not measure is missed.

    The staleness is the longest that was observed; a run in which nobody edits has none.
    """
    total = recording.total()
    missing = "no request was recorded"

    def at(share: float) -> Measurement:
        value = total.times.percentile(share)
        return Measurement.of(None if value is None else round(value, 2), total.requests, missing)

    share = total.failures / total.requests if total.requests else None
    observed = recording.staleness_s
    stalest = Measurement.of(
        round(max(observed), 2) if observed else None,
        len(observed),
        "no edit was watched until readers elsewhere saw it (staff need a token)",
    )
    return [
        Verdict("p50_ms", objectives.p50_ms, at(0.50)),
        Verdict("p95_ms", objectives.p95_ms, at(0.95)),
        Verdict("p99_ms", objectives.p99_ms, at(0.99)),
        Verdict(
            "failure_share",
            objectives.failure_share,
            Measurement.of(share, total.requests, missing),
        ),
        Verdict("staleness_s", objectives.staleness_s, stalest),
    ]
