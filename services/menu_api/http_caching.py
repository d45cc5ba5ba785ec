"""Caching headers of responses, and conditional requests (RFC 9110, RFC 9111)."""

import hashlib
import re
from collections.abc import Mapping
from typing import Final

from graphql_schema.context import CacheHint
from services.domain.ids import ID_PATTERN
from services.menu_api.messages import Payload, Request, Response
from services.menu_api.negotiation import takes_gzip

NO_STORE: Final = "no-store"
_STALE: Final = "stale-while-revalidate=30, stale-if-error=300"
_MAX_TAGS: Final = 50
_TAG: Final = re.compile(rf"(?:store|market):{ID_PATTERN}", re.ASCII)
_PACKED: Final = "-gzip"  # two encodings of a body are two representations, with an ETag each


def wants_current(request: Request) -> bool:
    """Return whether the client wants an answer that is checked against the table now."""
    directives = request.headers.get("cache-control")
    if directives is None:
        pragma = request.headers.get("pragma")
        return pragma is not None and "no-cache" in _directives(pragma)
    wanted = _directives(directives)
    age = wanted.get("max-age")
    return "no-cache" in wanted or "no-store" in wanted or (age is not None and not age.strip("0"))


def _directives(header: str) -> dict[str, str]:
    """Return the values of directives by name, "0" where there is none (RFC 9111, 5.2)."""
    pairs = (one.partition("=") for one in header.lower().split(","))
    return {name.strip(): value.strip().strip('"') or "0" for name, _, value in pairs}


def etag_of(body: bytes) -> str:
    """Return the entity tag of a body, the same in every region."""
    return f'"{hashlib.sha256(body).hexdigest()[:24]}"'


def uncached(request: Request, status: int, content_type: str, payload: Payload) -> Response:
    """Return a response that no cache may keep."""
    headers = {"content-type": content_type, "vary": _vary(request), "cache-control": NO_STORE}
    return Response(status, headers, payload.body, payload)


def lasting(content_type: str, payload: Payload, hint: CacheHint) -> dict[str, str]:
    """The headers of a body that may be kept as long as the hint says, the same for everyone."""
    headers = {
        "content-type": content_type,
        "cache-control": f"public, max-age={hint.max_age_s}, {_STALE}",
        "etag": etag_of(payload.body),
    }
    # Some ids in tags are as clients sent them: what is no id neither breaks the header nor adds
    # a tag to it.
    tags = sorted([tag for tag in hint.tags if _TAG.fullmatch(tag)])
    if tags:
        headers["cache-tag"] = ",".join(tags[:_MAX_TAGS])
    return headers


def cached(
    request: Request,
    payload: Payload,
    headers: Mapping[str, str],
    *,
    again: bool,
    conditional: bool,
) -> Response:
    """Return a response that may be kept; 304 where the client has it already.

    Args:
        request: A GET.
        payload: The body.
        headers: The headers that `lasting` returned for it.
        again: Whether the response was sent before, so that compressing it pays.
        conditional: Whether a condition of the request may change the answer.
    """
    sent = {**headers, "vary": _vary(request)}
    packed = again and _packs(request)
    if packed:
        sent["etag"] = _packed_tag(headers["etag"])
    if conditional:
        known = request.headers.get("if-none-match")
        if known is not None and _is_known(known, headers["etag"]):
            del sent["content-type"]
            return Response(304, sent)
    if packed:
        sent["content-encoding"] = "gzip"
        return Response(200, sent, payload.packed)
    return Response(200, sent, payload.body, payload)


def _packed_tag(etag: str) -> str:
    return f'{etag[:-1]}{_PACKED}"'


def _is_known(known: str, etag: str) -> bool:
    # Few requests have a condition: a cold start does without the rule.
    from services.domain.entity_tags import names_tag

    return names_tag(known, etag, _packed_tag(etag))


def _packs(request: Request) -> bool:
    return request.carries_bytes and takes_gzip(request.headers.get("accept-encoding"))


def _vary(request: Request) -> str:
    return "accept, accept-encoding" if request.carries_bytes else "accept"
