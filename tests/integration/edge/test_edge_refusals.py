"""What the edge refuses, and that refusing is all that happens."""

import contextlib
import http.client
import socket

import pytest

from tests.support.edge_cloud import Edge, MakeEdge, Origins

HERE = "us-east-1"


@pytest.fixture
def edge(warm_edge: Edge) -> Edge:
    """One edge for all tests here: none of them cares what it did before."""
    return warm_edge


def raw(port: int, *lines: bytes) -> bytes:
    """Send exactly these lines and read until the edge closes or has answered."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(b"\r\n".join((*lines, b"Host: x", b"Connection: close", b"", b"")))
        answer = b""
        while chunk := client.recv(65536):
            answer += chunk
        return answer


CLIMBING = (
    b"/../../etc/passwd",
    b"/assets/%2e%2e/%2e%2e/secret.txt",
    b"/assets/..%2f..%2fsecret.txt",
    b"/assets/..\\secret.txt",
    b"/_region/us-east-1/../../../_ministack/health",
    b"/_region/us-east-1/%2E%2E/%2e%2e/_ministack/health",
    b"/graphql/persisted/../../_mode",
    b"/%00",
    b"/\xff\xfe",
    b"/%ff",
    b"http://elsewhere/graphql",
)


def test_a_target_that_climbs_is_refused(edge: Edge, origins: Origins) -> None:
    (edge.folder / "secret.txt").write_text("secret")
    (edge.site_dir / "assets").mkdir(parents=True)
    for target in CLIMBING:
        answer = raw(edge.port, b"GET " + target + b" HTTP/1.1")
        assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 ")), target
        assert b"secret" not in answer.partition(b"\r\n\r\n")[2], target
    assert all(origin.seen() == [] for origin in origins.values())


def test_odd_bytes_in_headers_are_no_failure_of_the_edge(edge: Edge) -> None:
    for name in (b"X-A", b"X-Carte-Place", b"X-Forwarded-For", b"Accept", b"Accept-Encoding"):
        header = name + b": \xff\xfe\xe9"
        status = raw(edge.port, b"GET /graphql?query=%7Ba%7D HTTP/1.1", header).split()[1]
        assert status in {b"200", b"400"}, name
        assert raw(edge.port, b"GET /health HTTP/1.1", header).split()[1] in {b"200", b"400"}


def test_a_body_beyond_the_limit_is_refused(make_edge: MakeEdge, origins: Origins) -> None:
    edge = make_edge(max_body=1000)
    assert edge.post("x" * 1000).status == 200
    assert edge.post("x" * 1001).status == 413
    connection = http.client.HTTPConnection("127.0.0.1", edge.port, timeout=5)
    with contextlib.closing(connection):
        chunks = (b"x" * 600 for _ in range(2))
        connection.request("POST", "/graphql", body=chunks, encode_chunked=True)
        assert connection.getresponse().status == 413
    assert len(origins[HERE].seen()) == 1


def test_a_client_may_wait_for_100_continue(edge: Edge) -> None:
    with socket.create_connection(("127.0.0.1", edge.port), timeout=5) as client:
        client.sendall(
            b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
            b"Expect: 100-continue\r\nConnection: close\r\n\r\n"
        )
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"{}")
        assert client.recv(100).startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_method_that_a_path_does_not_take(edge: Edge) -> None:
    for method, path, allow in (
        ("DELETE", "/graphql", "GET, HEAD, OPTIONS, POST"),
        ("POST", "/graphql/persisted/menu", "GET, HEAD, OPTIONS"),
        ("POST", "/", "GET, HEAD"),
        ("POST", "/_edge/status", "GET"),
        ("GET", "/_edge/drain", "POST"),
    ):
        reply = edge.ask(method, path)
        assert (reply.status, reply.headers["allow"]) == (405, allow)
        assert reply.headers["x-carte-edge"].startswith("origin=")
