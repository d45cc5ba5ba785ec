"""Drain flags: what an operator sets in CloudFront's KeyValueStore on AWS."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import orjson

from localcloud.edge.events import Events
from localcloud.json_log import EventLog

_LOG: Final = EventLog("edge")

FILE: Final = "edge-drained.json"


class DrainFlags:
    """The drained regions, kept in a file as the KeyValueStore keeps them: a restarted edge obeys.

    A changed flag counts after `delay` seconds, as it takes a while until all points of presence
    have it ("within a few seconds" is all that AWS says). Reading costs nothing; only a change
    touches the disk.
    """

    def __init__(
        self, state_dir: Path, regions: Iterable[str], events: Events, *, delay: float = 0.0
    ) -> None:
        """Read the flags that were left; flags of regions that are gone do not count."""
        self._path = state_dir / FILE
        self._events = events
        self.delay = delay
        self.stored = self._read() & frozenset(regions)
        """The flags as an operator set them."""
        self._in_force = self.stored

    def __call__(self) -> frozenset[str]:
        """The regions that are drained as far as requests go."""
        return self._in_force

    def set(self, region: str, *, drained: bool) -> None:
        """Drain a region or let it take part again. Needs a running event loop for the delay.

        Raises:
            OSError: The flag cannot be written; nothing has changed then.
        """
        flags = self.stored | {region} if drained else self.stored - {region}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".draft")
        draft.write_bytes(orjson.dumps(sorted(flags)))
        draft.replace(self._path)
        if flags == self.stored:
            return
        self.stored = flags
        self._events.add("drain-flag", region=region, drained=drained)
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, self._arrive, region, drained)
        else:
            self._arrive(region, drained)

    def _arrive(self, region: str, drained: bool) -> None:  # noqa: FBT001 - call_later has no keywords
        flags = self._in_force | {region} if drained else self._in_force - {region}
        if flags != self._in_force:
            self._in_force = flags
            self._events.add("drain", region=region, drained=drained)

    def _read(self) -> frozenset[str]:
        try:
            flags = orjson.loads(self._path.read_bytes())
            return frozenset(flag for flag in flags if isinstance(flag, str))
        except FileNotFoundError:
            return frozenset()
        except (orjson.JSONDecodeError, TypeError, OSError) as error:
            _LOG.warning("drain flags cannot be read", path=str(self._path), error=str(error))
            return frozenset()
