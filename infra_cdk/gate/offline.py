"""Take network and credentials away from this process and from those that it starts."""

import os
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, Final

BLOCKER: Final = Path(__file__).with_name("no_network.cjs")
_REFUSED: Final = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname")


class OnlineError(RuntimeError):
    """Something tried to reach the network."""


def without_account(environment: MutableMapping[str, str]) -> None:
    """Remove all that names an account, and forbid Node processes to open connections."""
    for name in list(environment):
        if name.startswith(("AWS_", "CDK_DEFAULT_")):
            del environment[name]
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        environment[name] = os.devnull
    environment["AWS_EC2_METADATA_DISABLED"] = "true"
    options = environment.get("NODE_OPTIONS", "")
    environment["NODE_OPTIONS"] = f'{options} --require "{BLOCKER}"'.strip()


def go_offline() -> None:
    """For the rest of this process: no account, no connection. Cannot be taken back."""
    without_account(os.environ)
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _REFUSED and not _is_local_socket(event, arguments):
        raise OnlineError(f"the gate is offline, and something requested {arguments[-1]!r}")


def _is_local_socket(event: str, arguments: tuple[Any, ...]) -> bool:
    return event == "socket.connect" and isinstance(arguments[1], str | bytes)
