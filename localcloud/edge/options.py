"""Tunable settings of the edge, and the effect of the time scale on them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Self

from infra_cdk import edge_rules
from localcloud.exceptions import LocalCloudError

_LEAST_CHECK: Final = 1.0  # seconds


class SettingsError(LocalCloudError):
    """An option of the edge cannot be used; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Options:
    """What may be tuned: the object `edge` of cloud.json, or the command line. Seconds throughout.

    Checks, DNS and drain flags have AWS's own times, so that what a drill measures here is what it
    would be there: a frozen region is left within interval * threshold + check_timeout + ttl.
    `time_scale` makes all of them shorter alike. Time-outs of requests and the lifetimes of cached
    answers are never scaled.
    """

    interval: float = 10.0  # Route 53's fast one, between the starts of two checks; 0: no checks
    threshold: int = 3  # failed checks in a row that make a region unhealthy
    recovery_threshold: int = 3  # passed checks in a row that make it healthy again
    check_timeout: float = 2.0  # Route 53 gives 2 s for the answer; connecting here takes none
    ttl: float = 60.0  # how long an answer of the latency record is kept, as DNS caches do
    drain_delay: float = 3.0  # from setting a flag in the KeyValueStore to the edge obeying it
    time_scale: float = 1.0  # divides the six above but the thresholds
    origins: int = 2  # regions a persisted read is tried in; a group holds 2; 1: none other
    # Requests to one origin; CloudFront has 1 to 3.
    connection_attempts: int = edge_rules.ATTEMPTS
    # For a connection, the wait for a free one included.
    connect_timeout: float = float(edge_rules.CONNECT_S)
    # For the whole answer while another region may be tried.
    response_timeout: float = float(edge_rules.FIRST_READ_S)
    # For the whole answer when none is left.
    last_response_timeout: float = float(edge_rules.LAST_READ_S)
    # For the whole answer to a POST or plain GET, at the first two paths and at the third.
    write_timeout: float = float(edge_rules.FIRST_WRITE_S)
    last_write_timeout: float = float(edge_rules.LAST_WRITE_S)
    connections: int = 256  # at most, to each region
    max_body: int = 1024 * 1024  # bytes of a request; API Gateway takes 10 MB, our API 256 KiB
    cache_bytes: int = 64 * 1024 * 1024  # of answers that are kept
    access_log: bool = True

    def __post_init__(self) -> None:
        """Refuse what would hang or never answer.

        Raises:
            SettingsError: A value is out of range.
        """
        may_be_zero = {"interval", "ttl", "drain_delay", "access_log"}
        for field in fields(self):
            value = getattr(self, field.name)
            if value < 0 or (value == 0 and field.name not in may_be_zero):
                raise SettingsError(f"edge option {field.name!r} must be positive, got {value!r}")

    @property
    def scaled_interval(self) -> float:
        """Seconds between the starts of two checks, as they pass here."""
        return self.interval / self.time_scale

    @property
    def scaled_check_timeout(self) -> float:
        """As long as a check waits here: a busy machine needs its second, however scaled."""
        return max(self.check_timeout / self.time_scale, min(self.check_timeout, _LEAST_CHECK))

    @property
    def scaled_ttl(self) -> float:
        """As long as an answer of the latency record is kept here."""
        return self.ttl / self.time_scale

    @property
    def scaled_drain_delay(self) -> float:
        """As long as a drain flag takes to arrive here."""
        return self.drain_delay / self.time_scale

    @property
    def detect_seconds(self) -> float:
        """The longest until a frozen region counts as unhealthy: it froze just after a check."""
        interval, patience = self.scaled_interval, self.scaled_check_timeout
        return interval + (self.threshold - 1) * max(interval, patience) + patience

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Take the options known here, ignore the rest.

        Raises:
            SettingsError: A value is no number.
        """
        taken: dict[str, Any] = {}
        for field in fields(cls):
            value = values.get(field.name)
            if value is None:
                continue
            kind = type(field.default)
            if not isinstance(value, int | float) or (kind is bool) is not isinstance(value, bool):
                raise SettingsError(
                    f"edge option {field.name!r} must be a {kind.__name__}, got {value!r}"
                )
            taken[field.name] = int(value) if kind is int else value
        return cls(**taken)
