"""Finds programs that listen on ports of this machine, and free ports."""

import contextlib
import random
import socket
from collections.abc import Collection, Iterable
from typing import Final

import psutil

from localcloud.exceptions import LocalCloudError, PortTakenError
from localcloud.layout import REGION_OFFSET, CloudLayout

_HIGHEST: Final = 65_535
_BLOCK: Final = 100  # clouds so many ports apart never share one
# Between the edge ports that tests take and what derives from those, and below the ports that Linux
# gives to outgoing connections and to servers that let it choose.
_SINGLE_PORTS: Final = range(13_000, 29_000)
BLOCKED_BY_BROWSERS: Final = frozenset(
    (
        *(1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95),
        *(101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179),
        *(389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601),
        *(
            636,
            989,
            990,
            993,
            995,
            1719,
            1720,
            1723,
            2049,
            3659,
            4045,
            4190,
            5060,
            5061,
            6000,
            6566,
        ),
        *(6665, 6666, 6667, 6668, 6669, 6679, 6697, 10_080),
    )
)
"""The "bad ports" of the Fetch standard: browsers, and `fetch` of Node, send them no request."""


def is_free(port: int, *, ipv6: bool = False) -> bool:
    """Return whether a server could listen on this port of the loopback address now.

    Args:
        port: The port.
        ipv6: Whether the server listens on ::1, too, where the machine has that address.
    """
    if ipv6 and has_ipv6_loopback() and not _can_bind(socket.AF_INET6, "::1", port):
        return False
    return _can_bind(socket.AF_INET, "127.0.0.1", port)


def has_ipv6_loopback() -> bool:
    """Return whether the machine has the loopback address of IPv6."""
    return socket.has_ipv6 and _can_bind(socket.AF_INET6, "::1", 0)


def _can_bind(family: socket.AddressFamily, address: str, port: int) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # Servers set it too: without it a port in TIME_WAIT would count as taken.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
    except OSError:
        return False
    return True


def free_port() -> int:
    """Return a free port of the loopback address, drawn at random.

    None that the operating system would choose: it may give such a port to another program before
    the server that it is for listens.

    Raises:
        LocalCloudError: A thousand ports were tried, and none is free.
    """
    for _ in range(1000):
        # Not the generator that tests seed: workers side by side would draw the same ports.
        port = random.SystemRandom().choice(_SINGLE_PORTS)
        if is_free(port):
            return port
    raise LocalCloudError("this machine has no free port", "stop other programs that listen")


def holders(
    ports: Iterable[int], *, ipv6: Collection[int] = ()
) -> dict[int, psutil.Process | None]:
    """Those of the ports that are listened on; the process is None where it may not be seen.

    Args:
        ports: Ports of the loopback address.
        ipv6: Those of them that must be free on ::1, too: the edge's.
    """
    taken: dict[int, psutil.Process | None] = {
        port: None for port in ports if not is_free(port, ipv6=port in ipv6)
    }
    if not taken:
        return {}
    with contextlib.suppress(psutil.Error):
        for connection in psutil.net_connections(kind="tcp"):
            port = connection.laddr.port if connection.laddr else None
            if connection.status == psutil.CONN_LISTEN and port in taken and connection.pid:
                with contextlib.suppress(psutil.NoSuchProcess):
                    taken[port] = psutil.Process(connection.pid)
    return taken


def taken(layout: CloudLayout, shift: int = 0) -> dict[int, psutil.Process | None]:
    """Return which ports of a cloud are listened on, and by whom, as `holders` does.

    Args:
        layout: The cloud.
        shift: Of a cloud like this one, all of whose ports are so much higher.
    """
    # The edge alone listens on ::1, too.
    return holders((port + shift for port in layout.ports()), ipv6=(layout.port + shift,))


def describe(process: psutil.Process | None) -> str:
    """Name a process for a message: program and pid."""
    if process is None:
        return "another user's program"
    try:
        words = process.cmdline()
        shown = " ".join(words)[:80] if words else process.name()
    except psutil.Error:
        shown = "unknown program"
    return f"{shown} (pid {process.pid})"


def require_free(layout: CloudLayout) -> None:
    """Check that every port of the cloud can be listened on.

    Raises:
        PortTakenError: One cannot; the message names the program that holds it, and the hint an
            edge port whose derived ports are all free.
    """
    needed = layout.ports()
    for port, holder in taken(layout).items():
        purpose, _ = needed[port]
        raise PortTakenError(
            f"port {port} ({purpose}) is taken by {describe(holder)}",
            f"stop that program, or use {_free_block(layout)}",
        )


def _free_block(layout: CloudLayout) -> str:
    """Return the option of a cloud like this one whose ports are all free.

    All ports derive from the port of the edge, so they are moved together: another `--port` beside
    a running cloud often meets its other ports.
    """
    ports = layout.ports()
    for shift in range(_BLOCK, _HIGHEST - max(ports), _BLOCK):
        moved = layout.port + shift
        if moved not in BLOCKED_BY_BROWSERS and not taken(layout, shift):
            own = layout.regions[0].port - layout.port != REGION_OFFSET
            also = f" --region-port {layout.regions[0].port + shift}" if own else ""
            return f"`--port {moved}{also}`, where all ports are free"
    return "another --port"
