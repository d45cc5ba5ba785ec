"""The local cloud's way to sign in: settings for the site, and the pool's pages at the edge."""

import asyncio
import json
from pathlib import Path
from typing import Any, Self

import aiohttp
import pytest
from aiohttp import web

from localcloud.edge.sign_in import SETTINGS, SignIn
from localcloud.edge.targets import parse_target
from localcloud.user_pool import UserPool, save

ACTION = "AWSCognitoIdentityProviderService.GlobalSignOut"
FORM = "application/x-www-form-urlencoded"


class Pool:
    """A pool that notes its requests, behind an edge that has only the sign-in."""

    def __init__(self, state_dir: Path) -> None:
        self.requests: list[tuple[str, str, str, str]] = []
        self._sign_in = SignIn(state_dir)
        self._state_dir = state_dir

    async def __aenter__(self) -> Self:
        self._runners = [await _served(self._pool), await _served(self._edge)]
        pool, self.edge = (runner.addresses[0][1] for runner in self._runners)
        address = f"http://127.0.0.1:{pool}"
        save(self._state_dir, UserPool("pool", "issuer", "client", address, "password"))
        return self

    async def __aexit__(self, *_: object) -> None:
        for runner in self._runners:
            await runner.cleanup()

    async def stop(self) -> None:
        await self._runners[0].cleanup()

    async def send(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: str = ""
    ) -> tuple[int, Any, str]:
        """Return status, JSON body and `location` of an answer of the edge."""
        url = f"http://127.0.0.1:{self.edge}{path}"
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                method, url, headers=headers, data=body or None, allow_redirects=False
            ) as answer,
        ):
            return answer.status, await answer.json(), answer.headers.get("location", "")

    async def _long(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer in parts; `client_id` says how many of 64 KB."""
        answer = web.StreamResponse(headers={"content-type": "application/json"})
        await answer.prepare(request)
        await answer.write(b'"')
        for _ in range(int(request.query["client_id"])):
            await asyncio.sleep(0.01)
            await answer.write(b"x" * 65_536)
        await answer.write(b'"')
        return answer

    async def _edge(self, request: web.BaseRequest) -> web.StreamResponse:
        return await self._sign_in.answer(request, parse_target(request.raw_path))

    async def _pool(self, request: web.BaseRequest) -> web.StreamResponse:
        action = request.headers.get("x-amz-target", "")
        self.requests.append((request.method, request.path_qs, action, await request.text()))
        if request.path == "/logout":
            return await self._long(request)
        if request.path == "/login":
            return web.json_response({}, status=302, headers={"location": "/signin?code=1"})
        return web.json_response({"ok": True}, headers={"set-cookie": "a=b"})


async def _served(handler: Any) -> web.ServerRunner:
    runner = web.ServerRunner(web.Server(handler))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner


def test_the_site_is_given_the_pool_of_its_own_origin_and_no_secret(tmp_path: Path) -> None:
    async def run() -> None:
        async with Pool(tmp_path) as pool:
            status, settings, _ = await pool.send("GET", SETTINGS)
            assert status == 200
            assert settings == {
                "client": "client",
                "pages": "",
                "service": "/signin/service",
                "development": True,
            }
            assert (await pool.send("POST", SETTINGS))[0] == 405
            assert pool.requests == []

    asyncio.run(run())


def test_a_cloud_without_a_pool_takes_development_tokens_alone(tmp_path: Path) -> None:
    body = SignIn(tmp_path)._settings().body
    assert isinstance(body, bytes)
    assert json.loads(body) == {"development": True}


def test_the_pools_pages_pass_and_lead_back(tmp_path: Path) -> None:
    async def run() -> None:
        async with Pool(tmp_path) as pool:
            assert (await pool.send("GET", "/oauth2/authorize?client_id=a%20b"))[0] == 200
            status, _, location = await pool.send("POST", "/login", {"content-type": FORM}, "x=1")
            assert (status, location) == (302, "/signin?code=1")
            assert pool.requests == [
                ("GET", "/oauth2/authorize?client_id=a%20b", "", ""),
                ("POST", "/login", "", "x=1"),
            ]

    asyncio.run(run())


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"x-amz-target": ACTION}, 200),
        ({"x-amz-target": "AWSCognitoIdentityProviderService.AdminDeleteUser"}, 400),
        ({"x-amz-target": ACTION, "origin": "https://evil.example"}, 403),
        ({"x-amz-target": ACTION, "host": "evil.example"}, 421),
    ],
)
def test_of_cognitos_api_the_site_reaches_what_ends_sessions(
    tmp_path: Path, headers: dict[str, str], status: int
) -> None:
    async def run() -> None:
        async with Pool(tmp_path) as pool:
            found, _, _ = await pool.send("POST", "/signin/service", headers, "{}")
            assert found == status
            assert [one[2] for one in pool.requests] == ([ACTION] if status == 200 else [])

    asyncio.run(run())


def test_a_pool_that_is_away_is_an_answer_with_what_to_do(tmp_path: Path) -> None:
    async def run() -> None:
        async with Pool(tmp_path) as pool:
            await pool.stop()
            status, body, _ = await pool.send("POST", "/oauth2/token", {"content-type": FORM}, "x")
            assert status == 503
            assert "when it is back" in body["errors"][0]["message"]

    asyncio.run(run())


def test_a_body_is_bounded(tmp_path: Path) -> None:
    async def run() -> None:
        async with Pool(tmp_path) as pool:
            status, _, _ = await pool.send("POST", "/login", {"content-type": FORM}, "x" * 70_000)
            assert status == 413
            assert pool.requests == []

    asyncio.run(run())


@pytest.mark.parametrize(("parts", "status"), [(3, 200), (5, 502)])
def test_an_answer_in_parts_passes_whole_or_not_at_all(
    tmp_path: Path, parts: int, status: int
) -> None:
    async def run() -> None:
        async with Pool(tmp_path) as pool:
            found, body, _ = await pool.send("GET", f"/logout?client_id={parts}")
            assert found == status
            if status == 200:
                assert body == "x" * parts * 65_536

    asyncio.run(run())
