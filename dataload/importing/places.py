"""Time zones of places: of a point, and of a country; the maps are loaded at the first use."""

from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

from services.domain.hours import InvalidTimeZoneError, zone


@cache
def _finder() -> Any:
    from timezonefinder import TimezoneFinder  # a second to load, so not before it is needed

    return TimezoneFinder(in_memory=True)  # leaves no file open


def time_zone_at(latitude: float, longitude: float) -> str | None:
    """Return the IANA time zone of a point on land or in coastal waters; None in the open sea."""
    name: str | None = _finder().timezone_at(lat=latitude, lng=longitude)
    return None if name is None or name.startswith("Etc/") else name


@cache
def country_zone_like(country_code: str, name: str) -> bool:
    """Return whether a country has a time zone whose clocks show the same as those of zone `name`.

    The map of points merges zones that agree today, so names alone do not decide. Clocks are
    compared in January and in July of this year.

    Args:
        country_code: ISO 3166-1 alpha-2, upper case.
        name: IANA name of the zone.
    """
    return _offsets(name) in {_offsets(one) for one in _zones().get(country_code, ())}


@cache
def _zones() -> dict[str, list[str]]:
    """Country code to its zones, from the table `zone.tab` of the IANA database."""
    found: dict[str, list[str]] = {}
    table = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, name = line.split("\t")[:3]
            found.setdefault(country, []).append(name)
    return found


@cache
def _offsets(name: str) -> tuple[timedelta | None, ...]:
    year = datetime.now(UTC).year
    try:
        return tuple(
            datetime(year, month, 15, 12, tzinfo=zone(name)).utcoffset() for month in (1, 7)
        )
    except InvalidTimeZoneError:
        return (None, None)
