"""Finds programs that listen on ports of this machine, and free ports."""

import contextlib
import socket
from collections.abc import Iterable
from typing import Final

import psutil

from localcloud.exceptions import PortTakenError
from localcloud.layout import REGION_OFFSET, CloudLayout

_HIGHEST: Final = 65_535
_BLOCK: Final = 100  # clouds so many ports apart never share one


def is_free(port: int) -> bool:
    """Return whether a server could listen on this port of the loopback address now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Servers set it too: without it a port in TIME_WAIT would count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """Return a free port of the loopback address, chosen by the operating system."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def holders(ports: Iterable[int]) -> dict[int, psutil.Process | None]:
    """Those of the ports that are listened on; the process is None where it may not be seen."""
    taken: dict[int, psutil.Process | None] = {port: None for port in ports if not is_free(port)}
    if not taken:
        return {}
    with contextlib.suppress(psutil.Error):
        for connection in psutil.net_connections(kind="tcp"):
            port = connection.laddr.port if connection.laddr else None
            if connection.status == psutil.CONN_LISTEN and port in taken and connection.pid:
                with contextlib.suppress(psutil.NoSuchProcess):
                    taken[port] = psutil.Process(connection.pid)
    return taken


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
    for port, holder in holders(needed).items():
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
        if not holders(port + shift for port in ports):
            moved = layout.port + shift
            own = layout.regions[0].port - layout.port != REGION_OFFSET
            also = f" --region-port {layout.regions[0].port + shift}" if own else ""
            return f"`--port {moved}{also}`, where all ports are free"
    return "another --port"
