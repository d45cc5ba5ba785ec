"""The kinds of faults: what each takes, and what it claims. Pure, no I/O."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any, Final, Literal

from localcloud.faults import claims
from localcloud.faults.claims import Claim, Key, way

Parameters = Mapping[str, Any]
NeedsRegion = Literal["yes", "may", "no"]
_MOST_MS: Final = 600_000.0
_MOST_LAG_S: Final = 3600.0
API_STATUSES: Final = (500, 502, 503, 504, 429)
DYNAMODB_ERRORS: Final = (
    "InternalServerError",
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
)


@dataclass(frozen=True)
class Number:
    """A number from `low` to `high`; None as default: it must be given."""

    low: float
    high: float
    default: float | None = None
    unit: str = ""

    @property
    def text(self) -> str:
        """What is allowed, in words."""
        return f"a number from {self.low:g} to {self.high:g}{self.unit and ' ' + self.unit}"


@dataclass(frozen=True)
class Choice:
    """One of some values; None as default: it must be given."""

    of: tuple[str | int, ...]
    default: str | int | None = None

    @property
    def text(self) -> str:
        """What is allowed, in words."""
        return "one of " + ", ".join(map(str, self.of))


@dataclass(frozen=True)
class Kind:
    """One kind of fault.

    Attributes:
        what: What it does, one sentence.
        claims: From region, parameters and all regions to what is turned, in this order; healing
            goes back in the opposite one.
        region: Whether it wants a region.
        parameters: What else it takes; `other` of region-cut is a region, too.
        lambdas: Whether it needs the Lambda runtime.
    """

    what: str
    claims: Callable[..., Iterator[Claim]]
    region: NeedsRegion = "yes"
    parameters: Mapping[str, Number | Choice] | None = None
    lambdas: bool = False


def _at(handle: str, **value: Any) -> Callable[..., Iterator[Claim]]:
    """Claims of a kind that turns one handle of its region, always the same way."""

    def made(region: str, _parameters: Parameters, _regions: Sequence[str]) -> Iterator[Claim]:
        yield Claim(Key(handle, region), value)

    return made


def _with(handle: str) -> Callable[..., Iterator[Claim]]:
    """Claims of a kind that turns one handle of its region, by its parameters."""

    def made(region: str, parameters: Parameters, _regions: Sequence[str]) -> Iterator[Claim]:
        yield Claim(Key(handle, region), dict(parameters))

    return made


def _ways(region: str | None, regions: Sequence[str]) -> Iterator[str]:
    for one, other in permutations(regions, 2):
        if region is None or region in {one, other}:
            yield way(one, other)


def _kill(region: str, parameters: Parameters, regions: Sequence[str]) -> Iterator[Claim]:
    yield Claim(Key(claims.API_GATE, region), {"how": "refuse"})
    if parameters["disk"] == "kept":
        # What was acknowledged and not replicated stays on the disk until the region is back.
        for one in _ways(region, regions):
            yield Claim(Key(claims.CUT, one))
    yield Claim(Key(claims.PROCESS, region), {"killed": parameters["disk"]})


def _pause(region: str | None, _: Parameters, regions: Sequence[str]) -> Iterator[Claim]:
    if region is None:
        yield Claim(Key(claims.PAUSE, claims.EVERYWHERE))
        return
    for one in _ways(region, regions):
        yield Claim(Key(claims.CUT, one))


def _region_cut(region: str, parameters: Parameters, _: Sequence[str]) -> Iterator[Claim]:
    if parameters["direction"] in {"both", "to-other"}:
        yield Claim(Key(claims.CUT, way(region, parameters["other"])))
    if parameters["direction"] in {"both", "from-other"}:
        yield Claim(Key(claims.CUT, way(parameters["other"], region)))


def _lag(region: str | None, parameters: Parameters, regions: Sequence[str]) -> Iterator[Claim]:
    for one in _ways(region, regions):
        value = {
            "ms": parameters["seconds_of_lag"] * 1000,
            "jitter_ms": parameters["seconds_of_jitter"] * 1000,
        }
        yield Claim(Key(claims.LAG, one), value)


def _duplicate(
    region: str | None, parameters: Parameters, regions: Sequence[str]
) -> Iterator[Claim]:
    for one in _ways(region, regions):
        yield Claim(Key(claims.DUPLICATE, one), {"share": parameters["share"]})


def _skew(region: str, parameters: Parameters, _: Sequence[str]) -> Iterator[Claim]:
    yield Claim(Key(claims.SKEW, region), {"ms": parameters["skew_ms"]})
    if parameters["stamps"] == "yes":
        yield Claim(Key(claims.CODE, region), {"skew_ms": parameters["skew_ms"]})


def _bad_deployment(region: str, parameters: Parameters, _: Sequence[str]) -> Iterator[Claim]:
    yield Claim(Key(claims.CODE, region), {"raise": parameters["canary_share"]})


_SLOWNESS: Final = {
    "median_ms": Number(0, _MOST_MS, 500.0, "milliseconds"),
    "p99_ms": Number(0, _MOST_MS, 2000.0, "milliseconds; four medians where only that is given"),
}
_SHARE: Final = Number(0, 1, 1.0)

KINDS: Final[Mapping[str, Kind]] = {
    "freeze": Kind(
        "the region's processes stop in place: connections stay open, nobody answers",
        _at(claims.PROCESS, frozen=True),
    ),
    "kill": Kind(
        "the region loses power; it starts again when healed, with its disk or without",
        _kill,
        parameters={"disk": Choice(("kept", "lost"), "kept")},
    ),
    "slow": Kind(
        "the region answers, but late: log-normal delays of the API's answers",
        _with(claims.API_GATE),
        parameters=_SLOWNESS,
    ),
    "fail": Kind(
        "a share of the region's API requests is answered with an error",
        _with(claims.API_GATE),
        parameters={"share": _SHARE, "status": Choice(API_STATUSES, 503)},
    ),
    "edge-cut": Kind(
        "the edge cannot reach the region's API: connections are refused, or (drop) never answered",
        _with(claims.API_GATE),
        parameters={"how": Choice(("refuse", "drop"), "refuse")},
    ),
    "dynamodb-fail": Kind(
        "a share of the service's DynamoDB requests in the region is answered with an error",
        _with(claims.DYNAMODB_GATE),
        parameters={"share": _SHARE, "error": Choice(DYNAMODB_ERRORS, DYNAMODB_ERRORS[0])},
    ),
    "dynamodb-slow": Kind(
        "DynamoDB answers the service in the region late: log-normal delays",
        _with(claims.DYNAMODB_GATE),
        parameters=_SLOWNESS,
    ),
    "replication-pause": Kind(
        "nothing replicates; with a region: nothing to it or from it", _pause, region="may"
    ),
    "region-cut": Kind(
        "nothing replicates between the region and another one, both ways or one way",
        _region_cut,
        parameters={
            "other": Choice(()),
            "direction": Choice(("both", "to-other", "from-other"), "both"),
        },
    ),
    "replication-lag": Kind(
        "replication takes longer; with a region: to it and from it",
        _lag,
        region="may",
        parameters={
            "seconds_of_lag": Number(0, _MOST_LAG_S, None, "seconds"),
            "seconds_of_jitter": Number(0, _MOST_LAG_S, 0.0, "seconds, added or subtracted"),
        },
    ),
    "duplicate-delivery": Kind(
        "a share of the replicated writes is delivered twice; with a region: to it and from it",
        _duplicate,
        region="may",
        parameters={"share": _SHARE},
    ),
    "clock-skew": Kind(
        "the region's clock is off: its replication timestamps, and (stamps: yes) its Lambda's",
        _skew,
        parameters={
            "skew_ms": Number(-_MOST_LAG_S * 1000, _MOST_LAG_S * 1000, None, "milliseconds"),
            "stamps": Choice(("no", "yes"), "no"),
        },
    ),
    "convergence-stop": Kind(
        "the region's stream Lambda is not fed; what comes meanwhile waits in the stream",
        _at(claims.STREAM, stopped=True),
    ),
    "bad-deployment": Kind(
        "a version of the menu Lambda that raises is rolled out, for a share of the requests",
        _bad_deployment,
        parameters={"canary_share": _SHARE},
        lambdas=True,
    ),
    "drain": Kind(
        "the edge's drain flag of the region is on: traffic leaves it in an orderly way",
        _at(claims.DRAIN, drained=True),
    ),
}


def described(kind: Kind) -> str:
    """What a kind takes, as a program's help shows it: `; median_ms: a number ..., 500`."""
    words = []
    for name, wanted in (kind.parameters or {}).items():
        default = "must be given" if wanted.default is None else f"default {wanted.default}"
        allowed = wanted.text if not isinstance(wanted, Choice) or wanted.of else "a region"
        words.append(f"\n{'':22}{name}: {allowed}; {default}")
    return "".join(words)
