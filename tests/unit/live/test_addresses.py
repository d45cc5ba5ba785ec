"""An address has a bounded number of connections, whatever it says about itself."""

from typing import Any

import pytest

from services.domain.live.subprotocol import SUBPROTOCOL
from services.live.addresses import address_of, counted_as
from services.storage.live_requests import LiveRequests
from services.storage.live_rows import LIFETIME_S
from services.storage.table import Table
from tests.support.live_region import LiveRegion

HEADERS = {"Sec-WebSocket-Protocol": SUBPROTOCOL}


@pytest.fixture
def region(table: Table) -> LiveRegion:
    del table
    return LiveRegion(per_address=3)


def statuses(region: LiveRegion, address: str, count: int) -> list[int]:
    """Connect so often; return the status of each handshake."""
    return [
        int(region.knock(f"{address}-{at}", HEADERS, address)["statusCode"]) for at in range(count)
    ]


def test_the_fourth_connection_of_an_address_is_refused_and_no_other_address(
    region: LiveRegion,
) -> None:
    assert statuses(region, "192.0.2.1", 5) == [200, 200, 200, 429, 429]
    assert region.report.refused == 2
    assert region.table.connections.read("192.0.2.1-3") is None
    assert statuses(region, "192.0.2.2", 1) == [200]


def test_a_connection_that_ends_makes_room(region: LiveRegion) -> None:
    statuses(region, "192.0.2.1", 3)
    region.event("DISCONNECT", "192.0.2.1-0")
    region.event("DISCONNECT", "192.0.2.1-0")  # API Gateway may repeat it
    assert [
        region.knock(name, HEADERS, "192.0.2.1")["statusCode"] for name in ("new", "newer")
    ] == [200, 429]


def test_an_end_that_is_lost_is_forgotten_with_its_window(region: LiveRegion) -> None:
    region.seconds = 10 * LIFETIME_S
    statuses(region, "192.0.2.1", 3)
    region.seconds += LIFETIME_S
    assert region.knock("late", HEADERS, "192.0.2.1")["statusCode"] == 200


def test_what_is_refused_for_another_reason_is_not_counted(region: LiveRegion) -> None:
    for at in range(9):
        assert region.knock(f"wrong-{at}", {}, "192.0.2.1")["statusCode"] == 400
    assert statuses(region, "192.0.2.1", 3) == [200, 200, 200]


def test_only_the_edge_gets_in(table: Table) -> None:
    del table
    region = LiveRegion(secrets=frozenset({"newest", "before"}))
    for shown, status in ((None, 403), ("guessed", 403), ("newest", 200), ("before", 200)):
        headers = HEADERS if shown is None else {**HEADERS, "Referer": shown}
        assert region.knock(f"c-{shown}", headers, "192.0.2.1")["statusCode"] == status


@pytest.mark.parametrize(
    ("forwarded", "behind_edge", "address"),
    [
        (None, False, "198.51.100.7"),
        # Without an edge in front, what a client writes there is its own word.
        ("203.0.113.5", False, "198.51.100.7"),
        ("203.0.113.5, 198.51.100.7", True, "203.0.113.5"),
        ("203.0.113.5", True, "203.0.113.5"),
        ("1.1.1.1, 203.0.113.5, 198.51.100.7", True, "203.0.113.5"),
        (" , ,", True, "198.51.100.7"),
        (None, True, "198.51.100.7"),
    ],
)
def test_the_address_is_that_which_the_edge_appended(
    forwarded: str | None, *, behind_edge: bool, address: str
) -> None:
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    about: dict[str, Any] = {"identity": {"sourceIp": "198.51.100.7"}}
    assert address_of(headers, about, behind_edge=behind_edge) == address


def test_one_ipv6_network_is_one_address_and_the_key_does_not_show_it() -> None:
    one = counted_as("2001:db8:1:2::1")
    assert one == counted_as("2001:db8:1:2:ffff::9")
    assert one != counted_as("2001:db8:1:3::1")
    assert counted_as("192.0.2.1") != counted_as("192.0.2.2")
    assert "2001" not in one
    assert counted_as("no address \ud800") != counted_as("")


def test_a_connection_that_several_find_gone_is_uncounted_once(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    region = LiveRegion(per_address=2)
    one, _ = region.connect(), region.connect()
    write = region.table.topics.write

    def meanwhile(requests: Any) -> None:
        monkeypatch.undo()
        region.table.connections.close(one)
        write(requests)

    monkeypatch.setattr(region.table.topics, "write", meanwhile)
    region.table.connections.close(one)
    region.connect()
    headers = {"Sec-WebSocket-Protocol": "graphql-transport-ws"}
    assert region.knock("more", headers, "192.0.2.1")["statusCode"] == 429


def test_a_connection_that_cannot_be_stored_is_not_counted(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    region = LiveRegion(per_address=1)

    def failing(*_: Any) -> Any:
        raise ConnectionError("the table does not answer")

    headers = {"Sec-WebSocket-Protocol": "graphql-transport-ws"}
    with monkeypatch.context() as patched:
        patched.setattr(LiveRequests, "put_item", failing)
        assert region.knock("one", headers, "192.0.2.1")["statusCode"] == 503
    region.connect()
