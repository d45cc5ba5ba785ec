"""Names of stores: `Carte Lyon`, `Carte Lyon Vieux Port`, `Carte Lyon Rue Victor Hugo`."""

from dataclasses import dataclass
from functools import cache
from math import gcd
from typing import Final

from dataload.chain.addresses import style_of
from dataload.chain.dice import Dice
from dataload.chain.placement import Site

BRAND: Final = "Carte"


@dataclass(frozen=True, slots=True)
class Naming:
    """A store's name, and the street that the name commits it to, if it names one."""

    name: str
    street: str | None


def naming(seed: int, site: Site) -> Naming:
    """The name of a store, unique within its city.

    The first store has the city's name alone; then landmarks and streets take turns, each in an
    order of the city's own.
    """
    city = site.city
    plain = f"{BRAND} {city.label}"
    if site.in_city == 0:
        return Naming(plain, None)
    style = style_of(city.market, city.state)
    turn, is_street = divmod(site.in_city - 1, 2)
    if not is_street and turn < len(style.landmarks):
        landmark = style.landmarks[_at(turn, len(style.landmarks), seed, city.geoname_id)]
        return Naming(f"{plain} {landmark}", None)
    if not is_street or turn >= len(style.landmarks):
        # Landmarks are used up: every further store is named after a street.
        turn = site.in_city - 1 - len(style.landmarks)
    lap, index = divmod(turn, len(style.streets))
    street = style.streets[_at(index, len(style.streets), seed, city.geoname_id)]
    return Naming(f"{plain} {street}" + (f" {lap + 1}" if lap else ""), street)


def _at(index: int, size: int, seed: int, geoname_id: int) -> int:
    """The index-th of `size` things in a city's own order: a full cycle, no thing twice."""
    start, step = _cycle(size, seed, geoname_id)
    return (start + index * step) % size


@cache
def _cycle(size: int, seed: int, geoname_id: int) -> tuple[int, int]:
    dice = Dice(seed, "names", geoname_id)
    start, step = dice.between(0, size - 1), dice.between(1, max(1, size - 1))
    while gcd(step, size) != 1:
        step = step % size + 1
    return start, step
