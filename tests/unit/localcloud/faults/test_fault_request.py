"""What can be wished for, and how wrong wishes are answered."""

from datetime import UTC, datetime
from typing import Any

import pytest

from localcloud.faults.fault_request import CloudScope, InvalidFaultError, effects_of, parse_fault
from localcloud.faults.kinds import KINDS

REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-1")
SCOPE = CloudScope(REGIONS, lambdas=True)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
NEEDED: dict[str, dict[str, Any]] = {
    "region-cut": {"other": "us-east-1"},
    "replication-lag": {"seconds_of_lag": 2},
    "clock-skew": {"skew_ms": -500},
    "throttle": {"rate": 10},
}


def wish(kind: str = "freeze", **changes: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "region": "eu-west-1",
        "seconds": 60,
        **NEEDED.get(kind, {}),
        **changes,
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_wished_for_and_turns_something(kind: str) -> None:
    fault = parse_fault(wish(kind), SCOPE, NOON)
    assert (fault.kind, fault.region) == (kind, "eu-west-1")
    assert (fault.until - fault.since).total_seconds() == 60
    assert set(fault.parameters) == set(KINDS[kind].parameters or ())
    assert effects_of(fault, REGIONS)


def test_a_tail_that_is_not_given_follows_from_the_median() -> None:
    slow = parse_fault(wish("slow", median_ms=3000), SCOPE, NOON)
    assert slow.parameters == {"median_ms": 3000, "p99_ms": 12_000}


def test_ids_differ() -> None:
    assert len({parse_fault(wish(), SCOPE, NOON).id for _ in range(100)}) == 100


def test_killing_shuts_the_gate_before_it_takes_power_and_keeps_what_was_not_replicated() -> None:
    kept = effects_of(parse_fault(wish("kill"), SCOPE, NOON), REGIONS)
    handles = [effect.key.actuator for effect in kept]
    assert handles == ["api-gate", *["cut"] * 4, "process"]
    lost = effects_of(parse_fault(wish("kill", disk="lost"), SCOPE, NOON), REGIONS)
    assert [effect.key.actuator for effect in lost] == ["api-gate", "process"]


def test_pausing_replication_needs_no_region_and_takes_one() -> None:
    everywhere = parse_fault(wish("replication-pause", region=None), SCOPE, NOON)
    assert [effect.key for effect in effects_of(everywhere, REGIONS)] == [("pause", "*")]
    of_one = parse_fault(wish("replication-pause"), SCOPE, NOON)
    assert {effect.key.target for effect in effects_of(of_one, REGIONS)} == {
        "eu-west-1>us-east-1",
        "us-east-1>eu-west-1",
        "eu-west-1>ap-southeast-1",
        "ap-southeast-1>eu-west-1",
    }


@pytest.mark.parametrize(
    ("wrong", "message", "next_step"),
    [
        (wish("meteor"), "there is no fault 'meteor'", "kinds are freeze, kill, slow"),
        (wish(region="mars-north-1"), "there is no region 'mars-north-1'", ", ".join(REGIONS)),
        (wish(region=None), "freeze needs a region", ", ".join(REGIONS)),
        (wish(seconds=None), "seconds is missing", "from 0.1 to 900"),
        (wish(seconds=901), "seconds is 901", "from 0.1 to 900"),
        (wish(seconds=True), "seconds is True", "from 0.1 to 900"),
        (wish(seconds=float("nan")), "seconds is nan", "from 0.1 to 900"),
        (wish(colour="red"), "freeze does not take 'colour'", "it takes no parameters"),
        (wish("slow", share=1), "slow does not take 'share'", "it takes median_ms, p99_ms"),
        (wish("slow", median_ms=900, p99_ms=100), "p99_ms 100 is below", "give both"),
        (wish("fail", share=2), "share is 2", "a number from 0 to 1"),
        (wish("fail", status=200), "status is 200", "one of 500, 502, 503"),
        (wish("dynamodb-fail", error="Oops"), "error is 'Oops'", "InternalServerError"),
        (wish("region-cut", other="eu-west-1"), "other is 'eu-west-1'", "us-east-1, ap-south"),
        (wish("replication-lag", seconds_of_lag=None), "is missing", "0 to 3600 seconds"),
        ([], "must be a JSON object", "such as"),
    ],
)
def test_the_error_of_a_wrong_request_says_what_is_allowed(
    wrong: Any, message: str, next_step: str
) -> None:
    with pytest.raises(InvalidFaultError, match=message) as raised:
        parse_fault(wrong, SCOPE, NOON)
    assert next_step in raised.value.hint


def test_a_bad_deployment_needs_lambdas() -> None:
    with pytest.raises(InvalidFaultError, match="direct runtime") as raised:
        parse_fault(wish("bad-deployment"), CloudScope(REGIONS, lambdas=False), NOON)
    assert "--runtime lambda" in raised.value.hint


@pytest.mark.parametrize(
    ("direction", "links"),
    [
        ("both", {"eu-west-1>us-east-1", "us-east-1>eu-west-1"}),
        ("to-other", {"eu-west-1>us-east-1"}),
        ("from-other", {"us-east-1>eu-west-1"}),
    ],
)
def test_a_cut_may_have_one_direction(direction: str, links: set[str]) -> None:
    fault = parse_fault(wish("region-cut", direction=direction), SCOPE, NOON)
    assert {effect.key.target for effect in effects_of(fault, REGIONS)} == links


def test_lag_has_jitter_and_duplicates_have_a_share() -> None:
    lag = parse_fault(wish("replication-lag", seconds_of_jitter=1), SCOPE, NOON)
    assert effects_of(lag, REGIONS)[0].value == {"ms": 2000, "jitter_ms": 1000}
    twice = parse_fault(wish("duplicate-delivery", share=0.5, region=None), SCOPE, NOON)
    effects = effects_of(twice, REGIONS)
    assert len(effects) == 6
    assert all(effect.value == {"share": 0.5} for effect in effects)
