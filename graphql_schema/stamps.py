"""Times of stamps, as the schema shows them."""

from datetime import UTC, datetime

from services.domain.stamp import Stamp


def moment(stamp: Stamp) -> datetime:
    """The wall clock's part of a stamp, aware."""
    return datetime.fromtimestamp(stamp.unix_ms / 1000, UTC)
