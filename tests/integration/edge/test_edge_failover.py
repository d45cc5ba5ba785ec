"""The edge loses regions: reads go on, writes move once checks notice, nothing hangs."""

import socket
from collections.abc import Callable

import pytest

from infra_cdk.edge_rules import FAIL_OVER, WRITE_PATHS
from localcloud.ports import free_port
from tests.support.edge_cloud import (
    API,
    OTHER,
    READ,
    Edge,
    MakeEdge,
    OriginProcess,
    Origins,
)

HERE, NEXT, FAR = "us-east-1", "eu-west-1", "ap-southeast-1"


def failing(status: int) -> Callable[[OriginProcess], None]:
    return lambda origin: origin.behave(status=status)


@pytest.mark.parametrize(
    "fail",
    [
        *(failing(status) for status in FAIL_OVER),
        lambda origin: origin.behave(silent=True),
        lambda origin: origin.behave(broken=True),
        OriginProcess.freeze,
    ],
    ids=[*map(str, FAIL_OVER), "silent", "broken", "frozen"],
)
def test_a_read_is_answered_by_the_next_region(
    make_edge: MakeEdge, origins: Origins, fail: Callable[[OriginProcess], None]
) -> None:
    edge = make_edge(response_timeout=0.5)
    fail(origins[HERE])
    for method in ("GET", "HEAD", "OPTIONS"):
        reply = edge.ask(method, READ)
        assert reply.status == 200
        assert reply.edge == {
            "region": NEXT,
            "why": "failover",
            "cache": "miss" if method == "GET" else "pass",
            "attempts": "2",
        }
        assert reply.headers["x-carte-region"] == NEXT
        assert reply.seconds < 4


def test_an_answer_beyond_what_a_gateway_may_send_is_no_answer(
    edge: Edge, origins: Origins
) -> None:
    origins[HERE].behave(huge=True)
    assert edge.get().edge["why"] == "failover"
    assert edge.post().status == 502
    assert edge.region(HERE)["failures"] == {"too-large": 2}


def test_an_answer_that_is_no_outage_is_passed_on(edge: Edge, origins: Origins) -> None:
    for status in (200, 301, 400, 403, 404, 405, 413, 415, 501):
        origins[HERE].behave(status=status)
        reply = edge.get(f"{OTHER}A{status}")
        assert (reply.status, reply.edge["region"], reply.edge["attempts"]) == (status, HERE, "1")
    assert origins[NEXT].seen() == []


def test_a_region_that_refuses_connections_costs_no_time(make_edge: MakeEdge) -> None:
    edge = make_edge({HERE: f"http://127.0.0.1:{free_port()}"})
    reply = edge.get()
    assert (reply.status, reply.edge["region"]) == (200, NEXT)
    assert reply.seconds < 1.5
    assert edge.post().status == 502
    assert edge.region(HERE)["failures"] == {"connect": 2}


def test_a_region_that_never_accepts_is_left_after_the_connect_timeout(
    make_edge: MakeEdge,
) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        address = deaf.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:  # fill the queue of those who wait to be accepted
            one.setblocking(False)
            one.connect_ex(address)
        edge = make_edge({HERE: f"http://127.0.0.1:{address[1]}"}, connect_timeout=0.3)
        reply = edge.get()
        assert (reply.status, reply.edge["why"]) == (200, "failover")
        assert 0.25 < reply.seconds < 2
        for one in waiting:
            one.close()


@pytest.mark.parametrize(
    ("mode", "status"), [({"silent": True}, 504), ({"broken": True}, 502), ({"status": 503}, 503)]
)
def test_a_post_is_sent_once(
    make_edge: MakeEdge, origins: Origins, mode: dict[str, object], status: int
) -> None:
    edge = make_edge(write_timeout=1)
    origins[HERE].behave(**mode)
    reply = edge.post()
    assert (reply.status, reply.edge["region"], reply.edge["attempts"]) == (status, HERE, "1")
    assert len(origins[HERE].seen()) == 1
    assert origins[NEXT].seen() == []
    if status != 503:
        assert reply.json["errors"][0]["extensions"]["code"].startswith("ORIGIN_")
        assert reply.headers["retry-after"] == "1"


def test_where_both_throttle_a_reader_gets_429_and_no_third_region_is_tried(
    edge: Edge, origins: Origins
) -> None:
    for origin in origins.values():
        origin.behave(status=429)
    reply = edge.get()
    assert (reply.status, reply.edge["region"], reply.edge["attempts"]) == (429, NEXT, "2")
    assert [len(origins[region].seen()) for region in origins] == [1, 1, 0]
    # What throttled is not kept: the next request finds out anew.
    origins[HERE].behave()
    assert edge.get().edge["region"] == HERE


def test_a_write_that_is_throttled_stays_where_it_is(edge: Edge, origins: Origins) -> None:
    origins[HERE].behave(status=429)
    throttled = edge.post()
    assert (throttled.status, throttled.headers["retry-after"]) == (429, "1")
    assert origins[NEXT].seen() == []


def test_an_origin_group_holds_two_regions_and_the_last_answer_counts(
    make_edge: MakeEdge, origins: Origins
) -> None:
    edge = make_edge(response_timeout=0.5)
    origins[HERE].behave(silent=True)
    origins[NEXT].behave(status=503)
    reply = edge.get()
    assert (reply.status, reply.edge["region"], reply.edge["attempts"]) == (503, NEXT, "2")
    assert origins["ap-southeast-1"].seen() == []


def test_the_last_region_may_take_longer(make_edge: MakeEdge, origins: Origins) -> None:
    edge = make_edge(response_timeout=0.5)
    for origin in origins.values():
        origin.behave(slow=0.75)
    reply = edge.get()
    assert (reply.status, reply.edge["attempts"]) == (200, "2")
    assert edge.post().status == 200


@pytest.mark.parametrize(("path", "region"), [*zip(WRITE_PATHS, (HERE, NEXT, FAR), strict=True)])
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_each_path_of_a_write_leads_to_another_region_which_knows_one_path(
    warm_edge: Edge, origins: Origins, path: str, region: str, method: str
) -> None:
    attempt = str(WRITE_PATHS.index(path) + 1)
    reply = warm_edge.ask(method, f"{path}?a=b", {"x-carte-attempt": "7"})
    assert (reply.status, reply.edge["region"], reply.edge["attempts"]) == (200, region, attempt)
    assert reply.edge["why"] == ("nearest" if attempt == "1" else "failover")
    (seen,) = origins[region].seen()
    assert seen["path"] == f"{API}/graphql?a=b"
    assert seen["headers"]["x-carte-attempt"] == attempt


def test_a_write_that_two_regions_lost_succeeds_at_the_third(
    make_edge: MakeEdge, origins: Origins
) -> None:
    edge = make_edge(write_timeout=1)
    origins[HERE].freeze()
    origins[NEXT].behave(status=503)
    statuses = [edge.ask("POST", path, body="{}").status for path in WRITE_PATHS]
    assert statuses == [504, 503, 200]


def test_a_drained_region_gets_the_last_attempt_and_no_other(
    warm_edge: Edge, origins: Origins
) -> None:
    assert warm_edge.drain(HERE, drained=True).status == 200
    try:
        replies = [warm_edge.ask("POST", path, body="{}") for path in WRITE_PATHS]
    finally:
        warm_edge.drain(HERE, drained=False)
    assert [reply.edge["region"] for reply in replies] == [NEXT, FAR, HERE]


def test_the_third_path_may_take_longer(make_edge: MakeEdge, origins: Origins) -> None:
    edge = make_edge(write_timeout=0.3)
    for origin in origins.values():
        origin.behave(slow=0.6)
    assert [edge.ask("POST", path, body="{}").status for path in WRITE_PATHS] == [504, 504, 200]
