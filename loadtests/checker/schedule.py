"""Draws the faults of a check and their times from its seed, before the check begins."""

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from loadtests.checker.settings import CheckError

# Faults that make something unavailable. One at a time: a frozen region cannot be changed.
_OUTAGES: Final = (
    "replication-pause",
    "region-cut",
    "freeze",
    "convergence-stop",
    "drop-stream-records",
)
# Faults that make delivery worse. They run beside the outages.
_DISTURBANCES: Final = ("clock-skew", "duplicate-delivery", "replication-lag")
# Faults of the payment provider, which no region's fault depends on.
PROVIDER_FAULTS: Final = (
    "payments-down",
    "payments-fail",
    "payments-lost-answers",
    "webhooks-twice",
    "webhooks-late",
)
_MOST_SKEW_MS: Final = 10_000
_MOST_LAG_S: Final = 2.0
# Of the time that a lane has for a kind, the part in which the fault is set; the rest is a pause.
_SET_PART: Final = 0.75
_SHORTEST_S: Final = 0.3  # a fault that is set for less shows nothing


@dataclass(frozen=True, slots=True)
class FaultWindow:
    """A fault of the schedule, with its begin and end.

    Attributes:
        kind: One of `settings.FAULTS`, which are kinds of the fault controller.
        begins: Seconds since the clients began.
        ends: The same.
        region: The region of the fault; None if it hits all regions.
        parameters: What the fault controller takes with this kind.
    """

    kind: str
    begins: float
    ends: float
    region: str | None
    parameters: Mapping[str, Any]

    def __str__(self) -> str:
        """Return the fault as text, such as `freeze eu-west-1`."""
        words = [self.kind, self.region or ""]
        words += [
            f"{name}={value:.3g}" if isinstance(value, float) else f"{name}={value}"
            for name, value in self.parameters.items()
        ]
        return " ".join(word for word in words if word)


def never_set(kinds: Iterable[str], windows: Mapping[str, int]) -> list[str]:
    """Return what a check lacks because faults that were wanted were never set, as texts.

    Args:
        kinds: The kinds of faults that the settings name.
        windows: How often each kind was set.
    """
    return [f"the fault {kind} was never set" for kind in kinds if not windows.get(kind)]


def plan_faults(
    kinds: Sequence[str], seconds: float, regions: Sequence[str], seed: int
) -> tuple[tuple[FaultWindow, ...], ...]:
    """Lanes of windows; those of one lane follow each other, lanes run side by side.

    Every kind comes once, before one comes twice; all end before the clients do. A lane without
    kinds is left out.

    Args:
        kinds: The kinds of faults.
        seconds: How long the clients work.
        regions: All regions.
        seed: What the faults are drawn from.

    Raises:
        CheckError: There is too little time for every kind, or a kind needs a second region.
    """
    alone = [kind for kind in kinds if kind not in PROVIDER_FAULTS] if len(regions) == 1 else []
    if alone:
        others = ",".join(kind for kind in kinds if kind in PROVIDER_FAULTS)
        raise CheckError(
            f"the cloud has one region, and a second one is needed for {', '.join(alone)}",
            f"use --faults {others or 'none'}, or start a cloud of several regions",
        )
    dice = random.Random(f"{seed}/faults")
    lanes = (
        [kind for kind in kinds if kind in lane]
        for lane in (_OUTAGES, _DISTURBANCES, PROVIDER_FAULTS)
    )
    return tuple(_lane(lane, seconds, regions, dice) for lane in lanes if lane)


def _lane(
    kinds: list[str], seconds: float, regions: Sequence[str], dice: random.Random
) -> tuple[FaultWindow, ...]:
    windows: list[FaultWindow] = []
    at = min(0.5, seconds / 10)
    needed = len(kinds) * _SHORTEST_S / _SET_PART
    if seconds - at < needed:
        raise CheckError(
            f"{seconds:g} s are too short for {', '.join(kinds)}, one after the other",
            f"use --seconds {math.ceil(needed / 0.9)} or more, or fewer kinds in --faults",
        )
    deck = dice.sample(kinds, len(kinds))
    while True:
        # In the first round each kind leaves the others their part of the time.
        first = len(kinds) - len(windows)
        part = (seconds - at) / first if first > 0 else seconds
        longest = min(6.0, seconds / 3, _SET_PART * part)
        shortest = min(2.0, seconds / 6, longest)
        length = dice.uniform(shortest, longest)
        if at + length > seconds:
            return tuple(windows)
        deck = deck or dice.sample(kinds, len(kinds))
        windows.append(_window(deck.pop(), at, at + length, regions, dice))
        pause = min(shortest, (1 - _SET_PART) * part)
        at += length + dice.uniform(pause / 3, pause)


def _window(
    kind: str, begins: float, ends: float, regions: Sequence[str], dice: random.Random
) -> FaultWindow:
    region, other = dice.sample(list(regions), 2) if len(regions) > 1 else (regions[0], "")
    where: str | None = region
    parameters: dict[str, Any] = {}
    match kind:
        case "replication-pause":
            where = dice.choice((None, region))
        case "region-cut":
            direction = dice.choice(("both", "to-other", "from-other"))
            parameters = {"other": other, "direction": direction}
        case "drop-stream-records":
            where = dice.choice((None, region))
        case "clock-skew":
            parameters = {"skew_ms": dice.choice((-1, 1)) * dice.uniform(1_000, _MOST_SKEW_MS)}
        case "replication-lag":
            lag = dice.uniform(_MOST_LAG_S / 10, _MOST_LAG_S)
            where, parameters = None, {"seconds_of_lag": lag, "seconds_of_jitter": lag}
        case "duplicate-delivery":
            where, parameters = None, {"share": dice.uniform(0.3, 1.0)}
        case "payments-down":
            where = None
        case "payments-fail" | "payments-lost-answers" | "webhooks-twice":
            where, parameters = None, {"share": dice.uniform(0.3, 0.9)}
        case "webhooks-late":
            where, parameters = None, {"seconds_of_delay": dice.uniform(1.0, 4.0)}
    return FaultWindow(kind, begins, ends, where, parameters)
