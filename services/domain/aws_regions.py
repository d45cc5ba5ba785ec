"""Locations of the commercial AWS regions, and the regions that are near a place."""

from collections.abc import Iterable
from math import inf
from typing import Final, NamedTuple

from services.domain.geo import distance_km


class Coordinates(NamedTuple):
    """A point on the globe, WGS 84 degrees."""

    latitude: float
    longitude: float


# The city that AWS names each region after; where it names a country or a state, the place of
# the data centers as far as it is public. Ten kilometres more or less decide nothing here.
AWS_REGIONS: Final = {
    "af-south-1": Coordinates(-33.93, 18.42),
    "ap-east-1": Coordinates(22.32, 114.17),
    "ap-east-2": Coordinates(25.03, 121.57),
    "ap-northeast-1": Coordinates(35.68, 139.69),
    "ap-northeast-2": Coordinates(37.57, 126.98),
    "ap-northeast-3": Coordinates(34.69, 135.50),
    "ap-south-1": Coordinates(19.08, 72.88),
    "ap-south-2": Coordinates(17.39, 78.49),
    "ap-southeast-1": Coordinates(1.35, 103.82),
    "ap-southeast-2": Coordinates(-33.87, 151.21),
    "ap-southeast-3": Coordinates(-6.21, 106.85),
    "ap-southeast-4": Coordinates(-37.81, 144.96),
    "ap-southeast-5": Coordinates(3.14, 101.69),
    "ap-southeast-6": Coordinates(-36.85, 174.76),
    "ap-southeast-7": Coordinates(13.76, 100.50),
    "ca-central-1": Coordinates(45.50, -73.57),
    "ca-west-1": Coordinates(51.05, -114.07),
    "eu-central-1": Coordinates(50.11, 8.68),
    "eu-central-2": Coordinates(47.37, 8.54),
    "eu-north-1": Coordinates(59.33, 18.07),
    "eu-south-1": Coordinates(45.46, 9.19),
    "eu-south-2": Coordinates(41.65, -0.89),
    "eu-west-1": Coordinates(53.35, -6.26),
    "eu-west-2": Coordinates(51.51, -0.13),
    "eu-west-3": Coordinates(48.86, 2.35),
    "il-central-1": Coordinates(32.07, 34.78),
    "me-central-1": Coordinates(25.20, 55.27),
    "me-south-1": Coordinates(26.23, 50.58),
    "mx-central-1": Coordinates(20.59, -100.39),
    "sa-east-1": Coordinates(-23.55, -46.63),
    "us-east-1": Coordinates(39.04, -77.49),
    "us-east-2": Coordinates(39.96, -83.00),
    "us-west-1": Coordinates(37.35, -121.96),
    "us-west-2": Coordinates(45.84, -119.70),
}


def nearest_regions(latitude: float, longitude: float, regions: Iterable[str]) -> tuple[str, ...]:
    """Return regions by their distance from a place, the nearest first.

    A region whose place is not known comes last, by name; so every region decides alike.

    Args:
        latitude: Degrees north (WGS 84).
        longitude: Degrees east (WGS 84).
        regions: Names of AWS regions.
    """

    def distance(region: str) -> tuple[float, str]:
        at = AWS_REGIONS.get(region)
        away = inf if at is None else distance_km(latitude, longitude, *at)
        return away, region

    return tuple(sorted(regions, key=distance))
