"""`carte check` on the shared cloud: a short run finds nothing, a planted bug is found."""

import json
from typing import Any

import pytest

from tests.support.local_cloud import LocalCloud

pytestmark = pytest.mark.slow


def check(cloud: LocalCloud, *options: str) -> tuple[int, dict[str, Any]]:
    done = cloud.carte("check", "--clients", "4", "--json", *options, check=False)
    assert done.stdout, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, answer


def test_nothing_is_lost_while_replication_pauses_and_regions_part(cloud: LocalCloud) -> None:
    code, answer = check(cloud, "--seconds", "5", "--faults", "replication-pause,region-cut")
    assert (code, answer["verdict"]) == (0, "ok"), answer
    assert answer["operations"] > 0
    assert [answer[name] for name in ("lost", "unequal", "duplicated")] == [0, 0, 0]
    assert set(answer["faults"]) <= {"replication-pause", "region-cut"}
    assert cloud.status()["healthy"]


def test_a_forgotten_operation_is_found_and_the_cloud_is_whole_again(cloud: LocalCloud) -> None:
    code, answer = check(cloud, "--seconds", "8", "--faults", "none", "--plant", "drop-operations")
    assert (code, answer["verdict"]) == (1, "violated")
    assert answer["duplicated"] + answer["answers"] > 0
    assert cloud.status()["healthy"]


def test_a_fault_that_does_not_exist_is_refused(cloud: LocalCloud) -> None:
    done = cloud.carte("check", "--faults", "earthquake", check=False)
    assert done.returncode == 1
    assert "choose from all, none, replication-pause" in done.stderr
