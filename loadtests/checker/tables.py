"""The regions' tables as they are: whole scans, compared item for item."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from loadtests.checker.findings import Violation
from localcloud.layout import CloudLayout
from localcloud.replicator.dynamo import Dynamo
from localcloud.replicator.images import Item, canonical, digest_of
from services.storage import keys
from services.storage.keys import Key

_CHUNK = 100
_SHOWN = 200

Snapshot = Mapping[Key, bytes]
"""Every item of a table by its key: as canonical bytes, or as their digest in hexadecimal."""

Mine = Callable[[str, str], bool]
"""Whether an item, by its partition and sort key, is to be kept whole."""


class Tables:
    """Read access to all regions' tables, and the raw writes that planted bugs are made of."""

    def __init__(self, layout: CloudLayout) -> None:
        self._table = layout.table
        self._regions = {
            region.name: Dynamo(region.name, region.endpoint, layout.table)
            for region in layout.regions
        }
        self._stack = AsyncExitStack()

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions' names, the primary first."""
        return tuple(self._regions)

    async def __aenter__(self) -> Self:
        for dynamo in self._regions.values():
            await self._stack.enter_async_context(dynamo)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def snapshots(self, mine: Mine) -> dict[str, Snapshot]:
        """All items of all regions, but the heartbeats: those change all the time."""
        scans = [self._scan(dynamo, mine) for dynamo in self._regions.values()]
        return dict(zip(self._regions, await asyncio.gather(*scans), strict=True))

    async def _scan(self, dynamo: Dynamo, mine: Mine) -> Snapshot:
        found: dict[Key, bytes] = {}
        async for page in dynamo.scan():
            for item in page:
                key = key_of(item)
                if not key.sk.startswith(keys.HEARTBEAT_PREFIX):
                    image = canonical(item)
                    found[key] = image if mine(*key) else digest_of(image).hex().encode()
        return found

    async def read(self, region: str, wanted: Sequence[Key]) -> list[Item]:
        """Those of the items that a region has."""
        found: list[Item] = []
        for at in range(0, len(wanted), _CHUNK):
            chunk = [canonical(_key(key)) for key in wanted[at : at + _CHUNK]]
            found += await self._regions[region].read(chunk)
        return found

    async def delete(self, region: str, unwanted: Sequence[Key]) -> None:
        """Delete items from one region's table, conditions apart."""
        for at in range(0, len(unwanted), _CHUNK):
            await self._regions[region].write(
                [
                    {"Delete": {"TableName": self._table, "Key": _key(key)}}
                    for key in unwanted[at : at + _CHUNK]
                ]
            )

    async def put(self, region: str, item: Item) -> None:
        """Write an item into one region's table, conditions apart."""
        await self._regions[region].write([{"Put": {"TableName": self._table, "Item": item}}])


def key_of(item: Item) -> Key:
    """The key of an item in DynamoDB JSON."""
    return Key(item["pk"]["S"], item["sk"]["S"])


def _key(key: Key) -> Item:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


@dataclass(frozen=True, slots=True)
class Difference:
    """An item that differs between regions.

    Attributes:
        shown: Region to the item, or None where there is none.
    """

    key: Key
    shown: Mapping[str, bytes | None]


def differences(snapshots: Mapping[str, Snapshot]) -> Iterator[Difference]:
    """The items that are not byte-equal in all regions, by key."""
    tables: list[Any] = list(snapshots.values())
    for key in sorted(set().union(*tables)):
        shown = {region: table.get(key) for region, table in snapshots.items()}
        if len(set(shown.values())) > 1:
            yield Difference(key, shown)


def check_equal(snapshots: Mapping[str, Snapshot]) -> list[Violation]:
    """All regions hold the same items, byte for byte."""
    return [
        Violation("unequal", f"{one.key.pk}/{one.key.sk}", "; ".join(_texts(one)))
        for one in differences(snapshots)
    ]


def _texts(one: Difference) -> Iterator[str]:
    for region, image in one.shown.items():
        yield f"{region}: {image.decode()[:_SHOWN] if image else 'no such item'}"
