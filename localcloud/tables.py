"""Reach the tables of a local cloud from a command: past its API, as a data tool does."""

import os
from collections.abc import MutableMapping
from typing import Final

from localcloud.layout import ANY_KEY, CloudLayout
from services.storage.binding import Binding

# A bulk load keeps two cores busy; slow answers are no failure here.
PATIENCE_S: Final = 30.0
# The hosts of a local cloud: a proxy of the user's environment cannot reach them.
_UNPROXIED: Final = ("127.0.0.1", "localhost")


def use_local_key(environment: MutableMapping[str, str] = os.environ) -> None:
    """Have all AWS requests of this process signed with a local key, and sent past any proxy.

    A person's own AWS credentials, which may be expired, are taken out of the environment: botocore
    reads them before any others. A proxy of the environment stays in use for other hosts.
    """
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        environment.pop(name, None)
    environment.update(AWS_ACCESS_KEY_ID=ANY_KEY, AWS_SECRET_ACCESS_KEY=ANY_KEY)
    # Programs read one of the two names or the other; where both are read, the small one counts.
    for name, other in (("no_proxy", "NO_PROXY"), ("NO_PROXY", "no_proxy")):
        environment[name] = _unproxied(environment.get(name) or environment.get(other) or "")


def _unproxied(hosts: str) -> str:
    """Return a list of hosts for which no proxy is used, those of a local cloud included."""
    known = [one.strip() for one in hosts.split(",") if one.strip()]
    if known == ["*"]:
        return "*"
    return ",".join([*known, *(one for one in _UNPROXIED if one not in known)])


def table_binding(layout: CloudLayout, region: str) -> Binding:
    """Return where a region's replica of the table is; for a process that called `use_local_key`.

    Raises:
        LocalCloudError: The cloud has no such region.
    """
    chosen = layout.region(region)
    return Binding(chosen.name, layout.table, chosen.endpoint, PATIENCE_S)
