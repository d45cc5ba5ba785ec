"""Which faults run when: drawn from the seed before the check begins."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# What takes something away; one at a time, for a frozen region cannot be told anything.
_OUTAGES: Final = ("pause", "partition", "one-way", "freeze", "convergence")
# What makes delivery worse; runs beside the outages.
_DISTURBANCES: Final = ("skew", "duplicate", "delay")
_MOST_SKEW_MS: Final = 10_000
_MOST_DELAY_MS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Window:
    """One fault and its time.

    Attributes:
        kind: of `settings.FAULTS`.
        begins: seconds since clients began.
        ends: the same.
        region: whom it hits.
        other: the region at the other end of a one-way partition.
        amount: milliseconds of skew or delay, or the share that is duplicated.
    """

    kind: str
    begins: float
    ends: float
    region: str
    other: str
    amount: float

    def __str__(self) -> str:
        """For people: `freeze eu-west-1`."""
        match self.kind:
            case "pause" | "duplicate":
                return self.kind
            case "one-way":
                return f"one-way {self.region} -> {self.other}"
            case "skew":
                return f"skew {self.region} {self.amount / 1000:+.1f} s"
            case "delay":
                return f"delay {self.amount / 1000:.1f} s"
            case _:
                return f"{self.kind} {self.region}"


def plan_faults(
    kinds: Sequence[str], seconds: float, regions: Sequence[str], seed: int
) -> tuple[tuple[Window, ...], ...]:
    """Lanes of windows; those of one lane follow each other, lanes run side by side.

    Every kind comes once before one comes twice; all end before the clients do.
    """
    dice = random.Random(f"{seed}/faults")
    lanes = ([kind for kind in kinds if kind in lane] for lane in (_OUTAGES, _DISTURBANCES))
    return tuple(_lane(lane, seconds, regions, dice) for lane in lanes)


def _lane(
    kinds: list[str], seconds: float, regions: Sequence[str], dice: random.Random
) -> tuple[Window, ...]:
    shortest, longest = min(2.0, seconds / 6), min(6.0, seconds / 3)
    windows: list[Window] = []
    deck: list[str] = []
    at = min(0.5, seconds / 10)
    while kinds and len(regions) > 1:
        length = dice.uniform(shortest, longest)
        if at + length > seconds:
            break
        deck = deck or dice.sample(kinds, len(kinds))
        kind = deck.pop()
        region, other = dice.sample(list(regions), 2)
        windows.append(Window(kind, at, at + length, region, other, _amount(kind, dice)))
        at += length + dice.uniform(shortest / 3, shortest)
    return tuple(windows)


def _amount(kind: str, dice: random.Random) -> float:
    match kind:
        case "skew":
            return dice.choice((-1, 1)) * dice.uniform(1_000, _MOST_SKEW_MS)
        case "delay":
            return dice.uniform(_MOST_DELAY_MS / 10, _MOST_DELAY_MS)
        case "duplicate":
            return dice.uniform(0.3, 1.0)
        case _:
            return 0.0
