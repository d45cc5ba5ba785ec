"""Drain flags: what an operator sets in CloudFront's KeyValueStore on AWS."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import orjson

from services.local.edge.event_log import warn

FILE: Final = "edge-drained.json"


class DrainFlags:
    """The drained regions, kept in a file as the KeyValueStore keeps them: a restarted edge obeys.

    Reading costs nothing; only a change touches the disk.
    """

    def __init__(self, state_dir: Path, regions: Iterable[str]) -> None:
        """Read the flags that were left; flags of regions that are gone do not count."""
        self._path = state_dir / FILE
        self._drained = self._read() & frozenset(regions)

    def __call__(self) -> frozenset[str]:
        """The drained regions."""
        return self._drained

    def set(self, region: str, *, drained: bool) -> None:
        """Drain a region or let it take part again.

        Raises:
            OSError: The flag cannot be written; nothing has changed then.
        """
        flags = self._drained | {region} if drained else self._drained - {region}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".draft")
        draft.write_bytes(orjson.dumps(sorted(flags)))
        draft.replace(self._path)
        self._drained = flags

    def _read(self) -> frozenset[str]:
        try:
            flags = orjson.loads(self._path.read_bytes())
            return frozenset(flag for flag in flags if isinstance(flag, str))
        except FileNotFoundError:
            return frozenset()
        except (orjson.JSONDecodeError, TypeError, OSError) as error:
            warn("drain flags cannot be read", path=str(self._path), error=str(error))
            return frozenset()
