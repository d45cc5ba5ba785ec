"""Live updates through the edge: ordinary clients, other regions, a region that is left."""

import asyncio
import json
import subprocess
import threading
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp
import pytest
from gql import Client, gql
from gql.transport.websockets import WebsocketsTransport

from localcloud.issuer import this_machines
from localcloud.layout import REPO_ROOT
from tests.support.local_cloud import LocalCloud, wait_until

SUBPROTOCOL = "graphql-transport-ws"
STORE = "{ stores(first: 1) { edges { node { id } } } }"
ITEMS = "query($id: ID!) { menu(storeId: $id) { categories { items { id } } } }"
MENU = """subscription Menu($id: ID!) { menuChanged(storeId: $id) {
  version menu { categories { items { id price { amountMinor } } } } } }"""
SET = """mutation Set($input: UpdateAssortmentInput!) {
  updateAssortment(input: $input) { errors { message } } }"""
NODE_CLIENT = REPO_ROOT / "tests" / "support" / "watch_menu.mjs"
PATIENCE = 60.0  # seconds, on a busy machine with cold Lambdas


@pytest.fixture(scope="module")
def shop(cloud: LocalCloud) -> tuple[str, str]:
    """A store and an item of its menu."""
    stores: list[str] = []
    items: list[str] = []

    # Cold Lambdas of a busy machine answer too late for the edge.
    def has_stores() -> bool:
        edges = (cloud.graphql(STORE).get("data") or {"stores": {"edges": []}})["stores"]["edges"]
        stores.extend(edge["node"]["id"] for edge in edges)
        return bool(stores)

    def has_items() -> bool:
        menu = (cloud.graphql(ITEMS, {"id": stores[0]}).get("data") or {"menu": None})["menu"]
        if menu:
            items.extend(one["id"] for one in menu["categories"][0]["items"])
        return bool(items)

    # A region remembers the directory of stores for a minute.
    def has_sockets() -> bool:
        return asyncio.run(answers(url(cloud)))

    wait_until(has_sockets, "a WebSocket is answered", within=120)
    wait_until(has_stores, "the directory shows a store", within=120)
    wait_until(has_items, "the store has a menu", within=120)
    return stores[0], items[0]


def url(cloud: LocalCloud, region: str | None = None) -> str:
    """The WebSocket of the edge, or of one region through it."""
    prefix = f"/_region/{region}" if region else ""
    return f"ws://127.0.0.1:{cloud.port}{prefix}/graphql"


async def answers(address: str) -> bool:
    """Return whether a handshake succeeds; that of a cold Lambda takes too long."""
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(address, protocols=(SUBPROTOCOL,)),
        ):
            return True
    except aiohttp.ClientError:
        return False


def set_price(cloud: LocalCloud, region: str, shop: tuple[str, str], price: int) -> None:
    """Set an item's price in a region."""
    store, item = shop
    token = this_machines().token([f"store:{store}:manager"])
    line = {"itemId": item, "priceMinor": price, "listed": True}
    wanted = {"operationId": str(uuid.uuid4()), "storeId": store, "lines": [line]}
    headers = {"authorization": f"Bearer {token}"}

    def is_set() -> bool:  # again with the same operationId where a cold Lambda was too late
        answer = cloud.graphql(SET, {"input": wanted}, region=region, headers=headers).get("data")
        return bool(answer) and answer["updateAssortment"]["errors"] == []

    wait_until(is_set, f"the price is {price} in {region}", within=PATIENCE)


def price_of(state: Any, item: str) -> int:
    """The price of an item in a state."""
    categories = state["menuChanged"]["menu"]["categories"]
    found = [one for category in categories for one in category["items"] if one["id"] == item]
    price: int = found[0]["price"]["amountMinor"]
    return price


def test_a_price_changed_in_another_region_appears_in_gql(
    cloud: LocalCloud, shop: tuple[str, str]
) -> None:
    async def watch() -> list[int]:
        transport = WebsocketsTransport(
            url(cloud), subprotocols=[SUBPROTOCOL], connect_timeout=PATIENCE, ack_timeout=PATIENCE
        )
        seen = []
        async with (
            Client(transport=transport) as session,
            asyncio.timeout(PATIENCE),
        ):
            watched = gql(MENU)
            watched.variable_values = {"id": shop[0]}
            async for state in session.subscribe(watched):
                seen.append(price_of(state, shop[1]))
                if len(seen) == 1:
                    await asyncio.to_thread(set_price, cloud, "ap-southeast-1", shop, 1234)
                elif seen[-1] == 1234:
                    return seen
        return seen

    seen = asyncio.run(watch())
    assert seen[0] != 1234
    assert seen[-1] == 1234


@pytest.fixture
def seen(
    cloud: LocalCloud, shop: tuple[str, str], request: pytest.FixtureRequest
) -> Iterator[list[dict[str, Any]]]:
    """What a client of npm says that watches the store's menu next to eu-west-1."""
    place = url(cloud) + "?place=eu-west-1"
    found: list[dict[str, Any]] = []
    child = subprocess.Popen(
        ["node", str(NODE_CLIENT), request.param, place, *shop, str(REPO_ROOT / "web")],
        stdout=subprocess.PIPE,
        text=True,
    )
    output = child.stdout
    assert output is not None

    def read() -> None:
        with output:
            for line in output:
                found.append(json.loads(line))  # noqa: PERF401 - others read it in the meantime

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield found
    finally:
        child.kill()
        child.wait(10)
        reader.join(10)


def saw(seen: list[dict[str, Any]], **wanted: Any) -> Callable[[], bool]:
    """Return whether the client has printed such a line so far."""
    return lambda: any(wanted.items() <= one.items() for one in list(seen))


@pytest.mark.parametrize("seen", ["apollo", "urql"], indirect=True)
def test_a_price_changed_in_another_region_appears_in_clients_of_npm(
    cloud: LocalCloud, shop: tuple[str, str], seen: list[dict[str, Any]]
) -> None:
    wait_until(saw(seen, kind="state"), "the first state", within=PATIENCE)
    price = 1 + max(one.get("price") or 0 for one in seen)
    set_price(cloud, "us-east-1", shop, price)
    wait_until(saw(seen, price=price), "the price of another region", within=PATIENCE)


@pytest.mark.parametrize("seen", ["graphql-ws"], indirect=True)
def test_a_client_of_graphql_ws_moves_from_a_drained_region_and_misses_nothing(
    cloud: LocalCloud, shop: tuple[str, str], seen: list[dict[str, Any]]
) -> None:
    wait_until(saw(seen, kind="state"), "the first state", within=PATIENCE)
    set_price(cloud, "us-east-1", shop, 2345)
    wait_until(saw(seen, price=2345), "the price of another region", within=PATIENCE)
    drain(cloud, "eu-west-1", on=True)
    try:
        wait_until(saw(seen, kind="closed", code=1012), "it is asked to move", within=PATIENCE)
        set_price(cloud, "eu-west-1", shop, 3456)
        wait_until(saw(seen, price=3456), "the price after the move", within=PATIENCE)
    finally:
        drain(cloud, "eu-west-1", on=False)
    assert sum(one["kind"] == "connected" for one in seen) >= 2


def drain(cloud: LocalCloud, region: str, *, on: bool) -> None:
    """Set or remove a region's drain flag at the edge."""
    request = urllib.request.Request(  # noqa: S310 - our own cloud
        f"{cloud.layout.edge_url}/_edge/drain",
        data=json.dumps({"region": region, "drained": on}).encode(),
        headers={"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - our own cloud
        assert answer.status == 200


FRAMES: dict[str, tuple[list[Any], int]] = {
    "subscribe before init": (
        [{"id": "1", "type": "subscribe", "payload": {"query": "{a}"}}],
        4401,
    ),
    "init twice": ([{"type": "connection_init"}, {"type": "connection_init"}], 4429),
    "no JSON": (["hello"], 4400),
    "unknown type": ([{"type": "start"}], 4400),
    "huge message": ([{"type": "ping", "payload": {"x": "y" * 70_000}}], 4400),
    "bad token": ([{"type": "connection_init", "payload": {"authorization": "Bearer x"}}], 4403),
}


@pytest.mark.parametrize(("frames", "code"), FRAMES.values(), ids=FRAMES.keys())
def test_what_breaks_the_protocol_is_closed_with_the_reason_before(
    cloud: LocalCloud, frames: list[Any], code: int
) -> None:
    async def exchange() -> tuple[list[Any], int | None]:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(url(cloud), protocols=(SUBPROTOCOL,)) as socket,
            asyncio.timeout(PATIENCE),
        ):
            assert socket.protocol == SUBPROTOCOL
            for frame in frames:
                text = frame if isinstance(frame, str) else json.dumps(frame)
                await socket.send_str(text)
            received = [json.loads(message.data) async for message in socket]
            return received, socket.close_code

    received, closed = asyncio.run(exchange())
    assert received[-1]["type"] == "ping"
    assert received[-1]["payload"]["closing"]["code"] == code
    assert closed == 1000  # API Gateway's, and the emulator's: see docs/live.md


def test_another_subprotocol_is_refused(cloud: LocalCloud) -> None:
    async def connect() -> None:
        async with aiohttp.ClientSession() as session:
            await session.ws_connect(url(cloud), protocols=("graphql-ws",))

    with pytest.raises(aiohttp.WSServerHandshakeError):
        asyncio.run(connect())
