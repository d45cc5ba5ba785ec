"""Uploaded pictures at the local edge: from the bucket that has them, and nothing else."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from localcloud.edge.behaviors import behavior_of
from localcloud.edge.options import Options
from localcloud.edge.uploaded_pictures import PictureOrigin, UploadedPictures

DIGEST = "0123456789abcdef" * 2
PATH = f"/uploads/us/moon-ring/{DIGEST}-960.webp"
IMAGE = b"RIFF....WEBP"
OPTIONS = Options(connect_timeout=20, response_timeout=20, last_response_timeout=20)
# A bucket that takes the connection and says nothing is given up soon, where another one follows.
SOON = replace(OPTIONS, connect_timeout=1, response_timeout=0.2)

Bucket = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


def having(body: bytes = IMAGE, content_type: str = "image/webp", status: int = 200) -> Bucket:
    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        headers = {"content-type": content_type, "etag": '"e"', "x-amz-version-id": "v"}
        return web.Response(status=status, body=body, headers=headers)

    return answer


async def frozen(_: web.BaseRequest) -> web.StreamResponse:
    await asyncio.sleep(60)
    return web.Response()


MISSING = having(b"<Error/>", "application/xml", 404)
REFUSED = having(b"<Error/>", "application/xml", 403)
BROKEN = having(b"<Error/>", "application/xml", 500)


class Edge:
    """Buckets that are tried in their order, and the requests that each got."""

    def __init__(self, *buckets: Bucket) -> None:
        self.buckets = buckets
        self.requests: list[tuple[int, str]] = []

    def answers(self, *requests: tuple[str, str, Mapping[str, str]]) -> list[web.Response]:
        return asyncio.run(self._answers(requests))

    def get(self, path: str = PATH, **headers: str) -> web.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.answers(("GET", path, named))[0]

    async def _answers(self, requests: Any) -> list[web.Response]:
        async with AsyncExitStack() as stack:
            origins = []
            for number, bucket in enumerate(self.buckets):
                port = await self._listen(stack, number, bucket)
                origins.append(PictureOrigin(f"region-{number}", f"http://127.0.0.1:{port}/b"))
            pictures = UploadedPictures(origins, SOON if frozen in self.buckets else OPTIONS)
            stack.push_async_callback(pictures.close)
            return [await pictures.answer(*one) for one in requests]

    async def _listen(self, stack: AsyncExitStack, number: int, bucket: Bucket) -> int:
        async def noted(request: web.BaseRequest) -> web.StreamResponse:
            self.requests.append((number, request.raw_path))
            return await bucket(request)

        runner = web.ServerRunner(web.Server(noted), shutdown_timeout=0.01)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port: int = runner.addresses[0][1]
        return port


def test_a_picture_comes_from_the_first_bucket_and_runs_nothing() -> None:
    edge = Edge(having(), having())
    answer = edge.get()
    assert (answer.status, answer.body) == (200, IMAGE)
    assert edge.requests == [(0, f"/b{PATH}")]
    headers = answer.headers
    assert headers["content-type"] == "image/webp"
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "'self'" not in headers["content-security-policy"]
    assert headers["x-carte-edge"] == "origin=region-0"
    assert "x-amz-version-id" not in headers


@pytest.mark.parametrize("first", [MISSING, REFUSED, BROKEN, frozen])
def test_what_the_first_bucket_does_not_give_comes_from_the_second(first: Bucket) -> None:
    answer = Edge(first, having()).get()
    assert (answer.status, answer.headers["x-carte-edge"]) == (200, "origin=region-1")


def test_missing_is_404_and_not_known_is_503() -> None:
    assert Edge(MISSING, REFUSED).get().status == 404
    for unknown in (Edge(MISSING, BROKEN), Edge(frozen, MISSING)):
        answer = unknown.get()
        assert (answer.status, answer.headers["retry-after"]) == (503, "1")
        assert answer.headers["cache-control"] == "no-store"
    assert Edge().get().status == 404


def test_a_bucket_that_leads_elsewhere_is_not_followed() -> None:
    paths: list[str] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        paths.append(request.raw_path)
        if request.raw_path == "/elsewhere":
            return web.Response(body=IMAGE, content_type="image/webp")
        return web.Response(status=301, headers={"location": "/elsewhere"})

    assert Edge(answer).get().status == 503
    assert paths == [f"/b{PATH}"]
    assert Edge(answer, having()).get().headers["x-carte-edge"] == "origin=region-1"


@pytest.mark.parametrize(
    "stored",
    [
        having(b"<svg onload=alert(1)>", "image/svg+xml"),
        having(b"<script>", "text/html"),
        having(b"x" * 250_001),
    ],
)
def test_what_no_form_would_let_in_is_not_served(stored: Bucket) -> None:
    assert Edge(stored).get().status in {404, 503}
    assert Edge(stored, having()).get().body == IMAGE


@pytest.mark.parametrize(
    "path",
    [
        "/uploads/",
        "/uploads/us/",
        "/uploads/us/moon-ring/",
        f"/uploads/us/../ring/{DIGEST}-960.webp",
        f"/uploads/us/ring/{DIGEST}-960.html",
        f"/uploads/us/ring/{DIGEST}-960.webp?list-type=2",
        f"/uploads//us/ring/{DIGEST}-960.webp",
    ],
)
def test_no_other_path_reaches_a_bucket(path: str) -> None:
    edge = Edge(having())
    assert edge.get(path).status == 404
    assert edge.requests == []


def test_only_reading_is_possible() -> None:
    edge = Edge(having())
    for method in ("POST", "PUT", "DELETE"):
        (answer,) = edge.answers((method, PATH, {}))
        assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")
    assert edge.requests == []


def test_what_was_found_is_kept_also_while_every_bucket_is_away() -> None:
    edge = Edge(having())
    first, again, known = edge.answers(
        ("GET", PATH, {}), ("HEAD", PATH, {}), ("GET", PATH, {"if-none-match": '"e"'})
    )
    assert (first.body, again.body) == (IMAGE, IMAGE)
    assert again.headers["x-carte-edge"] == "origin=cache"
    assert (known.status, known.body) == (304, None)
    assert len(edge.requests) == 1


def test_pictures_are_kept_within_bounds() -> None:
    edge = Edge(having(b"x" * 250_000))
    paths = [f"/uploads/us/ring-{at}/{DIGEST}-960.webp" for at in range(140)]
    # 134 of them are the most below 32 MiB: so many of the newest are kept.
    edge.answers(*(("GET", path, {}) for path in (*paths, paths[-1], paths[6], paths[5])))
    assert len(edge.requests) == 141
    assert edge.requests[-1] == (0, f"/b{paths[5]}")


def test_a_picture_that_is_asked_for_is_kept_longer_than_those_that_are_not() -> None:
    edge = Edge(having(b"x" * 250_000))
    paths = [f"/uploads/us/ring-{at}/{DIGEST}-960.webp" for at in range(135)]
    order = (*paths[:134], paths[0], paths[134], paths[0], paths[1])
    edge.answers(*(("GET", path, {}) for path in order))
    # The last one took the place of the second, not of the first.
    assert [path for _, path in edge.requests[135:]] == [f"/b{paths[1]}"]


def test_the_path_has_a_behavior_of_its_own() -> None:
    behavior = behavior_of(PATH)
    assert behavior.target == "picture-buckets"
    assert behavior.methods == {"GET", "HEAD"}
