"""Rows of a stores file: who and where each store is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dataload.importing.cells import Cells, Row
from dataload.importing.columns import Columns
from dataload.importing.places import time_zone_at
from dataload.importing.problems import Problem, shown
from dataload.importing.sheet import Once
from services.domain.documents.profile import StoreProfile
from services.domain.hours import parse_hours, zone
from services.domain.markets import MARKETS, Market
from services.domain.stamp import Stamp
from services.storage.kinds import Document

COLUMNS: Final = Columns(
    required=("id", "name", "market", "city", "latitude", "longitude"),
    optional=("street", "state", "postal_code", "time_zone", "hours", "country"),
)
_LONGEST: Final = {"name": 120, "city": 100, "street": 200, "state": 60, "postal_code": 20}

ZoneAt = Callable[[float, float], str | None]


@dataclass(frozen=True, slots=True)
class StoreRow:
    """A good row.

    Attributes:
        fields: profile fields that the row gives; a column the file lacks is not in it.
        derived_zone: time zone of the coordinates, where the row gives none.
    """

    store_id: str
    fields: Mapping[str, Any]
    derived_zone: str | None

    @property
    def market(self) -> Market:
        """The store's market."""
        return MARKETS[self.fields["market"]]

    def edit(self, current: Document | None, stamp: Stamp) -> StoreProfile:
        """The store's profile with this row's fields.

        What the row does not give, an existing store keeps: its hours while it stays in its
        market, its time zone while it stays where it is.
        """
        empty = StoreProfile(self.store_id, {})
        profile = current if isinstance(current, StoreProfile) else empty
        fields = dict(self.fields)
        moved = any(profile[name] != fields[name] for name in ("latitude", "longitude"))
        if self.derived_zone is not None and (moved or profile["time_zone"] is None):
            fields["time_zone"] = self.derived_zone
        if "hours" not in fields and (
            profile["hours"] is None or profile["market"] != fields["market"]
        ):
            fields["hours"] = self.market.hours
        # A document has all of its fields, also those the file has no column for.
        for name in ("street", "state", "postal_code"):
            if name not in profile.registers:
                fields.setdefault(name, None)
        return profile.assign(fields, stamp)


def parse(row: Row, once: Once, zone_at: ZoneAt = time_zone_at) -> StoreRow | list[Problem]:
    """Read a row: a store, or everything that is wrong with it."""
    cells = Cells(row)
    store_id = cells.identifier("id")
    market = _market(cells)
    fields: dict[str, Any] = {"market": market.id if market else None}
    for name, longest in _LONGEST.items():
        if cells.given(name):
            fields[name] = cells.text(name, longest, required=name in COLUMNS.required)
    latitude = cells.number("latitude", -90, 90)
    longitude = cells.number("longitude", -180, 180)
    fields |= {"latitude": latitude, "longitude": longitude}
    fields |= _times(cells)
    derived = None
    if latitude is not None and longitude is not None:
        if latitude == 0 and longitude == 0:
            cells.refuse(
                "latitude", "0,0 is no place", "0,0 lies in the Atlantic: no place is known"
            )
        elif "time_zone" not in fields:
            derived = zone_at(latitude, longitude)
            if derived is None:
                cells.refuse(
                    "time_zone",
                    "is missing, and the coordinates are in the open sea",
                    f"is missing, and {latitude:g},{longitude:g} is in the open sea",
                )
    if not cells.problems and store_id is not None:
        repeated = once.refused(row, store_id, f"store {store_id}")
        return [repeated] if repeated else StoreRow(store_id, fields, derived)
    return cells.problems


def _market(cells: Cells) -> Market | None:
    name = cells.text("market", 20, required=True)
    market = MARKETS.get(name.casefold()) if name else None
    if name and market is None:
        cells.refuse(
            "market", "is no market", f"{shown(name)} is no market; they are {', '.join(MARKETS)}"
        )
    country = cells.text("country", 60)
    if market and country:
        called = {market.country_code.casefold(), market.country.casefold()}
        if country.casefold() not in called:
            cells.refuse(
                "country",
                "is not the market's country",
                f"{shown(country)} is not the country of market {market.id} "
                f"({market.country_code}, {market.country})",
            )
    return market


def _times(cells: Cells) -> dict[str, str]:
    given: dict[str, str] = {}
    name = cells.text("time_zone", 60)
    if name and cells.checked("time_zone", "is no time zone", lambda: zone(name)):
        given["time_zone"] = name
    hours = cells.text("hours", 300)
    if hours and cells.checked("hours", "are no opening hours", lambda: parse_hours(hours)):
        given["hours"] = hours
    return given
