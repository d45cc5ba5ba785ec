"""Objectives of a drill, and whether its figures meet them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from loadtests.drills.analysis.bounds import Bounds
from loadtests.drills.exceptions import DrillError
from loadtests.measurement.measurement import Measurement

# Words in place of a number: the bounds of theory, in seconds of this run's time scale.
_WORDS: Final = ("bound", "return_bound")


@dataclass(frozen=True, slots=True)
class Objective:
    """A limit of one figure.

    Attributes:
        figure: Its name, such as `rto_seconds.mutation`.
        limit: A number, or `bound` or `return_bound`, perhaps `2 x bound`.
        at_least: The limit is the least value; such figures show that the drill was one.
    """

    figure: str
    limit: float | str
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class JudgedObjective:
    """An objective and what was measured.

    Attributes:
        figure: Name of the figure.
        limit: The most (or least) that is allowed.
        at_least: Whether the limit is the least value.
        measured: The figure; None if it was not measured, which misses the objective.
        observations: How many observations the figure rests on.
        reason: Why it was not measured; empty where it was.
        met: Whether the objective is met.
    """

    figure: str
    limit: float
    at_least: bool
    measured: float | None
    observations: int
    reason: str
    met: bool


def read_objectives(carte: Mapping[str, Any]) -> tuple[Objective, ...]:
    """The objectives of a drill's file.

    Args:
        carte: The experiment's extension `carte`.

    Raises:
        DrillError: It states none, or one that is no limit.
    """
    found = [
        *(Objective(name, limit) for name, limit in _flat(carte.get("objectives", {}))),
        *(
            Objective(name, limit, at_least=True)
            for name, limit in _flat(carte.get("at_least", {}))
        ),
    ]
    if not carte.get("objectives"):
        raise DrillError("a drill without objectives has no verdict", "state some in its file")
    for one in found:
        _seconds(one, Bounds(1, 1, 1, 1, 1, 1, 1))
    return tuple(found)


def _flat(tree: Mapping[str, Any], prefix: str = "") -> list[tuple[str, float | str]]:
    flat: list[tuple[str, float | str]] = []
    for name, value in tree.items():
        if isinstance(value, Mapping):
            flat += _flat(value, f"{prefix}{name}.")
        else:
            flat.append((prefix + name, value))
    return flat


def judge(
    objectives: Sequence[Objective],
    figures: Mapping[str, Measurement],
    bounds: Bounds,
    sampling_s: Mapping[str, float] | None = None,
) -> tuple[JudgedObjective, ...]:
    """Hold what was measured against what was promised.

    Args:
        objectives: The promises.
        figures: By name.
        bounds: What the words among the limits mean in this run.
        sampling_s: Route to the time between two of its requests. A recovery is seen that much
            late at worst, so the bounds of theory are that much wider for its figures.
    """
    judged = []
    for one in objectives:
        limit = _seconds(one, bounds)
        if isinstance(one.limit, str):
            limit += (sampling_s or {}).get(one.figure.partition(".")[2], 0.0)
        unknown = Measurement.missing(f"drills have no figure {one.figure}")
        measured = figures.get(one.figure, unknown)
        value = measured.value
        met = value is not None and (value >= limit if one.at_least else value <= limit)
        judged.append(
            JudgedObjective(
                one.figure,
                limit,
                one.at_least,
                measured.value,
                measured.observations,
                measured.reason,
                met,
            )
        )
    return tuple(judged)


def _seconds(one: Objective, bounds: Bounds) -> float:
    """The limit as a number."""
    if isinstance(one.limit, int | float) and not isinstance(one.limit, bool):
        return float(one.limit)
    factor, times, word = str(one.limit).rpartition(" x ")
    values = {"bound": bounds.leave_s, "return_bound": bounds.return_s}
    try:
        return (float(factor) if times else 1.0) * values[word]
    except (KeyError, ValueError):
        raise DrillError(
            f"objective {one.figure}: {one.limit!r} is no limit",
            f"write a number, or one of {', '.join(_WORDS)}, perhaps with a factor: 2 x bound",
        ) from None
