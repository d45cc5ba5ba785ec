"""Checks move requests away from a region and back, and never leave them without one."""

import threading
from concurrent.futures import ThreadPoolExecutor

from tests.support.edge_cloud import OTHER, MakeEdge, Origins, Reply, wait_for

HERE, NEXT, FAR = "us-east-1", "eu-west-1", "ap-southeast-1"


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


def test_with_two_regions_lost_the_second_to_try_is_a_healthy_one(
    make_edge: MakeEdge, origins: Origins
) -> None:
    edge = make_edge(interval=0.1)
    for region in (HERE, NEXT):
        origins[region].behave(ready=503, status=500)
    for region in (HERE, NEXT):
        edge.wait_health(region, healthy=False)
    for reply in (edge.get(), edge.post()):
        assert (reply.status, reply.edge["region"]) == (200, FAR)
    assert edge.status()["places"][HERE]["origins"] == [FAR, HERE]


def test_a_flag_is_obeyed_also_where_only_the_drained_region_is_well(
    make_edge: MakeEdge, origins: Origins
) -> None:
    edge = make_edge(interval=0.1)
    edge.drain(FAR, drained=True)
    for region in (HERE, NEXT):
        origins[region].behave(ready=503, status=500)
    for region in (HERE, NEXT):
        edge.wait_health(region, healthy=False)
    for reply in (edge.get(), edge.post()):
        assert reply.status == 500
    assert origins[FAR].seen() == []
    edge.drain(FAR, drained=False)
    for reply in (edge.get(OTHER), edge.post()):
        assert (reply.status, reply.edge["region"]) == (200, FAR)


def test_a_resolver_keeps_its_answer_for_the_ttl_and_then_writes_move(
    make_edge: MakeEdge, origins: Origins
) -> None:
    edge = make_edge(interval=1.0, ttl=20.0, time_scale=10.0)
    assert edge.status()["effective"]["ttl"] == 2.0
    assert edge.post().edge["region"] == HERE
    origins[HERE].behave(ready=503, status=503)
    edge.wait_health(HERE, healthy=False)
    kept = edge.post()
    assert (kept.status, kept.edge["region"]) == (503, HERE)
    assert edge.get().edge["why"] == "failover"  # a read does not wait for DNS
    took = wait_for(lambda: edge.post().status == 200, "DNS has forgotten the region")
    assert took < 8
    (shift,) = edge.events("shift")
    assert (shift["place"], shift["from"], shift["to"]) == (HERE, HERE, NEXT)
    assert shift["why"] == "health"


def test_events_show_in_order_what_was_decided(make_edge: MakeEdge, origins: Origins) -> None:
    edge = make_edge(interval=0.1, drain_delay=0.2)
    edge.get()
    start = edge.get("/_edge/events?since=0").json["last"]
    origins[HERE].behave(ready=503)
    edge.wait_health(HERE, healthy=False)
    edge.post()
    edge.drain(NEXT, drained=True)
    assert edge.post().edge["region"] == NEXT  # the flag is on its way
    wait_for(lambda: edge.post().edge["region"] == FAR, "the flag is in force")
    answer = edge.get(f"/_edge/events?since={start}").json
    numbers = [event["seq"] for event in answer["events"]]
    assert numbers == sorted(set(numbers))
    assert answer["last"] == numbers[-1] > start
    assert [(event["kind"], event.get("region") or event["to"]) for event in answer["events"]] == [
        ("health", HERE),
        ("shift", NEXT),
        ("drain-flag", NEXT),
        ("drain", NEXT),
        ("shift", FAR),
    ]
    assert edge.get(f"/_edge/events?since={answer['last']}").json["events"] == []
    edge.stop()
    edge.start()
    assert edge.get("/_edge/events?since=0").json["events"][0]["seq"] > answer["last"]


def test_the_status_states_the_time_scale_and_what_theory_says_of_it(make_edge: MakeEdge) -> None:
    edge = make_edge(interval=10, threshold=3, check_timeout=2.0, ttl=60, time_scale=10)
    status = edge.status()
    assert status["time_scale"] == 10
    assert status["effective"] == {
        "interval": 1.0,
        "check_timeout": 1.0,
        "ttl": 6.0,
        "drain_delay": 0.0,
    }
    assert status["bounds"] == {"detect_seconds": 4.0, "shift_seconds": 10.0}
    history = edge.region(HERE)
    assert (history["history"], history["recent_checks"][0]["passed"]) == ([], True)
