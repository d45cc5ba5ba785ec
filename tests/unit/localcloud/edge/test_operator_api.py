"""What the edge answers operators below `/_edge`: by its front door, before no region at all."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer, TestClient, TestServer

from infra_cdk import site_index
from localcloud.edge.events import Events
from localcloud.edge.options import Options
from localcloud.edge.server import assemble, router_of
from localcloud.edge.settings import OriginRegion, Settings
from localcloud.edge.status import cli_options
from localcloud.layout import default_state_dir
from localcloud.site_listing import site_index_dir
from services.domain.aws_regions import Coordinates

HERE, FAR = "us-east-1", "eu-west-1"
JSON = {"content-type": "application/json"}
Client = TestClient[web.BaseRequest, None]


class Controller:
    """A fault controller that notes which faults it has to end.

    Attributes:
        ended: Paths of DELETE requests.
        answer: Status and content of its answers to them.
    """

    def __init__(self) -> None:
        self.ended: list[str] = []
        self.answer: tuple[int, Any] = 200, {"healed": ["freeze-1"], "unhealed": []}
        self.application = web.Application()
        self.application.add_routes(
            [
                web.get("/faults", self._list),
                web.delete("/faults", self._end),
                web.delete("/faults/{id}", self._end),
            ]
        )

    async def _list(self, _request: web.Request) -> web.Response:
        active = [] if self.ended else [{"id": "freeze-1", "kind": "freeze", "region": FAR}]
        return web.json_response({"faults": active, "timeline": []})

    async def _end(self, request: web.Request) -> web.Response:
        assert request.content_type == "application/json"
        self.ended.append(request.raw_path)
        status, content = self.answer
        return web.json_response(content, status=status)


@pytest.fixture
def controller() -> Controller:
    return Controller()


def played(
    folder: Path, controller: Controller | None, story: Callable[[Client], Awaitable[None]]
) -> None:
    """Run a story with a client of an edge whose regions do not exist."""

    async def run() -> None:
        async with AsyncExitStack() as stack:
            faults = "http://127.0.0.1:1/faults"
            if controller is not None:
                server = await stack.enter_async_context(TestServer(controller.application))
                faults = str(server.make_url("/faults"))
            settings = Settings(
                port=0,
                state_dir=folder,
                site_dir=folder / "site",
                regions=tuple(
                    OriginRegion(name, "http://127.0.0.1:1", Coordinates(at, at))
                    for at, name in enumerate((HERE, FAR))
                ),
                default_region=HERE,
                options=Options(interval=0),
                faults_url=faults,
            )
            parts = await assemble(stack, settings, Events())
            front = RawTestServer(router_of(parts), handler_cancellation=True)
            await story(await stack.enter_async_context(TestClient(front)))

    asyncio.run(run())


async def message(answer: Any) -> str:
    return str((await answer.json())["errors"][0]["message"])


@pytest.mark.parametrize("path", ["/_edge", "/_edge/"])
def test_the_address_of_the_old_page_leads_to_the_site(tmp_path: Path, path: str) -> None:
    async def story(client: Client) -> None:
        answer = await client.get(path, allow_redirects=False)
        assert (answer.status, answer.headers["location"]) == (302, "/ops")
        assert answer.headers["cache-control"] == "no-store"
        foreign = await client.get(path, headers={"host": "evil.example"}, allow_redirects=False)
        assert foreign.status == 421
        assert (await client.post(path, headers=JSON)).status == 405

    played(tmp_path, None, story)


def test_requests_are_listed_by_region_and_status_and_mistakes_are_explained(
    tmp_path: Path,
) -> None:
    async def story(client: Client) -> None:
        await client.get("/graphql?query=%7Bsecret%7D")
        await client.get("/nothing/here")
        listed = await (await client.get("/_edge/requests")).json()
        assert [one["request"] for one in listed["requests"]] == [
            "GET /nothing/here",
            "GET /graphql",
        ]
        chosen = await client.get(f"/_edge/requests?region={HERE}&status=5xx")
        (failed,) = (await chosen.json())["requests"]
        assert (failed["status"], failed["edge"].partition(";")[0]) == (502, f"region={HERE}")
        chosen = await client.get("/_edge/requests?region=none")
        assert len((await chosen.json())["requests"]) == 1
        wrong = await client.get("/_edge/requests?region=mars-1")
        assert wrong.status == 404
        assert HERE in await message(wrong)
        wrong = await client.get("/_edge/requests?status=teapot")
        assert wrong.status == 400
        assert "ok, 4xx, 5xx" in await message(wrong)

    played(tmp_path, None, story)


def test_a_fault_is_ended_and_the_status_says_so_at_once(
    tmp_path: Path, controller: Controller
) -> None:
    async def story(client: Client) -> None:
        state = await (await client.get("/_edge/status")).json()
        assert [one["id"] for one in state["faults"]] == ["freeze-1"]
        answer = await client.post("/_edge/heal", json={"id": "freeze-1/.."})
        assert answer.status == 200
        assert await answer.json() == {"healed": ["freeze-1"], "unhealed": []}
        assert controller.ended == ["/faults/freeze-1%2F.."]
        assert (await (await client.get("/_edge/status")).json())["faults"] == []
        await client.post("/_edge/heal", json={"all": True})
        assert controller.ended[1:] == ["/faults"]

    played(tmp_path, controller, story)


def test_what_ends_no_fault_is_explained(tmp_path: Path, controller: Controller) -> None:
    async def story(client: Client) -> None:
        for body in ({}, {"id": ""}, {"id": 7}, {"id": "x" * 101}, {"all": 1}):
            answer = await client.post("/_edge/heal", json=body)
            assert answer.status == 400
            assert '{"all": true}' in await message(answer)
        assert controller.ended == []
        controller.answer = 409, {"error": "the gate is stuck", "next": "look at its log"}
        answer = await client.post("/_edge/heal", json={"all": True})
        assert answer.status == 503
        assert await message(answer) == "the gate is stuck: look at its log"
        controller.answer = 200, "nonsense"
        answer = await client.post("/_edge/heal", json={"all": True})
        assert await answer.json() == {"healed": [], "unhealed": []}

    played(tmp_path, controller, story)


def test_a_controller_that_is_away_is_named(tmp_path: Path) -> None:
    async def story(client: Client) -> None:
        answer = await client.post("/_edge/heal", json={"all": True})
        assert answer.status == 503
        assert "the fault controller does not answer" in await message(answer)

    played(tmp_path, None, story)


def test_the_status_says_where_clients_are_sent_and_why(tmp_path: Path) -> None:
    async def story(client: Client) -> None:
        await client.post("/_edge/drain", json={"region": FAR, "drained": True})
        state = await (await client.get("/_edge/status")).json()
        place = state["places"][FAR]
        assert (place["origins"], place["answers"]) == ([FAR, HERE], {})
        assert "requests" not in state
        assert (await client.post("/_edge/purge", json={"tags": ["market:de"]})).status == 200

    played(tmp_path, None, story)


def test_a_purge_names_stores_and_markets_that_do_not_exist(tmp_path: Path) -> None:
    async def story(client: Client) -> None:
        async def purge(*tags: str) -> Any:
            answer = await client.post("/_edge/purge", json={"tags": [*tags]})
            return await answer.json()

        async def purged_tags() -> list[list[str]]:
            found = (await (await client.get("/_edge/events")).json())["events"]
            return [one["tags"] for one in found if one["kind"] == "purge"]

        # Without a list of stores every id is taken for that of one.
        assert await purge("store:us-99999") == {"purged": 0}
        site_index.write({"us-00001": True, "us-hidden": False}, "http://x", index)
        assert await purge("store:US-00001", "market:de") == {"purged": 0}
        assert await purge("store:us-hidden") == {"purged": 0}
        before = await purged_tags()
        assert await purge(" store:us-99999") == {"purged": 0, "unknown": [" store:us-99999"]}
        assert await purge("market:xx") == {"purged": 0, "unknown": ["market:xx"]}
        assert await purged_tags() == before
        both = await purge("store:us-99999", "store:us-00001")
        assert both == {"purged": 0, "unknown": ["store:us-99999"]}
        # What was known is in an event, however many others there were.
        many = [f"store:us-{number}" for number in range(90_000, 90_060)]
        assert len((await purge(*many, "store:us-00001"))["unknown"]) == 50
        assert len(await purged_tags()) == len(before) + 2

    index = site_index_dir(tmp_path)
    played(tmp_path, None, story)


@pytest.mark.parametrize(
    ("port", "folder", "options"),
    [
        (8080, None, ""),
        (9300, None, "--port 9300"),
        (9300, "/tmp/my clouds", "--port 9300 --state-dir '/tmp/my clouds'"),  # noqa: S108 - a name
    ],
)
def test_the_status_has_the_options_by_which_carte_finds_the_cloud(
    port: int, folder: str | None, options: str
) -> None:
    state_dir = default_state_dir(port) if folder is None else Path(folder)
    assert cli_options(port, state_dir) == options
