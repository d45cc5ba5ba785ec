"""Checks move requests away from a region and back, and never leave them without one."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.edge_cloud import MakeEdge, Origins, Reply, wait_for

pytestmark = pytest.mark.cloud
HERE, NEXT = "us-east-1", "eu-west-1"


def test_no_read_fails_while_a_region_freezes_and_comes_back(
    make_edge: MakeEdge, origins: Origins
) -> None:
    edge = make_edge(interval=0.2, response_timeout=0.5)
    replies: list[Reply] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            replies.append(edge.get())

    with ThreadPoolExecutor(4) as readers:
        reading = [readers.submit(read) for _ in range(4)]
        try:
            wait_for(lambda: len(replies) > 100, "reads before the freeze")
            origins[HERE].freeze()
            noticed = edge.wait_health(HERE, healthy=False)
            assert noticed < 5.0  # interval * threshold + check time-out is 1.4 s
            before = len(replies)
            wait_for(lambda: len(replies) > before + 100, "reads without the region")
            moved = edge.post()
            assert (moved.status, moved.edge["region"], moved.edge["why"]) == (200, NEXT, "health")
            origins[HERE].thaw()
            edge.wait_health(HERE, healthy=True)
            before = len(replies)
            wait_for(lambda: len(replies) > before + 100, "reads with the region again")
        finally:
            done.set()
        for one in reading:
            one.result()
    assert [reply for reply in replies if reply.status != 200] == []
    reasons = {reply.edge["why"] for reply in replies}
    assert {"nearest", "health", "failover"} == reasons
    assert edge.post().edge["region"] == HERE
    state = edge.region(HERE)
    assert state["changes"] >= 2
    assert state["in_flight"] == 0
    assert state["last_check"]["passed"]


def test_a_region_that_is_not_ready_is_left_and_taken_back(
    make_edge: MakeEdge, origins: Origins
) -> None:
    edge = make_edge(interval=0.1)
    origins[HERE].behave(ready=503)
    edge.wait_health(HERE, healthy=False)
    assert edge.region(HERE)["last_check"]["reason"] == "status 503"
    assert edge.get().edge["why"] == "health"
    assert edge.post().edge["region"] == NEXT
    assert origins[HERE].seen() == []
    origins[HERE].behave()
    edge.wait_health(HERE, healthy=True)
    assert edge.get().edge["why"] == "nearest"


def test_when_all_regions_are_unhealthy_the_edge_asks_them_anyway(
    make_edge: MakeEdge, origins: Origins
) -> None:
    edge = make_edge(interval=0.1)
    for region, origin in origins.items():
        origin.behave(ready=503)
        edge.wait_health(region, healthy=False)
    for reply in (edge.get(), edge.post()):
        assert (reply.status, reply.edge["region"]) == (200, HERE)
        assert reply.edge["why"] == "fail-open"
    assert edge.get("/ready").status == 503
    assert edge.get("/health").status == 200
