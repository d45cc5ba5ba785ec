"""What can be wished for, and how wrong wishes are answered."""

from datetime import UTC, datetime
from typing import Any

import pytest

from localcloud.faults.kinds import KINDS
from localcloud.faults.wishes import BadWishError, Ground, claims_of, read_wish

REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-1")
GROUND = Ground(REGIONS, lambdas=True)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
NEEDED: dict[str, dict[str, Any]] = {
    "region-cut": {"other": "us-east-1"},
    "replication-lag": {"seconds_of_lag": 2},
    "clock-skew": {"skew_ms": -500},
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
    fault = read_wish(wish(kind), GROUND, NOON)
    assert (fault.kind, fault.region) == (kind, "eu-west-1")
    assert (fault.until - fault.since).total_seconds() == 60
    assert set(fault.parameters) == set(KINDS[kind].parameters or ())
    assert claims_of(fault, REGIONS)


def test_a_tail_that_is_not_given_follows_from_the_median() -> None:
    slow = read_wish(wish("slow", median_ms=3000), GROUND, NOON)
    assert slow.parameters == {"median_ms": 3000, "p99_ms": 12_000}


def test_ids_differ() -> None:
    assert len({read_wish(wish(), GROUND, NOON).id for _ in range(100)}) == 100


def test_killing_shuts_the_gate_before_it_takes_power_and_keeps_what_was_not_replicated() -> None:
    kept = claims_of(read_wish(wish("kill"), GROUND, NOON), REGIONS)
    handles = [claim.key.handle for claim in kept]
    assert handles == ["api-gate", *["cut"] * 4, "process"]
    lost = claims_of(read_wish(wish("kill", disk="lost"), GROUND, NOON), REGIONS)
    assert [claim.key.handle for claim in lost] == ["api-gate", "process"]


def test_pausing_replication_needs_no_region_and_takes_one() -> None:
    everywhere = read_wish(wish("replication-pause", region=None), GROUND, NOON)
    assert [claim.key for claim in claims_of(everywhere, REGIONS)] == [("pause", "*")]
    of_one = read_wish(wish("replication-pause"), GROUND, NOON)
    assert {claim.key.subject for claim in claims_of(of_one, REGIONS)} == {
        "eu-west-1>us-east-1",
        "us-east-1>eu-west-1",
        "eu-west-1>ap-southeast-1",
        "ap-southeast-1>eu-west-1",
    }


@pytest.mark.parametrize(
    ("wrong", "said", "next_step"),
    [
        (wish("meteor"), "there is no fault 'meteor'", "kinds are freeze, kill, slow"),
        (wish(region="mars-north-1"), "there is no region 'mars-north-1'", ", ".join(REGIONS)),
        (wish(region=None), "freeze needs a region", ", ".join(REGIONS)),
        (wish(seconds=None), "seconds is missing", "from 0.1 to 900"),
        (wish(seconds=901), "seconds is 901", "from 0.1 to 900"),
        (wish(seconds=True), "seconds is True", "from 0.1 to 900"),
        (wish(seconds=float("nan")), "seconds is nan", "from 0.1 to 900"),
        (wish(colour="red"), "freeze does not take colour", "it takes no parameters"),
        (wish("slow", share=1), "slow does not take share", "it takes median_ms, p99_ms"),
        (wish("slow", median_ms=900, p99_ms=100), "p99_ms 100 is below", "give both"),
        (wish("fail", share=2), "share is 2", "a number from 0 to 1"),
        (wish("fail", status=200), "status is 200", "one of 500, 502, 503"),
        (wish("dynamodb-fail", error="Oops"), "error is 'Oops'", "InternalServerError"),
        (wish("region-cut", other="eu-west-1"), "other is 'eu-west-1'", "us-east-1, ap-south"),
        (wish("replication-lag", seconds_of_lag=None), "is missing", "0 to 3600 seconds"),
        ([], "must be a JSON object", "such as"),
    ],
)
def test_a_wrong_wish_is_told_what_is_allowed(wrong: Any, said: str, next_step: str) -> None:
    with pytest.raises(BadWishError, match=said) as raised:
        read_wish(wrong, GROUND, NOON)
    assert next_step in raised.value.hint


def test_a_bad_deployment_needs_lambdas() -> None:
    with pytest.raises(BadWishError, match="direct runtime") as raised:
        read_wish(wish("bad-deployment"), Ground(REGIONS, lambdas=False), NOON)
    assert "--runtime lambda" in raised.value.hint
