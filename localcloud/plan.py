"""Lay out a local cloud: every port, address and folder from the port of its edge."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, get_args

from localcloud.exceptions import LocalCloudError, UnusableOptionError
from localcloud.layout import (
    API_ID,
    DEFAULT_PORT,
    DEFAULT_REGIONS,
    REGION_OFFSET,
    STAGE,
    TABLE,
    CloudLayout,
    Region,
    Runtime,
    default_state_dir,
)
from localcloud.ports import BLOCKED_BY_BROWSERS, taken

_REPLICATOR_OFFSET: Final = 20_050
_FAULTS_OFFSET: Final = 20_060
_DIRECT_OFFSET: Final = 20_100
_API_GATE_OFFSET: Final = 20_070
_DYNAMODB_GATE_OFFSET: Final = 20_080
_PAYMENTS_OFFSET: Final = 20_090
_PAYMENTS_GATE_OFFSET: Final = 20_091
_LOCALSTRIPE_OFFSET: Final = 20_092
_FIXED_PORTS: Final = 6  # edge, replicator, faults, and the three of payments
_HIGHEST_PORT: Final = 65_535
# All ports of such a cloud are below those that Linux gives to outgoing connections (32,768 up).
_FREE_EDGE_PORTS: Final = [
    port for port in range(10_000, 12_600, 10) if port not in BLOCKED_BY_BROWSERS
]
MOST_REGIONS: Final = 10
_REGION_NAME: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")


def make_layout(
    port: int = DEFAULT_PORT,
    *,
    regions: Sequence[str] = DEFAULT_REGIONS,
    state_dir: Path | None = None,
    region_port: int | None = None,
    runtime: Runtime = "lambda",
    place: str | None = None,
    time_scale: float = 1.0,
) -> CloudLayout:
    """Lay out a cloud around its edge port.

    Args:
        port: Port of the edge; every other port derives from it.
        regions: Region names, the primary first.
        state_dir: Where logs and data go; `.carte/<port>` of the repository when None.
        region_port: Port of the first region's emulator in place of `port + 20000`.
        runtime: `lambda` serves the API through the emulated gateway and Lambda, `direct`
            through one ASGI server per region.
        place: The region that clients without a place are nearest to; the primary when None.
        time_scale: Divides the edge's times of health checks, DNS and drain flags.

    Raises:
        UnusableOptionError: A region is named twice or unknown, a port does not exist, or browsers
            refuse to open pages at the port of the edge.
    """
    names = tuple(regions)
    _check_names(names, runtime, place)
    if port in BLOCKED_BY_BROWSERS:
        raise UnusableOptionError(
            f"--port {port}: browsers refuse to open pages at this port",
            f"choose another one, for example --port {DEFAULT_PORT}",
        )
    first = port + REGION_OFFSET if region_port is None else region_port
    direct = port + _DIRECT_OFFSET
    layout = CloudLayout(
        port=port,
        state_dir=(state_dir or default_state_dir(port)).resolve(),
        runtime=runtime,
        primary=names[0],
        replicator_port=port + _REPLICATOR_OFFSET,
        table=TABLE,
        regions=tuple(
            Region(
                name=name,
                endpoint=f"http://127.0.0.1:{first + index}",
                api_url=_api_url(runtime, first + index, direct + index),
                gate_url=_api_url(
                    runtime, port + _API_GATE_OFFSET + index, port + _API_GATE_OFFSET + index
                ),
                dynamodb_gate=f"http://127.0.0.1:{port + _DYNAMODB_GATE_OFFSET + index}",
            )
            for index, name in enumerate(names)
        ),
        default_region=place or names[0],
        faults_port=port + _FAULTS_OFFSET,
        time_scale=time_scale,
        payments_port=port + _PAYMENTS_OFFSET,
        payments_gate_port=port + _PAYMENTS_GATE_OFFSET,
        localstripe_port=port + _LOCALSTRIPE_OFFSET,
    )
    ports = layout.ports()
    if min(ports) < 1 or max(ports) > _HIGHEST_PORT:
        highest = _HIGHEST_PORT - max(_LOCALSTRIPE_OFFSET, _DIRECT_OFFSET + len(names))
        raise UnusableOptionError(
            f"--port {port} leads to ports outside 1 to {_HIGHEST_PORT}",
            f"choose --port between 1024 and {highest}",
        )
    if len(ports) != _FIXED_PORTS + len(names) * (4 if runtime == "direct" else 3):
        raise UnusableOptionError(
            f"--region-port {first} collides with another port of this cloud",
            "leave --region-port out, or choose one outside "
            f"{port} and {layout.replicator_port} to {port + _LOCALSTRIPE_OFFSET}",
        )
    return layout


def _check_names(names: tuple[str, ...], runtime: str, place: str | None) -> None:
    if not names or len(set(names)) != len(names) or len(names) > MOST_REGIONS:
        raise UnusableOptionError(
            f"--regions {','.join(names)}: name 1 to {MOST_REGIONS} regions, each once",
            f"for example --regions {','.join(DEFAULT_REGIONS)}",
        )
    for name in names:
        if not _REGION_NAME.fullmatch(name):
            raise UnusableOptionError(
                f"--regions: {name!r} is not the name of an AWS region",
                "names look like eu-west-1",
            )
    if runtime not in get_args(Runtime):
        raise UnusableOptionError(
            f"--runtime {runtime} is unknown", f"choose one of {', '.join(get_args(Runtime))}"
        )
    if place is not None and place not in names:
        raise UnusableOptionError(
            f"--place {place} is not one of the regions", f"choose one of {', '.join(names)}"
        )


def _api_url(runtime: Runtime, emulator_port: int, direct_port: int) -> str:
    if runtime == "direct":
        return f"http://127.0.0.1:{direct_port}"
    return f"http://127.0.0.1:{emulator_port}/_aws/execute-api/{API_ID}/{STAGE}"


def free_edge_port() -> int:
    """An edge port whose derived ports are all free, too.

    Processes that look at the same time start at different places.

    Raises:
        LocalCloudError: Every block of ports is in use.
    """
    start = os.getpid() * 97 % len(_FREE_EDGE_PORTS)
    for step in range(len(_FREE_EDGE_PORTS)):
        port = _FREE_EDGE_PORTS[(start + step) % len(_FREE_EDGE_PORTS)]
        if not taken(make_layout(port, runtime="direct")):
            return port
    raise LocalCloudError("this machine has no free block of ports", "stop other local clouds")
