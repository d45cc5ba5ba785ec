"""From what a request says about its client's place to the regions, nearest first."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from services.domain.aws_regions import AWS_REGIONS, Coordinates
from services.domain.geo import distance_km

PLACE_HEADER: Final = "x-carte-place"
_REMEMBERED: Final = 4096  # places whose order is kept; more than any load test makes up
_COUNTRY_LENGTH: Final = 2  # ISO 3166-1 alpha-2
_POLE: Final = 90.0
_DATE_LINE: Final = 180.0


@dataclass(frozen=True, slots=True)
class Located:
    """The regions as seen from a place, nearest first.

    Attributes:
        order: Names of the regions.
        known: False where the place that the client gave means nothing, and the default was taken.
    """

    order: tuple[str, ...]
    known: bool = True


def place_of(headers: Mapping[str, str], query: str) -> str | None:
    """The place that a request names: our header, our parameter, then CloudFront's headers.

    Args:
        headers: The request's headers; names compare without case.
        query: The raw query string.

    Returns:
        A region's name, `latitude,longitude` in degrees, an ISO country code, or None.
    """
    if place := headers.get(PLACE_HEADER):
        return place
    if "place=" in query:
        for name, value in parse_qsl(query, errors="replace"):
            if name == "place":
                return value
    latitude = headers.get("cloudfront-viewer-latitude")
    longitude = headers.get("cloudfront-viewer-longitude")
    if latitude and longitude:
        return f"{latitude},{longitude}"
    return headers.get("cloudfront-viewer-country")


def is_country(place: str) -> bool:
    """Return whether a place is written as a country code."""
    return len(place) == _COUNTRY_LENGTH and place.isascii() and place.isalpha()


class Locator:
    """Orders the regions by great-circle distance, and remembers the orders."""

    def __init__(self, regions: Mapping[str, Coordinates], default_region: str) -> None:
        """Set the regions, and the one that is nearest to clients without a known place."""
        self._regions = dict(regions)
        self._places = {**AWS_REGIONS, **self._regions}
        self._countries: Mapping[str, Coordinates] | None = None
        self._default = Located(self._order(self._places[default_region]))
        self._remembered: dict[str, Located] = {}

    def wants_countries(self, place: str | None) -> bool:
        """Return whether `learn_countries` must come before this place can be located."""
        return self._countries is None and place is not None and is_country(place.strip())

    def learn_countries(self, countries: Mapping[str, Coordinates]) -> None:
        """Take the table of countries by upper-case code."""
        self._countries = countries

    def locate(self, place: str | None) -> Located:
        """The regions from this place, nearest first; from the default where it is unknown."""
        if not place:
            return self._default
        located = self._remembered.get(place)
        if located is None:
            coordinates = self._coordinates(place.strip())
            located = (
                Located(self._order(coordinates))
                if coordinates
                else Located(self._default.order, known=False)
            )
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[place] = located
        return located

    def _coordinates(self, place: str) -> Coordinates | None:
        if is_country(place):
            return (self._countries or {}).get(place.upper())
        if "," in place:
            return _degrees(place)
        return self._places.get(place.lower())

    def _order(self, here: Coordinates) -> tuple[str, ...]:
        return tuple(
            sorted(self._regions, key=lambda name: distance_km(*here, *self._regions[name]))
        )


def _degrees(text: str) -> Coordinates | None:
    try:
        latitude, longitude = map(float, text.split(","))
    except ValueError:
        return None
    # Comparisons with NaN are false, so it is refused here too.
    if math.fabs(latitude) <= _POLE and math.fabs(longitude) <= _DATE_LINE:
        return Coordinates(latitude, longitude)
    return None
