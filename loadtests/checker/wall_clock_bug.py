"""A planted bug: conflicts settled by wall clock, a whole version against a whole version."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import orjson

from loadtests.checker.dataset import Dataset
from loadtests.checker.fault_session import FaultSession
from loadtests.checker.planted_bugs import SAMPLE_S, PlantedBug
from loadtests.checker.tables import Tables, key_of
from localcloud.replicator.dynamo import DynamoError, UnreachableError
from localcloud.replicator.images import Item
from services.domain.documents.assortment import Assortment
from services.domain.documents.catalog import CatalogDraft
from services.domain.register import Register
from services.domain.stamp import Stamp
from services.storage import keys, kinds
from services.storage.keys import Key

Path = tuple[str, ...]
Registers = dict[Path, Register[Any]]


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a document that some region held.

    Attributes:
        at: When it was written, by the clock of the region that wrote it.
    """

    at: Stamp
    registers: Registers


class WallClockBug(PlantedBug):
    """While clients write, it keeps the versions that regions hold.

    When all is joined and at rest, it makes of each document what would stand if, of two versions
    that had not seen each other, the newer one had been taken whole.
    """

    reconciles = False

    def __init__(self, dataset: Dataset, tables: Tables, faults: FaultSession) -> None:
        self._tables = tables
        self._faults = faults
        self._versions: dict[Key, dict[str, Version]] = {}
        self._wanted = [
            *(keys.assortment(store) for store in dataset.shared),
            *(keys.draft(dataset.market, item) for item in dataset.drafts),
        ]

    async def meanwhile(self, goes_on: Callable[[], bool]) -> None:
        """Keep every version that can be caught."""
        while goes_on():
            await asyncio.sleep(SAMPLE_S)
            for region in self._tables.regions:
                for item in await self._read(region):
                    rev = item["rev"]["S"]
                    version = Version(Stamp.parse(rev), _registers(_document(item)))
                    self._versions.setdefault(key_of(item), {})[rev] = version

    async def after(self) -> bool:
        """Undo the joins, in all regions."""
        await asyncio.to_thread(self._faults.stop_convergence)
        changed = False
        for item in await self._tables.read(self._tables.regions[0], self._wanted):
            document = _document(item)
            versions = list(self._versions.get(key_of(item), {}).values())
            settled = without_losers(_registers(document), versions)
            if settled != _registers(document):
                changed = True
                at = Stamp.parse(item["rev"]["S"])
                body = orjson.dumps(_rebuilt(document, settled).dump()).decode()
                rev = str(Stamp(at.time + 1, at.region))
                for region in self._tables.regions:
                    await self._tables.put(region, {**item, "rev": {"S": rev}, "body": {"S": body}})
        return changed

    async def _read(self, region: str) -> list[Item]:
        try:
            return await self._tables.read(region, self._wanted)
        except (UnreachableError, DynamoError):
            return []


def without_losers(joined: Registers, versions: list[Version]) -> Registers:
    """A join without what the older of two concurrent versions had brought into it."""
    settled = dict(joined)
    for winner, loser in _concurrent(versions):
        for path, register in loser.registers.items():
            if joined.get(path) == register and _has_not(winner, path, register):
                if path in winner.registers:
                    settled[path] = winner.registers[path]
                else:
                    settled.pop(path, None)
    return settled


def _concurrent(versions: list[Version]) -> Iterator[tuple[Version, Version]]:
    """Pairs of which neither contains the other: newer and older."""
    ordered = sorted(versions, key=lambda one: one.at)
    for number, loser in enumerate(ordered):
        for winner in ordered[number + 1 :]:
            if _lacks(winner, loser) and _lacks(loser, winner):
                yield winner, loser


def _lacks(one: Version, other: Version) -> bool:
    return any(_has_not(one, path, register) for path, register in other.registers.items())


def _has_not(one: Version, path: Path, register: Register[Any]) -> bool:
    own = one.registers.get(path)
    return own is None or own.stamp < register.stamp


def _document(item: Item) -> Assortment | CatalogDraft:
    document: object = kinds.load(key_of(item), orjson.loads(item["body"]["S"]))
    if not isinstance(document, Assortment | CatalogDraft):
        raise TypeError(f"a {type(document).__name__} is nothing but registers")
    return document


def _registers(document: Assortment | CatalogDraft) -> Registers:
    if isinstance(document, CatalogDraft):
        return {(name,): register for name, register in document.registers.items()}
    return {
        (item, name): register
        for item, line in document.lines.items()
        for name, register in line.items()
    }


def _rebuilt(
    document: Assortment | CatalogDraft, registers: Registers
) -> Assortment | CatalogDraft:
    if isinstance(document, CatalogDraft):
        return replace(document, registers={path[0]: one for path, one in registers.items()})
    lines: dict[str, dict[str, Register[Any]]] = {item: {} for item in document.lines}
    for (item, name), register in registers.items():
        lines[item][name] = register
    return replace(document, lines=lines)
