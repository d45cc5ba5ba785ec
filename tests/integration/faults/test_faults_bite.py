"""Each fault seen from outside: what it does while it is on, and that nothing of it stays."""

import time
from collections.abc import Mapping
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from localcloud import regions
from tests.support.faulty_cloud import QUERY, FaultyCloud
from tests.support.local_cloud import wait_until

US, EU, AP = "us-east-1", "eu-west-1", "ap-southeast-1"
PLACE = "x-carte-place"
KEY = {"pk": {"S": "TEST#none"}, "sk": {"S": "ONE"}}


def fresh() -> str:
    return f"TEST#{uuid4().hex}"


def test_requests_go_through_the_gates(faulty: FaultyCloud) -> None:
    def passed(sort: str) -> int:
        return int(faulty.state["gates"][sort][US]["requests"])

    before = passed("api-gate"), passed("dynamodb-gate")
    assert faulty.cloud.graphql('{ store(id: "none") { id } }')["data"] == {"store": None}
    assert passed("api-gate") > before[0]
    assert passed("dynamodb-gate") > before[1]


def test_slow_answers_come_late_until_healed(faulty: FaultyCloud) -> None:
    wait_until(lambda: faulty.ask(EU).status == 200, "the region has started its Lambda")
    fault = faulty.faults.inject("slow", EU, seconds=60, median_ms=700, p99_ms=700)
    late = faulty.ask(EU)
    assert late.status == 200
    assert late.seconds >= 0.7
    faulty.faults.heal(fault.id)
    wait_until(lambda: faulty.ask(EU).seconds < 0.7, "it is as quick as before")


def test_failing_requests_fail_at_the_gate_only(faulty: FaultyCloud) -> None:
    fault = faulty.faults.inject("fail", EU, seconds=60, share=1, status=502)
    assert faulty.ask(EU).status == 502
    assert faulty.straight(EU).status == 200
    assert faulty.ask(US).status == 200
    faulty.faults.heal(fault.id)
    assert faulty.ask(EU).status == 200


def test_a_share_of_the_requests_fails(faulty: FaultyCloud) -> None:
    faulty.faults.inject("fail", EU, seconds=60, share=0.5)
    seen: set[int] = set()

    def both() -> bool:
        seen.add(faulty.ask(EU).status)
        return seen == {200, 503}

    wait_until(both, "some do, some do not")


def test_a_cut_region_is_not_reached_through_its_gate(faulty: FaultyCloud) -> None:
    for how in ("refuse", "drop"):
        fault = faulty.faults.inject("edge-cut", EU, seconds=60, how=how)
        assert faulty.ask(EU, patience=0.5).status == 0
        assert faulty.straight(EU).status == 200
        faulty.faults.heal(fault.id)
        assert faulty.ask(EU).status == 200


def test_the_edge_meets_the_cut(faulty: FaultyCloud) -> None:
    def at_the_edge() -> tuple[int, Mapping[str, str], bytes]:
        return faulty.cloud.get(f"{QUERY}&n={uuid4().hex}", headers={PLACE: EU})

    # The cut of the test before may have failed the region's health checks.
    chosen = f"region={EU};"
    wait_until(lambda: chosen in at_the_edge()[1]["x-carte-edge"], "the edge chooses the region")
    faulty.faults.inject("edge-cut", EU, seconds=60)
    status, headers, body = at_the_edge()
    assert status == 502, body  # CloudFront fails over persisted reads only
    assert headers["x-carte-edge"].startswith(f"region={EU};")


@pytest.mark.parametrize(
    ("error", "status"),
    [("InternalServerError", 500), ("ProvisionedThroughputExceededException", 400)],
)
def test_dynamodb_fails_for_the_service_as_dynamodb_does(
    faulty: FaultyCloud, error: str, status: int
) -> None:
    fault = faulty.faults.inject("dynamodb-fail", EU, seconds=60, error=error)
    with pytest.raises(ClientError) as raised:
        faulty.gated_dynamodb(EU).get_item(TableName="carte", Key=KEY)
    assert raised.value.response["Error"]["Code"] == error
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert faulty.body(EU, "TEST#none") is None  # from outside it answers
    faulty.faults.heal(fault.id)
    assert "Item" not in faulty.gated_dynamodb(EU).get_item(TableName="carte", Key=KEY)


def test_a_region_whose_dynamodb_fails_is_not_ready(faulty: FaultyCloud) -> None:
    fault = faulty.faults.inject("dynamodb-fail", EU, seconds=60)
    assert faulty.straight(EU, "/ready").status != 200
    assert faulty.straight(EU, "/health").status == 200
    faulty.faults.heal(fault.id)
    wait_until(lambda: faulty.straight(EU, "/ready").status == 200, "it is ready again")


def test_dynamodb_is_slow_for_the_service(faulty: FaultyCloud) -> None:
    fault = faulty.faults.inject("dynamodb-slow", EU, seconds=60, median_ms=600, p99_ms=600)
    began = time.monotonic()
    faulty.gated_dynamodb(EU).get_item(TableName="carte", Key=KEY)
    assert time.monotonic() - began >= 0.6
    faulty.faults.heal(fault.id)
    assert faulty.state["gates"]["dynamodb-gate"][EU]["delayed"] >= 1


def test_nothing_replicates_while_paused(faulty: FaultyCloud) -> None:
    pk = fresh()
    fault = faulty.faults.inject("replication-pause", seconds=60)
    faulty.put(EU, pk)
    wait_until(lambda: faulty.waiting(EU, US) > 0, "the write waits")
    assert faulty.body(US, pk) is None
    faulty.faults.heal(fault.id)
    wait_until(lambda: faulty.body(US, pk) == "{}", "it has arrived")


def test_two_regions_cut_from_each_other_still_reach_the_third(faulty: FaultyCloud) -> None:
    pk = fresh()
    fault = faulty.faults.inject("region-cut", EU, seconds=60, other=US)
    faulty.put(EU, pk)
    wait_until(lambda: faulty.body(AP, pk) == "{}", "the third region has it")
    assert faulty.body(US, pk) is None
    faulty.faults.heal(fault.id)
    wait_until(lambda: faulty.body(US, pk) == "{}", "the other region has it")


def test_lagging_replication_takes_as_long_as_said(faulty: FaultyCloud) -> None:
    fault = faulty.faults.inject("replication-lag", EU, seconds=60, seconds_of_lag=1.5)
    late, soon = fresh(), fresh()
    began = time.monotonic()
    faulty.put(EU, late)
    faulty.put(US, soon)
    wait_until(lambda: faulty.body(AP, soon) == "{}", "the ways between others are quick")
    wait_until(lambda: faulty.body(US, late) == "{}", "it has arrived")
    assert time.monotonic() - began >= 1.5
    faulty.faults.heal(fault.id)


def test_a_skewed_region_wins_with_an_earlier_write(faulty: FaultyCloud) -> None:
    pk = fresh()
    faulty.faults.inject("clock-skew", EU, seconds=60, skew_ms=600_000)
    pause = faulty.faults.inject("replication-pause", seconds=60)
    faulty.put(EU, pk, "earlier, by a clock that is ahead")
    wait_until(lambda: faulty.waiting(EU, US) > 0, "the replicator has seen it")
    faulty.put(US, pk, "later")
    wait_until(lambda: faulty.waiting(US, EU) > 0, "the replicator has seen that, too")
    faulty.faults.heal(pause.id)
    wait_until(lambda: faulty.body(US, pk) == faulty.body(AP, pk) == faulty.body(EU, pk), "equal")
    assert faulty.body(US, pk) == "earlier, by a clock that is ahead"


def test_the_stream_lambda_is_not_fed_while_convergence_is_stopped(faulty: FaultyCloud) -> None:
    fault = faulty.faults.inject("convergence-stop", EU, seconds=60)
    assert not faulty.stream_is_fed(EU)
    assert faulty.stream_is_fed(US)
    faulty.faults.heal(fault.id)
    assert faulty.stream_is_fed(EU)


def test_a_bad_deployment_serves_errors_and_is_rolled_back(faulty: FaultyCloud) -> None:
    before = faulty.serving(EU)
    fault = faulty.faults.inject("bad-deployment", EU, seconds=60)
    bad = faulty.ask(EU)
    assert bad.status >= 500
    assert faulty.serving(EU) != before
    assert faulty.ask(US).status == 200
    faulty.faults.heal(fault.id)
    assert faulty.ask(EU).status == 200
    assert faulty.serving(EU) == before


def test_a_canary_of_a_bad_deployment_hits_its_share(faulty: FaultyCloud) -> None:
    faulty.faults.inject("bad-deployment", EU, seconds=60, canary_share=0.5)
    seen: set[bool] = set()

    def both() -> bool:
        seen.add(faulty.ask(EU).status == 200)
        return seen == {True, False}

    wait_until(both, "some meet the bad version, some do not", within=90)


def test_a_drained_region_gets_no_requests(faulty: FaultyCloud) -> None:
    def answers() -> bool:
        headers = faulty.cloud.get(f"{QUERY}&n={uuid4().hex}", headers={PLACE: EU})[1]
        return f"region={EU}" in headers["x-carte-edge"]

    fault = faulty.faults.inject("drain", EU, seconds=60)
    wait_until(lambda: not answers(), "the edge asks another region")
    faulty.faults.heal(fault.id)
    wait_until(answers, "the region is back")


def test_a_frozen_region_answers_nobody(faulty: FaultyCloud) -> None:
    fault = faulty.faults.inject("freeze", EU, seconds=60)
    again = faulty.faults.inject("freeze", EU, seconds=60)
    assert faulty.ask(EU, patience=0.5).status == 0
    faulty.faults.heal(fault.id)
    assert regions.frozen(faulty.cloud.layout, EU)  # by the other one
    faulty.faults.heal(again.id)
    assert faulty.ask(EU).status == 200
