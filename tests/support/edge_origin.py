"""A region's API for tests of the edge: `python -m tests.support.edge_origin REGION`.

Listens on a free port of 127.0.0.1 and prints it. `POST /_mode` sets how it behaves until the
next one; SIGSTOP freezes it as an outage would.
"""

import asyncio
import sys

import orjson
from aiohttp import web


class OriginServer:
    """Answers anything with the request that it got, in the way the mode says."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._mode: dict[str, object] = {}
        self._seen: list[dict[str, object]] = []

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path == "/_mode":
            self._mode = orjson.loads(await request.content.read())
            self._seen.clear()
            return web.Response()
        if request.path == "/_seen":
            return web.json_response(self._seen)
        body = await request.content.read()
        seen: dict[str, object] = {
            "method": request.method,
            "path": request.raw_path,
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "body": body.decode(),
            "peer": str(request.transport and request.transport.get_extra_info("peername")),
        }
        if not request.path.endswith("/ready"):
            self._seen.append(seen)
        return await self._behave(request, seen)

    async def _behave(
        self, request: web.BaseRequest, seen: dict[str, object]
    ) -> web.StreamResponse:
        mode = self._mode
        ready = request.path.endswith("/ready")
        headers = {"x-carte-region": self._region, "Keep-Alive": "timeout=5", "ETag": '"e"'}
        extra = mode.get("headers")
        if isinstance(extra, dict):
            headers |= extra
        if ready and "ready" in mode:
            return web.Response(status=int(str(mode["ready"])))
        if ready and not mode.get("all"):
            return web.Response()
        if "silent" in mode:
            await asyncio.Event().wait()
        if "slow" in mode:
            await asyncio.sleep(float(str(mode["slow"])))
        if "broken" in mode:
            partial = web.StreamResponse(headers={**headers, "Content-Length": "1000"})
            assert request.transport
            if request.method != "HEAD":  # whose answer would be whole without a body
                await partial.prepare(request)
                await partial.write(b"{")
            request.transport.abort()
            return partial
        if "huge" in mode:
            return web.Response(body=b"x" * (11 * 1024 * 1024))
        status = int(str(mode.get("status", 200)))
        if mode.get("validates") and request.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304, headers=headers)
        return web.json_response({"region": self._region, **seen}, status=status, headers=headers)


async def main(region: str) -> None:
    server = web.Server(OriginServer(region), handler_cancellation=True, access_log=None)
    runner = web.ServerRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)  # noqa: T201 - how the test learns the port
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
