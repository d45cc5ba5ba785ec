"""What a response tells caches, and whether the client has it already (RFC 9110, RFC 9111)."""

import hashlib
import re
from typing import Final

from graphql_schema.context import CacheHint
from services.menu_api.messages import Payload, Request, Response
from services.menu_api.negotiation import takes_gzip

NO_STORE: Final = "no-store"
_STALE: Final = "stale-while-revalidate=30, stale-if-error=300"
_MAX_TAGS: Final = 50
_ETAG: Final = re.compile(r'(?:W/)?"[^"]*"')
_PACKED: Final = "-gzip"  # two encodings of a body are two representations, with an ETag each


def wants_current(request: Request) -> bool:
    """Whether the client wants no answer that nobody has checked just now."""
    directives = request.headers.get("cache-control")
    if directives is None:
        return request.headers.get("pragma") == "no-cache"
    return any(word in directives for word in ("no-cache", "no-store", "max-age=0"))


def etag_of(body: bytes) -> str:
    """The entity tag of a body, the same in every region."""
    return f'"{hashlib.sha256(body).hexdigest()[:24]}"'


def uncached(request: Request, status: int, content_type: str, payload: Payload) -> Response:
    """A response that nobody may keep."""
    headers = {"content-type": content_type, "vary": _vary(request), "cache-control": NO_STORE}
    return Response(status, headers, payload.body, payload)


def cached(
    request: Request,
    content_type: str,
    payload: Payload,
    hint: CacheHint,
    etag: str,
    *,
    again: bool,
) -> Response:
    """A response that may be kept as long as the hint says; 304 where the client has it.

    Args:
        request: a GET.
        content_type: of the body.
        payload: the body.
        hint: how long it may be kept, and its tags.
        etag: of the body.
        again: it is sent again: packing it pays.
    """
    headers = {
        "content-type": content_type,
        "vary": _vary(request),
        "cache-control": f"public, max-age={hint.max_age_s}, {_STALE}",
    }
    if hint.tags:
        headers["cache-tag"] = ",".join(sorted(hint.tags)[:_MAX_TAGS])
    packed = again and _packs(request)
    packed_tag = f'{etag[:-1]}{_PACKED}"'
    headers["etag"] = packed_tag if packed else etag
    known = request.headers.get("if-none-match")
    if known is not None and _is_known(known, etag, packed_tag):
        del headers["content-type"]
        return Response(304, headers)
    if packed:
        headers["content-encoding"] = "gzip"
        return Response(200, headers, payload.packed)
    return Response(200, headers, payload.body, payload)


def _is_known(known: str, *etags: str) -> bool:
    if known == "*":
        return True
    return any(one.removeprefix("W/") in etags for one in _ETAG.findall(known))


def _packs(request: Request) -> bool:
    return request.carries_bytes and takes_gzip(request.headers.get("accept-encoding"))


def _vary(request: Request) -> str:
    return "accept, accept-encoding" if request.carries_bytes else "accept"
