"""Decides what to write in the target of one way, and gathers the images that takes."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from localcloud.replicator.dynamo import UnreachableError
from localcloud.replicator.faults import Pair
from localcloud.replicator.images import canonical, digest_of, key_of
from localcloud.replicator.mesh import Mesh, RegionState
from localcloud.replicator.stream import now_ms
from localcloud.replicator.versions import Verdict, Version, judge

PARKED_SECONDS = 1.0
"""After so long a parked item is looked at again even if no stream showed anything."""
_LOOK_AGAIN = 0.01


@dataclass(slots=True)
class Candidate:
    """An item that is to be written in the target."""

    key: bytes
    wanted: Version
    held: Version | None
    after: bytes | None = None
    before: bytes | None = None

    @property
    def size(self) -> int:
        """Roughly the bytes that the write needs in a request."""
        return len(self.after or b"") + len(self.before or b"") + len(self.key) + 200


class Planner:
    """Turns items that are due on the way `source` -> `target` into conditional writes."""

    def __init__(self, mesh: Mesh, pair: Pair) -> None:
        self._mesh = mesh
        self._queue = mesh.queues[pair]
        self._metrics = mesh.metrics[pair]
        self._source: RegionState = mesh.regions[pair[0]]
        self._target: RegionState = mesh.regions[pair[1]]
        self._compared: dict[bytes, tuple[Version, Version | None, int]] = {}
        """Equal contents under different versions: wanted, held, and since when (ms)."""

    async def plan(self, keys: Sequence[bytes]) -> list[Candidate]:
        """Return what is to be written now, announced in the ledger; settle all the rest.

        Raises:
            DynamoError: The target refused to read.
            UnreachableError: The target did not answer what it holds.
        """
        candidates = [one for key in keys if (one := self._candidate(key)) is not None]
        await self._fetch_images(candidates)
        return [one for one in candidates if self._prepare(one)]

    def _candidate(self, key: bytes) -> Candidate | None:
        """Decide about one item; None if there is nothing to write now."""
        ledger, target = self._mesh.ledger, self._target.name
        wanted = ledger.held(self._source.name, key)
        held = ledger.held(target, key)
        relayed = self._queue[key].relay or (wanted and wanted.origin == self._source.name)
        verdict = judge(wanted, held) if wanted is not None and relayed else Verdict.STALE
        if wanted is None or verdict is Verdict.STALE:
            self._compared.pop(key, None)
            self._metrics.superseded += 1
            self._queue.done(key, time.monotonic())
            return None
        if ledger.under_way(target, key):
            self._queue.park(key, time.monotonic() + PARKED_SECONDS)
            return None
        if verdict is Verdict.SAME:
            self._move_up(key, wanted, held)
            return None
        return Candidate(key, wanted, held)

    def _move_up(self, key: bytes, wanted: Version, held: Version | None) -> None:
        """Let the target's version move up without a write, for the content is there already.

        No condition guards this, so it waits until the target's stream has been read past this
        moment: a write that had not been seen would else count as newer than `wanted`.
        """
        compared = self._compared.pop(key, None)
        now = time.monotonic()
        if (
            compared
            and compared[:2] == (wanted, held)
            and self._target.known_until_ms > compared[2]
        ):
            self._mesh.ledger.believe(self._target.name, key, wanted)
            self._metrics.superseded += 1
            self._queue.done(key, now)
            return
        if compared and compared[:2] == (wanted, held):
            self._compared[key] = compared
        else:
            self._compared[key] = (wanted, held, now_ms())
        self._target.read_now.set()
        self._queue.retry(key, now + _LOOK_AGAIN)

    async def _fetch_images(self, candidates: Sequence[Candidate]) -> None:
        images = self._mesh.images
        wanted = [
            one.key
            for one in candidates
            if not one.wanted.deleted and (one.key, one.wanted.digest) not in images
        ]
        held = [
            one.key
            for one in candidates
            if one.held and not one.held.deleted and (one.key, one.held.digest) not in images
        ]
        if held:
            await self._fetch(self._target, held)
        if wanted and self._source.reachable:
            try:
                await self._fetch(self._source, wanted)
            except UnreachableError:
                # What is at hand must not wait for a source that went away.
                self._source.reachable = False

    async def _fetch(self, region: RegionState, keys: Sequence[bytes]) -> None:
        names = self._target.cursor.key_names
        for item in await region.dynamo.read(keys):
            image = canonical(item)
            self._mesh.images.put(key_of(item, names), digest_of(image), image)

    def _prepare(self, one: Candidate) -> bool:
        """Attach the images and announce the write; False if it cannot be made now."""
        ledger, now = self._mesh.ledger, time.monotonic()
        unchanged = (
            ledger.held(self._source.name, one.key) == one.wanted
            and ledger.held(self._target.name, one.key) == one.held
            and not ledger.under_way(self._target.name, one.key)
        )
        if not unchanged:
            self._queue.retry(one.key, now)
            return False
        one.after = self._mesh.images.get(one.key, one.wanted.digest)
        if one.held is not None and not one.held.deleted:
            one.before = self._mesh.images.get(one.key, one.held.digest)
        lacking = [
            region
            for region, version, image in (
                (self._source, one.wanted, one.after),
                (self._target, one.held, one.before),
            )
            if version is not None and not version.deleted and image is None
        ]
        for region in lacking:
            if region.reachable:
                self._mesh.suspect(region.name, one.key, now_ms())
        if lacking:
            self._queue.park(one.key, now + PARKED_SECONDS)
            return False
        ledger.expect(self._target.name, one.key, one.wanted)
        return True
