"""The vocabulary of faults: every kind, its parameters, and its effects. Pure, no I/O.

The fault controller, `carte fault`, the drills and the consistency checker all use these kinds.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any, Final, Literal

from localcloud.faults import effects
from localcloud.faults.effects import Effect, EffectKey, link

Parameters = Mapping[str, Any]
SHORTEST_S: Final = 0.1
LONGEST_S: Final = 900.0
"""Bounds of the seconds after which a fault heals by itself."""
_PAYMENT_STATUSES: Final = (500, 502, 503, 429)
_MOST_WEBHOOK_DELAY_S: Final = 60.0
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
    """A parameter that is a number.

    Attributes:
        low: The least value.
        high: The greatest value.
        default: The value of a fault that does not give one; None means that it must be given.
        unit: The unit, for messages.
    """

    low: float
    high: float
    default: float | None = None
    unit: str = ""

    @property
    def text(self) -> str:
        """What is allowed, for messages."""
        return f"a number from {self.low:.10g} to {self.high:.10g}{self.unit and ' ' + self.unit}"


@dataclass(frozen=True)
class Choice:
    """A parameter that is one of some values.

    Attributes:
        of: The values; empty for a region, because the regions differ from cloud to cloud.
        default: The value of a fault that does not give one; None means that it must be given.
    """

    of: tuple[str | int, ...]
    default: str | int | None = None

    @property
    def text(self) -> str:
        """What is allowed, for messages."""
        return "one of " + ", ".join(map(str, self.of))


@dataclass(frozen=True)
class Kind:
    """One kind of fault.

    Attributes:
        what: What it does, one sentence.
        effects: Returns the effects for a region, parameters and all regions of the cloud, in the
            order in which they are applied. Healing undoes them in the opposite order.
        region: Whether it needs a region.
        parameters: Its further parameters; `other` of region-cut is a region, too.
        lambdas: Whether it needs the Lambda runtime.
    """

    what: str
    effects: Callable[..., Iterator[Effect]]
    region: NeedsRegion = "yes"
    parameters: Mapping[str, Number | Choice] | None = None
    lambdas: bool = False


def _always(actuator: str, **value: Any) -> Callable[..., Iterator[Effect]]:
    """Return the effects of a kind that applies one fixed value to its region."""

    def build(region: str, _parameters: Parameters, _regions: Sequence[str]) -> Iterator[Effect]:
        yield Effect(EffectKey(actuator, region), value)

    return build


def _parameters_to(actuator: str) -> Callable[..., Iterator[Effect]]:
    """Return the effects of a kind that applies its parameters to its region."""

    def build(region: str, parameters: Parameters, _regions: Sequence[str]) -> Iterator[Effect]:
        yield Effect(EffectKey(actuator, region), dict(parameters))

    return build


def _links(region: str | None, regions: Sequence[str]) -> Iterator[str]:
    """Iterate over the links from and to a region, or over all links."""
    for source, target in permutations(regions, 2):
        if region is None or region in {source, target}:
            yield link(source, target)


def _kill(region: str, parameters: Parameters, regions: Sequence[str]) -> Iterator[Effect]:
    yield Effect(EffectKey(effects.API_GATE, region), {"how": "refuse"})
    if parameters["disk"] == "kept":
        # Acknowledged writes that were not replicated stay on the disk until the region is back.
        for name in _links(region, regions):
            yield Effect(EffectKey(effects.CUT, name))
    yield Effect(EffectKey(effects.PROCESS, region), {"killed": parameters["disk"]})


def _pause(region: str | None, _: Parameters, regions: Sequence[str]) -> Iterator[Effect]:
    if region is None:
        yield Effect(EffectKey(effects.PAUSE, effects.ALL_REGIONS))
        return
    for name in _links(region, regions):
        yield Effect(EffectKey(effects.CUT, name))


def _region_cut(region: str, parameters: Parameters, _: Sequence[str]) -> Iterator[Effect]:
    if parameters["direction"] in {"both", "to-other"}:
        yield Effect(EffectKey(effects.CUT, link(region, parameters["other"])))
    if parameters["direction"] in {"both", "from-other"}:
        yield Effect(EffectKey(effects.CUT, link(parameters["other"], region)))


def _lag(region: str | None, parameters: Parameters, regions: Sequence[str]) -> Iterator[Effect]:
    value = {
        "ms": parameters["seconds_of_lag"] * 1000,
        "jitter_ms": parameters["seconds_of_jitter"] * 1000,
    }
    for name in _links(region, regions):
        yield Effect(EffectKey(effects.LAG, name), value)


def _duplicate(
    region: str | None, parameters: Parameters, regions: Sequence[str]
) -> Iterator[Effect]:
    for name in _links(region, regions):
        yield Effect(EffectKey(effects.DUPLICATE, name), {"share": parameters["share"]})


def _skew(region: str, parameters: Parameters, _: Sequence[str]) -> Iterator[Effect]:
    yield Effect(EffectKey(effects.SKEW, region), {"ms": parameters["skew_ms"]})
    if parameters["stamps"] == "yes":
        yield Effect(EffectKey(effects.CODE, region), {"skew_ms": parameters["skew_ms"]})


def _drop_records(region: str | None, _: Parameters, regions: Sequence[str]) -> Iterator[Effect]:
    for name in regions if region is None else (region,):
        yield Effect(EffectKey(effects.STREAM, name), {"dropped": True})


def _payments(
    actuator: str, names: Mapping[str, str] | None = None
) -> Callable[..., Iterator[Effect]]:
    """Return the effects of a kind that applies its parameters to the payment provider.

    Args:
        actuator: The name of the actuator.
        names: Parameter to its name for the actuator, where that differs.
    """

    def build(_region: None, parameters: Parameters, _regions: Sequence[str]) -> Iterator[Effect]:
        value = {(names or {}).get(name, name): given for name, given in parameters.items()}
        yield Effect(EffectKey(actuator, effects.ALL_REGIONS), value)

    return build


def _bad_deployment(region: str, parameters: Parameters, _: Sequence[str]) -> Iterator[Effect]:
    where = "raise" if parameters["where"] == "handler" else "raise_in_resolvers"
    yield Effect(EffectKey(effects.CODE, region), {where: parameters["canary_share"]})


_LATENCY: Final = {
    "median_ms": Number(0, _MOST_MS, 500.0, "milliseconds"),
    "p99_ms": Number(0, _MOST_MS, 2000.0, "milliseconds; four medians where only that is given"),
}
_SHARE: Final = Number(0, 1, 1.0)

KINDS: Final[Mapping[str, Kind]] = {
    "freeze": Kind(
        "the region's processes stop in place: connections stay open, nothing is answered",
        _always(effects.PROCESS, frozen=True),
    ),
    "kill": Kind(
        "the region loses power; it starts again when healed, with its disk or without",
        _kill,
        parameters={"disk": Choice(("kept", "lost"), "kept")},
    ),
    "slow": Kind(
        "responses of the region's API are held back for log-normally distributed times",
        _parameters_to(effects.API_GATE),
        parameters=_LATENCY,
    ),
    "fail": Kind(
        "a share of the region's API requests is answered with an error",
        _parameters_to(effects.API_GATE),
        parameters={"share": _SHARE, "status": Choice(API_STATUSES, 503)},
    ),
    "throttle": Kind(
        "the region's API takes so many requests a second and answers the others with 429 and "
        "Retry-After, as API Gateway does; its probes are not limited",
        _parameters_to(effects.API_GATE),
        parameters={
            "rate": Number(0.1, 10_000, None, "requests a second"),
            "burst": Number(1, 10_000, 10.0, "requests at once"),
        },
    ),
    "edge-cut": Kind(
        "the edge cannot reach the region's API: connections are refused, or (drop) never answered",
        _parameters_to(effects.API_GATE),
        parameters={"how": Choice(("refuse", "drop"), "refuse")},
    ),
    "dynamodb-fail": Kind(
        "a share of the service's DynamoDB requests in the region is answered with an error",
        _parameters_to(effects.DYNAMODB_GATE),
        parameters={"share": _SHARE, "error": Choice(DYNAMODB_ERRORS, DYNAMODB_ERRORS[0])},
    ),
    "dynamodb-slow": Kind(
        "DynamoDB's responses to the service are held back for log-normally distributed times",
        _parameters_to(effects.DYNAMODB_GATE),
        parameters=_LATENCY,
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
        "the region's clock is wrong: its replication timestamps, and (stamps: yes) its Lambda's",
        _skew,
        parameters={
            "skew_ms": Number(-_MOST_LAG_S * 1000, _MOST_LAG_S * 1000, None, "milliseconds"),
            "stamps": Choice(("no", "yes"), "no"),
        },
    ),
    "convergence-stop": Kind(
        "the region's stream Lambda gets no records; they wait in the stream",
        _always(effects.STREAM, stopped=True),
    ),
    "fulfilment-stop": Kind(
        "the region's fulfilment Lambda gets no messages about orders; they wait in the queue",
        _always(effects.ORDERS, stopped=True),
    ),
    "drop-stream-records": Kind(
        "the stream Lambda never gets the records of this time, so only the reconciler repairs "
        "what was in them; with a region: only there",
        _drop_records,
        region="may",
    ),
    "bad-deployment": Kind(
        "a version of the menu Lambda that raises is rolled out, for a share of the requests",
        _bad_deployment,
        parameters={
            "canary_share": _SHARE,
            "where": Choice(("handler", "resolvers"), "handler"),
        },
        lambdas=True,
    ),
    "drain": Kind(
        "the edge's drain flag of the region is set: traffic leaves the region without errors",
        _always(effects.DRAIN, drained=True),
    ),
    "payments-down": Kind(
        "the payment provider cannot be reached: connections are refused, or (drop) never answered",
        _payments(effects.PAYMENTS_GATE),
        region="no",
        parameters={"how": Choice(("refuse", "drop"), "refuse")},
    ),
    "payments-slow": Kind(
        "the payment provider's answers are held back for log-normally distributed times",
        _payments(effects.PAYMENTS_GATE),
        region="no",
        parameters=_LATENCY,
    ),
    "payments-fail": Kind(
        "a share of the requests to the payment provider is answered with an error, without effect",
        _payments(effects.PAYMENTS_GATE),
        region="no",
        parameters={"share": _SHARE, "status": Choice(_PAYMENT_STATUSES, 503)},
    ),
    "payments-lost-answers": Kind(
        "the payment provider carries a share of the requests out, and its answer never arrives",
        _payments(effects.PAYMENTS, {"share": "lost"}),
        region="no",
        parameters={"share": _SHARE},
    ),
    "webhooks-twice": Kind(
        "a share of the payment provider's webhooks is delivered twice",
        _payments(effects.PAYMENTS, {"share": "twice"}),
        region="no",
        parameters={"share": _SHARE},
    ),
    "webhooks-late": Kind(
        "the payment provider's webhooks come late and overtake each other",
        _payments(effects.PAYMENTS, {"seconds_of_delay": "late_s"}),
        region="no",
        parameters={"seconds_of_delay": Number(0, _MOST_WEBHOOK_DELAY_S, 5.0, "seconds at most")},
    ),
}
GUARDS: Final[Mapping[str, Kind]] = {
    "refill": Kind(
        "the service's DynamoDB requests in the region fail while its table is filled again",
        KINDS["dynamodb-fail"].effects,
        parameters=KINDS["dynamodb-fail"].parameters,
    ),
}
"""Faults that the cloud sets and ends itself, to keep data whole; healing all leaves them."""
ALL_KINDS: Final[Mapping[str, Kind]] = {**KINDS, **GUARDS}


def described(kind: Kind) -> str:
    """Return the parameters of a kind for a help text, one a line; empty if there are none."""
    lines = []
    for name, parameter in (kind.parameters or {}).items():
        required = parameter.default is None
        default = "must be given" if required else f"default {parameter.default}"
        is_region = isinstance(parameter, Choice) and not parameter.of
        allowed = "a region" if is_region else parameter.text
        lines.append(f"\n{'':22}{name}: {allowed}; {default}")
    return "".join(lines)
