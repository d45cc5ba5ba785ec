"""Names of cities, states and countries in many languages, and which places stores stand in."""

import base64
import hashlib
import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Self

from services.domain.geo import distance_km
from services.domain.markets import MARKETS, Market
from services.domain.search.folding import joined
from services.domain.search.names import Names
from services.domain.search.readable_names import OF_ALL, USUAL, ReadableNames

Readable = Mapping[str, Mapping[str, Sequence[Any]]]
"""Names that readers of a language use: of `cities` with their numbers, of `areas` with ids."""

_LAYOUT: Final = 4
_IS_BIG_ENDIAN: Final = array("H", [1]).tobytes()[0] == 0
_FARTHEST_KM: Final = 120.0
"""How far a store may be from the middle of its city; beyond it, another city is meant."""


_NOTHING_READABLE: Final[Readable] = {"cities": {}, "areas": {}}


class InvalidPlaceNamesError(ValueError):
    """The file of place names is damaged, or of another version of the software."""


class PlaceNames:
    """Cities with their names, coordinates and states, and the names of states and countries.

    Attributes:
        names: Joined folded names of cities (`newyork`), each with the numbers of its cities.
        states: Ids of the states: market and code in GeoNames, `us:TX`.
        state_of: By city: the position of its state in `states`.
        latitudes: By city: degrees north.
        longitudes: By city: degrees east.
        areas: Joined folded names and codes of states and countries: ids of states and markets.
        area_names: The keys of `areas`, of which the mistyped are found.
        state_names: By id of a state: the name that people there write. Some states have none.
        elsewhere: Joined folded names of large cities outside the markets, in many languages.
        readable: By language (`de`), and by `OF_ALL`: the names that its readers use, as
            `{"cities": {"rom": [17]}, "areas": {"toskana": ["it:16"]}}`. All of them stand in
            `names` and `areas`, too.
    """

    __slots__ = (
        "_readable_by",
        "area_names",
        "areas",
        "elsewhere",
        "latitudes",
        "longitudes",
        "names",
        "readable",
        "state_names",
        "state_of",
        "states",
    )

    def __init__(
        self,
        *,
        names: Names,
        states: Sequence[str],
        state_of: "array[int]",
        latitudes: "array[float]",
        longitudes: "array[float]",
        areas: Mapping[str, Sequence[str]],
        state_names: Mapping[str, str],
        elsewhere: Iterable[str] = (),
        readable: Mapping[str, Readable] | None = None,
    ) -> None:
        self.names = names
        self.states = states
        self.state_of = state_of
        self.latitudes = latitudes
        self.longitudes = longitudes
        self.areas = areas
        self.state_names = state_names
        self.elsewhere = frozenset(elsewhere)
        self.area_names = Names.of(dict.fromkeys(areas, ()))
        self.readable = readable or {}
        of_all = self.readable.get(OF_ALL, _NOTHING_READABLE)
        self._readable_by = {
            language: ReadableNames(
                (of_all["cities"], own["cities"]), (of_all["areas"], own["areas"])
            )
            for language, own in self.readable.items()
        }

    @classmethod
    def of(
        cls,
        *,
        names: Names,
        states: Sequence[str],
        state_of: Sequence[int],
        points: Sequence[tuple[float, float]],
        areas: Mapping[str, Sequence[str]],
        state_names: Mapping[str, str],
        elsewhere: Iterable[str] = (),
        readable: Mapping[str, Readable] | None = None,
    ) -> Self:
        """Return the place names of some cities; the arguments are as the attributes."""
        return cls(
            names=names,
            states=states,
            state_of=array("H", state_of),
            latitudes=array("f", [latitude for latitude, _ in points]),
            longitudes=array("f", [longitude for _, longitude in points]),
            areas=areas,
            state_names=state_names,
            elsewhere=elsewhere,
            readable=readable,
        )

    @classmethod
    def none(cls) -> Self:
        """Return the English names and the codes of countries only, for want of the others."""
        areas = {name: [market.id] for market in MARKETS.values() for name in _english(market)}
        return cls.of(
            names=Names.of({}),
            states=(),
            state_of=(),
            points=(),
            areas=areas,
            state_names={},
            readable={USUAL: {"cities": {}, "areas": areas}},
        )

    def readable_by(self, language: str | None) -> ReadableNames:
        """Return the names that readers of a language use, and those that places have themselves.

        Args:
            language: Its subtag of BCP 47, `de`. None, and one without names, stand for English.
        """
        known = self._readable_by
        return known.get(language or USUAL) or known.get(USUAL) or ReadableNames()

    def cities_named(self, spelled: Sequence[str], market: str) -> list[int]:
        """Return the cities of a name in a market.

        Args:
            spelled: Joined folded spellings of the name.
            market: Id of the market.
        """
        return [
            city
            for city in sorted({city for name in spelled for city in self.names.find(name)})
            if self.states[self.state_of[city]].startswith(market + ":")
        ]

    def nearest(self, cities: Iterable[int], latitude: float, longitude: float) -> int | None:
        """Return which of some cities is the nearest to a point; None: none within 120 km."""
        best, nearest = None, _FARTHEST_KM
        for city in cities:
            away = distance_km(latitude, longitude, self.latitudes[city], self.longitudes[city])
            if away < nearest:
                best, nearest = city, away
        return best

    def digest(self) -> str:
        """Return a digest of all names and places, by which others of them are noticed."""
        content = hashlib.sha256(
            json.dumps(
                [*self.states, self.areas, self.state_names, sorted(self.elsewhere)]
            ).encode()
        )
        for part in (*self.names.parts(), self.state_of, self.latitudes, self.longitudes):
            content.update(part)
        return content.hexdigest()

    def dump(self, **notes: str) -> str:
        """Return the text of the file from which `load` reads them.

        Args:
            notes: What the file says of itself, such as the licenses of the names.
        """
        lines, bounds, numbers = self.names.parts()
        body = {
            **notes,
            "layout": _LAYOUT,
            "names": lines.decode(),
            "bounds": _packed(bounds),
            "numbers": _packed(numbers),
            "states": list(self.states),
            "state_of": _packed(self.state_of),
            "latitudes": _packed(self.latitudes),
            "longitudes": _packed(self.longitudes),
            "areas": self.areas,
            "state_names": self.state_names,
            "elsewhere": sorted(self.elsewhere),
            "readable": self.readable,
        }
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n"

    @classmethod
    def load(cls, body: Mapping[str, Any]) -> Self:
        """Read what `dump` wrote, parsed as JSON.

        Raises:
            InvalidPlaceNamesError: The body has another shape.
        """
        try:
            if body["layout"] != _LAYOUT:
                raise InvalidPlaceNamesError(f"layout {body['layout']!r} is not {_LAYOUT}")
            names = Names(
                body["names"].encode(),
                _unpacked("I", body["bounds"]),
                _unpacked("I", body["numbers"]),
            )
            return cls(
                names=names,
                states=body["states"],
                state_of=_unpacked("H", body["state_of"]),
                latitudes=_unpacked("f", body["latitudes"]),
                longitudes=_unpacked("f", body["longitudes"]),
                areas=body["areas"],
                state_names=body["state_names"],
                elsewhere=body["elsewhere"],
                readable=body["readable"],
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InvalidPlaceNamesError(f"no place names: {error!r}") from error


def _english(market: Market) -> tuple[str, str]:
    return joined(market.country), market.id


def _packed(values: "array[Any]") -> str:
    return base64.b64encode(little_endian(values).tobytes()).decode()


def _unpacked(code: str, text: str) -> "array[Any]":
    values = array(code)
    values.frombytes(base64.b64decode(text))
    return little_endian(values)


def little_endian(values: "array[Any]") -> "array[Any]":
    """Return numbers in the order of bytes of files, or those of a file in that of this machine."""
    if _IS_BIG_ENDIAN:
        values = array(values.typecode, values)
        values.byteswap()
    return values
