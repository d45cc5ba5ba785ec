"""The replicator between three real emulators: what a user of a global table would see."""

import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.replicator_cloud import REGIONS, Cloud, running_cloud, wait_until

US, EU, AP = REGIONS


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with running_cloud(tmp_path_factory.mktemp("cloud")) as cloud:
        yield cloud


@pytest.fixture
def cloud(shared: Cloud) -> Iterator[Cloud]:
    shared.command("/heal")
    yield shared
    shared.command("/heal")
    shared.quiet()
    assert shared.differences() == []


def test_a_write_of_any_shape_reaches_all_regions(cloud: Cloud) -> None:
    item: dict[str, Any] = {
        "text": {"S": "crème brûlée 🍩"},
        "number": {"N": "12345678901234567890.5"},
        "bytes": {"B": b"\x00\xff"},
        "flag": {"BOOL": True},
        "nothing": {"NULL": True},
        "names": {"SS": ["b", "a", "c"]},
        "numbers": {"NS": ["2", "1"]},
        "blobs": {"BS": [b"\x02", b"\x01"]},
        "list": {"L": [{"S": "x"}, {"M": {"deep": {"L": [{"N": "1"}]}}}]},
        "map": {"M": {"SS": {"SS": ["z", "y"]}, "empty": {"M": {}}}},
    }
    us, eu, ap = cloud.regions
    us.put("shapes", **item)
    cloud.quiet()
    assert us.items()["shapes"] == eu.items()["shapes"] == ap.items()["shapes"]
    eu.put("shapes", **(item | {"rev": {"S": "2"}}))
    cloud.quiet()
    tables = [one.items()["shapes"] for one in (us, eu, ap)]
    assert tables == [tables[1]] * 3
    assert '"rev"' in tables[0]


def test_a_delete_reaches_all_regions_and_stays_deleted(cloud: Cloud) -> None:
    us, eu, ap = cloud.regions
    us.put("gone", rev={"S": "1"})
    cloud.quiet()
    eu.delete("gone")
    cloud.quiet()
    assert [one.get("gone") for one in (us, eu, ap)] == [None] * 3


def test_of_two_concurrent_writes_the_later_stands_everywhere(cloud: Cloud) -> None:
    us, eu, ap = cloud.regions
    cloud.command("/pause")
    eu.put("both", rev={"S": "earlier"})
    wait_until("a new millisecond", _later())
    us.put("both", rev={"S": "later"})
    cloud.command("/resume")
    cloud.quiet()
    assert [_rev(one.get("both")) for one in (us, eu, ap)] == ["later"] * 3


def test_a_fast_clock_wins_and_a_later_write_in_its_region_still_beats_it(cloud: Cloud) -> None:
    us, eu, _ = cloud.regions
    cloud.command("/skew", region=EU, ms=10_000)
    cloud.command("/pause")
    eu.put("skewed", rev={"S": "from a fast clock"})
    wait_until("a new millisecond", _later())
    us.put("skewed", rev={"S": "later, by a right clock"})
    cloud.command("/resume")
    cloud.quiet()
    assert _rev(us.get("skewed")) == "from a fast clock"
    cloud.command("/skew", region=EU, ms=-10_000)
    us.put("skewed", rev={"S": "after reading it"})
    cloud.quiet()
    assert _rev(eu.get("skewed")) == "after reading it"


def test_a_cut_holds_back_one_direction_only(cloud: Cloud) -> None:
    us, eu, ap = cloud.regions
    cloud.command("/cut", **{"from": US, "to": EU})
    us.put("one-way", rev={"S": "1"})
    eu.put("other-way", rev={"S": "1"})
    wait_until("the open ways deliver", lambda: bool(ap.get("one-way") and us.get("other-way")))
    assert eu.get("one-way") is None
    code, answer = cloud.ask("/quiet?timeout=0.2")
    assert code == 504
    assert f"1 pending {US} -> {EU}" in answer["why"]
    cloud.command("/mend")
    cloud.quiet()
    assert _rev(eu.get("one-way")) == "1"


def test_lag_delays_and_healing_ends_it(cloud: Cloud) -> None:
    us, eu, ap = cloud.regions
    cloud.command("/lag", **{"from": US, "to": EU, "ms": 600, "jitter_ms": 50})
    began = time.monotonic()
    us.put("late", rev={"S": "1"})
    wait_until("the lagging region has it", lambda: eu.get("late") is not None)
    assert time.monotonic() - began >= 0.5
    assert ap.get("late") is not None
    cloud.command("/lag", **{"from": "*", "to": "*", "ms": 3_600_000})
    us.put("later", rev={"S": "1"})
    wait_until("it waits", lambda: _pair(cloud, US, EU)["pending"] == 1)
    cloud.command("/heal")
    cloud.quiet(5)


def test_duplicated_delivery_changes_nothing(cloud: Cloud) -> None:
    us, eu, _ = cloud.regions
    before = _pair(cloud, US, EU)
    cloud.command("/duplicate", **{"from": US, "to": EU, "share": 1})
    us.put("twice", rev={"S": "1"})
    wait_until("it is there", lambda: eu.get("twice") is not None)
    eu.put("twice", rev={"S": "2"})
    wait_until("it came again", lambda: _pair(cloud, US, EU)["duplicates"] > before["duplicates"])
    cloud.quiet()
    assert _rev(us.get("twice")) == "2"


def test_a_frozen_region_holds_up_nobody_and_catches_up(cloud: Cloud) -> None:
    us, eu, ap = cloud.regions
    eu.put("frozen", rev={"S": "before"})
    eu.process.signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        us.put("missed", rev={"S": "1"})
        wait_until("the third region has it", lambda: ap.get("missed") is not None)
        assert time.monotonic() - began < 1
        wait_until(
            "it counts as unreachable",
            lambda: not cloud.ask("/status")[1]["regions"][EU]["reachable"],
        )
    finally:
        eu.process.signal(signal.SIGCONT)
    cloud.quiet(15)
    assert eu.get("missed") is not None
    assert _rev(ap.get("frozen")) == "before"


def test_an_update_of_many_regions_at_once_settles_without_losing_an_unseen_write(
    cloud: Cloud,
) -> None:
    us, eu, _ = cloud.regions
    for number in range(30):
        us.put("busy", rev={"S": f"us {number}"})
        eu.put("busy", rev={"S": f"eu {number}"})
    cloud.quiet()
    assert _rev(us.get("busy")) == "eu 29"


@pytest.mark.parametrize(
    ("path", "body", "allowed"),
    [
        ("/cut", {"from": US, "to": US}, REGIONS),
        ("/cut", {"from": "mars"}, REGIONS),
        ("/lag", {"from": US, "to": EU, "ms": -1}, 0),
        ("/lag", {"from": US, "to": EU, "ms": True}, 0),
        ("/skew", {"region": US, "ms": "soon"}, 0),
        ("/skew", {"region": US, "milliseconds": 1}, "ms"),
        ("/duplicate", {"from": US, "to": EU, "share": 2}, 1),
        ("/pause", {"please": True}, ()),
    ],
)
def test_the_error_of_bad_input_says_what_is_allowed(
    cloud: Cloud, path: str, body: object, allowed: object
) -> None:
    code, answer = cloud.ask(path, body, post=True)
    assert code == 400
    assert answer["error"]
    for one in allowed if isinstance(allowed, tuple) else (allowed,):
        assert str(one) in str(answer["allowed"])


def test_the_error_of_an_unknown_path_names_the_known_ones(cloud: Cloud) -> None:
    code, answer = cloud.ask("/stop", post=True)
    assert code == 404
    assert "POST /heal" in answer["allowed"]


def _later() -> Any:
    moment = time.time_ns() // 1_000_000 + 3
    return lambda: time.time_ns() // 1_000_000 > moment


def _rev(item: dict[str, Any] | None) -> str | None:
    return None if item is None else item["rev"]["S"]


def _pair(cloud: Cloud, source: str, target: str) -> dict[str, Any]:
    pairs = cloud.ask("/status")[1]["pairs"]
    found: dict[str, Any] = next(
        one for one in pairs if (one["from"], one["to"]) == (source, target)
    )
    return found
