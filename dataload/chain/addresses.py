"""Where in its city a store stands: a point, a street and a postal code as its country writes them.

The streets are made up of each country's usual names, and the postal codes keep its format and,
where one digit or letter says the province, that too; neither claims to exist.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from dataload.chain.dice import Dice
from dataload.chain.gazetteer import City, abroad_within, country_at

_STREETS: Final = Path(__file__).with_name("streets.json")
_POSTAL: Final = Path(__file__).with_name("postal_codes.json")
_LETTERS: Final = "ABDEFGHJLNPQRSTUWXYZ"  # no I, M, O, C, K, V: each is unused in some country
_KM_PER_DEGREE: Final = 111.195
_TRIES: Final = 8


@dataclass(frozen=True, slots=True)
class Style:
    """The naming of streets in a country.

    Attributes:
        landmarks: parts of a town that a store can be named after.
        streets: every street of the style.
        address: template of `number` (or `block`, `number`, `house`) and `street`.
        numbers: lowest and highest house number.
    """

    landmarks: tuple[str, ...]
    streets: tuple[str, ...]
    address: str
    numbers: tuple[int, int]


@cache
def style_of(market: str, state: str | None) -> Style:
    """The style of a market; French in Quebec."""
    styles: Mapping[str, Any] = _read(_STREETS)
    style = styles["ca-fr" if state == "QC" else market]
    landmarks = tuple(style["landmarks"])
    streets = dict.fromkeys(
        style["street"].format(name=name, kind=kind)
        for kind in style["kinds"]
        for name in style["names"]
        if name.casefold() != kind.casefold()
    )
    return Style(
        landmarks=landmarks,
        streets=tuple(street for street in streets if street not in landmarks),
        address=style["address"],
        numbers=(style["numbers"][0], style["numbers"][1]),
    )


def street_address(street: str, style: Style, dice: Dice) -> str:
    """House number and street in the order of the country."""
    return style.address.format(
        street=street,
        number=dice.between(*style.numbers),
        block=dice.between(1, 6),
        house=dice.between(1, 19),
    )


def point(city: City, dice: Dice) -> tuple[float, float]:
    """Latitude and longitude within a few kilometres of a city's centre, denser towards it.

    Near a border, a point that is nearer to a city of another country is thrown away.
    """
    radius = reach_km(city)
    border = _near_border(city)
    for _ in range(_TRIES):
        distance, angle = radius * dice.random(), 2 * math.pi * dice.random()
        latitude = city.latitude + distance * math.cos(angle) / _KM_PER_DEGREE
        shrink = _KM_PER_DEGREE * math.cos(math.radians(city.latitude))
        longitude = city.longitude + distance * math.sin(angle) / shrink
        if not border or country_at(latitude, longitude) == city.market:
            return round(latitude, 5), round(longitude, 5)
    return city.latitude, city.longitude


def reach_km(city: City) -> float:
    """Return how far from its centre a city has stores: 0.9 km for 15,000 people, at most 6 km."""
    return min(6.0, 0.6 + math.sqrt(city.population) / 420)


@cache
def _near_border(city: City) -> bool:
    return abroad_within(city, 4 * reach_km(city))


def postal_code(city: City, dice: Dice) -> str:
    """A postal code in the country's format; stores of one city share its beginning."""
    own = Dice("postal", city.geoname_id)
    market = city.market
    if market == "ca":
        district = own.pick(_read(_POSTAL)["canada"][city.state])
        area = f"{district}{own.between(1, 9)}{dice.pick(_LETTERS)}"
        return f"{area} {dice.between(0, 9)}{dice.pick(_LETTERS)}{dice.between(0, 9)}"
    if market == "gb":
        area = "".join(filter(str.isascii, filter(str.isalpha, city.name)))[:2].upper()
        inward = f"{dice.between(1, 9)}{dice.pick(_LETTERS)}{dice.pick(_LETTERS)}"
        return f"{area}{dice.between(1, 28)} {inward}"
    if market == "ie":
        dublin = city.name == "Dublin"
        key = f"{'D' if dublin else own.pick('AEFHNPRTWXY')}{dice.between(1, 24):02d}"
        rest = (dice.pick(_LETTERS), dice.between(0, 9), dice.pick(_LETTERS), dice.between(0, 9))
        return f"{key} {''.join(map(str, rest))}"
    digits = _digits(city, own, dice)
    if market == "nl":
        return f"{digits} {dice.pick(_LETTERS)}{dice.pick(_LETTERS)}"
    return f"{digits[:3]}-{digits[3:]}" if market == "jp" else digits


def _digits(city: City, own: Dice, dice: Dice) -> str:
    ranges = _read(_POSTAL)["ranges"][city.market]
    low, high = ranges.get(city.state, ranges["*"])
    base = own.between(int(low), int(high)) // 100 * 100
    number = min(int(high), max(int(low), base + dice.between(1, 99)))
    return str(number).zfill(len(low))


@cache
def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
