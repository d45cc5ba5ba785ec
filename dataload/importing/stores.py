"""Rows of a stores file: each store's name and place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dataload.importing.cells import NONE, Cells, Row
from dataload.importing.columns import Columns
from dataload.importing.places import country_zone_like, time_zone_at
from dataload.importing.problems import Problem
from dataload.importing.sheet import FirstRows
from services.domain import validation
from services.domain.closing import CLOSED_DAYS
from services.domain.closures import CLOSED_FROM, HIDDEN
from services.domain.documents.journal import Change
from services.domain.documents.profile import StoreProfile
from services.domain.edits import STORE_CLEARABLE, edit_store, unknown_market
from services.domain.geo import distance_km
from services.domain.leading_zeros import postal_code
from services.domain.market_names import market_named
from services.domain.markets import MARKETS, Market
from services.domain.stamp import Stamp
from services.storage.kinds import Document

COLUMNS: Final = Columns(
    required=("id", "name", "market", "city", "latitude", "longitude"),
    optional=(
        *("street", "state", "postal_code", "time_zone", "hours", "country"),
        *(CLOSED_DAYS, CLOSED_FROM, HIDDEN),
    ),
    prefixed="id",
    aliases={
        "id": ("store_id", "store_number", "store", "shop_id", "branch_id", "Filialnummer"),
        "name": ("store_name", "shop_name", "branch", "Filiale", "Bezeichnung"),
        "market": ("country_code",),
        "city": ("town", "Ort", "Stadt", "ville", "ciudad", "città", "plaats", "市区町村"),
        "street": ("address", "street_address", "Straße", "Adresse", "adresse", "dirección"),
        "state": ("province", "Bundesland"),
        "postal_code": ("postcode", "zip", "zip_code", "zipcode", "PLZ", "Postleitzahl"),
        "latitude": ("lat", "Breite", "Breitengrad"),
        "longitude": ("lon", "lng", "long", "Länge", "Längengrad"),
        "time_zone": ("timezone", "tz", "Zeitzone"),
        "hours": ("opening_hours", "Öffnungszeiten", "horaires"),
        "country": ("Land", "pays"),
    },
)
_NO_TEXTS: Final = frozenset({"latitude", "longitude", CLOSED_DAYS, CLOSED_FROM, HIDDEN})
_TEXTS: Final = tuple(
    name
    for name in (*COLUMNS.required, *COLUMNS.optional)
    if name in validation.STORE_RULES and name not in _NO_TEXTS
)
_SAME_PLACE_KM: Final = 1.0  # coordinates of one place differ by as much between sources

ZoneAt = Callable[[float, float], str | None]


@dataclass(frozen=True, slots=True)
class StoreRow:
    """A good row.

    Attributes:
        row: The row as it was read.
        store_id: The store's id.
        fields: Profile fields that the row gives; an empty cell is not among them.
        derived_zone: Time zone of the coordinates, where the row gives none.
        warning: What looks wrong although no rule is broken; empty where nothing does.
    """

    row: Row
    store_id: str
    fields: Mapping[str, Any]
    derived_zone: str | None
    warning: str = ""

    @property
    def market(self) -> Market:
        """The store's market."""
        return MARKETS[self.fields["market"]]

    def edit(
        self, current: Document | None, stamp: Stamp
    ) -> tuple[StoreProfile, tuple[Change, ...]]:
        """Return the store's profile with this row's fields; see `edits.edit_store`."""
        before = current if isinstance(current, StoreProfile) else None
        return edit_store(before, self.store_id, self.fields, stamp, derived_zone=self.derived_zone)


def parse(
    row: Row,
    first: FirstRows,
    zone_at: ZoneAt = time_zone_at,
    restored: Callable[[str], str] = str,
) -> StoreRow | list[Problem]:
    """Return the store of a row, or everything that is wrong with the row."""
    cells = Cells(row)
    store_id = cells.text("id", validation.identifier, required=True)
    market = read_market(cells)
    fields: dict[str, Any] = {"market": market.id if market else None}
    for name in _TEXTS:
        fields |= _text(cells, name)
    if market and fields.get("postal_code") is not None:
        fields["postal_code"] = postal_code(market.id, fields["postal_code"])
    place = [cells.number(name, validation.STORE_RULES[name]) for name in ("latitude", "longitude")]
    for name in ("latitude", "longitude"):
        if cells.written(name) is None:
            cells.refuse(name, "is empty")
    latitude, longitude = place
    derived, warning = None, ""
    if latitude is not None and longitude is not None:
        fields |= {"latitude": latitude, "longitude": longitude}
        if latitude == 0 and longitude == 0:
            cells.refuse(
                "latitude", "0,0 is no place", "0,0 lies in the Atlantic: the place is unknown"
            )
        else:
            at_place = zone_at(latitude, longitude)
            derived = _derived(cells, fields, at_place)
            if market and at_place:
                warning = _foreign(market, at_place, latitude, longitude)
    fields |= _closures(cells)
    if cells.problems or store_id is None:
        return cells.problems
    store_id = restored(store_id)
    repeated = first.repeated(row, store_id, f"store {store_id}")
    return [repeated] if repeated else StoreRow(row, store_id, fields, derived, warning)


def _text(cells: Cells, name: str) -> dict[str, Any]:
    """Return what a row says of a text: `none` empties one that a store may lack."""
    rule = _RULES.get(name) or validation.STORE_RULES[name]
    if name in STORE_CLEARABLE:
        return cells.sets(name, (NONE,), lambda: cells.text(name, rule))
    value = cells.text(name, rule, required=name in COLUMNS.required)
    return {} if value is None else {name: value}


def _zone(field: str, value: str) -> str:
    """Return a time zone; of `GMT-07:00 America/Los_Angeles`, as some systems write it, the name.

    The offset says less: it is that of one season.
    """
    named = [word for word in value.split() if "/" in word]
    one = named[0] if len(named) == 1 else value
    return validation.time_zone(field, one.strip("()[],;"))


# Whether a week has too many spans is checked where the store's present hours are known.
_RULES: Final = {"time_zone": _zone, "hours": validation.readable_hours}


def _closures(cells: Cells) -> dict[str, Any]:
    """Return what a row says of days on which the store is closed, and whether lists show it."""
    rules = validation.STORE_RULES
    found = {
        **cells.sets(CLOSED_DAYS, (NONE,), lambda: cells.names(CLOSED_DAYS, rules[CLOSED_DAYS])),
        **cells.sets(CLOSED_FROM, (NONE,), lambda: cells.text(CLOSED_FROM, rules[CLOSED_FROM])),
    }
    hidden = cells.flag(HIDDEN)
    return found if hidden is None else {**found, HIDDEN: hidden}


def is_another_store(before: StoreProfile, fields: Mapping[str, Any]) -> bool:
    """Whether a row changes name and place of a store at once, as another brand's file does."""
    renamed = before["name"].casefold() != fields["name"].casefold()
    apart = distance_km(
        before["latitude"], before["longitude"], fields["latitude"], fields["longitude"]
    )
    return renamed and apart > _SAME_PLACE_KM


def _derived(cells: Cells, fields: Mapping[str, Any], at_place: str | None) -> str | None:
    if cells.written("time_zone") is not None:
        return None
    if at_place is None:
        cells.refuse(
            "time_zone",
            "is missing, and the coordinates are in the open sea",
            f"is missing, and {fields['latitude']:g},{fields['longitude']:g} is in the open sea",
        )
    return at_place


def _foreign(market: Market, at_place: str, latitude: float, longitude: float) -> str:
    if country_zone_like(market.country_code, at_place):
        return ""
    return (
        f"{latitude:g},{longitude:g} is in the time zone {at_place}, which {market.country} does "
        "not have; is a sign lost, or are latitude and longitude swapped?"
    )


def read_market(cells: Cells) -> Market | None:
    """Return the market that a row names, in any case; a country must be the market's."""
    name = cells.written("market")
    if name is None:
        cells.refuse("market", "is empty")
        return None
    market = market_named(name)
    if market is None:
        cells.refuse_for("market", unknown_market("market", name))
        return None
    country = cells.text("country", validation.text_of(60))
    if country and market_named(country) is not market:
        cells.refuse(
            "country",
            "is not the market's country",
            f"{validation.shown(country)} is not the country of market {market.id} "
            f"({market.country_code}, {market.country})",
        )
    return market
