"""`carte check` on the shared cloud: a short run finds nothing, a planted bug is found."""

import json
from typing import Any

import pytest

from tests.support.local_cloud import LocalCloud, wait_until

pytestmark = pytest.mark.slow


def check(cloud: LocalCloud, *options: str) -> tuple[int, dict[str, Any]]:
    done = cloud.carte("check", "--clients", "4", "--json", *options, check=False)
    assert done.stdout, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, answer


FAULTS = "replication-pause,region-cut,drop-stream-records"


def test_nothing_is_lost_while_replication_pauses_and_records_are_lost(cloud: LocalCloud) -> None:
    code, answer = check(cloud, "--seconds", "5", "--faults", FAULTS)
    assert (code, answer["verdict"]) == (0, "ok"), answer
    assert answer["operations"] > 0
    assert [answer[name] for name in ("lost", "unequal", "duplicated")] == [0, 0, 0]
    assert set(answer["faults"]) <= {*FAULTS.split(",")}
    assert answer["lostRepairs"] > 0
    wait_until(lambda: cloud.status()["healthy"], "the cloud is healthy again", within=60)


def test_without_the_reconcilers_lost_records_are_found_in_every_run(cloud: LocalCloud) -> None:
    options = ("--faults", "drop-stream-records", "--plant", "reconciler-off")
    code, answer = check(cloud, "--seconds", "1", *options)
    assert (code, answer["verdict"]) == (1, "violated")
    assert answer["lostRepairs"] > 0
    assert all(answer[name] > 0 for name in ("lost", "duplicated", "unlisted")), answer
    wait_until(lambda: cloud.status()["healthy"], "the cloud is healthy again", within=60)


def test_a_forgotten_operation_is_found_and_the_cloud_is_whole_again(cloud: LocalCloud) -> None:
    code, answer = check(cloud, "--seconds", "8", "--faults", "none", "--plant", "drop-operations")
    assert (code, answer["verdict"]) == (1, "violated")
    assert answer["duplicated"] + answer["answers"] > 0
    wait_until(lambda: cloud.status()["healthy"], "the cloud is healthy again", within=60)


def test_orders_hold_their_invariants_while_replication_pauses(cloud: LocalCloud) -> None:
    options = ("--workload", "orders", "--seconds", "6", "--faults", "replication-pause")
    code, answer = check(cloud, *options)
    assert (code, answer["verdict"]) == (0, "ok"), answer
    assert answer["charged"] > 0
    found = answer["invariants"]
    assert set(found) == {"I1", "I2", "I3", "I4", "I5", "I6"}
    assert all(one["observations"] > 0 for one in found.values()), answer


@pytest.mark.thorough
def test_pieces_that_every_region_may_sell_are_found_to_be_sold_twice(cloud: LocalCloud) -> None:
    # Of the planted bugs the one that leaves nothing wrong between the cloud and its provider.
    options = ("--workload", "orders", "--seconds", "1", "--faults", "none")
    code, answer = check(cloud, *options, "--plant", "rights-off")
    assert (code, answer["verdict"]) == (1, "violated"), answer
    broken = {name for name, one in answer["invariants"].items() if one["violations"]}
    assert broken == {"I3"}


def test_a_fault_that_does_not_exist_is_refused(cloud: LocalCloud) -> None:
    done = cloud.carte("check", "--faults", "earthquake", check=False)
    assert done.returncode == 2
    assert "choose from all, none, replication-pause" in done.stderr
