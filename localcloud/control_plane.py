"""Access to the local cloud's control planes: for programs and pages of this machine only.

The fault controller, the replicator and the operator endpoints of the edge (`/_edge`) listen on the
loopback address without a password. Two kinds of web pages in a developer's browser could reach
them all the same: a page of any site may send requests to loopback ports (cross-site request
forgery), and a site whose name resolves to 127.0.0.1 may even read the answers (DNS rebinding). So
every request must name a loopback host, a request of a page must come from the same origin, and a
request that changes something must carry JSON, which a page may not send to another origin unasked
(WHATWG Fetch, "CORS-safelisted request-header").
"""

import ipaddress
import re
import reprlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web
from multidict import MultiMapping

from localcloud.exceptions import LocalCloudError

MOST_BODY_BYTES: Final = 16 * 1024
"""The longest body that a control plane reads; the longest useful command has a few hundred."""

_HOST: Final = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::[0-9]{1,5})?")
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_shortener = reprlib.Repr()
_shortener.maxstring = _shortener.maxother = 80


def shown(value: Any) -> str:
    """Return the `repr` of something that a client sent, shortened to about 80 characters."""
    return _shortener.repr(value)


class ForeignRequestError(LocalCloudError):
    """A control plane refuses a request.

    Attributes:
        status: The HTTP status of the response.
    """

    def __init__(self, status: int, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.status = status


@dataclass(frozen=True, slots=True)
class RequestHead:
    """The parts of a request that decide whether it is accepted.

    Attributes:
        method: The HTTP method.
        headers: The headers; names compare without case, repeated headers are kept.
    """

    method: str
    headers: MultiMapping[str]


def require_loopback(head: RequestHead) -> None:
    """Check that a request is sent to this machine, and by no page of another origin.

    Raises:
        ForeignRequestError: Its host is no loopback address (421), or it comes from a page of
            another origin (403).
    """
    hosts = head.headers.getall("host", [])
    if len(hosts) != 1 or not is_loopback_host(hosts[0]):
        raise ForeignRequestError(
            421,
            f"the host {shown(', '.join(hosts))} is not this machine",
            "use http://127.0.0.1 or http://localhost with the port of the cloud",
        )
    for origin in head.headers.getall("origin", []):
        if origin.lower() != f"http://{hosts[0].lower()}":
            raise ForeignRequestError(
                403,
                f"a page of {shown(origin)} may not control this cloud",
                "use http://localhost:<port>/ops, or a program",
            )


def require_local(head: RequestHead) -> None:
    """Check that a request may use a control plane.

    Raises:
        ForeignRequestError: As `require_loopback` has it, or it changes something and its body is
            not declared as JSON (415).
    """
    require_loopback(head)
    media = head.headers.get("content-type", "").partition(";")[0].strip().lower()
    if head.method not in _SAFE_METHODS and media != "application/json":
        raise ForeignRequestError(
            415,
            f"a {shown(head.method)} must be of content type application/json",
            "send the header `content-type: application/json`, also without a body",
        )


def is_loopback_host(host: str) -> bool:
    """Return whether a Host header names this machine: localhost or a loopback address."""
    match = _HOST.fullmatch(host.lower())
    if match is None:
        return False
    name = match["name"].strip("[]")
    if name == "localhost" or name.endswith(".localhost"):  # RFC 6761, 6.3
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


@web.middleware
async def local_only(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Apply `require_local` to every request of an application, known path or not.

    Raises:
        ForeignRequestError: The request is refused; an outer middleware renders the response.
    """
    require_local(RequestHead(request.method, request.headers))
    return await handler(request)
