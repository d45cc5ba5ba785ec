"""The actuator of the edge's drain flags."""

from collections.abc import Sequence
from typing import Any

import aiohttp

from localcloud.faults.actuator import Actuator, ActuatorError
from localcloud.layout import CloudLayout


class DrainActuator(Actuator):
    """Sets the drain flag of a region; the edge keeps the flags on disk."""

    def __init__(self, session: aiohttp.ClientSession, layout: CloudLayout) -> None:
        self._session = session
        self._layout = layout

    async def apply(self, target: str, values: Sequence[dict[str, Any]]) -> None:
        """Set the flag while any fault drains the region, else clear it."""
        url = self._layout.edge_url + "/_edge/drain"
        command = {"region": target, "drained": bool(values)}
        try:
            async with self._session.post(url, json=command) as response:
                if response.status != 200:  # noqa: PLR2004
                    text = (await response.text())[:300]
                    raise ActuatorError(f"the edge refuses to drain {target}: {text}")
        except (aiohttp.ClientError, OSError) as error:
            raise ActuatorError(f"the edge does not answer: {error!r}") from error

    def has_target(self, target: str) -> bool:
        """Return whether the target is a region."""
        return target in self._layout.region_names
