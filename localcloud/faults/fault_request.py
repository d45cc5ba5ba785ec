"""Parses the request for a fault: every error says what is allowed instead."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from localcloud.control_plane import shown
from localcloud.exceptions import LocalCloudError
from localcloud.faults.client import Fault
from localcloud.faults.effects import Effect
from localcloud.faults.kinds import ALL_KINDS, KINDS, LONGEST_S, SHORTEST_S, Choice, Kind, Number

_P99_IN_MEDIANS: Final = 4  # the 99th percentile of a latency for which only the median is given


class InvalidFaultError(LocalCloudError):
    """The requested fault cannot be injected; `hint` says what is allowed."""


@dataclass(frozen=True)
class CloudScope:
    """The cloud that faults are injected into.

    Attributes:
        regions: The names of its regions.
        lambdas: Whether its API is served by Lambdas.
    """

    regions: tuple[str, ...]
    lambdas: bool


def parse_fault(requested: Any, scope: CloudScope, now: datetime) -> Fault:
    """Return the fault that a request describes, with defaults filled in.

    Args:
        requested: The decoded JSON of the request.
        scope: The cloud.
        now: When the fault begins, UTC.

    Raises:
        InvalidFaultError: Such a fault cannot be injected into this cloud.
    """
    if not isinstance(requested, dict):
        raise InvalidFaultError("the body must be a JSON object", 'such as {"kind": "freeze", ...}')
    name = requested.get("kind")
    if not isinstance(name, str) or name not in ALL_KINDS:
        raise InvalidFaultError(f"there is no fault {shown(name)}", f"kinds are {', '.join(KINDS)}")
    kind = ALL_KINDS[name]
    region = _region(requested.get("region"), name, kind, scope.regions)
    if kind.lambdas and not scope.lambdas:
        raise InvalidFaultError(
            f"{name} needs Lambdas, and this cloud serves by the direct runtime",
            "start it with `carte up --runtime lambda`",
        )
    parameters = _parameters(requested, name, kind, region, scope.regions)
    seconds = _number(
        "seconds", requested.get("seconds"), Number(SHORTEST_S, LONGEST_S, None, "seconds")
    )
    return Fault(
        id=f"{name}-{secrets.token_hex(3)}",
        kind=name,
        region=region,
        since=now,
        until=now + timedelta(seconds=seconds),
        parameters=parameters,
    )


def effects_of(fault: Fault, regions: Sequence[str]) -> tuple[Effect, ...]:
    """Return the effects of a fault, in the order in which they are applied."""
    return tuple(ALL_KINDS[fault.kind].effects(fault.region, fault.parameters, regions))


def now() -> datetime:
    """Return the current time, UTC."""
    return datetime.now(UTC)


def _region(value: Any, name: str, kind: Kind, regions: Sequence[str]) -> str | None:
    if value is None and kind.region != "yes":
        return None
    if value not in regions:
        raise InvalidFaultError(
            f"{name} needs a region" if value is None else f"there is no region {shown(value)}",
            f"this cloud has {', '.join(regions)}",
        )
    return str(value)


def _parameters(
    requested: Mapping[str, Any], name: str, kind: Kind, region: str | None, regions: Sequence[str]
) -> dict[str, Any]:
    known = dict(kind.parameters or {})
    if "other" in known:
        known["other"] = Choice(tuple(one for one in regions if one != region))
    unknown = sorted(set(requested) - {"kind", "region", "seconds", *known})
    if unknown:
        raise InvalidFaultError(
            f"{name} does not take {', '.join(map(shown, unknown))}",
            f"it takes {', '.join(known)}" if known else "it takes no parameters",
        )
    read: dict[str, Any] = {}
    for field, parameter in known.items():
        value = requested.get(field, parameter.default)
        read[field] = (
            _number(field, value, parameter)
            if isinstance(parameter, Number)
            else _choice(field, value, parameter)
        )
    if "median_ms" in requested and "p99_ms" not in requested:
        read["p99_ms"] = _P99_IN_MEDIANS * read["median_ms"]
    if "p99_ms" in read and read["p99_ms"] < read["median_ms"]:
        raise InvalidFaultError(
            f"p99_ms {read['p99_ms']:g} is below median_ms {read['median_ms']:g}",
            "give both, the 99th percentile being the larger one",
        )
    return read


def _number(field: str, value: Any, parameter: Number) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        problem = "is missing" if value is None else f"is {shown(value)}"
        raise InvalidFaultError(f"{field} {problem}", f"{field} must be {parameter.text}")
    if not parameter.low <= value <= parameter.high:
        raise InvalidFaultError(f"{field} is {value:g}", f"{field} must be {parameter.text}")
    return float(value)


def _choice(field: str, value: Any, parameter: Choice) -> str | int:
    if isinstance(value, bool) or value not in parameter.of:
        problem = "is missing" if value is None else f"is {shown(value)}"
        raise InvalidFaultError(f"{field} {problem}", f"{field} must be {parameter.text}")
    chosen: str | int = value
    return chosen
