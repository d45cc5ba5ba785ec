"""The operator endpoints of the edge take orders from this machine and from their own page only."""

import http.client
from contextlib import closing

import pytest

from tests.support.edge_cloud import Edge

pytestmark = pytest.mark.cloud
HERE = "us-east-1"
DRAIN = f'{{"region": "{HERE}", "drained": true}}'
ORDERS = (
    ("/_edge/drain", DRAIN),
    ("/_edge/purge", '{"all": true}'),
    ("/_edge/settings", '{"cache": false, "seconds": 60}'),
    ("/_edge/heal", '{"all": true}'),
)
FOREIGN = (
    ({"host": "evil.example"}, 421),
    ({"host": "127.0.0.1.evil.example:8080"}, 421),
    ({"host": "\xff\xfe"}, 421),
    ({"origin": "http://evil.example"}, 403),
    ({"origin": "https://localhost"}, 403),
    ({"origin": "null"}, 403),
    ({"content-type": "text/plain"}, 415),
    ({"content-type": "application/x-www-form-urlencoded"}, 415),
    ({"content-type": ""}, 415),
)


@pytest.fixture
def edge(warm_edge: Edge) -> Edge:
    """One edge for all tests here: none of them depends on what it did before."""
    return warm_edge


@pytest.mark.parametrize(("headers", "status"), FOREIGN)
def test_a_foreign_order_is_refused_and_does_nothing(
    edge: Edge, headers: dict[str, str], status: int
) -> None:
    before = edge.last_event()
    for path, body in ORDERS:
        sent = {"content-type": "application/json", **headers}
        reply = edge.ask("POST", path, sent, body)
        assert reply.status == status
        assert reply.json["errors"][0]["message"]
    assert edge.last_event() == before
    assert not edge.region(HERE)["drained"]


def test_nothing_is_shown_to_a_rebound_name(edge: Edge) -> None:
    for path in ("/_edge", "/_edge/", "/_edge/status", "/_edge/requests", "/_edge/none"):
        assert edge.ask("GET", path, {"host": "evil.example"}).status == 421


def test_the_page_of_the_edge_and_programs_may_send_orders(edge: Edge) -> None:
    page = {
        "host": f"localhost:{edge.port}",
        "origin": f"http://localhost:{edge.port}",
        "content-type": "application/json",
    }
    assert edge.ask("POST", "/_edge/purge", page, '{"all": true}').status == 200
    assert edge.operate("purge", all=True).status == 200


@pytest.mark.parametrize(
    "since", ["9" * 4_400, "-1", "x", "%F9%A1", "1e3", "%00", "٣", "0x1", " 1", "1" * 17]
)
def test_an_event_number_at_its_extremes_is_refused_in_words(edge: Edge, since: str) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", edge.port, timeout=10)) as connection:
        quoted = "".join(one if one.isascii() and one != " " else "%D9%A3" for one in since)
        connection.request("GET", f"/_edge/events?since={quoted}")
        answer = connection.getresponse()
        body = answer.read()
    assert answer.status == 400, body
    assert b"since must be the number of an event" in body


def test_the_greatest_event_number_has_no_newer_events(edge: Edge) -> None:
    assert edge.get("/_edge/events?since=" + "9" * 16).json["events"] == []


def test_orders_at_their_extremes_are_refused_in_words(edge: Edge) -> None:
    long = "9" * 4_400
    kind = {"content-type": "application/json"}
    for path, body in (
        ("settings", f'{{"cache": false, "seconds": {long}}}'),
        ("settings", '{"cache": false, "seconds": true}'),
        ("settings", '{"cache": false, "seconds": 1e308}'),
        ("settings", f'{{"{long}": true}}'),
        ("drain", "[" * 5_000),
        ("drain", f'{{"region": "{HERE}", "drained": {long}}}'),
        ("purge", '{"tags": ["\\ud800"]}'),
        ("purge", '{"tags": [1]}'),
        ("heal", '{"id": "\\ud800"}'),
        ("heal", f'{{"id": "{long}"}}'),
    ):
        assert edge.ask("POST", f"/_edge/{path}", kind, body).status == 400, body[:40]
    reply = edge.ask("POST", "/_edge/drain", kind, f'{{"region": "{long}", "drained": true}}')
    assert reply.status == 404
    assert len(reply.body) < 400


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-carte-place", "9" * 7_000),
        ("x-carte-place", f"{'9' * 400},{'9' * 400}"),
        ("x-carte-place", "nan,inf"),
        ("accept", "a/b," * 1_500),
        ("accept-encoding", "gzip;q=" + "9" * 5_000),
        ("if-none-match", '"' * 7_000),
        ("cache-control", "max-age=" + "9" * 5_000),
        ("age", "9" * 5_000),
        ("x-forwarded-for", "9" * 7_000),
        ("connection", "a," * 3_000),
    ],
)
def test_no_header_at_its_extremes_fails_a_read(edge: Edge, name: str, value: str) -> None:
    path = "/graphql/persisted/menu?variables=%7B%7D"
    assert edge.ask("GET", path, {name: value}).status in {200, 406}
