"""Places on the globe: distances, and which one-degree cells a circle touches."""

import math
from collections.abc import Iterator
from typing import Final

EARTH_RADIUS_KM: Final = 6371.0088  # mean radius, IUGG
_KM_PER_DEGREE: Final = math.pi * EARTH_RADIUS_KM / 180

Cell = tuple[int, int]


def distance_km(lat1: float, lng1: float, lat2: float, lng2: float) -> float:
    """Great-circle distance in kilometres between two points in degrees (haversine)."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half_lat = math.sin((phi2 - phi1) / 2)
    half_lng = math.sin(math.radians(lng2 - lng1) / 2)
    chord = half_lat**2 + math.cos(phi1) * math.cos(phi2) * half_lng**2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(chord)))


def cell_of(latitude: float, longitude: float) -> Cell:
    """Return the one-degree cell of a point; longitudes 180 and -180 share one."""
    return math.floor(latitude), (math.floor(longitude) + 180) % 360


def cells_within(latitude: float, longitude: float, radius_km: float) -> Iterator[Cell]:
    """Every one-degree cell that a circle may touch, across the date line and at the poles."""
    reach = radius_km / _KM_PER_DEGREE
    south, north = max(-90, math.floor(latitude - reach)), min(90, math.floor(latitude + reach))
    widest = min(90.0, max(abs(latitude - reach), abs(latitude + reach)))
    shrink = math.cos(math.radians(widest))
    width = reach / shrink if shrink > reach / 180 else 180.0
    if width >= 180:  # noqa: PLR2004
        columns = range(360)
        for row in range(south, north + 1):
            for column in columns:
                yield row, column
        return
    west, east = math.floor(longitude - width), math.floor(longitude + width)
    for row in range(south, north + 1):
        for column in sorted({(column + 180) % 360 for column in range(west, east + 1)}):
            yield row, column
