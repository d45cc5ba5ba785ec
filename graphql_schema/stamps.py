"""Times of stamps, as the schema shows them."""

from datetime import UTC, datetime

from services.domain.stamp import Stamp


def moment(stamp: Stamp) -> datetime:
    """Return the wall-clock time of a stamp, in UTC."""
    return datetime.fromtimestamp(stamp.unix_ms / 1000, UTC)
