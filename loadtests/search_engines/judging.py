"""Judges a search by what people type, each with the stores that are right: `queries.tsv`.

The columns of the file: the kind of query; what is typed, where a backslash and n end a line; the
place of the reader in degrees (`latitude,longitude`), or nothing; what is right; and where the
query comes from. What is right is

- `none`: no store at all;
- `city=fr:Paris`, `city=us:Paris;TX`: a store of this market and city, and of this state;
- `country=de`, `market=de`: a store of this market;
- `state=us:TX`, `state=it:16`: a store of this state, as addresses name it, or else by its code in
  GeoNames (`admin1`);
- `postal=gb:SW1A 2AA`, `street=us:5 Oak Lane`: a store with this postal code or street;
- `name=jp:X`: a store with `X` in its name; `store=us-00001`: this store;
- two of these with `|` between them: either.

None of the sources is what the search itself reads: exonyms are the cities of time zones in CLDR,
names of countries are those of iso-codes, and the rest was written by hand, is the address of a
store, or is a name with one or two typing mistakes. The search reads names of cities from
GeoNames, those of countries from CLDR, those of states from `dataload/place_names/states.json`.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice
from pathlib import Path
from typing import Final

from dataload.chain.gazetteer import administrative_areas
from dataload.chain.placement import sites
from dataload.chain.stores import profile_fields
from services.domain.documents.directory import DirectoryEntry

_FOLDER: Final = Path(__file__).parents[2] / "tests/property/search"
QUERIES: Final = _FOLDER / "queries.tsv"
HELD_OUT: Final = _FOLDER / "held_out.tsv"
_SEED: Final = 1
# Stores with names in other scripts, of which the generated chain has none.
_NATIVE: Final = (
    ("jp-x1", "jp", "ドーナツガーデン新宿", "Tokyo", "160-0022", "新宿3丁目38-1", 35.69, 139.7),
    ("jp-x2", "jp", "渋谷カーテン店", "Tokyo", "150-0043", "道玄坂1-2-3", 35.66, 139.7),
    ("jp-x3", "jp", "ドーナツ工房 札幌駅前", "Sapporo", "060-0005", "北5条西2丁目", 43.07, 141.35),
    ("in-x1", "in", "डोनट पुणे", "Pune", "411001", "लक्ष्मी रोड 12", 18.52, 73.86),
    ("in-x2", "in", "पण चौक", "Bhopal", "462001", "MG Road 3", 23.26, 77.41),
    ("sg-x1", "sg", "甜甜圈 牛车水", "Singapore", "058357", "5 Smith Street", 1.28, 103.84),
    ("us-x1", "us", "도넛 코리아타운", "Los Angeles", "90005", "3300 Wilshire Blvd", 34.06, -118.3),
    ("fr-x1", "fr", "Sacré-Cœur", "Paris", "75018", "Rue Lepic 3", 48.88, 2.34),
    ("it-x1", "it", "San Francesco", "Pavia", "27100", "Via Roma 4", 45.19, 9.16),
    ("it-x2", "it", "Stazione", "Catania", "95129", "Via Roma 11", 37.5, 15.09),
    ("gb-x1", "gb", "Whitehall", "London", "SW1A 2AA", "10 Downing Street", 51.5, -0.13),
    ("gb-x2", "gb", "Bromley", "London", "BR1 3AS", "2 High Street", 51.4, 0.02),
    ("gb-x3", "gb", "Hayes", "London", "BR13 1AS", "4 Station Road", 51.37, 0.01),
    ("nl-x1", "nl", "Markt", "'s-Hertogenbosch", "5211 JX", "Markt 1", 51.69, 5.3),
    ("us-x3", "us", "Lamar Avenue", "Paris", "75460", "12 Lamar Avenue", 33.66, -95.56),
    ("us-x2", "us", "York Lane", "Akron", "44301", "7 York Lane", 41.08, -81.52),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Query:
    """One line of the file."""

    kind: str
    text: str
    near: tuple[float, float] | None
    expected: str
    source: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """How well one query was answered.

    Attributes:
        first: Whether the first store is right; for a query that has no answer, whether none came.
        third: The share of right stores among the first three, or fewer where fewer are right.
        found: The stores that were found, for a message.
    """

    query: Query
    first: bool
    third: float
    found: Sequence[DirectoryEntry]


Search = Callable[[str, tuple[float, float] | None], Sequence[DirectoryEntry]]


@cache
def queries(path: Path = QUERIES) -> tuple[Query, ...]:
    """Return all queries of a file."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        return tuple(
            Query(
                row["kind"],
                _typed(row["text"]),
                _place(row["near"]),
                row["expected"],
                row["source"],
            )
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        )


def _typed(text: str) -> str:
    return text.replace("\\r", "\r").replace("\\n", "\n")


def _place(text: str) -> tuple[float, float] | None:
    latitude, _, longitude = text.partition(",")
    return (float(latitude), float(longitude)) if longitude else None


class Directory:
    """The stores of the chain, and which of them are right for a query."""

    def __init__(self, count: int = 31_000, *, native: bool = True) -> None:
        """Make the chain.

        Args:
            count: How many stores of the generated chain there are.
            native: Whether the stores with names in other scripts, which the generated chain has
                not, are there as well.
        """
        areas = administrative_areas()
        self.entries = [DirectoryEntry(*row) for row in _NATIVE if native]
        self._states: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        if native:
            self._states["us", "TX"].add("us-x3")
        for site in islice(sites(_SEED), count):
            fields = profile_fields(_SEED, site)
            self.entries.append(
                DirectoryEntry(
                    site.store_id,
                    *(fields[key] for key in ("market", "name", "city", "postal_code", "street")),
                    *(fields[key] for key in ("latitude", "longitude")),
                )
            )
            for state in (fields["state"], areas[site.city.geoname_id]):
                self._states[site.city.market, state or ""].add(site.store_id)

    @cached_property
    def by_id(self) -> Mapping[str, DirectoryEntry]:
        """The stores by their ids."""
        return {one.store_id: one for one in self.entries}

    @cached_property
    def _of_market(self) -> Mapping[str, list[DirectoryEntry]]:
        markets: defaultdict[str, list[DirectoryEntry]] = defaultdict(list)
        for one in self.entries:
            markets[one.market].append(one)
        return markets

    def right(self, expected: str) -> set[str]:
        """Return the ids of the stores that are right; see the columns of the file."""
        if "|" in expected:
            return set().union(*map(self.right, expected.split("|")))
        what, _, value = expected.partition("=")
        market, _, name = value.partition(":")
        if what in ("country", "market"):
            return {one.store_id for one in self._of_market.get(value, ())}
        if what == "store":
            return {value}
        if what == "state":
            return self._states[market, name]
        city, _, state = name.partition(";")
        is_right: Mapping[str, Callable[[DirectoryEntry], bool]] = {
            "city": lambda one: one.city == city,
            "postal": lambda one: one.postal_code == name,
            "street": lambda one: one.street == name,
            "name": lambda one: name in one.name,
        }
        ids = {one.store_id for one in self._of_market.get(market, ()) if is_right[what](one)}
        return ids & self._states[market, state] if state else ids

    def judge(self, search: Search, queries: Iterable[Query]) -> list[Judgement]:
        """Return how well a search answers queries."""
        judged = []
        for query in queries:
            found = search(query.text, query.near)
            if query.expected == "none":
                judged.append(Judgement(query, not found, float(not found), found))
                continue
            right = self.right(query.expected)
            if not right:
                raise ValueError(f"no store is right for {query}")
            hits = [entry.store_id in right for entry in found[:3]]
            third = sum(hits) / min(3, len(right))
            judged.append(Judgement(query, bool(hits) and hits[0], third, found))
        return judged


def precision(judged: Iterable[Judgement]) -> Mapping[str, tuple[int, float, float]]:
    """Return by kind, and for `all`: how many queries, precision at 1, precision at 3."""
    kinds: defaultdict[str, list[Judgement]] = defaultdict(list)
    for one in judged:
        kinds[one.query.kind].append(one)
        kinds["all"].append(one)
    return {
        kind: (
            len(ones),
            sum(one.first for one in ones) / len(ones),
            sum(one.third for one in ones) / len(ones),
        )
        for kind, ones in sorted(kinds.items())
    }
