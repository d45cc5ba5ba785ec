"""The fault controller as a process: the gates, the control API, the watch over what is on."""

import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from typing import Final

import aiohttp
from aiohttp import web

from localcloud.faults import claims
from localcloud.faults.board import Board
from localcloud.faults.control import Control
from localcloud.faults.edge_handle import DrainHandle
from localcloud.faults.event_log import say
from localcloud.faults.gate import Gate
from localcloud.faults.gate_handle import GateHandle
from localcloud.faults.handle import Handle
from localcloud.faults.lambda_handles import LambdaHandle
from localcloud.faults.process_handle import ProcessHandle
from localcloud.faults.replication_handles import (
    CutHandle,
    DuplicateHandle,
    LagHandle,
    PauseHandle,
    Replicator,
    SkewHandle,
)
from localcloud.faults.rollout import roll_out
from localcloud.faults.stream_switch import switch_stream
from localcloud.faults.wishes import Ground
from localcloud.layout import CloudLayout, load_layout, port_of

_TIMEOUT: Final = aiohttp.ClientTimeout(total=5.0)
_GOODBYE_S: Final = 0.3
# Requests that a region works on at once, each a process: below the emulator's own bound, where it
# throttles, and few enough to start together on this machine.
_PLACES: Final = max(4, min(2 * (os.cpu_count() or 1), 12))


async def serve(layout: CloudLayout) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises:
        OSError: A port is taken.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    gates = _gates(layout)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession(timeout=_TIMEOUT))
        board = Board(_handles(layout, gates, session), layout.region_names, layout.state_dir)
        for sort in gates.values():
            for gate in sort.values():
                stack.callback(gate.close)
                await gate.open()
        ground = Ground(layout.region_names, lambdas=layout.runtime == "lambda")
        runner = web.AppRunner(
            Control(board, ground, gates).application(),
            access_log=None,
            shutdown_timeout=_GOODBYE_S,
        )
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", layout.faults_port).start()
        say("faults starts", regions=list(layout.region_names), unhealed=board.unhealed)
        async with asyncio.TaskGroup() as group:
            watch = group.create_task(board.watch())
            await stop.wait()
            watch.cancel()
        await board.close()
        say("faults stops")


def _gates(layout: CloudLayout) -> Mapping[str, Mapping[str, Gate]]:
    return {
        claims.API_GATE: {
            region.name: Gate(port_of(region.gate_url), port_of(region.api_url), places=_PLACES)
            for region in layout.regions
        },
        claims.DYNAMODB_GATE: {
            region.name: Gate(port_of(region.dynamodb_gate), region.port)
            for region in layout.regions
        },
    }


def _handles(
    layout: CloudLayout, gates: Mapping[str, Mapping[str, Gate]], session: aiohttp.ClientSession
) -> dict[str, Handle]:
    current = _current(layout)
    replicator = Replicator(session, current)
    return {
        claims.API_GATE: GateHandle(gates[claims.API_GATE]),
        claims.DYNAMODB_GATE: GateHandle(gates[claims.DYNAMODB_GATE]),
        claims.PROCESS: ProcessHandle(current),
        claims.PAUSE: PauseHandle(replicator),
        claims.CUT: CutHandle(replicator),
        claims.LAG: LagHandle(replicator),
        claims.DUPLICATE: DuplicateHandle(replicator),
        claims.SKEW: SkewHandle(replicator),
        claims.STREAM: LambdaHandle(current, switch_stream),
        claims.CODE: LambdaHandle(current, roll_out),
        claims.DRAIN: DrainHandle(session, layout),
    }


def _current(layout: CloudLayout) -> Callable[[], CloudLayout]:
    """The layout as `cloud.json` has it now, read again where the file has changed."""
    known: dict[int, CloudLayout] = {}

    def read() -> CloudLayout:
        try:
            changed = layout.path.stat().st_mtime_ns
        except FileNotFoundError:
            return layout
        if changed not in known:
            known.clear()
            known[changed] = load_layout(layout.state_dir) or layout
        return known[changed]

    return read
