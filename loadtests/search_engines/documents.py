"""Writes the stores as documents that any engine can index, with the names of their places.

An engine is given what carte's own index is made of, folded as carte folds it, so that what it
misses is not a matter of data: the names of the city, the state and the country in all languages.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from services.domain.documents.directory import DirectoryEntry
from services.domain.search.folding import FoldedTokens, joined, spellings
from services.domain.search.places import PlaceNames

# The arguments of `DirectoryEntry`.
_ENTRY: Final = (
    *("store_id", "market", "name", "city", "postal_code", "street"),
    *("latitude", "longitude"),
)


def documents(entries: Iterable[DirectoryEntry], places: PlaceNames) -> Iterator[dict[str, Any]]:
    """Yield a document for each store.

    Its keys: `entry`, the arguments of `DirectoryEntry`; `id`; the words of `name`, `street` and
    `city`; `city_names`, joined (`newyork`); `other_names` of the city in other languages, joined;
    `areas`, names of its state and country; `codes` of two or three letters among them;
    `postal_code` and `joined_id`, joined; `size`, the logarithm of the number of stores in the
    city; `latitude` and `longitude`.
    """
    stores = list(entries)
    sizes = Counter((one.market, one.city) for one in stores)
    tokens = FoldedTokens()
    names = _names_of_cities(places)
    areas = _names_of_areas(places)
    nearest: dict[tuple[str, str], list[int]] = {}
    for one in stores:
        key = (one.market, one.city)
        if key not in nearest:
            nearest[key] = places.cities_named(sorted(spellings(one.city)), one.market)
        city = places.nearest(nearest[key], one.latitude, one.longitude)
        state = None if city is None else places.states[places.state_of[city]]
        around = [*areas.get(one.market, ()), *(areas.get(state, ()) if state else ())]
        yield {
            "entry": [getattr(one, slot) for slot in _ENTRY],
            "id": one.store_id,
            "name": " ".join(tokens.words(one.name)),
            "street": " ".join(tokens.words(one.street or "")),
            "city": " ".join(tokens.words(one.city)),
            "city_names": sorted(spellings(one.city)),
            "other_names": [] if city is None else names[city],
            "areas": [name for name in around if not _is_code(name)],
            "codes": [name for name in around if _is_code(name)],
            "postal_code": joined(one.postal_code or ""),
            "joined_id": joined(one.store_id),
            "size": math.log(sizes[key]),
            "latitude": one.latitude,
            "longitude": one.longitude,
        }


def _is_code(name: str) -> bool:
    return len(name) <= 3 and name.isascii()  # noqa: PLR2004 - letters of `TX` and `USA`


def _names_of_cities(places: PlaceNames) -> Mapping[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for position in range(len(places.names)):
        for city in places.names.numbers(position, position + 1):
            found[city].append(places.names[position])
    return found


def _names_of_areas(places: PlaceNames) -> Mapping[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, areas in places.areas.items():
        for area in areas:
            found[area].append(name)
    return found


def write(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as lines of JSON."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows that `write` wrote."""
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)
