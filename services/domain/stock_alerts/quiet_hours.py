"""Hours of a store in which no alert is mailed."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.domain.validation import InvalidFieldError

_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_MINUTES_A_DAY: Final = 24 * 60


class QuietHours(NamedTuple):
    """A part of each day in which no alert is mailed; none where both ends are equal.

    Attributes:
        start: Minutes after midnight in the store's time zone.
        end: Likewise; before `start` where the hours go over midnight.
    """

    start: int
    end: int

    def end_after(self, at_ms: int, zone: tzinfo) -> int:
        """Return from when on mails may be sent.

        Args:
            at_ms: Unix milliseconds (UTC).
            zone: The store's time zone.

        Returns:
            `at_ms` where that is no quiet hour, else when the quiet hours end, Unix milliseconds.
        """
        local = datetime.fromtimestamp(at_ms / 1000, zone)
        minute = local.hour * 60 + local.minute
        length = (self.end - self.start) % _MINUTES_A_DAY
        if (minute - self.start) % _MINUTES_A_DAY >= length:
            return at_ms
        day = local.date() + timedelta(days=1 if minute >= self.end else 0)
        end = datetime(day.year, day.month, day.day, *divmod(self.end, 60), tzinfo=zone)
        # An end that the clocks skip in spring is an hour after `at_ms` at least, as all others.
        return max(at_ms, int(end.timestamp() * 1000))

    @property
    def texts(self) -> tuple[str, str]:
        """The ends as `21:00` and `07:00`."""
        return _text(self.start), _text(self.end)


NIGHT: Final = QuietHours(21 * 60, 7 * 60)


def quiet_hours(start: str, end: str) -> QuietHours:
    """Return the hours that two texts such as `21:00` and `07:00` name.

    Raises:
        InvalidFieldError: A text is no time of day; its field is `quietFrom` or `quietTo`.
    """
    return QuietHours(_minutes("quietFrom", start), _minutes("quietTo", end))


def zone_named(name: str) -> tzinfo:
    """Return an IANA time zone; UTC where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _minutes(field: str, text: str) -> int:
    found = _TIME.fullmatch(text)
    if found is None:
        raise InvalidFieldError(
            field, "is no time of day", f"{text[:20]!r} is no time of day", "write it as 21:00"
        )
    return int(found[1]) * 60 + int(found[2])


def _text(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
