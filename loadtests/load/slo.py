"""Service level objectives, and whether a run met them."""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from loadtests.load.recording import Recording

FILE: Final = Path(__file__).with_name("slo.toml")


class SloError(ValueError):
    """The file of objectives is wrong; the message says where."""


@dataclass(frozen=True, slots=True)
class Objectives:
    """Most that is allowed, see slo.toml."""

    p50_ms: float
    p95_ms: float
    p99_ms: float
    failure_share: float
    staleness_s: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """One objective and what was measured; None: nothing was, and that is no success."""

    name: str
    allowed: float
    measured: float | None

    @property
    def met(self) -> bool:
        """Whether the run kept to it."""
        return self.measured is not None and self.measured <= self.allowed


def load(where: str, path: Path = FILE) -> Objectives:
    """The objectives of a kind of target, `local` or `aws`.

    Raises:
        SloError: there are none, or one is no number.
    """
    try:
        told: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SloError(f"{path} cannot be read: {error}") from error
    section = told.get(where)
    names = [one.name for one in fields(Objectives)]
    if not isinstance(section, dict) or sorted(section) != sorted(names):
        raise SloError(f"{path} needs a table [{where}] with {', '.join(names)}")
    for name, value in section.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
            raise SloError(f"{path}: {where}.{name} is {value!r}; give a number")
    return Objectives(**section)


def judge(objectives: Objectives, recording: Recording) -> list[Verdict]:
    """Each objective with what the run measured; a run without requests meets none.

    Staleness is the worst that was seen; a run in which nobody edits cannot tell it.
    """
    total = recording.total()
    share = total.failures / total.requests if total.requests else None
    times = total.times
    stalest = round(max(recording.staleness_s), 2) if recording.staleness_s else None

    def at(percent: float) -> float | None:
        return round(times.percentile(percent), 2) if times.total else None

    return [
        Verdict("p50_ms", objectives.p50_ms, at(0.50)),
        Verdict("p95_ms", objectives.p95_ms, at(0.95)),
        Verdict("p99_ms", objectives.p99_ms, at(0.99)),
        Verdict("failure_share", objectives.failure_share, share),
        Verdict("staleness_s", objectives.staleness_s, stalest),
    ]
