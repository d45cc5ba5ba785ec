"""DynamoDB stream records as Lambda delivers them, read into changes."""

from collections.abc import Mapping
from typing import Any

from services.convergence.repair import Change
from services.domain.stamp import InvalidStampError, Stamp
from services.storage.exceptions import UnreadableItemError
from services.storage.keys import Key
from services.storage.replica import Stored, stored_of

Image = Mapping[str, Mapping[str, Any]]


class MalformedRecordError(ValueError):
    """A stream record cannot have come from carte's table."""


def change_of(record: Mapping[str, Any]) -> Change:
    """Return the change that a stream record describes.

    Raises:
        MalformedRecordError: The record lacks its key, or an image is not an item of carte's.
    """
    try:
        data: Mapping[str, Any] = record["dynamodb"]
        key = Key(data["Keys"]["pk"]["S"], data["Keys"]["sk"]["S"])
        old, new = data.get("OldImage"), data.get("NewImage")
        return Change(key, old and _stored(key, old), new and _stored(key, new))
    except (
        KeyError,
        TypeError,
        AttributeError,
        ValueError,
        InvalidStampError,
        UnreadableItemError,
    ) as error:
        raise MalformedRecordError(f"not a record of carte's table: {error!r}") from error


def created_ms(record: Mapping[str, Any]) -> float:
    """Return when a change was written to this replica, Unix milliseconds; 0: unknown.

    DynamoDB gives whole seconds (`ApproximateCreationDateTime`).
    """
    data = record.get("dynamodb")
    created_s = data.get("ApproximateCreationDateTime") if isinstance(data, Mapping) else None
    return created_s * 1000 if isinstance(created_s, int | float) else 0.0


def _stored(key: Key, image: Image) -> Stored:
    """Return the item of an image, its body decoded: what is damaged is found before any repair."""
    if "body" not in image and "packed" not in image:
        raise KeyError("body")
    stored = stored_of({**image, "pk": {"S": key.pk}, "sk": {"S": key.sk}})
    Stamp.parse(stored.rev)
    _ = stored.body
    return stored
