"""Theoretical bounds of a failover, from health checks and DNS time to live."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

# However short a scaled check would be, it waits this long: a busy machine needs its second.
_LEAST_CHECK_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """The edge's clockwork, in real seconds of this run: everything is divided by the time scale.

    Attributes:
        interval_s: Between two health checks of a region.
        threshold: Failed checks in a row until a region is left.
        recovery_threshold: Passed checks in a row until it is used again.
        ttl_s: How long resolvers keep an answer.
        check_s: How long one check waits for its answer.
        drain_s: From setting a drain flag until the edge obeys it.
    """

    time_scale: float
    interval_s: float
    threshold: int
    recovery_threshold: int
    ttl_s: float
    check_s: float
    drain_s: float

    @property
    def theory_s(self) -> float:
        """The bound that is usually given, in seconds: interval x threshold + TTL."""
        return self.interval_s * self.threshold + self.ttl_s

    @property
    def leave_s(self) -> float:
        """The longest that clients are sent to a lost region.

        It was lost right after a check, and the last check that fails waits for its answer in vain.
        """
        later = (self.threshold - 1) * max(self.interval_s, self.check_s)
        return self.interval_s + later + self.check_s + self.ttl_s

    @property
    def return_s(self) -> float:
        """The longest until clients are sent to a healed region again."""
        return self.interval_s * (self.recovery_threshold + 1) + self.ttl_s


def read_bounds(config: Mapping[str, Any]) -> Bounds:
    """The clockwork from the object `config` of `/_edge/status`."""
    scale = float(config.get("time_scale", 1.0))
    check = float(config["check_timeout"])
    return Bounds(
        scale,
        float(config["interval"]) / scale,
        int(config["threshold"]),
        int(config["recovery_threshold"]),
        float(config["ttl"]) / scale,
        max(check / scale, min(check, _LEAST_CHECK_S)),
        float(config.get("drain_delay", 0.0)) / scale,
    )
