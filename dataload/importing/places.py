"""The time zone of a point, from the packaged map of time zones; loaded when first asked."""

from functools import cache
from typing import Any


@cache
def _finder() -> Any:
    from timezonefinder import TimezoneFinder  # a second to load, so not before it is needed

    return TimezoneFinder(in_memory=True)  # leaves no file open


def time_zone_at(latitude: float, longitude: float) -> str | None:
    """The IANA time zone of a point on land or in coastal waters; None in the open sea."""
    name: str | None = _finder().timezone_at(lat=latitude, lng=longitude)
    return None if name is None or name.startswith("Etc/") else name
