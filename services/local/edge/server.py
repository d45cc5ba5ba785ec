"""The edge as a process: puts the parts together, listens, stops on a signal."""

import asyncio
import signal
import socket
import time
from contextlib import AsyncExitStack
from typing import Final

from aiohttp import web

from services.local.edge.checker import Checker
from services.local.edge.drains import DrainFlags
from services.local.edge.event_log import AccessLog, say
from services.local.edge.figures import RegionFigures
from services.local.edge.front import Front
from services.local.edge.gateway import Gateway
from services.local.edge.health import Health
from services.local.edge.origins import open_origins
from services.local.edge.places import Locator
from services.local.edge.routing import LatencyRecord
from services.local.edge.settings import Settings
from services.local.edge.site import Site
from services.local.edge.status import Status

_GOODBYE_SECONDS: Final = 0.3  # for answers under way when the signal comes


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises:
        OSError: The port is taken.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    options = settings.options
    health = {
        region.name: Health(
            threshold=options.threshold,
            recovery_threshold=options.recovery_threshold,
            now=time.time(),
        )
        for region in settings.regions
    }
    figures = {name: RegionFigures() for name in health}
    drains = DrainFlags(settings.state_dir, health)
    record = LatencyRecord(
        lambda name: health[name].healthy,
        drains,
        ttl=options.ttl / options.time_scale,
        monotonic=time.monotonic,
    )
    site = Site(settings.site_dir)
    access_log = AccessLog(enabled=options.access_log)
    async with AsyncExitStack() as stack:
        stack.callback(access_log.flush)
        origins = await stack.enter_async_context(open_origins(settings.regions, options, figures))
        front = Front(
            gateway=Gateway(origins, record, figures, options),
            site=site,
            status=Status(settings, health, drains, figures, site),
            locator=Locator(
                {region.name: region.coordinates for region in settings.regions},
                settings.default_region,
            ),
            regions=health,
            access_log=access_log,
        )
        await _listen(stack, front, settings.port)
        say("edge starts", port=settings.port, regions=list(health), site_built=site.built)
        async with asyncio.TaskGroup() as group:
            checks = group.create_task(Checker(settings.regions, options, health).run())
            await stop.wait()
            checks.cancel()
        say("edge stops")


async def _listen(stack: AsyncExitStack, front: Front, port: int) -> None:
    """Listen on the loopback addresses that the machine has."""
    server = web.Server(
        front,
        handler_cancellation=True,  # a client that left must not hold a connection to a region
        auto_decompress=False,  # bodies pass as they are
        access_log=None,
        lingering_time=0.5,
    )
    runner = web.ServerRunner(server, shutdown_timeout=_GOODBYE_SECONDS)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", port).start()
    if _has_ipv6_loopback():
        # `localhost` is ::1 first for many clients.
        await web.TCPSite(runner, "::1", port).start()


def _has_ipv6_loopback() -> bool:
    if not socket.has_ipv6:
        return False
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True
