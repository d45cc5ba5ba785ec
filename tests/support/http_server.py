"""HTTP servers on loopback that answer as a test wants, as long as a `with` block lasts."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import BaseServer, ThreadingMixIn
from typing import TypeVar

_AnyServer = TypeVar("_AnyServer", bound=BaseServer)
# The server looks this often whether it is to end: by default every half second.
_POLL_S = 0.01


class QuietHandler(BaseHTTPRequestHandler):
    """A handler that prints nothing."""

    def log_message(self, *_: object) -> None:
        """Print nothing."""


class LoopbackServer(HTTPServer):
    """A server on loopback that answers one request after the other; by default on a free port."""

    def __init__(self, handler: type[BaseHTTPRequestHandler], port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), handler)

    @property
    def url(self) -> str:
        """Its URL, without a slash at the end."""
        return f"http://127.0.0.1:{self.server_port}"


class ThreadedServer(ThreadingMixIn, LoopbackServer):
    """One that answers each connection in a thread of its own."""

    daemon_threads = True


@contextmanager
def running(server: _AnyServer) -> Iterator[_AnyServer]:
    """Run a server in a thread; it is ended and closed at the end of the block."""
    with server:
        thread = threading.Thread(target=server.serve_forever, args=(_POLL_S,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
