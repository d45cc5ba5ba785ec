"""DynamoDB stream records as Lambda delivers them, read into changes."""

import base64
import binascii
import zlib
from collections.abc import Mapping
from typing import Any

import orjson

from services.convergence.repair import Change
from services.domain.stamp import InvalidStampError, Stamp
from services.storage.keys import Key
from services.storage.models import unpack
from services.storage.replica import Stored

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
        binascii.Error,
        zlib.error,
    ) as error:
        raise MalformedRecordError(f"not a record of carte's table: {error!r}") from error


def _stored(key: Key, image: Image) -> Stored:
    rev = image["rev"]["S"]
    Stamp.parse(rev)
    body = (
        orjson.loads(image["body"]["S"])
        if "body" in image
        else unpack(base64.b64decode(image["packed"]["B"], validate=True))
    )
    if not isinstance(body, dict):
        raise TypeError(f"the body is a {type(body).__name__}")
    return Stored(key, rev, body, int(image["expires"]["N"]) if "expires" in image else None)
