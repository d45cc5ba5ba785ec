"""The edge as a process: puts the parts together, listens, stops on a signal."""

import asyncio
import signal
import time
from contextlib import AsyncExitStack
from typing import Final

from aiohttp import web

from infra_cdk.picture_buckets import bucket_name, local_regions
from localcloud.edge.access_log import AccessLog
from localcloud.edge.active_faults import ActiveFaults
from localcloud.edge.cache_store import CacheStore
from localcloud.edge.drains import DrainFlags
from localcloud.edge.drill_runs import DrillRuns
from localcloud.edge.events import Events
from localcloud.edge.gateway import Gateway
from localcloud.edge.health import Health
from localcloud.edge.health_checker import HealthChecker
from localcloud.edge.history import History
from localcloud.edge.history_file import HistoryFile
from localcloud.edge.live_sockets import LiveSockets
from localcloud.edge.mailbox import Mailbox
from localcloud.edge.metrics import RegionMetrics
from localcloud.edge.operator_api import OperatorApi
from localcloud.edge.origins import open_origins
from localcloud.edge.outside_figures import OutsideFigures
from localcloud.edge.places import Locator
from localcloud.edge.request_router import RequestRouter
from localcloud.edge.response_cache import ResponseCache
from localcloud.edge.routing import LatencyRecord
from localcloud.edge.sampler import Observed, Sampler
from localcloud.edge.settings import Settings
from localcloud.edge.sign_in import SignIn
from localcloud.edge.site import Site
from localcloud.edge.site_stores import SiteStores
from localcloud.edge.status import EdgeParts, Status
from localcloud.edge.switches import Switches
from localcloud.edge.unreadable import Connections, most_connections
from localcloud.edge.uploaded_pictures import PictureOrigin, UploadedPictures
from localcloud.json_log import EventLog
from localcloud.layout import ACCOUNT_ID
from localcloud.ports import has_ipv6_loopback
from localcloud.site_listing import site_index_dir

_LOG: Final = EventLog("edge")

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
    events = Events()
    async with AsyncExitStack() as stack:
        parts = await assemble(stack, settings, events)
        await _listen(stack, router_of(parts), settings.port)
        events.add(
            "start",
            port=settings.port,
            regions=list(parts.health),
            site_built=parts.site.built,
            time_scale=options.time_scale,
        )
        checker = HealthChecker(settings.regions, options, parts.health, events)
        sampler = sampler_of(parts, HistoryFile(settings.state_dir))
        async with asyncio.TaskGroup() as group:
            checks = group.create_task(checker.run())
            watched = group.create_task(parts.live.watch())
            sampled = group.create_task(sampler.run())
            await stop.wait()
            checks.cancel()
            watched.cancel()
            sampled.cancel()
        _LOG.info("edge stops")


async def assemble(stack: AsyncExitStack, settings: Settings, events: Events) -> EdgeParts:
    """Make the parts of an edge, and have them closed in the end."""
    options = settings.options
    access_log = AccessLog(enabled=options.access_log)
    stack.callback(access_log.flush)
    health = {
        region.name: Health(
            threshold=options.threshold,
            recovery_threshold=options.recovery_threshold,
            now=time.time(),
        )
        for region in settings.regions
    }
    metrics = {name: RegionMetrics() for name in health}
    switches = Switches(events)
    drains = DrainFlags(settings.state_dir, health, events, delay=options.scaled_drain_delay)
    record = LatencyRecord(
        lambda name: health[name].healthy or not switches.health_checks,
        drains,
        ttl=options.scaled_ttl,
        monotonic=time.monotonic,
        events=events,
    )
    origins = await stack.enter_async_context(open_origins(settings.regions, options, metrics))
    gateway = Gateway(origins, record, metrics, options, switches)
    cache = ResponseCache(gateway, CacheStore(options.cache_bytes))
    stack.push_async_callback(cache.close)
    live = LiveSockets(
        {region.name: region.live_url for region in settings.regions},
        record,
        lambda name: health[name].healthy and name not in drains(),
        # A cold Lambda answers the handshake; there is no attempt at another region.
        connect_s=options.last_write_timeout,
        healthy=lambda name: health[name].healthy,
    )
    stack.push_async_callback(live.close)
    faults = ActiveFaults(settings.faults_url)
    stack.push_async_callback(faults.close)
    outside = OutsideFigures(
        settings.replicator_url, {one.name: one.emulator_url for one in settings.regions}
    )
    stack.push_async_callback(outside.close)
    pictures = UploadedPictures(_picture_buckets(settings), options)
    stack.push_async_callback(pictures.close)
    minutes, kept_events = HistoryFile(settings.state_dir).read()
    return EdgeParts(
        settings=settings,
        health=health,
        drains=drains,
        metrics=metrics,
        site=Site(
            settings.site_dir,
            SiteStores(site_index_dir(settings.state_dir)),
            # Buckets, which take files of counts and pictures, are at the emulators.
            [region.emulator_url for region in settings.regions if region.emulator_url],
        ),
        pictures=pictures,
        events=events,
        switches=switches,
        gateway=gateway,
        cache=cache,
        live=live,
        record=record,
        locator=Locator(
            {region.name: region.coordinates for region in settings.regions},
            settings.default_region,
        ),
        faults=faults,
        access_log=access_log,
        history=History(minutes, kept_events),
        outside=outside,
        drill_runs=DrillRuns(settings.state_dir),
    )


def _picture_buckets(settings: Settings) -> list[PictureOrigin]:
    """Return the buckets of uploaded pictures, at the emulators of their regions."""
    urls = {one.name: one.emulator_url for one in settings.regions}
    return [
        PictureOrigin(region, f"{urls[region]}/{bucket_name(ACCOUNT_ID, region)}")
        for region in local_regions([*urls])
    ]


def sampler_of(parts: EdgeParts, file: HistoryFile) -> Sampler:
    """Return what fills the history of an edge."""
    observed = Observed(
        metrics=parts.metrics,
        health=parts.health,
        drains=parts.drains,
        hits=parts.cache.hits,
        events=parts.events,
        faults=parts.faults,
        outside=parts.outside,
    )
    return Sampler(observed, parts.history, file)


def router_of(parts: EdgeParts) -> RequestRouter:
    """Return the front door to the parts of an edge."""
    return RequestRouter(
        gateway=parts.gateway,
        cache=parts.cache,
        live=parts.live,
        switches=parts.switches,
        site=parts.site,
        pictures=parts.pictures,
        operator=OperatorApi(parts, Status(parts)),
        mailbox=Mailbox({one.name: one.emulator_url for one in parts.settings.regions}),
        sign_in=SignIn(parts.settings.state_dir),
        locator=parts.locator,
        regions=parts.health,
        access_log=parts.access_log,
    )


def http_server(router: RequestRouter) -> Connections:
    """Return the factory of connections to clients, with its limits."""
    return Connections(
        router,
        most=most_connections(),
        handler_cancellation=True,  # a client that left must not hold a connection to a region
        auto_decompress=False,  # bodies pass as they are
        access_log=None,
        lingering_time=0.5,
    )


async def _listen(stack: AsyncExitStack, router: RequestRouter, port: int) -> None:
    """Listen on the loopback addresses that the machine has."""
    server = http_server(router)
    runner = web.ServerRunner(server, shutdown_timeout=_GOODBYE_SECONDS)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", port).start()
    if has_ipv6_loopback():
        # `localhost` is ::1 first for many clients.
        await web.TCPSite(runner, "::1", port).start()
