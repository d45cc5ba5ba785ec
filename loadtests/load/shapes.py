"""Shapes of load runs: the number of users at each moment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from loadtests.load.population import Store, compressed_day, world_appetite

Users = Callable[[float], int]


@dataclass(frozen=True, slots=True)
class Profile:
    """A named shape.

    Attributes:
        title: What the shape is, in one line.
        seconds: How long it runs by default.
        users: How many users it has at most, by default.
        shape: Makes the function from elapsed seconds to the number of users.
    """

    title: str
    seconds: float
    users: int
    shape: Callable[[int, float, Sequence[Store]], Users]


def _steady(users: int, _seconds: float, _stores: Sequence[Store]) -> Users:
    return lambda _: users


def _rush(users: int, seconds: float, stores: Sequence[Store]) -> Users:
    moments = [seconds * step / 96 for step in range(97)]
    peak = max(world_appetite(stores, compressed_day(at, seconds)) for at in moments)

    def at(elapsed: float) -> int:
        hungry = world_appetite(stores, compressed_day(elapsed, seconds))
        return max(1, round(users * hungry / peak))

    return at


SPIKE_TIMES: Final = 10
_RISE_S: Final = 10.0


def _spike(users: int, seconds: float, _stores: Sequence[Store]) -> Users:
    """A tenth of the users, all of them within ten seconds at a third of the time, and back."""
    calm = max(1, users // SPIKE_TIMES)
    start, end = seconds / 3, seconds * 2 / 3

    def at(elapsed: float) -> int:
        if elapsed < start or elapsed >= end:
            return calm
        risen = min(1.0, (elapsed - start) / _RISE_S)
        return round(calm + (users - calm) * risen)

    return at


STEPS: Final = 8


def _steps(users: int, seconds: float, _stores: Sequence[Store]) -> Users:
    step_s = seconds / STEPS
    return lambda elapsed: max(1, round(users * min(STEPS, int(elapsed // step_s) + 1) / STEPS))


PROFILES: Final = {
    "steady": Profile("the same load all the time", 60, 40, _steady),
    "lunch-rush": Profile("a day in a run: meal times roll around the world", 96, 60, _rush),
    "spike": Profile("ten times the users within ten seconds", 60, 100, _spike),
    "soak": Profile("the same load for a long time", 1800, 40, _steady),
    "steps": Profile("eight steps up to the knee", 120, 320, _steps),
}
