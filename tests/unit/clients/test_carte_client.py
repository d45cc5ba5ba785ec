"""The Python client against a real server whose regions misbehave."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from clients.carte_client import (
    BlockingCarteClient,
    CarteClient,
    GraphQLError,
    is_retryable,
    retry_after,
    with_operation_ids,
)
from clients.failover import PATHS, Memory, NoAnswerError, Timing
from clients.loopback import is_loopback
from clients.own_writes import KEPT_S, MOST, OwnWrites

SALE = (
    "mutation Sell($input: RecordSaleInput!) { recordSale(input: $input) { errors { message } } }"
)
INPUT = {"storeId": "de-1", "lines": [{"itemId": "a", "pieces": 1}]}
DONE: dict[str, Any] = {"data": {"recordSale": {"errors": []}}}
FAULT = {"data": None, "errors": [{"message": "x", "extensions": {"retryable": True}}]}


class EdgeServer:
    """An edge with three regions: `modes` says what each does, in order of the paths."""

    def __init__(self, *modes: Any) -> None:
        self.modes = [*modes, *[200] * (len(PATHS) - len(modes))]
        self.received: list[tuple[int, dict[str, Any], str]] = []
        self.url = ""

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        path = PATHS.index(request.path)
        body = json.loads(await request.content.read())
        self.received.append((path, body, request.headers.get("authorization", "")))
        mode = self.modes[path]
        if mode == "silent":
            await asyncio.Event().wait()
        if mode == "broken":
            assert request.transport
            request.transport.abort()
        if isinstance(mode, tuple):
            status, text = mode
            return web.Response(status=status, text=text, headers={"retry-after": "1"})
        if isinstance(mode, dict):
            return web.json_response(mode)
        if mode != 200:
            return web.Response(status=mode, headers={"retry-after": "1"}, text="<h1>no</h1>")
        return web.json_response(DONE)

    @property
    def paths(self) -> list[int]:
        return [path for path, *_ in self.received]


@asynccontextmanager
async def listening(server: EdgeServer) -> AsyncIterator[EdgeServer]:
    runner = web.ServerRunner(web.Server(server, handler_cancellation=True, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()


def quick(hedge_after_s: float = 9.0) -> Memory:
    """Of a client that repeats at once, and seldom makes an attempt beside another.

    On a busy machine a region that answers may take a while.
    """
    return Memory(Timing(hedge_after_s=hedge_after_s, pause_s=(0.01, 0.02), rounds=1))


async def sold(server: EdgeServer, **more: Any) -> Any:
    memory = quick(1.5) if "silent" in server.modes else quick()
    async with listening(server), CarteClient(server.url, memory=memory, **more) as client:
        return await client.execute(SALE, {"input": INPUT})


@pytest.mark.parametrize("mode", ["broken", "silent", 500, 502, 503, 504, 429, FAULT])
def test_a_mutation_is_repeated_elsewhere_as_the_same_operation(mode: Any) -> None:
    server = EdgeServer(mode)
    assert asyncio.run(sold(server)) == DONE["data"]
    assert server.paths == [0, 1]
    first, second = (body["variables"]["input"]["operationId"] for _, body, _ in server.received)
    assert first == second
    assert len(first) == 36


@pytest.mark.parametrize(
    "mode",
    [
        (403, "<h1>Request blocked</h1>"),
        (403, '{"message": "Forbidden"}'),
        (404, "<h1>Not found</h1>"),
        (407, "<h1>Proxy authentication required</h1>"),
        (511, "<h1>Sign in to this network</h1>"),
        (200, "<h1>Sign in to this network</h1>"),
        (200, "{}"),
    ],
)
def test_what_is_no_response_of_graphql_is_no_answer(mode: Any) -> None:
    server = EdgeServer(mode)
    assert asyncio.run(sold(server)) == DONE["data"]
    assert server.paths == [0, 1]
    assert len({body["variables"]["input"]["operationId"] for _, body, _ in server.received}) == 1


def test_where_a_firewall_answers_everywhere_its_status_is_raised_with_the_variables() -> None:
    blocked = (403, "<h1>Request blocked</h1>")
    server = EdgeServer(blocked, blocked, blocked)
    with pytest.raises(GraphQLError, match="status 403 is no GraphQL response") as raised:
        asyncio.run(sold(server))
    assert raised.value.errors == []
    (sent,) = {body["variables"]["input"]["operationId"] for _, body, _ in server.received}
    assert raised.value.variables["input"]["operationId"] == sent


def test_the_third_region_is_reached_when_two_are_lost() -> None:
    server = EdgeServer("broken", 503)
    assert asyncio.run(sold(server)) == DONE["data"]
    assert server.paths == [0, 1, 2]


def test_a_path_that_an_older_edge_does_not_know_is_passed_over() -> None:
    server = EdgeServer("broken", 404)
    assert asyncio.run(sold(server)) == DONE["data"]
    assert server.paths == [0, 1, 2]


def test_an_error_that_every_region_would_give_is_raised_after_one_request() -> None:
    refused = {"errors": [{"message": "sign in", "extensions": {"code": "UNAUTHENTICATED"}}]}
    server = EdgeServer(refused)
    with pytest.raises(GraphQLError, match="sign in") as raised:
        asyncio.run(sold(server))
    assert raised.value.errors == refused["errors"]
    assert server.paths == [0]


def test_where_all_regions_fail_the_last_status_is_returned() -> None:
    server = EdgeServer(503, 502, 500)
    with pytest.raises(GraphQLError, match="status 500"):
        asyncio.run(sold(server))


@pytest.mark.parametrize(("mode", "raises"), [("broken", NoAnswerError), (503, GraphQLError)])
def test_a_failure_has_the_variables_by_which_a_mutation_is_repeated_as_the_same(
    mode: Any, raises: Any
) -> None:
    server = EdgeServer(mode, mode, mode)

    async def main() -> None:
        async with listening(server), CarteClient(server.url, memory=quick()) as client:
            with pytest.raises(raises) as raised:
                await client.execute(SALE, {"input": INPUT})
            assert isinstance(raised.value, NoAnswerError | GraphQLError)
            server.modes = [200] * len(PATHS)
            again = await client.send(SALE, raised.value.variables)
            assert again.variables == raised.value.variables

    asyncio.run(main())
    sent = {body["variables"]["input"]["operationId"] for _, body, _ in server.received}
    assert len(server.received) > len(PATHS)
    assert len(sent) == 1


def test_the_token_is_asked_for_before_each_attempt() -> None:
    server = EdgeServer(503)
    tokens = iter(["old", "new"])
    asyncio.run(sold(server, token=lambda: next(tokens)))
    assert [token for *_, token in server.received] == ["Bearer old", "Bearer new"]


def test_a_script_without_asyncio_has_the_same() -> None:
    server = EdgeServer("broken")

    def script() -> Any:
        with BlockingCarteClient(server.url, memory=quick()) as client:
            return client.execute(SALE, {"input": INPUT})

    async def main() -> Any:
        async with listening(server):
            return await asyncio.to_thread(script)

    assert asyncio.run(main()) == DONE["data"]
    assert server.paths == [0, 1]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost:8080", True),
        ("http://LOCALHOST.:8080/graphql", True),
        ("http://127.0.0.2", True),
        ("http://[::1]:8080", True),
        ("http://s3.localhost:4566", True),
        ("http://localhost.example.com", False),
        ("http://127.0.0.1@menus.example.com", False),
        ("https://menus.example.com", False),
        ("http://10.0.0.1", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_which_addresses_are_this_machine(url: str, *, expected: bool) -> None:
    assert is_loopback(url) is expected


def test_no_proxy_sees_what_is_sent_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # nobody listens there
    assert asyncio.run(sold(EdgeServer())) == DONE["data"]


def test_an_id_that_the_caller_chose_stays_and_a_query_gets_none() -> None:
    mine = {"input": {**INPUT, "operationId": "mine"}}
    assert with_operation_ids(SALE, mine) == mine
    assert with_operation_ids("query Q($input: SomeInput) { a }", {"input": {}}) == {"input": {}}
    assert with_operation_ids(SALE, None) == {}
    given = {"input": dict(INPUT)}
    assert "operationId" in with_operation_ids(SALE, given)["input"]
    assert given == {"input": INPUT}


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, DONE, False),
        (200, FAULT, True),
        (200, {"errors": [{"message": "x"}], "data": {"a": 1}}, False),
        (200, {}, True),
        (200, {"data": None, "errors": []}, True),
        (200, {"errors": ["odd"]}, True),
        (302, {}, True),
        (400, {"errors": [{"message": "x"}]}, False),
        (403, {"errors": [{"message": "x", "extensions": {"code": "FORBIDDEN"}}]}, False),
        (403, {"message": "Forbidden"}, True),
        (404, {}, True),
        (404, {"errors": [{"message": "x"}]}, False),
        (407, {}, True),
        (408, {}, True),
        (413, {}, False),
        (413, {"errors": [{"message": "x"}]}, False),
        (414, {}, False),
        (429, {}, True),
        (431, {}, False),
        (503, {}, True),
        (511, {}, True),
    ],
)
def test_what_may_be_repeated(status: int, body: Any, *, expected: bool) -> None:
    assert is_retryable(status, body) is expected


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(None, 0), ("2", 2), ("", 0), ("-1", 0), ("Fri, 01 Jan 2027 00:00:00 GMT", 0), ("²", 0)],
)
def test_retry_after_in_seconds(value: str | None, seconds: float) -> None:
    assert retry_after(value) == seconds


READ = "{ inventory(storeId: 1) { lines { left } } }"


class TwoRegions(EdgeServer):
    """Two regions between which nothing is replicated: each has the operations that it took.

    Attributes:
        taken: Of each path the operations that its region took, in order.
        shown: What each read was answered: the operations of its region.
    """

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[list[str]] = [[], [], []]
        self.refuses = False
        self.refused: dict[str, dict[str, Any]] = {}  # by operation, the body of the answer
        self.fail_after: tuple[str, Any] = (
            "",
            "broken",
        )  # what is answered last, and how they fail

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        path = PATHS.index(request.path)
        body = json.loads(await request.content.read())
        self.received.append((path, body, ""))
        if self.modes[path] == "broken":
            assert request.transport
            request.transport.abort()
        if self.modes[path] in {403, 503}:
            return web.Response(status=self.modes[path])
        last, mode = self.fail_after
        if last and last in body["query"] and self.modes[path] == 200:
            self.modes = [mode] * len(PATHS)
        if "mutation" in body["query"]:
            name = body["variables"]["input"]["operationId"]
            if path and name in self.refused:
                headers = {"x-carte-region": f"region-{path}"}
                return web.json_response(self.refused[name], headers=headers)
            errors = [{"message": "busy"}] if self.refuses else []
            if not errors and name not in self.taken[path]:
                self.taken[path].append(name)
            data: Any = {"recordSale": {"errors": errors}}
        else:
            data = {"taken": [*self.taken[path]]}
        headers = {"x-carte-region": f"region-{path}"}
        return web.json_response({"data": data}, headers=headers)


async def sell_lose_and_read(server: TwoRegions, *, own_writes: bool) -> list[str]:
    # No attempt beside another: on a busy machine a second region might take a mutation.
    memory = quick()
    async with (
        listening(server),
        CarteClient(server.url, memory=memory, own_writes=own_writes) as client,
    ):
        for name in ("op-1", "op-2"):
            await client.execute(SALE, {"input": {**INPUT, "operationId": name}})
        server.modes[0] = "broken"
        server.refuses = False
        first: list[str] = (await client.execute(READ))["taken"]
        requests = len(server.received)
        assert (await client.execute(READ))["taken"] == first
        assert len(server.received) == requests + 1, "they are brought once"
        return first


def test_a_client_reads_its_own_writes_also_in_another_region() -> None:
    server = TwoRegions()
    assert asyncio.run(sell_lose_and_read(server, own_writes=True)) == ["op-1", "op-2"]
    assert server.taken == [["op-1", "op-2"], ["op-1", "op-2"], []]


def test_without_that_it_waits_for_replication() -> None:
    assert asyncio.run(sell_lose_and_read(TwoRegions(), own_writes=False)) == []


def test_a_mutation_that_was_refused_is_not_repeated_elsewhere() -> None:
    server = TwoRegions()
    server.refuses = True
    assert asyncio.run(sell_lose_and_read(server, own_writes=True)) == []
    assert server.taken == [[], [], []]


LATE = {"data": {"grantRole": {"errors": [{"__typename": "RequestTimeTooSkewedError"}]}}}
BUSY = {"data": {"recordSale": {"errors": [{"__typename": "TooBusyError"}]}}}
FORBIDDEN = {"data": None, "errors": [{"extensions": {"code": "FORBIDDEN"}}]}
SIGNED_OUT = {"data": None, "errors": [{"extensions": {"code": "UNAUTHENTICATED"}}]}


@pytest.mark.parametrize("refusal", [LATE, FORBIDDEN])
def test_a_write_that_another_region_refuses_keeps_no_later_one_from_being_brought(
    refusal: dict[str, Any],
) -> None:
    server = TwoRegions()
    server.refused["op-1"] = refusal
    # The second read is one request: what was refused is not sent again.
    assert asyncio.run(sell_lose_and_read(server, own_writes=True)) == ["op-2"]


@pytest.mark.parametrize("refusal", [BUSY, SIGNED_OUT])
def test_a_write_that_may_pass_later_is_brought_by_the_next_read(refusal: dict[str, Any]) -> None:
    async def read_twice() -> list[str]:
        memory = quick()
        async with (
            listening(server),
            CarteClient(server.url, memory=memory, own_writes=True) as client,
        ):
            await client.execute(SALE, {"input": {**INPUT, "operationId": "op-1"}})
            server.modes[0] = "broken"
            assert (await client.execute(READ))["taken"] == []
            server.refused.clear()
            taken: list[str] = (await client.execute(READ))["taken"]
            return taken

    server = TwoRegions()
    server.refused["op-1"] = refusal
    assert asyncio.run(read_twice()) == ["op-1"]


@pytest.mark.parametrize(
    ("last", "mode"),
    [("inventory", "broken"), ("mutation", "broken"), ("mutation", 503), ("mutation", 403)],
)
def test_a_read_that_was_answered_is_returned_though_what_follows_it_is_not(
    last: str, mode: Any
) -> None:
    """The repeated write, or the read after it, is what no region answers."""

    async def read() -> list[str]:
        memory = quick()
        async with (
            listening(server),
            CarteClient(server.url, memory=memory, own_writes=True) as client,
        ):
            await client.execute(SALE, {"input": {**INPUT, "operationId": "op-1"}})
            server.modes[0] = "broken"
            server.fail_after = last, mode
            first: list[str] = (await client.execute(READ))["taken"]
            server.fail_after = "", mode
            server.modes = ["broken", 200, 200]
            assert (await client.execute(READ))["taken"] == ["op-1"]
            return first

    server = TwoRegions()
    assert asyncio.run(read()) == []


def test_own_writes_are_forgotten_after_ten_minutes_and_beyond_twenty() -> None:
    now = [0.0]
    writes = OwnWrites(lambda: now[0])
    for number in range(MOST + 5):
        writes.acknowledged(f"{number}", "us")
    writes.acknowledged("not known where", None)
    assert [one.content for one in writes.missing_in("eu")] == [f"{n}" for n in range(5, MOST + 5)]
    assert writes.missing_in("us") == writes.missing_in(None) == []
    now[0] = KEPT_S + 1
    assert writes.missing_in("eu") == []
