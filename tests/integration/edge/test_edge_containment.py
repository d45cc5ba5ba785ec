"""One frozen region holds up nobody but those who insist on it."""

import socket
from concurrent.futures import ThreadPoolExecutor

from tests.support.edge_cloud import API, OTHER, MakeEdge, Origins, wait_for

HERE, NEXT = "us-east-1", "eu-west-1"


def test_a_frozen_region_does_not_use_up_the_connections_of_the_others(
    make_edge: MakeEdge, origins: Origins
) -> None:
    edge = make_edge(connections=2, response_timeout=3)
    origins[HERE].freeze()
    with ThreadPoolExecutor(16) as clients:
        stuck = [clients.submit(edge.get, f"{OTHER}A{n}") for n in range(12)]
        wait_for(lambda: edge.region(HERE)["in_flight"] == 12, "the frozen region's pool is full")
        elsewhere = edge.get(x_carte_place=NEXT)
        assert (elsewhere.status, elsewhere.edge["attempts"]) == (200, "1")
        assert [one.result().status for one in stuck] == [200] * 12
    assert edge.region(HERE)["failures"]["connect"] == 10


def test_clients_who_leave_take_their_requests_with_them(
    make_edge: MakeEdge, origins: Origins
) -> None:
    edge = make_edge(write_timeout=30)
    origins[HERE].behave(silent=True)
    clients = []
    for _ in range(20):
        client = socket.create_connection(("127.0.0.1", edge.port))
        client.sendall(b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
        clients.append(client)
    wait_for(lambda: edge.region(HERE)["in_flight"] == 20, "all wait for the silent region")
    for client in clients:
        client.close()
    took = wait_for(lambda: edge.region(HERE)["in_flight"] == 0, "nobody waits any more")
    assert took < 3  # sooner than the time-out
    wait_for(
        lambda: edge.log.read_text().count('"status":499') == 20, "the log says that they left"
    )


def test_the_edge_ends_at_once_with_requests_under_way(
    make_edge: MakeEdge, origins: Origins
) -> None:
    edge = make_edge(interval=0.1, write_timeout=30)
    origins[HERE].freeze()
    with socket.create_connection(("127.0.0.1", edge.port)) as client:
        client.sendall(b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
        wait_for(lambda: edge.region(HERE)["in_flight"] == 1, "the request is under way")
        assert edge.stop() < 3.0
        edge.start()


def test_a_pinned_region_answers_alone(make_edge: MakeEdge, origins: Origins) -> None:
    edge = make_edge(interval=0.1, last_write_timeout=1)
    origins[NEXT].behave(ready=503)
    edge.wait_health(NEXT, healthy=False)
    reply = edge.get(f"/_region/{NEXT}/graphql?query=%7Ba%7D")
    assert reply.edge == {"region": NEXT, "why": "pinned", "cache": "pass", "attempts": "1"}
    assert reply.json["path"] == f"{API}/graphql?query=%7Ba%7D"
    assert edge.get(f"/_region/{NEXT}/ready").status == 503
    origins[NEXT].behave(silent=True)
    assert edge.get(f"/_region/{NEXT}/graphql").status == 504
    unknown = edge.get("/_region/mars-1/graphql")
    assert unknown.status == 404
    assert "us-east-1, eu-west-1, ap-southeast-1" in unknown.json["errors"][0]["message"]
