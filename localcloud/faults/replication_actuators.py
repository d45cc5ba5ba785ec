"""The actuators of replication, which use the control API of the replicator."""

from collections.abc import Callable, Sequence
from typing import Any

import aiohttp

from localcloud.faults.actuator import Actuator, ActuatorError
from localcloud.faults.effects import ALL_REGIONS, link_ends
from localcloud.layout import CloudLayout

CurrentLayout = Callable[[], CloudLayout]
"""Returns the layout with the processes that run now."""


class ReplicatorControl:
    """Sends commands to the control API of the replicator."""

    def __init__(self, session: aiohttp.ClientSession, layout: CurrentLayout) -> None:
        self._session = session
        self._layout = layout

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions that it replicates between."""
        return self._layout().region_names

    @property
    def incarnation(self) -> object:
        """The running process: a restarted replicator has no faults set."""
        return self._layout().process("replicator")

    async def post(self, path: str, body: dict[str, Any] | None = None) -> None:
        """Send a command.

        Raises:
            ActuatorError: The replicator refuses it or does not answer.
        """
        url = self._layout().replicator_url + path
        try:
            async with self._session.post(url, json=body or {}) as response:
                if response.status != 200:  # noqa: PLR2004
                    text = (await response.text())[:300]
                    raise ActuatorError(f"the replicator refuses {path}: {text}")
        except (aiohttp.ClientError, OSError) as error:  # a time-out is an OSError
            raise ActuatorError(f"the replicator does not answer: {error!r}") from error


class _ReplicationActuator(Actuator):
    def __init__(self, replicator: ReplicatorControl) -> None:
        self._replicator = replicator

    def incarnation(self, target: str) -> object:  # noqa: ARG002 - one process has all targets
        """Return the replicator's process."""
        return self._replicator.incarnation


class PauseActuator(_ReplicationActuator):
    """Pauses all replication."""

    async def apply(self, target: str, values: Sequence[dict[str, Any]]) -> None:  # noqa: ARG002
        """Pause while any fault pauses replication, else resume."""
        await self._replicator.post("/pause" if values else "/resume")

    def has_target(self, target: str) -> bool:
        """Return whether the target is `ALL_REGIONS`, the only one."""
        return target == ALL_REGIONS


class _LinkActuator(_ReplicationActuator):
    def has_target(self, target: str) -> bool:
        """Return whether the target is a link between two regions."""
        return set(link_ends(target)) <= set(self._replicator.regions)


class CutActuator(_LinkActuator):
    """Cuts single links."""

    async def apply(self, target: str, values: Sequence[dict[str, Any]]) -> None:
        """Cut the link while any fault cuts it, else mend it."""
        source, sink = link_ends(target)
        await self._replicator.post("/cut" if values else "/mend", {"from": source, "to": sink})


class LagActuator(_LinkActuator):
    """Makes deliveries over single links take longer."""

    async def apply(self, target: str, values: Sequence[dict[str, Any]]) -> None:
        """Set the longest lag and the greatest jitter of all faults."""
        source, sink = link_ends(target)
        command = {
            "from": source,
            "to": sink,
            "ms": max((value["ms"] for value in values), default=0.0),
            "jitter_ms": max((value.get("jitter_ms", 0.0) for value in values), default=0.0),
        }
        await self._replicator.post("/lag", command)


class DuplicateActuator(_LinkActuator):
    """Delivers a share of the writes over single links twice."""

    async def apply(self, target: str, values: Sequence[dict[str, Any]]) -> None:
        """Set the greatest share of all faults."""
        source, sink = link_ends(target)
        share = max((value["share"] for value in values), default=0.0)
        await self._replicator.post("/duplicate", {"from": source, "to": sink, "share": share})


class SkewActuator(_ReplicationActuator):
    """Skews the clocks by which the writes of a region are ordered."""

    async def apply(self, target: str, values: Sequence[dict[str, Any]]) -> None:
        """Set the sum of the skews of all faults."""
        total = sum(value["ms"] for value in values)
        await self._replicator.post("/skew", {"region": target, "ms": total})

    def has_target(self, target: str) -> bool:
        """Return whether the target is a region."""
        return target in self._replicator.regions
