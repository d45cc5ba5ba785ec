"""What passes through the edge, to which region, and what it adds."""

import contextlib
import http.client
import socket

import pytest

from tests.support.edge_cloud import API, Edge, Origins, ask

HERE, NEXT, FAR = "us-east-1", "eu-west-1", "ap-southeast-1"


@pytest.fixture
def edge(warm_edge: Edge) -> Edge:
    """One edge for all tests here: none of them cares what it did before."""
    return warm_edge


def test_the_nearest_region_to_the_place_of_the_client(edge: Edge) -> None:
    nearest = {
        "eu-west-1": NEXT,
        "ap-northeast-1": FAR,
        "48.14,11.58": NEXT,
        "JP": FAR,
        "de": NEXT,
        "US": HERE,
    }
    assert {place: edge.get(x_carte_place=place).edge["region"] for place in nearest} == nearest
    assert edge.get("/graphql?query=%7Ba%7D&place=SG").edge["region"] == FAR
    assert edge.get(CloudFront_Viewer_Country="FR").edge["region"] == NEXT
    by_degrees = edge.get(CloudFront_Viewer_Latitude="1.3", CloudFront_Viewer_Longitude="103.8")
    assert by_degrees.edge["region"] == FAR
    assert edge.post(x_carte_place=NEXT).edge["region"] == NEXT
    assert (
        edge.get().headers["x-carte-edge"]
        == "region=us-east-1; why=nearest; cache=miss; attempts=1"
    )
    lost = edge.get(x_carte_place="Atlantis")
    assert (lost.status, lost.edge["region"], lost.edge["place"]) == (200, HERE, "unknown")


def test_a_request_reaches_the_api_as_it_was_sent(edge: Edge, origins: Origins) -> None:
    query = "query=%7Bmenu(storeId%3A%22%C3%A9%2B+%22)%7D&variables=%7B%7D&x=a%2Fb"
    edge.ask("GET", f"/graphql?{query}", {"Accept": "a/b", "Cookie": "c=1"})
    edge.post('{"query":"é"}'.encode().decode("latin-1"), Authorization="Bearer x")
    get, post = origins[HERE].seen()
    assert get["path"] == f"{API}/graphql?{query}"
    assert (get["headers"]["accept"], get["headers"]["cookie"]) == ("a/b", "c=1")
    assert get["headers"]["host"] == f"127.0.0.1:{origins[HERE].port}"
    assert get["headers"]["x-forwarded-for"] == "127.0.0.1"
    assert get["headers"]["via"] == "1.1 carte-edge"
    assert "user-agent" not in get["headers"]
    assert post["body"] == '{"query":"é"}'
    assert post["headers"]["authorization"] == "Bearer x"
    assert post["headers"]["content-type"] == "application/json"


def test_an_answer_reaches_the_client_without_what_belongs_to_one_hop(
    edge: Edge, origins: Origins
) -> None:
    reply = edge.get("/graphql?query=%7Ba%7D")
    assert reply.headers["x-carte-region"] == HERE
    assert reply.headers["etag"] == '"e"'
    assert reply.headers["content-type"] == "application/json; charset=utf-8"
    assert "keep-alive" not in reply.headers
    head = edge.ask("HEAD", "/graphql?query=%7Ba%7D")
    assert (head.status, head.body, head.headers["x-carte-region"]) == (200, b"", HERE)
    assert int(head.headers["content-length"]) > 0
    origins[HERE].behave(status=304)
    same = edge.get("/graphql?query=%7Ba%7D")
    assert (same.status, same.body) == (304, b"")
    origins[HERE].behave(status=204)
    assert (edge.ask("OPTIONS", "/graphql").status, edge.get().body) == (204, b"")


def test_connections_are_kept_to_clients_and_regions(edge: Edge, origins: Origins) -> None:
    client = http.client.HTTPConnection("127.0.0.1", edge.port, timeout=5)
    with contextlib.closing(client):
        for _ in range(5):
            client.request("GET", "/graphql?query=%7Ba%7D")
            assert client.getresponse().read()
    assert len({request["peer"] for request in origins[HERE].seen()}) == 1


def test_localhost_is_reached_by_ipv6_too(edge: Edge) -> None:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    assert ask(edge.port, "GET", "/health", host="::1").status == 200
