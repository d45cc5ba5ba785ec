"""The version of each item that each region is expected to hold, and writes in flight."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from localcloud.replicator.versions import Version, local_write, newest

_MOST_SENT = 8
"""Doubtful writes kept per item and region: the conditions of older ones cannot hold any more."""


@dataclass(slots=True)
class Sent:
    """A write that the replicator itself made in a region and has not yet seen in its stream.

    Attributes:
        version: The version that was written.
        live: False: it is unknown whether it was applied (timeout, restart); the stream may show
            it.
    """

    version: Version
    live: bool = True


@dataclass(frozen=True, slots=True)
class Observation:
    """The classification of a stream record.

    Attributes:
        version: The version that the record shows.
        fresh: True: a write of that region, to be offered to the others. False: an own write's
            echo.
    """

    version: Version
    fresh: bool


@dataclass(frozen=True, slots=True)
class Row:
    """All that is known of one item, as the state file keeps it."""

    key: bytes
    held: Mapping[str, Version]
    sent: Mapping[str, Sequence[Version]]


class Ledger:
    """The version of each item that each region is expected to hold.

    It changes only with what a region's stream shows, in its order, so it is exact for the moment
    up to which that stream has been read.
    """

    def __init__(self, regions: Sequence[str]) -> None:
        self.regions = tuple(regions)
        self._number = {name: number for number, name in enumerate(self.regions)}
        self._held: dict[bytes, list[Version | None]] = {}
        self._sent: dict[str, dict[bytes, list[Sent]]] = {name: {} for name in self.regions}
        self._dirty: set[bytes] = set()

    def __len__(self) -> int:
        return len(self._held)

    def __iter__(self) -> Iterator[bytes]:
        """Iterate over every key that any region holds or held."""
        return iter(self._held)

    def _entry(self, key: bytes) -> list[Version | None]:
        held = self._held.get(key)
        if held is None:
            held = self._held[key] = [None] * len(self.regions)
        return held

    def held(self, region: str, key: bytes) -> Version | None:
        """Return the version that `region` is expected to hold."""
        entry = self._held.get(key)
        return None if entry is None else entry[self._number[region]]

    def all_held(self, key: bytes) -> dict[str, Version | None]:
        """Return the version that each region is expected to hold."""
        entry = self._held.get(key) or [None] * len(self.regions)
        return dict(zip(self.regions, entry, strict=True))

    def newest(self, key: bytes) -> Version | None:
        """Return the version that wins among those held."""
        return newest(self._held.get(key, []))

    def believe(self, region: str, key: bytes, version: Version | None) -> None:
        """Set what `region` holds (an equal content adopted, or a table read anew)."""
        self._entry(key)[self._number[region]] = version
        self._dirty.add(key)

    def observe(self, region: str, key: bytes, digest: bytes, clock_ms: int) -> Observation:
        """Take in one stream record of `region`, in the stream's order.

        A record whose content an own write has sent is that write's echo. Where meanwhile a
        newer local version passed unseen (possible only if the content went there and back, so
        that the condition held), the echo counts as a local write anew: the stamp of an item
        within a region never goes back.
        """
        number = self._number[region]
        entry = self._entry(key)
        held = entry[number]
        self._dirty.add(key)
        echo = self._take_echo(region, key, digest)
        if echo is not None and (held is None or echo[:2] >= held[:2]):
            entry[number] = echo
            return Observation(echo, fresh=False)
        version = local_write(clock_ms, held, region, digest)
        entry[number] = version
        return Observation(version, fresh=True)

    def _take_echo(self, region: str, key: bytes, digest: bytes) -> Version | None:
        sent = self._sent[region].get(key)
        if not sent:
            return None
        echoes = [one.version for one in sent if one.version.digest == digest]
        if not echoes:
            return None
        self._keep(region, key, [one for one in sent if one.version.digest != digest])
        return max(echoes)

    def _keep(self, region: str, key: bytes, left: list[Sent]) -> None:
        if left:
            self._sent[region][key] = left
        else:
            self._sent[region].pop(key, None)

    def expect(self, region: str, key: bytes, version: Version) -> None:
        """Note, before it is sent, that `version` is being written in `region`."""
        self._entry(key)
        sent = self._sent[region].setdefault(key, [])
        sent.append(Sent(version))
        del sent[:-_MOST_SENT]
        self._dirty.add(key)

    def withdraw(self, region: str, key: bytes, version: Version) -> None:
        """Note that the write was refused: this attempt will not show up.

        An earlier attempt whose outcome is unknown may: it is kept.
        """
        sent = self._sent[region].get(key, [])
        self._keep(region, key, [one for one in sent if not (one.live and one.version == version)])
        self._dirty.add(key)

    def doubt(self, region: str, key: bytes, version: Version) -> None:
        """Record that it is unknown whether the write was applied; the stream may still show it."""
        sent = self._sent[region].get(key, [])
        others = [one for one in sent if one.version != version]
        if len(others) < len(sent):
            self._keep(region, key, [*others, Sent(version, live=False)])

    def doubt_all(self, region: str) -> None:
        """Note that another process may serve the region: no write is certain to show up."""
        for sent in self._sent[region].values():
            for one in sent:
                one.live = False

    def sent(self, region: str, key: bytes) -> list[Version]:
        """Return the versions sent to `region` that its stream has not shown."""
        return [one.version for one in self._sent[region].get(key, ())]

    def under_way(self, region: str, key: bytes) -> bool:
        """Return whether a write of the replicator has not yet come back by the stream."""
        return any(one.live for one in self._sent[region].get(key, ()))

    def awaits_echoes(self, region: str) -> bool:
        """Return whether `region` has applied writes that its stream has not shown yet."""
        return any(one.live for sent in self._sent[region].values() for one in sent)

    def snapshot(self, region: str) -> Iterator[tuple[bytes, Version]]:
        """Iterate over what `region` holds."""
        number = self._number[region]
        for key, entry in self._held.items():
            if (version := entry[number]) is not None:
                yield key, version

    def take_dirty(self) -> list[Row]:
        """Return the rows that changed since the last call."""
        rows = [self._row(key) for key in self._dirty]
        self._dirty.clear()
        return rows

    def mark_dirty(self, keys: Iterable[bytes]) -> None:
        """Have rows written again."""
        self._dirty.update(keys)

    def _row(self, key: bytes) -> Row:
        held = {name: one for name, one in self.all_held(key).items() if one is not None}
        sent = {name: self.sent(name, key) for name in self.regions if key in self._sent[name]}
        return Row(key, held, sent)

    def restore(self, rows: Iterable[Row]) -> None:
        """Put back rows of the state file; what was under way then is doubtful now."""
        for row in rows:
            entry = self._entry(row.key)
            for region, number in self._number.items():
                entry[number] = row.held.get(region)
                if versions := row.sent.get(region):
                    self._sent[region][row.key] = [Sent(one, live=False) for one in versions]
