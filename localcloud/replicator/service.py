"""The replicator as a process: puts the parts together, runs them, stops them."""

import asyncio
import signal
from contextlib import AsyncExitStack
from typing import Final

from aiohttp import web

from localcloud.json_log import EventLog
from localcloud.layout import CloudLayout
from localcloud.replicator.checkpoint import Checkpoint
from localcloud.replicator.control import ReplicationControl
from localcloud.replicator.delivery import Delivery
from localcloud.replicator.dynamo import Dynamo
from localcloud.replicator.ledger import Ledger
from localcloud.replicator.mesh import Mesh
from localcloud.replicator.reader import Reader
from localcloud.replicator.store import STATE_FILE, Position, Store

_LOG: Final = EventLog("replicator")

_SHUTDOWN_SECONDS = 0.3


async def replicate(layout: CloudLayout) -> None:
    """Replicate between the regions until SIGTERM or SIGINT.

    Raises:
        OSError: The control port is taken.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        store = stack.enter_context(Store(layout.state_dir / STATE_FILE))
        dynamos = [
            await stack.enter_async_context(Dynamo(region.name, region.endpoint, layout.table))
            for region in layout.regions
        ]
        ledger = Ledger(layout.region_names)
        ledger.restore(store.rows())
        mesh = Mesh(dynamos, ledger)
        known = store.positions()

        def positions() -> dict[str, Position]:
            return {
                name: region.cursor.position
                for name, region in mesh.regions.items()
                if region.tracked
            }

        checkpoint = Checkpoint(store, ledger, positions)
        stack.callback(checkpoint.close)
        runner = web.AppRunner(
            ReplicationControl(mesh).application(),
            access_log=None,
            shutdown_timeout=_SHUTDOWN_SECONDS,
        )
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", layout.replicator_port).start()
        queued = mesh.offer_differences()
        _LOG.info("replicator starts", regions=list(mesh.regions), items=len(ledger), queued=queued)
        async with asyncio.TaskGroup() as group:
            readers = [
                Reader(mesh, region, checkpoint, known.get(name))
                for name, region in mesh.regions.items()
            ]
            deliveries = [Delivery(mesh, pair, checkpoint) for pair in mesh.queues]
            loops = [checkpoint.run()]
            loops += [reader.run() for reader in readers]
            loops += [delivery.run() for delivery in deliveries]
            tasks = [group.create_task(one) for one in loops]
            await stop.wait()
            for task in tasks:
                task.cancel()
        _LOG.info("replicator stops")
