"""Heartbeats of the regions, and the switches that take a region out of traffic."""

from typing import TYPE_CHECKING, Any, NamedTuple

from services.domain.stamp import Stamp, unix_ms
from services.storage import keys
from services.storage.table import Table

if TYPE_CHECKING:
    from services.storage.kinds import Document

_AT = "at"
_DRAINED = "drained"


class RegionStates(NamedTuple):
    """What one region's replica holds about all regions.

    Attributes:
        heartbeats: Region to Unix milliseconds at which it last wrote its heartbeat.
        drained: Regions that shall take no traffic.
    """

    heartbeats: dict[str, int]
    drained: frozenset[str]


class RegionRepository:
    """Heartbeats and drain switches, all in one small partition: one Query reads them."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def states(self) -> RegionStates:
        """Return all heartbeats and drain switches, as this region last acknowledged them."""
        from services.storage.kinds import Settings

        heartbeats: dict[str, int] = {}
        drained: set[str] = set()
        for stored in self._table.partition(keys.REGIONS, consistent=True):
            kind, _, region = stored.key.sk.partition("#")
            if kind + "#" == keys.HEARTBEAT_PREFIX:
                heartbeats[region] = int(stored.body[_AT])
            elif isinstance(settings := stored.document(), Settings) and settings[_DRAINED]:
                drained.add(region)
        return RegionStates(heartbeats, frozenset(drained))

    def beat(self) -> None:
        """Write this region's heartbeat: proof that its replica takes writes.

        Unconditional: no other region writes this item, and a later beat may always replace it.
        """
        region = self._table.binding.region
        body: dict[str, Any] = {_AT: unix_ms()}
        self._table.new_item(keys.heartbeat(region), body, rev=self._table.clock.tick()).save()

    def set_drained(self, region: str, *, drained: bool) -> None:
        """Take a region out of traffic or put it back; written here, seen everywhere."""
        from services.storage.kinds import Settings

        def flag(current: "Document | None", stamp: Stamp) -> Settings:
            settings = current if isinstance(current, Settings) else Settings({})
            # Whoever drains a region that is drained means it: the opposite may be on its way.
            return settings.assign({_DRAINED: drained}, stamp, again=True)

        self._table.change(keys.drain(region), flag)
