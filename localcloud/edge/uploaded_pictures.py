"""`/uploads/*`: uploaded pictures, from the first of their buckets that has them.

As CloudFront's origin group does it: what the first bucket does not have, or does not answer in
time, is requested from the next one. What was found is kept, because it never changes.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, NamedTuple

import aiohttp
from aiohttp import web

from infra_cdk.site_policy import PICTURES, security_headers
from localcloud.edge.bodies import AnswerTooLargeError, read_answer
from localcloud.edge.gateway import EDGE_HEADER
from localcloud.edge.options import Options
from localcloud.edge.replies import problem
from services.domain.entity_tags import names_tag
from services.domain.pictures import CACHE_CONTROL, MAX_BYTES, TYPES, width_of

_MOST_KEPT: Final = 32 * 1024 * 1024  # bytes of all pictures that are kept
_SECURITY: Final = security_headers(PICTURES)
_METHODS: Final = frozenset({"GET", "HEAD"})
# S3 says either of what is not there, by whether one may list the bucket.
_MISSING: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})


class PictureOrigin(NamedTuple):
    """A bucket of pictures: the region, and the address that a file's path is appended to."""

    region: str
    url: str


@dataclass(frozen=True, slots=True)
class _Picture:
    content_type: str
    etag: str
    body: bytes


class UploadedPictures:
    """Answers GET and HEAD for files of uploaded pictures."""

    def __init__(self, buckets: Sequence[PictureOrigin], options: Options) -> None:
        """Serve from these buckets, in their order; call it in a running event loop."""
        self._buckets = tuple(buckets)
        self._options = options
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        self._pictures: OrderedDict[str, _Picture] = OrderedDict()
        self._bytes = 0

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def answer(self, method: str, path: str, headers: Mapping[str, str]) -> web.Response:
        """Return a file; 404 where no bucket has it, 503 where one that may have it is away.

        Args:
            method: HTTP method.
            path: The decoded path; anything but the path of a file is answered 404.
            headers: The request's headers.
        """
        if method not in _METHODS:
            return problem(
                405, "pictures are read with GET and HEAD", headers={"allow": "GET, HEAD"}
            )
        width = width_of(path)
        if width is None:
            return problem(404, f"there is no picture {path}")
        kept = self._pictures.get(path)
        if kept is not None:
            self._pictures.move_to_end(path)
            return _respond(kept, headers, "origin=cache")
        away = False
        for number, bucket in enumerate(self._buckets, 1):
            last = number == len(self._buckets)
            try:
                found = await self._fetch(bucket, path, MAX_BYTES[width], last=last)
            except (aiohttp.ClientError, TimeoutError, OSError, AnswerTooLargeError):
                away = True
                continue
            if isinstance(found, _Picture):
                self._keep(path, found)
                return _respond(found, headers, f"origin={bucket.region}")
            away = away or found not in _MISSING
        if away:
            return problem(
                503,
                "a bucket that may have this picture does not answer",
                headers={"retry-after": "1"},
            )
        return problem(404, f"there is no picture {path}")

    async def _fetch(
        self, bucket: PictureOrigin, path: str, most: int, *, last: bool
    ) -> _Picture | int:
        """Return the file, or the status of a bucket that gives none."""
        options = self._options
        wait = options.last_response_timeout if last else options.response_timeout
        timeout = aiohttp.ClientTimeout(
            total=options.connect_timeout + wait, connect=options.connect_timeout
        )
        async with self._session.get(
            bucket.url + path, timeout=timeout, allow_redirects=False
        ) as response:
            if response.status != HTTPStatus.OK:
                return response.status
            if response.content_type not in TYPES:
                # No form lets it in: somebody with rights on the bucket put it there.
                return HTTPStatus.NOT_FOUND
            body = await read_answer(response, most)
            return _Picture(response.content_type, response.headers.get("etag", '""'), body)

    def _keep(self, path: str, picture: _Picture) -> None:
        replaced = self._pictures.pop(path, None)
        self._bytes += len(picture.body) - (len(replaced.body) if replaced else 0)
        self._pictures[path] = picture
        while self._bytes > _MOST_KEPT:
            _, oldest = self._pictures.popitem(last=False)
            self._bytes -= len(oldest.body)


def _respond(picture: _Picture, headers: Mapping[str, str], decided: str) -> web.Response:
    own = {**_SECURITY, "etag": picture.etag, "cache-control": CACHE_CONTROL, EDGE_HEADER: decided}
    known = headers.get("if-none-match")
    if known and names_tag(known, picture.etag):
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=own)
    own["content-type"] = picture.content_type
    return web.Response(body=picture.body, headers=own)
