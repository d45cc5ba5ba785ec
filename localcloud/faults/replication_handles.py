"""Turns replication: pause, cuts, lags and skewed clocks, by the replicator's control API."""

from collections.abc import Callable, Sequence
from typing import Any

import aiohttp

from localcloud.faults.claims import EVERYWHERE, ends
from localcloud.faults.handle import Handle, HandleError
from localcloud.layout import CloudLayout

Now = Callable[[], CloudLayout]
"""The layout with the processes that run now."""


class Replicator:
    """The control API of the replicator."""

    def __init__(self, session: aiohttp.ClientSession, layout: Now) -> None:
        self._session = session
        self._now = layout

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions it replicates between."""
        return self._now().region_names

    @property
    def mark(self) -> object:
        """The running process: a restarted one has forgotten its faults."""
        return self._now().process("replicator")

    async def post(self, path: str, body: dict[str, Any] | None = None) -> None:
        """Turn something.

        Raises:
            HandleError: It does not answer, or refuses.
        """
        url = self._now().replicator_url + path
        try:
            async with self._session.post(url, json=body or {}) as answer:
                if answer.status != 200:  # noqa: PLR2004
                    text = (await answer.text())[:300]
                    raise HandleError(f"the replicator refuses {path}: {text}")
        except (aiohttp.ClientError, OSError) as error:  # a time-out is an OSError
            raise HandleError(f"the replicator does not answer: {error!r}") from error


class _ReplicatorHandle(Handle):
    def __init__(self, replicator: Replicator) -> None:
        self._replicator = replicator

    def mark(self, subject: str) -> object:  # noqa: ARG002
        """The replicator's process."""
        return self._replicator.mark


class PauseHandle(_ReplicatorHandle):
    """All replication, on or off."""

    async def turn(self, subject: str, values: Sequence[dict[str, Any]]) -> None:  # noqa: ARG002
        """Paused while any fault says so."""
        await self._replicator.post("/pause" if values else "/resume")

    def knows(self, subject: str) -> bool:
        """There is one."""
        return subject == EVERYWHERE


class _WayHandle(_ReplicatorHandle):
    def knows(self, subject: str) -> bool:
        """Whether both ends are regions."""
        return set(ends(subject)) <= set(self._replicator.regions)


class CutHandle(_WayHandle):
    """Single ways, cut or mended."""

    async def turn(self, subject: str, values: Sequence[dict[str, Any]]) -> None:
        """Cut while any fault says so."""
        one, other = ends(subject)
        await self._replicator.post("/cut" if values else "/mend", {"from": one, "to": other})


class LagHandle(_WayHandle):
    """How much longer single ways take."""

    async def turn(self, subject: str, values: Sequence[dict[str, Any]]) -> None:
        """The longest of the lags."""
        one, other = ends(subject)
        body = {
            "ms": max((value["ms"] for value in values), default=0.0),
            "jitter_ms": max((value.get("jitter_ms", 0.0) for value in values), default=0.0),
        }
        await self._replicator.post("/lag", {"from": one, "to": other, **body})


class DuplicateHandle(_WayHandle):
    """The share of writes that single ways deliver twice."""

    async def turn(self, subject: str, values: Sequence[dict[str, Any]]) -> None:
        """Set the largest of the shares."""
        one, other = ends(subject)
        share = max((value["share"] for value in values), default=0.0)
        await self._replicator.post("/duplicate", {"from": one, "to": other, "share": share})


class SkewHandle(_ReplicatorHandle):
    """The clocks by which writes of a region are ordered."""

    async def turn(self, subject: str, values: Sequence[dict[str, Any]]) -> None:
        """The skews, added up."""
        total = sum(value["ms"] for value in values)
        await self._replicator.post("/skew", {"region": subject, "ms": total})

    def knows(self, subject: str) -> bool:
        """Whether it is a region."""
        return subject in self._replicator.regions
