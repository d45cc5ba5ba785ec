"""Headers that pass between client and origin, without those of one connection only."""

from collections.abc import Iterable, Mapping
from typing import Final

from multidict import CIMultiDict

Pairs = Iterable[tuple[str, str]]

_VIA: Final = "1.1 carte-edge"
# RFC 9110, 7.6.1, and what else describes one hop: the body's length is set anew on each.
_HOP_BY_HOP: Final = frozenset(
    {
        "connection",
        "content-length",
        "expect",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_NOT_TO_ORIGIN: Final = _HOP_BY_HOP | {"host", "via", "x-forwarded-for"}
# The origin request policy of persisted reads, and what CloudFront adds by itself.
_FOR_ALL: Final = frozenset(
    {
        "cloudfront-viewer-latitude",
        "cloudfront-viewer-longitude",
        "origin",
        "traceparent",
        "via",
        "x-forwarded-for",
    }
)
_NOT_TO_CLIENT: Final = _HOP_BY_HOP | {"x-carte-edge"}


def request_headers(headers: Mapping[str, str], client: str | None) -> CIMultiDict[str]:
    """Return what goes to the origin: everything but Host, as ALL_VIEWER_EXCEPT_HOST_HEADER does.

    Args:
        headers: The client's headers.
        client: The client's address, appended to X-Forwarded-For.
    """
    passed = _passed(headers.items(), _NOT_TO_ORIGIN, headers.get("connection"))
    before = headers.get("x-forwarded-for")
    passed["x-forwarded-for"] = f"{before}, {client}" if before else client or "unknown"
    passed["via"] = _VIA
    return passed


def shared_request_headers(
    headers: Mapping[str, str], client: str | None, accept: str, encoding: str
) -> CIMultiDict[str]:
    """Return what goes to the origin for an answer that others will get too: no token, no cookie.

    Args:
        headers: The headers of the client that sends first.
        client: Its address.
        accept: Normalized, as in the cache key; so is `encoding`.
        encoding: Empty for none.
    """
    passed = CIMultiDict(
        (name, value)
        for name, value in request_headers(headers, client).items()
        if name.lower() in _FOR_ALL
    )
    passed["accept"] = accept
    if encoding:
        passed["accept-encoding"] = encoding
    return passed


def response_headers(headers: Mapping[str, str]) -> CIMultiDict[str]:
    """Return what goes back to the client; repeated headers stay repeated."""
    return _passed(headers.items(), _NOT_TO_CLIENT, headers.get("connection"))


def _passed(pairs: Pairs, dropped: frozenset[str], connection: str | None) -> CIMultiDict[str]:
    if connection and connection.lower() not in {"keep-alive", "close"}:
        dropped |= {token.strip().lower() for token in connection.split(",")}
    passed: CIMultiDict[str] = CIMultiDict()
    for name, value in pairs:
        if name.lower() not in dropped:
            passed.add(name, value)
    return passed
