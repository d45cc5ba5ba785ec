"""The fault controller as a process: the gates, the control API and the watch over faults."""

import asyncio
import os
import signal
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Final

import aiohttp
from aiohttp import web

from localcloud.faults import effects
from localcloud.faults.actuator import Actuator
from localcloud.faults.control import FaultControl
from localcloud.faults.drain_actuator import DrainActuator
from localcloud.faults.fault_request import CloudScope
from localcloud.faults.gate import Gate
from localcloud.faults.gate_actuator import GateActuator
from localcloud.faults.lambda_actuator import LambdaActuator
from localcloud.faults.payments_actuator import PaymentsActuator
from localcloud.faults.process_actuator import ProcessActuator
from localcloud.faults.registry import FaultRegistry
from localcloud.faults.replication_actuators import (
    CutActuator,
    DuplicateActuator,
    LagActuator,
    PauseActuator,
    ReplicatorControl,
    SkewActuator,
)
from localcloud.faults.rollout import roll_out
from localcloud.faults.stream_switch import switch_orders, switch_stream
from localcloud.json_log import EventLog
from localcloud.layout import CloudLayout, port_of
from localcloud.state_file import CurrentLayout

_TIMEOUT: Final = aiohttp.ClientTimeout(total=5.0)
_SHUTDOWN_S: Final = 0.3
# Requests that a region works on at once, each a process: below the emulator's own limit, above
# which it throttles, and few enough to start together on this machine.
SLOTS: Final = max(4, min(2 * (os.cpu_count() or 1), 12))

_LOG: Final = EventLog("faults")


async def serve(layout: CloudLayout) -> None:
    """Run the fault controller until SIGTERM or SIGINT.

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
        actuators = _actuators(layout, gates, session)
        registry = FaultRegistry(actuators, layout.region_names, layout.state_dir)
        for of_kind in gates.values():
            for gate in of_kind.values():
                stack.callback(gate.close)
                await gate.open()
        scope = CloudScope(layout.region_names, lambdas=layout.runtime == "lambda")
        runner = web.AppRunner(
            FaultControl(registry, scope, gates).application(),
            access_log=None,
            shutdown_timeout=_SHUTDOWN_S,
        )
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", layout.faults_port).start()
        _LOG.info("faults starts", regions=list(layout.region_names), unhealed=registry.unhealed)
        async with asyncio.TaskGroup() as group:
            watch = group.create_task(registry.watch())
            await stop.wait()
            watch.cancel()
        await registry.close()
        _LOG.info("faults stops")


def _gates(layout: CloudLayout) -> Mapping[str, Mapping[str, Gate]]:
    return {
        effects.API_GATE: {
            region.name: Gate(port_of(region.gate_url), port_of(region.api_url), slots=SLOTS)
            for region in layout.regions
        },
        effects.DYNAMODB_GATE: {
            region.name: Gate(port_of(region.dynamodb_gate), region.port)
            for region in layout.regions
        },
        effects.PAYMENTS_GATE: (
            {effects.ALL_REGIONS: Gate(layout.payments_gate_port, layout.payments_port)}
            if layout.payments_port
            else {}
        ),
    }


def _actuators(
    layout: CloudLayout, gates: Mapping[str, Mapping[str, Gate]], session: aiohttp.ClientSession
) -> dict[str, Actuator]:
    current = CurrentLayout(layout)
    replicator = ReplicatorControl(session, current)
    return {
        effects.API_GATE: GateActuator(gates[effects.API_GATE]),
        effects.DYNAMODB_GATE: GateActuator(gates[effects.DYNAMODB_GATE]),
        effects.PROCESS: ProcessActuator(current),
        effects.PAUSE: PauseActuator(replicator),
        effects.CUT: CutActuator(replicator),
        effects.LAG: LagActuator(replicator),
        effects.DUPLICATE: DuplicateActuator(replicator),
        effects.SKEW: SkewActuator(replicator),
        effects.STREAM: LambdaActuator(current, switch_stream),
        effects.ORDERS: LambdaActuator(current, switch_orders),
        effects.CODE: LambdaActuator(current, roll_out),
        effects.DRAIN: DrainActuator(session, layout),
        effects.PAYMENTS_GATE: GateActuator(gates[effects.PAYMENTS_GATE]),
        effects.PAYMENTS: PaymentsActuator(session, current),
    }
