"""Parts that a drill switches off: they are off, the drill fails, and they come back."""

import pytest

from tests.support.edge_cloud import OTHER, Edge, MakeEdge, Origins, wait_for

HERE, NEXT = "us-east-1", "eu-west-1"


@pytest.fixture
def edge(warm_edge: Edge) -> Edge:
    """One edge for all tests here: none of them cares what it did before."""
    return warm_edge


def test_without_origin_failover_a_dead_region_fails_its_readers(
    edge: Edge, origins: Origins
) -> None:
    origins[HERE].behave(status=500)
    assert edge.get().status == 200
    edge.operate("settings", origin_failover=False, seconds=60)
    failed = edge.get(f"{OTHER}B")
    assert (failed.status, failed.edge["region"], failed.edge["attempts"]) == (500, HERE, "1")
    edge.operate("settings", origin_failover=True)
    assert edge.get(f"{OTHER}C").edge["why"] == "failover"


def test_without_health_checks_writes_go_on_to_a_dead_region(
    make_edge: MakeEdge, origins: Origins
) -> None:
    edge = make_edge(interval=0.1, ttl=60)
    origins[HERE].behave(ready=503)
    edge.wait_health(HERE, healthy=False)
    assert edge.post().edge["region"] == NEXT
    edge.operate("settings", health_checks=False, seconds=60)
    assert edge.post().edge["region"] == HERE
    assert not edge.region(HERE)["healthy"]  # they are not heeded, but go on
    edge.operate("settings", health_checks=True)
    assert edge.post().edge["region"] == NEXT


def test_without_cache_every_read_reaches_a_region(edge: Edge, origins: Origins) -> None:
    origins[HERE].behave(headers={"Cache-Control": "max-age=60"})
    edge.get()
    edge.operate("settings", cache=False, seconds=60)
    assert [edge.get().edge["cache"] for _ in range(2)] == ["pass", "pass"]
    assert len(origins[HERE].seen()) == 3
    edge.operate("settings", cache=True)
    assert edge.get().edge["cache"] == "hit"


def test_a_switch_comes_back_by_itself(edge: Edge) -> None:
    before = edge.last_event()
    answer = edge.operate("settings", cache=False, origin_failover=False, seconds=0.3)
    assert not answer.json["switches"]["cache"]["on"]
    assert answer.json["switches"]["cache"]["until"]
    assert answer.json["switches"]["health_checks"] == {"on": True, "until": None}
    wait_for(lambda: bool(edge.status()["switches"]["cache"]["on"]), "the cache is back")
    wait_for(lambda: len(edge.events("switch", before)) == 4, "all four are in the list of events")
    assert [
        (event["name"], event["on"], event["why"]) for event in edge.events("switch", before)
    ] == [
        ("cache", False, "requested"),
        ("origin_failover", False, "requested"),
        ("cache", True, "time is up"),
        ("origin_failover", True, "time is up"),
    ]


def test_a_later_wish_replaces_an_earlier_one(edge: Edge) -> None:
    edge.operate("settings", cache=False, seconds=0.3)
    edge.operate("settings", cache=False, seconds=600)
    edge.operate("settings", origin_failover=False, seconds=0.6)
    wait_for(lambda: bool(edge.status()["switches"]["origin_failover"]["on"]), "0.6 s have passed")
    assert not edge.status()["switches"]["cache"]["on"]


def test_wishes_that_mean_nothing_are_explained(edge: Edge) -> None:
    for wish, word in (
        ({}, "origin_failover"),
        ({"cache": False}, "seconds"),
        ({"cache": False, "seconds": 901}, "900"),
        ({"cache": False, "seconds": "60"}, "seconds"),
        ({"cache": 0, "seconds": 60}, "true or false"),
        ({"colour": True}, "origin_failover"),
        ({"time_scale": 10}, "--time-scale"),
    ):
        reply = edge.operate("settings", **wish)
        assert reply.status == 400
        assert word in reply.json["errors"][0]["message"]
    assert edge.operate("purge").status == 400
    assert edge.operate("purge", tags=[]).status == 400
    assert edge.operate("purge", tags=["a"], all=True).status == 200
    assert edge.get("/_edge/events?since=x").status == 400
