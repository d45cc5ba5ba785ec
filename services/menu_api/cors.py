"""Which web pages of other origins may read answers (Fetch standard, "CORS protocol").

A persisted read is public and the same for everyone, and caches in front keep its headers: where
any origin is allowed, its answer allows all of them, whatever the request's Origin. Every other
answer names the origin that it allows. Cookies and other credentials of the browser are never
allowed: staff send their token in a header.
"""

from collections.abc import Iterable
from typing import Final

from services.menu_api.messages import Request, Response

_EXPOSED: Final = "etag, retry-after, x-carte-attempt, x-carte-region, x-carte-stale"
_PREFLIGHT: Final = {
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "accept, authorization, cache-control, content-type, "
    "x-carte-device",
    "access-control-max-age": "600",
}


class Cors:
    """Adds the headers that let pages of the allowed origins read answers."""

    def __init__(self, origins: Iterable[str]) -> None:
        self._origins = frozenset(origins)

    def allow(self, request: Request, response: Response, *, shared: bool) -> None:
        """Add the headers to an answer.

        Args:
            request: The request.
            response: The answer.
            shared: Whether caches give the answer to requests with another Origin.
        """
        headers = response.headers
        if shared:
            headers["access-control-allow-origin"] = "*"
            headers["access-control-expose-headers"] = _EXPOSED
            return
        vary = headers.get("vary")
        headers["vary"] = f"{vary}, origin" if vary else "origin"
        origin = request.headers.get("origin")
        if origin not in self._origins:
            return
        headers["access-control-allow-origin"] = origin
        headers["access-control-expose-headers"] = _EXPOSED
        if request.method == "OPTIONS" and "access-control-request-method" in request.headers:
            headers |= _PREFLIGHT
