"""Bugs that are emulated from outside, so that the check can show that it finds them."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import orjson

from services.domain.stamp import Stamp
from services.local.check.controls import Controls
from services.local.check.history import History
from services.local.check.tables import Tables, key_of
from services.local.check.world import World
from services.local.replicator.dynamo import DynamoError, UnreachableError
from services.local.replicator.images import Item
from services.storage import keys, kinds
from services.storage.keys import Key

_SAMPLE_S: Final = 0.15


class Plant:
    """No bug: what a check runs with by default."""

    convergence = True
    """Whether the stream Lambdas shall run."""

    def begin(self) -> None:
        """Called before clients begin; blocks."""

    async def meanwhile(self, goes_on: Callable[[], bool]) -> None:
        """Runs beside the clients."""

    async def after(self) -> bool:
        """Called when the regions are at rest; whether it changed them."""
        return False


class ConvergenceOff(Plant):
    """The stream Lambdas are off: whatever last-writer-wins drops stays dropped."""

    convergence = False

    def __init__(self, controls: Controls) -> None:
        self._controls = controls

    def begin(self) -> None:
        """Stop feeding them; `Controls.restore` feeds them again."""
        self._controls.switch_convergence(on=False)


class DropOperations(Plant):
    """Operation records vanish, so that a retry is taken for a new operation."""

    def __init__(self, history: History, tables: Tables) -> None:
        self._history = history
        self._tables = tables
        self._dropped: set[str] = set()

    async def meanwhile(self, goes_on: Callable[[], bool]) -> None:
        """Delete each in all regions, soon after it was written."""
        while goes_on():
            await asyncio.sleep(_SAMPLE_S)
            due = [asked.id for asked in self._history.acknowledged()]
            due = [name for name in due if name not in self._dropped]
            records = [keys.operation(name) for name in due]
            try:
                for region in self._tables.regions:
                    await self._tables.delete(region, records)
            except (UnreachableError, DynamoError):
                continue  # the next round comes
            self._dropped.update(due)


class WallClock(Plant):
    """Conflicts are settled by wall clock: of two versions of a document, one stands, whole.

    While clients write, it keeps the versions that regions hold. When all is joined and at rest, it
    puts the newest version that lacks something of the join in its place, in all regions.
    """

    def __init__(self, world: World, tables: Tables, controls: Controls) -> None:
        self._world = world
        self._tables = tables
        self._controls = controls
        self._versions: dict[Key, dict[str, Item]] = {}
        self._wanted = [
            *(keys.assortment(store) for store in world.shared),
            *(keys.draft(world.market, item) for item in world.drafts),
        ]

    async def meanwhile(self, goes_on: Callable[[], bool]) -> None:
        """Keep every version that can be caught, by its revision."""
        while goes_on():
            await asyncio.sleep(_SAMPLE_S)
            for region in self._tables.regions:
                for item in await self._read(region):
                    self._versions.setdefault(key_of(item), {})[item["rev"]["S"]] = item

    async def _read(self, region: str) -> list[Item]:
        try:
            return await self._tables.read(region, self._wanted)
        except (UnreachableError, DynamoError):
            return []

    async def after(self) -> bool:
        """Undo the joins."""
        self._controls.switch_convergence(on=False)
        changed = False
        for item in await self._tables.read(self._tables.regions[0], self._wanted):
            loser = self._loser(item)
            if loser is not None:
                changed = True
                for region in self._tables.regions:
                    await self._tables.put(region, loser)
        return changed

    def _loser(self, joined: Item) -> Item | None:
        """The newest version that lacks something, under a revision of its own."""
        key = key_of(joined)
        whole = _document(key, joined)
        for rev, version in sorted(self._versions.get(key, {}).items(), reverse=True):
            if _document(key, version).merge(whole).dump() != _document(key, version).dump():
                at = Stamp.parse(max(rev, joined["rev"]["S"]))
                later = Stamp(at.time + 1, at.region)
                return {**version, "rev": {"S": str(later)}}
        return None


def _document(key: Key, item: Item) -> Any:
    return kinds.load(key, orjson.loads(item["body"]["S"]))


def make_plant(
    name: str, world: World, history: History, tables: Tables, controls: Controls
) -> Plant:
    """The bug of that name, of `settings.PLANTS`."""
    match name:
        case "convergence-off":
            return ConvergenceOff(controls)
        case "drop-operations":
            return DropOperations(history, tables)
        case "wall-clock":
            return WallClock(world, tables, controls)
        case _:
            return Plant()
