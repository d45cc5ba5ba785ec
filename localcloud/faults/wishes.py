"""Reads the wish for a fault: everything wrong with it is told with what is allowed."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from localcloud.faults.claims import Claim
from localcloud.faults.client import Fault
from localcloud.faults.kinds import KINDS, Choice, Kind, Number

LONGEST_S: Final = 900.0
_TAIL: Final = 4  # the 99th percentile of a delay in medians, unless said otherwise


class BadWishError(Exception):
    """The wish cannot be understood; `hint` says what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True)
class Ground:
    """The cloud that faults are put on."""

    regions: tuple[str, ...]
    lambdas: bool


def read_wish(wish: Any, ground: Ground, now: datetime) -> Fault:
    """Make a fault of a wish.

    Args:
        wish: The JSON that was sent.
        ground: The cloud.
        now: When it begins, UTC.

    Raises:
        BadWishError: It is no fault that can be put on.
    """
    if not isinstance(wish, dict):
        raise BadWishError("the body must be a JSON object", 'such as {"kind": "freeze", ...}')
    name = wish.get("kind")
    if not isinstance(name, str) or name not in KINDS:
        raise BadWishError(f"there is no fault {name!r}", f"kinds are {', '.join(KINDS)}")
    kind = KINDS[name]
    region = _region(wish.get("region"), name, kind, ground.regions)
    if kind.lambdas and not ground.lambdas:
        raise BadWishError(
            f"{name} needs Lambdas, and this cloud serves by the direct runtime",
            "start it with `carte up --runtime lambda`",
        )
    parameters = _parameters(wish, name, kind, region, ground.regions)
    seconds = _number("seconds", wish.get("seconds"), Number(0.1, LONGEST_S, None, "seconds"))
    return Fault(
        id=f"{name}-{secrets.token_hex(3)}",
        kind=name,
        region=region,
        since=now,
        until=now + timedelta(seconds=seconds),
        parameters=parameters,
    )


def claims_of(fault: Fault, regions: Sequence[str]) -> tuple[Claim, ...]:
    """What a fault turns, in order."""
    return tuple(KINDS[fault.kind].claims(fault.region, fault.parameters, regions))


def now() -> datetime:
    """This moment, UTC."""
    return datetime.now(UTC)


def _region(value: Any, name: str, kind: Kind, regions: Sequence[str]) -> str | None:
    if value is None and kind.region != "yes":
        return None
    if value not in regions:
        raise BadWishError(
            f"{name} needs a region" if value is None else f"there is no region {value!r}",
            f"this cloud has {', '.join(regions)}",
        )
    return str(value)


def _parameters(
    wish: Mapping[str, Any], name: str, kind: Kind, region: str | None, regions: Sequence[str]
) -> dict[str, Any]:
    known = dict(kind.parameters or {})
    if "other" in known:
        known["other"] = Choice(tuple(one for one in regions if one != region))
    unknown = sorted(set(wish) - {"kind", "region", "seconds", *known})
    if unknown:
        raise BadWishError(
            f"{name} does not take {', '.join(unknown)}",
            f"it takes {', '.join(known)}" if known else "it takes no parameters",
        )
    read: dict[str, Any] = {}
    for field, wanted in known.items():
        value = wish.get(field, wanted.default)
        read[field] = (
            _number(field, value, wanted)
            if isinstance(wanted, Number)
            else _choice(field, value, wanted)
        )
    if "median_ms" in wish and "p99_ms" not in wish:
        read["p99_ms"] = _TAIL * read["median_ms"]
    if "p99_ms" in read and read["p99_ms"] < read["median_ms"]:
        raise BadWishError(
            f"p99_ms {read['p99_ms']:g} is below median_ms {read['median_ms']:g}",
            "give both, the 99th percentile being the larger one",
        )
    return read


def _number(field: str, value: Any, wanted: Number) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        said = "is missing" if value is None else f"is {value!r}"
        raise BadWishError(f"{field} {said}", f"{field} must be {wanted.text}")
    if not wanted.low <= value <= wanted.high:
        raise BadWishError(f"{field} is {value:g}", f"{field} must be {wanted.text}")
    return float(value)


def _choice(field: str, value: Any, wanted: Choice) -> str | int:
    if isinstance(value, bool) or value not in wanted.of:
        said = "is missing" if value is None else f"is {value!r}"
        raise BadWishError(f"{field} {said}", f"{field} must be {wanted.text}")
    chosen: str | int = value
    return chosen
