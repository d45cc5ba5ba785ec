"""The figures of a drill's subscriptions: who was cut off, for how long, and what they missed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from loadtests.measurement.measurement import Measurement
from loadtests.subscriptions.subscriber import State, Subscriber

_NONE_OPEN: Final = "no subscription was open"
_NONE_LOST: Final = "no subscription was open in the region when it was taken away"
_NOT_BACK: Final = "a subscription that was cut off never got a state of another region"
NAMES: Final = (
    "live_subscriptions",
    "live_lost",
    "live_back_s",
    "live_missed",
    "live_attempts_each",
    "live_attempts_peak",
)


def figures_of(
    subscribers: Sequence[Subscriber],
    finals: Mapping[str, str],
    *,
    lost_region: str,
    lost_at: float | None,
) -> dict[str, Measurement]:
    """Return every figure of subscriptions that an objective may name.

    `live_attempts_peak` is the most connections that were begun within a second, as a share of
    those that were cut off: 1.0 would be all of them at once.

    Args:
        subscribers: All of the drill, with what they got.
        finals: Variable `id` of a subscription to the version of its state in the end.
        lost_region: The region that was taken away.
        lost_at: When, seconds of the epoch; None: it was not.
    """
    lost = [
        one for one in subscribers if lost_at is not None and _was_in(one, lost_region, lost_at)
    ]
    backs = [_back(one, lost_region, lost_at or 0.0) for one in lost]
    back = None if None in backs else max((one for one in backs if one is not None), default=None)
    begun = [at for one in lost for at in one.attempts if at > (lost_at or 0.0)]
    peak = max(Counter(int(at) for at in begun).values(), default=0)
    missed = sum(
        not one.states or one.states[-1].version != finals.get(str(one.variables.get("id")))
        for one in subscribers
    )
    count = len(lost)
    return {
        "live_subscriptions": Measurement.of(len(subscribers), len(subscribers), _NONE_OPEN),
        "live_lost": Measurement.of(count, len(subscribers), _NONE_OPEN),
        "live_back_s": Measurement.of(back, count, _NOT_BACK if count else _NONE_LOST),
        "live_missed": Measurement.of(missed, len(subscribers), _NONE_OPEN),
        "live_attempts_each": Measurement.of(len(begun) / max(count, 1), count, _NONE_LOST),
        "live_attempts_peak": Measurement.of(peak / max(count, 1), count, _NONE_LOST),
    }


def _was_in(one: Subscriber, region: str, at: float) -> bool:
    before = [state for state in one.states if state.at <= at]
    return bool(before) and before[-1].region == region


def _back(one: Subscriber, lost_region: str, lost_at: float) -> float | None:
    """Return the seconds until a subscriber had a state of another region; None: never."""
    found: State | None = next(
        (
            state
            for state in one.states
            if state.first and state.at > lost_at and state.region != lost_region
        ),
        None,
    )
    return None if found is None else found.at - lost_at
