"""The cache before the origin group, with a clock and an origin that the test controls."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from localcloud.edge.behaviors import BEHAVIORS, Behavior
from localcloud.edge.cache_store import CacheStore
from localcloud.edge.gateway import Fetched
from localcloud.edge.origins import OriginAnswer, OriginError
from localcloud.edge.places import Located
from localcloud.edge.response_cache import ResponseCache
from localcloud.edge.routing import Route, Why
from localcloud.edge.targets import parse_target

READS = BEHAVIORS[0]
MENU = "/graphql/persisted/menu?variables=%7B%7D"
DUBLIN = Located(("eu-west-1", "us-east-1"))
TOKYO = Located(("ap-southeast-1", "us-east-1"))
SHARED = "public, max-age=10, stale-while-revalidate=30, stale-if-error=300"


@dataclass
class FakeGateway:
    """Answers in the way that the test set; holds answers back while `gate` is closed."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"cache-control": SHARED})
    body: bytes = b"menu 1"
    down: bool = False
    requests: list[dict[str, str]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    def origins_of(self, _behavior: Behavior, located: Located) -> Route:
        return Route(located.order, "nearest")

    async def fetch(
        self,
        method: str,
        target: str,
        headers: CIMultiDict[str],
        body: bytes | None,
        route: Route,
    ) -> Fetched:
        assert (method, body) == ("GET", None)
        assert target.startswith("/graphql/persisted/")
        self.requests.append({name.lower(): value for name, value in headers.items()})
        await self.gate.wait()
        if self.down:
            result: OriginAnswer | OriginError = OriginError("timeout", "no answer")
            return Fetched(route.origins[-1], "failover", 2, result)
        etag = self.headers.get("etag")
        same = etag is not None and headers.get("if-none-match") == etag
        answer = OriginAnswer(
            304 if same else self.status, CIMultiDict(self.headers), b"" if same else self.body
        )
        return Fetched(route.origins[0], route.why, 1, answer)

    def count(self, region: str, why: Why, location: str) -> None:
        pass


class Scene:
    """A cache with its clock and its origin."""

    def __init__(self, behavior: Behavior = READS) -> None:
        self.behavior = behavior
        self.now = 1000.0
        self.gateway = FakeGateway()
        self.cache = ResponseCache(self.gateway, CacheStore(1_000_000), lambda: self.now)

    async def ask(
        self, path: str = MENU, method: str = "GET", at: Located = DUBLIN, **headers: str
    ) -> web.Response | None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = make_mocked_request(method, path, headers=named)
        return await self.cache.answer(request, parse_target(path), self.behavior, at)

    async def state(self, path: str = MENU, **headers: Any) -> str:
        response = await self.ask(path, **headers)
        return cache_of(response)


def cache_of(response: web.Response | None) -> str:
    assert response is not None
    parts = dict(part.split("=") for part in response.headers["x-carte-edge"].split("; "))
    return f"{parts['cache']} {parts['attempts']}"


def run(scene: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scene)


async def turns() -> None:
    """Let what can go on go on."""
    for _ in range(5):
        await asyncio.sleep(0)


async def settled(scene: Scene) -> None:
    """Until nothing is under way."""
    while scene.cache._in_flight:
        await asyncio.gather(*scene.cache._in_flight.values())


def test_a_kept_answer_serves_until_it_is_no_longer_fresh() -> None:
    async def play() -> None:
        scene = Scene()
        assert await scene.state() == "miss 1"
        scene.now += 9.9
        response = await scene.ask()
        assert cache_of(response) == "hit 0"
        assert response is not None
        assert (response.headers["age"], response.body) == ("9", b"menu 1")
        assert len(scene.gateway.requests) == 1

    run(play())


def test_the_age_that_an_answer_came_with_counts() -> None:
    async def play() -> None:
        scene = Scene()
        scene.gateway.headers["age"] = "8"
        await scene.ask()
        scene.now += 1.5
        response = await scene.ask()
        assert response is not None
        assert response.headers["age"] == "9"
        scene.now += 0.5
        assert await scene.state() == "stale 0"

    run(play())


def test_a_stale_answer_serves_at_once_and_is_asked_for_anew_behind() -> None:
    async def play() -> None:
        scene = Scene()
        await scene.ask()
        scene.now += 11
        scene.gateway.body = b"menu 2"
        scene.gateway.gate.clear()
        stale = await scene.ask()
        assert cache_of(stale) == "stale 0"
        assert stale is not None
        assert stale.body == b"menu 1"
        assert [await scene.state() for _ in range(5)] == ["stale 0"] * 5
        scene.gateway.gate.set()
        await settled(scene)
        fresh = await scene.ask()
        assert cache_of(fresh) == "hit 0"
        assert fresh is not None
        assert fresh.body == b"menu 2"
        assert len(scene.gateway.requests) == 2

    run(play())


def test_answers_without_a_request_to_a_region_count_as_its_hits_and_no_others() -> None:
    async def play() -> None:
        scene = Scene()
        scene.gateway.headers["etag"] = '"1"'
        assert await scene.state() == "miss 1"
        assert not scene.cache.hits
        assert await scene.state() == "hit 0"
        scene.now += 41
        assert await scene.state() == "revalidated 1"
        assert await scene.state() == "hit 0"
        assert scene.cache.hits == {"eu-west-1": 2}

    run(play())


def test_beyond_that_the_reader_waits_for_an_answer_that_holds() -> None:
    async def play() -> None:
        scene = Scene()
        scene.gateway.headers["etag"] = '"1"'
        await scene.ask()
        scene.now += 41
        assert await scene.state() == "revalidated 1"
        assert scene.gateway.requests[-1]["if-none-match"] == '"1"'
        assert await scene.state() == "hit 0"
        scene.now += 41
        scene.gateway.headers["etag"] = '"2"'
        assert await scene.state() == "miss 1"
        assert await scene.state() == "hit 0"

    run(play())


def test_a_304_of_the_origin_brings_new_headers_and_leaves_the_body() -> None:
    async def play() -> None:
        scene = Scene()
        scene.gateway.headers |= {"etag": '"1"', "x-a": "old", "content-type": "a/b"}
        await scene.ask()
        scene.now += 41
        scene.gateway.headers |= {"x-a": "new", "cache-control": "max-age=100"}
        await scene.ask()
        scene.now += 99
        response = await scene.ask()
        assert response is not None
        assert cache_of(response) == "hit 0"
        assert (response.headers["x-a"], response.headers["age"]) == ("new", "99")
        assert (response.body, response.headers["content-type"]) == (b"menu 1", "a/b")

    run(play())


def test_a_stale_answer_stands_in_for_an_origin_that_fails() -> None:
    async def play() -> None:
        scene = Scene()
        await scene.ask()
        scene.gateway.down = True
        scene.now += 41
        assert await scene.state() == "stale 0"
        assert len(scene.gateway.requests) == 2
        scene.now += 0.9  # the error caching minimum TTL is a second
        assert await scene.state() == "stale 0"
        assert len(scene.gateway.requests) == 2
        scene.now += 0.2
        await scene.ask()
        assert len(scene.gateway.requests) == 3
        scene.now += 300
        response = await scene.ask()
        assert response is not None
        assert (response.status, cache_of(response)) == (504, "miss 2")

    run(play())


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_an_error_of_the_origin_is_as_good_as_none(status: int) -> None:
    async def play() -> None:
        scene = Scene()
        await scene.ask()
        scene.gateway.status = status
        scene.now += 41
        response = await scene.ask()
        assert response is not None
        assert (response.status, response.body) == (200, b"menu 1")

    run(play())


def test_a_refusal_of_the_origin_replaces_what_was_kept() -> None:
    async def play() -> None:
        scene = Scene()
        await scene.ask()
        scene.gateway.status = 404
        scene.gateway.headers["cache-control"] = "no-store"
        scene.now += 41
        response = await scene.ask()
        assert response is not None
        assert response.status == 404
        scene.gateway.status = 200
        scene.gateway.headers["cache-control"] = SHARED
        assert await scene.state() == "hit 0"  # of the error, for its second
        scene.now += 1
        assert await scene.state() == "miss 1"

    run(play())


def test_many_who_ask_at_once_cost_one_request() -> None:
    async def play() -> None:
        scene = Scene()
        scene.gateway.gate.clear()
        waiting = [asyncio.create_task(scene.state()) for _ in range(50)]
        await turns()
        scene.gateway.gate.set()
        states = sorted([await one for one in waiting])
        assert states == ["collapsed 1"] * 49 + ["miss 1"]
        assert len(scene.gateway.requests) == 1

    run(play())


@pytest.mark.parametrize("error_ttl", [0.0, 1.0])
def test_an_error_answers_all_who_waited(error_ttl: float) -> None:
    async def play() -> None:
        assert READS.policy
        scene = Scene(replace(READS, policy=replace(READS.policy, error_ttl=error_ttl)))
        scene.gateway.down = True
        scene.gateway.gate.clear()
        waiting = [asyncio.create_task(scene.ask()) for _ in range(20)]
        await turns()
        scene.gateway.gate.set()
        replies = await asyncio.gather(*waiting)
        assert [reply.status for reply in replies if reply] == [504] * 20
        assert len(scene.gateway.requests) == 1

    run(play())


def test_who_waits_shares_a_regions_refusal_to_be_asked_more_and_it_is_not_kept() -> None:
    async def play() -> None:
        scene = Scene()
        scene.gateway.status = 429
        for round_ in (1, 2):
            scene.gateway.gate.clear()
            waiting = [asyncio.create_task(scene.ask()) for _ in range(20)]
            await turns()
            scene.gateway.gate.set()
            replies = await asyncio.gather(*waiting)
            assert [reply.status for reply in replies if reply] == [429] * 20
            assert len(scene.gateway.requests) == round_
        scene.gateway.status = 200
        assert await scene.state() == "miss 1"

    run(play())


def test_a_stale_answer_does_not_stand_in_for_a_refusal() -> None:
    # "stale-if-error" is for 500 to 599 (RFC 5861; CloudFront developer guide).
    async def play() -> None:
        scene = Scene()
        assert await scene.state() == "miss 1"
        scene.now += 300
        scene.gateway.status = 429
        response = await scene.ask()
        assert response is not None
        assert response.status == 429

    run(play())


@pytest.mark.parametrize("cache_control", ["private, max-age=60", "no-store", "max-age=0"])
def test_what_is_meant_for_one_reaches_one(cache_control: str) -> None:
    async def play() -> None:
        scene = Scene()
        scene.gateway.headers["cache-control"] = cache_control
        scene.gateway.gate.clear()
        waiting = [asyncio.create_task(scene.state()) for _ in range(5)]
        await turns()
        scene.gateway.gate.set()
        assert [await one for one in waiting] == ["miss 1"] * 5
        assert len(scene.gateway.requests) == 5
        # Nobody waits for another's answer again, which would be in vain.
        scene.gateway.gate.clear()
        again = [asyncio.create_task(scene.state()) for _ in range(5)]
        await turns()
        assert len(scene.gateway.requests) == 10
        scene.gateway.gate.set()
        assert [await one for one in again] == ["miss 1"] * 5

    run(play())


def test_who_leaves_does_not_take_the_answer_from_the_others() -> None:
    async def play() -> None:
        scene = Scene()
        scene.gateway.gate.clear()
        first = asyncio.create_task(scene.state())
        await asyncio.sleep(0)
        other = asyncio.create_task(scene.state())
        await asyncio.sleep(0)
        first.cancel()
        await turns()
        scene.gateway.gate.set()
        assert await other == "collapsed 1"
        assert len(scene.gateway.requests) == 1

    run(play())


def test_what_was_asked_for_before_a_purge_is_not_kept_after_it() -> None:
    async def play() -> None:
        scene = Scene()
        scene.gateway.gate.clear()
        before = asyncio.create_task(scene.ask())
        await turns()
        scene.cache.store.purge(["store:1"])
        scene.gateway.body = b"menu 2"
        after = asyncio.create_task(scene.ask())
        await turns()
        scene.gateway.gate.set()
        replies = await asyncio.gather(before, after)
        assert [cache_of(reply) for reply in replies] == ["miss 1", "miss 1"]
        assert await scene.state() == "hit 0"
        assert len(scene.gateway.requests) == 2

    run(play())


def test_what_comes_back_after_a_purge_is_not_kept() -> None:
    async def play() -> None:
        scene = Scene()
        scene.gateway.gate.clear()
        asking = asyncio.create_task(scene.state())
        await turns()
        scene.cache.store.purge_all()
        scene.gateway.gate.set()
        assert await asking == "miss 1"
        assert await scene.state() == "miss 1"

    run(play())


def test_points_of_presence_know_nothing_of_each_other() -> None:
    async def play() -> None:
        scene = Scene()
        assert await scene.state(at=DUBLIN) == "miss 1"
        assert await scene.state(at=TOKYO) == "miss 1"
        response = await scene.ask(at=TOKYO)
        assert response is not None
        assert response.headers["x-carte-edge"].startswith("region=ap-southeast-1;")

    run(play())


def test_a_wish_of_the_client_about_caching_changes_nothing() -> None:
    async def play() -> None:
        scene = Scene()
        await scene.ask()
        for command in ("no-cache", "max-age=0", "no-store", "only-if-cached"):
            assert await scene.state(cache_control=command, pragma="no-cache") == "hit 0"

    run(play())


def test_what_is_one_clients_own_does_not_go_to_the_origin() -> None:
    async def play() -> None:
        scene = Scene()
        own: Any = {
            "cookie": "a=1",
            "range": "bytes=0-1",
            "if_none_match": '"x"',
            "if_modified_since": "Sat, 21 Nov 2026 12:01:00 GMT",
            "cache_control": "no-cache",
            "accept_encoding": "zstd, gzip",
            "accept": "text/html, */*",
            "x_other": "1",
            "authorization": "Bearer x",
            "traceparent": "00-1",
        }
        response = await scene.ask(**own)
        assert response is not None
        assert response.status == 200
        (sent,) = scene.gateway.requests
        assert sent["accept"] == "*/*"
        assert sent["accept-encoding"] == "gzip"
        assert sent["traceparent"] == "00-1"
        expected = {"accept", "accept-encoding", "traceparent", "via", "x-forwarded-for"}
        assert sent.keys() == expected

    run(play())


def test_a_client_that_has_it_gets_304() -> None:
    async def play() -> None:
        scene = Scene()
        scene.gateway.headers |= {"etag": '"1"', "content-type": "a/b", "vary": "accept"}
        for state in ("miss 1", "hit 0"):
            response = await scene.ask(if_none_match='W/"1"')
            assert response is not None
            assert (response.status, response.body, cache_of(response)) == (304, None, state)
            assert response.headers["etag"] == '"1"'
            assert response.headers["cache-control"] == SHARED
            assert response.headers["vary"] == "accept"
        other = await scene.ask(if_none_match='"2"')
        assert other is not None
        assert other.status == 200

    run(play())


def test_head_is_answered_from_a_kept_answer_and_fills_nothing() -> None:
    async def play() -> None:
        scene = Scene()
        assert await scene.ask(method="HEAD") is None
        await scene.ask()
        assert await scene.state(method="HEAD") == "hit 0"

    run(play())


def test_a_request_that_accepts_nothing_we_have_is_not_the_caches() -> None:
    async def play() -> None:
        scene = Scene()
        await scene.ask()
        assert await scene.ask(accept="text/html") is None  # the origin says 406
        assert len(scene.gateway.requests) == 1

    run(play())


def test_an_answer_with_a_cookie_is_given_once() -> None:
    async def play() -> None:
        scene = Scene()
        scene.gateway.headers["set-cookie"] = "a=1"
        assert await scene.state() == "miss 1"
        assert await scene.state() == "miss 1"

    run(play())
