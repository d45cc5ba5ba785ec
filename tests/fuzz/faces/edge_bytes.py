# ruff: noqa: E501 - tables of bytes
"""Bytes to the local edge over real connections: framing, pipelines, odd request lines and headers.

The edge runs in this process before an origin that reads requests as strictly as RFC 9112 allows.
What the edge passes on must be exactly the requests that it decided to pass on (no smuggling), and
whatever a connection holds, the edge answers it or closes it, and goes on to answer others.
"""

import asyncio
import logging
import random
import re
import shutil
import socket
import tempfile
import threading
from contextlib import AsyncExitStack
from functools import lru_cache
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Final

from localcloud.edge.events import Events
from localcloud.edge.options import Options
from localcloud.edge.server import assemble, http_server, router_of
from localcloud.edge.settings import OriginRegion, Settings
from services.domain.aws_regions import AWS_REGIONS

REGION: Final = "eu-west-1"
INNER: Final = b"GET /graphql?query=%7Bsmuggled%7D HTTP/1.1\r\nHost: x\r\n\r\n"
# fmt: off
METHODS: Final = (
    *(b"GET", b"POST", b"HEAD", b"OPTIONS", b"PUT", b"TRACE", b"CONNECT", b"get", b"PRI", b"G\x00T"),
    *(b"", b"X" * 300),
)
TARGETS: Final = (
    *(b"/graphql", b"/graphql?query=%7Ba%7D", b"/graphql/next", b"/graphql/persisted/m?variables={}"),
    *(b"/health", b"/", b"/_edge/status", b"/_edge/purge", b"/_region/eu-west-1/graphql"),
    *(b"/_region/eu-west-1//../x", b"/_region/x/y", b"http://h/graphql", b"*", b"//x/graphql"),
    *(b"/%2e%2e/x", b"/%00", b"/\xff\xfe", b"/graphql?%", b"/graphql?a=\xe9", b"/graphql#x", b"x:1"),
    *(b"/" + b"a" * 9000, b"/graphql?" + b"&" * 7000, b"/graphql\\x", b"/assets/%c0%ae", b"?", b""),
    *(b"/_edge/events?since=" + b"9" * 4400, b"/_edge/events?since=\xc2\xb2", b"/_edge/events?since=-1"),
    *(b"/_edge/history?minutes=" + b"9" * 4400, b"/_edge/history?minutes=\xd9\xa3", b"/_edge/drills"),
    *(b"/_edge/requests?region=" + b"9" * 4400, b"/_edge/requests?status=\xd9\xa3", b"/_edge/heal"),
    *(b"/_region/eu-west-1/graphql?q=\xe2\x80\xa8", b"/graphql/persisted/%F0%9F%8D%A9"),
)
VERSIONS: Final = (
    *(b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2.0", b"HTTP/1.10", b"HTTP/ 1.1", b"http/1.1", b""),
)
LENGTHS: Final = (
    *(b"0", b"2", b"+2", b"-1", b"2, 2", b"2,3", b"0x2", b"2 ", b"\x0b2", b"1e1", b"9" * 30),
    *(b"99999999", b"", b"\xb2"),
)
ENCODINGS: Final = (
    *(b"chunked", b"Chunked", b"chunked, identity", b"identity, chunked", b"xchunked"),
    *(b"chunked\x0b", b" chunked", b"gzip, chunked", b"chunked, chunked", b"identity", b""),
)
CHUNKS: Final = (
    *(b"2\r\n{}\r\n0\r\n\r\n", b"2;a=b\r\n{}\r\n0\r\nx: y\r\n\r\n", b"0x2\r\n{}\r\n0\r\n\r\n"),
    *(b"-2\r\n{}\r\n0\r\n\r\n", b"2\n{}\n0\n\n", b"2\r\n{}x\r\n0\r\n\r\n", b"0\r\n\r\n"),
    *(b"FFFFFFFFFFFFFFFFF\r\n{}", b" 2\r\n{}\r\n0\r\n\r\n", b"2;" + b"x" * 9000 + b"\r\n{}\r\n0\r\n\r\n"),
    b"2\r\n{}\r\n0\r\nContent-Length: 9\r\n\r\n",
)
NAMES: Final = (
    *(b"Host", b"X-A", b"Connection", b"Expect", b"Upgrade", b"Accept", b"Accept-Encoding", b"Cookie"),
    *(b"Authorization", b"If-None-Match", b"X-Forwarded-For", b"X-Carte-Place", b"Via", b"Origin"),
    *(b"Content-Type", b"Cache-Control", b"TE", b"Trailer", b"CloudFront-Viewer-Latitude", b"Range"),
    *(b"X A", b"", b"Content_Length", b"Content-Encoding"),
)
VALUES: Final = (
    *(b"x", b"", b"close", b"keep-alive", b"content-length, host", b"transfer-encoding", b"trailers"),
    *(b"100-continue", b"h2c", b"websocket", b"\xff\xfe", b"a\x00b", b"a\rb", b"\x7f", b"*/*;q=nan"),
    *(b"gzip;q=1e999", b"x" * 20_000, b",".join([b"a"] * 3000), b"999", b"nan", b"127.0.0.1"),
    *(b"deflate", b"a\r\n continued", b"\r\n X: y"),
)
# fmt: on
CANARY: Final = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
# The version is the client's: the server answers a CONNECT of HTTP/2.0 in its words.
_STATUS: Final = re.compile(rb"HTTP/[0-9]\.[0-9] ([0-9]{3}) ")
_QUIET_S: Final = 0.04  # without a byte: the edge waits for the rest of a request
_ODD: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|(?<!\r)\n|\r(?!\n)|\n[ \t]")


class Origin:
    """A region's API that reads requests strictly.

    Attributes:
        requests: How many requests it read.
        trouble: What no edge may send.
    """

    def __init__(self) -> None:
        self.requests = 0
        self.trouble: list[str] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.requests += 1
                await self._body(head, reader)
                writer.write(
                    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                    b"cache-control: no-store\r\ncontent-length: 2\r\n\r\n"
                    + (b"" if head.startswith(b"HEAD ") else b"{}")
                )
                await writer.drain()
        except asyncio.IncompleteReadError as error:
            if error.partial:
                self.trouble.append(f"half a request: {error.partial[:200]!r}")
        except (OSError, asyncio.LimitOverrunError) as error:
            self.trouble.append(repr(error))
        finally:
            writer.close()

    async def _body(self, head: bytes, reader: asyncio.StreamReader) -> None:
        line, *fields = head[:-4].split(b"\r\n")
        if _ODD.search(head[:-2]) or not re.fullmatch(rb"[A-Z]+ /[!-~]* HTTP/1\.1", line):
            self.trouble.append(f"an odd head: {head[:300]!r}")
        named = [
            (name.lower(), value.strip())
            for name, _, value in (one.partition(b":") for one in fields)
        ]
        lengths = [value for name, value in named if name == b"content-length"]
        chunked = [value for name, value in named if name == b"transfer-encoding"]
        if len(lengths) + len(chunked) > 1 or any(not one.isdigit() for one in lengths):
            self.trouble.append(f"ambiguous framing: {head[:300]!r}")
        if sum(name == b"host" for name, _ in named) != 1:
            self.trouble.append(f"hosts: {head[:300]!r}")
        if lengths and lengths[0].isdigit():
            await reader.readexactly(int(lengths[0]))
        elif chunked:
            while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
                await reader.readexactly(size + 2)
            await reader.readuntil(b"\r\n")


class Edge:
    """An edge on a port, in a thread of its own."""

    def __init__(self) -> None:
        self.origin = Origin()
        self.port = 0
        self._ready = threading.Event()
        # It writes a trace for each request that is no HTTP; as a process, the edge shortens them.
        logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
        threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True).start()
        if not self._ready.wait(60):
            raise TimeoutError("the edge did not start")

    async def _run(self) -> None:
        region = await asyncio.start_server(self.origin, "127.0.0.1", 0)
        port = region.sockets[0].getsockname()[1]
        folder = Path(tempfile.mkdtemp(prefix="carte-fuzz-"))
        # This thread ends with its process, and a process of a pool skips `atexit`.
        Finalize(None, shutil.rmtree, (folder,), exitpriority=0)
        (folder / "index.html").write_text("<!doctype html>")
        api = OriginRegion(REGION, f"http://127.0.0.1:{port}", AWS_REGIONS[REGION])
        options = Options(interval=0, ttl=0, access_log=False)
        settings = Settings(0, folder, folder, (api,), REGION, options, "http://127.0.0.1:9/faults")
        async with AsyncExitStack() as stack:
            self.parts = await assemble(stack, settings, Events())
            server = http_server(router_of(self.parts))
            loop = asyncio.get_running_loop()
            listening = await loop.create_server(server, "127.0.0.1", 0)
            self.port = listening.sockets[0].getsockname()[1]
            self._ready.set()
            await asyncio.Event().wait()

    @property
    def passed_on(self) -> int:
        """Return how many requests the edge has sent to the region."""
        return self.parts.metrics[REGION].requests


@lru_cache(maxsize=1)
def edge() -> Edge:
    """Return the edge of this process."""
    return Edge()


def case(seed: int) -> str | None:
    """Send what a connection holds: it is answered or closed, and nothing is smuggled."""
    sent = connection(random.Random(f"edge {seed}"))
    served = edge()
    before, read_before = served.passed_on, served.origin.requests
    served.origin.trouble.clear()
    answer = exchanged(served.port, sent)
    canary = exchanged(served.port, CANARY)
    shown = f"{sent[:1500]!r} -> {answer[:500]!r}"
    if not canary.startswith(b"HTTP/1.1 200 "):
        return f"another client gets {canary[:200]!r} after {shown}"
    found = trouble(answer)
    if found:
        return f"{found}: {shown}"
    if served.origin.trouble:
        return f"the origin read {served.origin.trouble[0]}: {shown}"
    read, passed = served.origin.requests - read_before, served.passed_on - before
    if read > passed:
        return f"the origin read {read} requests where the edge passed {passed} on: {shown}"
    return None


def trouble(answer: bytes) -> str | None:
    """Return what is wrong with the bytes that came back, or None."""
    if answer and not _STATUS.match(answer):
        return "no HTTP"
    for status in _STATUS.findall(answer):
        if int(status) >= 500 and status not in {b"501", b"505"}:
            return f"status {int(status)}"
    if b"Traceback" in answer:
        return "a trace"
    return None


def exchanged(port: int, sent: bytes) -> bytes:
    """Return what the edge answers before it closes, or is quiet."""
    answer = bytearray()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        try:
            client.sendall(sent)
            while chunk := client.recv(65_536):
                answer += chunk
                client.settimeout(_QUIET_S if sent is not CANARY else 10)
        except TimeoutError:
            pass
        except (ConnectionResetError, BrokenPipeError):
            pass  # it closed before it had read everything
    return bytes(answer)


def connection(dice: random.Random) -> bytes:
    """Return the bytes of a connection: one to three requests, then one that ends it."""
    sent = b"".join(_request(dice) for _ in range(dice.randrange(1, 4)))
    if dice.random() < 0.15:
        at = dice.randrange(len(sent) + 1)
        sent = sent[:at] + bytes(dice.choices(b"\r\n \x00:\t0aZ\xff", k=dice.randrange(4))) + sent[
            at + dice.randrange(3):]  # fmt: skip
    return sent + CANARY


def _request(dice: random.Random) -> bytes:
    odd = dice.random() < 0.3
    line = b" ".join((
        dice.choice(METHODS) if odd else dice.choice((b"GET", b"POST", b"POST")),
        dice.choice(TARGETS if dice.random() < 0.3 else TARGETS[:4]),
        dice.choice(VERSIONS) if dice.random() < 0.1 else b"HTTP/1.1",
    ))  # fmt: skip
    headers = [(b"Host", b"127.0.0.1")] if dice.random() < 0.9 else []
    if dice.random() < 0.5:
        headers += [(dice.choice(NAMES), dice.choice(VALUES)) for _ in range(dice.randrange(1, 4))]
    body = b""
    if line.startswith(b"POST") or dice.random() < 0.2:
        body = dice.choice((b"{}", INNER, b"{}" + INNER, b""))
        framing = dice.random()
        if framing < 0.4:
            headers.append((b"Content-Length", str(len(body)).encode()))
        elif framing < 0.6:
            headers.append((b"Transfer-Encoding", dice.choice(ENCODINGS[:2])))
            body = dice.choice(CHUNKS)
        else:
            headers += [(b"Content-Length", dice.choice(LENGTHS)) for _ in range(dice.randrange(3))]
            headers += [
                (b"Transfer-Encoding", dice.choice(ENCODINGS)) for _ in range(dice.randrange(3))
            ]
            body = dice.choice((body, dice.choice(CHUNKS), dice.choice(CHUNKS) + INNER))
    dice.shuffle(headers)
    colon = b" :" if dice.random() < 0.03 else b":"
    end = b"\n" if dice.random() < 0.03 else b"\r\n"
    lines = [line, *(name + colon + b" " + value for name, value in headers)]
    return end.join(lines) + end + end + body
