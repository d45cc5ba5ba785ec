"""The service as an ASGI application: what Mangum, and the local direct runtime, run."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from services.menu_api.application import Application, assemble
from services.menu_api.messages import Request, Response
from services.menu_api.parameters import MAX_BODY
from services.menu_api.settings import Settings

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class AsgiApp:
    """ASGI 3 around an `Application`.

    The application waits for DynamoDB with blocking calls. Lambda gives each process one request
    at a time, so it is called in place there; a server that shares a process sets `threads`.
    """

    def __init__(
        self, application: Application, *, threads: bool, carries_bytes: bool = False
    ) -> None:
        self._application = application
        self._threads = threads
        self._carries_bytes = carries_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request, or the server's start and stop."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            raise ValueError(f"{scope['type']} is not served here")
        request = await _request(scope, receive, carries_bytes=self._carries_bytes)
        if self._threads:
            response = await asyncio.to_thread(self._application.respond, request)
        else:
            response = self._application.respond(request)
        await _send(send, response, empty=scope["method"] == "HEAD")


async def _request(scope: Scope, receive: Receive, *, carries_bytes: bool) -> Request:
    body = b""
    more = True
    while more:
        message = await receive()
        # One byte over the limit is enough to be refused; the rest is read and dropped.
        if len(body) <= MAX_BODY:
            body = (body + message.get("body", b""))[: MAX_BODY + 1]
        more = message.get("more_body", False)
    query = scope.get("query_string", b"").decode("latin-1")
    return Request(
        method=scope["method"],
        path=scope["path"],
        headers={k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]},
        query=dict(parse_qsl(query, keep_blank_values=True)),
        body=body,
        carries_bytes=carries_bytes,
    )


async def _send(send: Send, response: Response, *, empty: bool) -> None:
    headers = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in response.headers.items()]
    if response.status not in (204, 304):
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if empty else response.body})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def direct() -> AsgiApp:
    """Factory for an ASGI server: `uvicorn --factory services.menu_api.asgi:direct`."""
    return AsgiApp(assemble(Settings.from_environment()), threads=True, carries_bytes=True)
