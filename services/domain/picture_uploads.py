"""What may be uploaded as a picture of a catalog item, and the address that it then has."""

import hashlib
import re
from typing import Final, NamedTuple

from services.domain.ids import is_id
from services.domain.pictures import DIGITS, MAX_BYTES, TYPES, UPLOADS
from services.domain.validation import InvalidFieldError, shown

VALID_S: Final = 300  # seconds in which an upload must begin
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class PictureFile(NamedTuple):
    """One file of a picture.

    Attributes:
        width: `LIST_WIDTH` or `ITEM_WIDTH`.
        size: Bytes.
        sha256: Of its content, 64 hexadecimal digits.
    """

    width: int
    size: int
    sha256: str


def checked_file(field: str, width: int, size: int, sha256: str) -> PictureFile:
    """Return a file of a picture.

    Args:
        field: What the client calls it.
        width: `LIST_WIDTH` or `ITEM_WIDTH`.
        size: Bytes.
        sha256: Of its content, in hexadecimal digits.

    Raises:
        InvalidFieldError: It is empty or too large, or the digest is none.
    """
    most = MAX_BYTES[width]
    if not 0 < size <= most:
        raise InvalidFieldError(
            f"{field}.bytes",
            f"is not 1 to {most}",
            f"a file of {size} bytes is not 1 to {most}",
            "make the picture smaller, or its quality lower",
        )
    plain = sha256.strip().lower()
    if not _DIGEST.fullmatch(plain):
        raise InvalidFieldError(
            f"{field}.sha256",
            "is no SHA-256",
            f"{shown(sha256)} is no SHA-256",
            "write the 64 hexadecimal digits of the file's SHA-256",
        )
    return PictureFile(width, size, plain)


def checked_type(value: str) -> str:
    """Return the type of a picture's content.

    Raises:
        InvalidFieldError: Pictures have no such type.
    """
    plain = value.strip().casefold()
    if plain not in TYPES:
        raise InvalidFieldError(
            "contentType",
            "is no type of a picture",
            f"{shown(value)} is no type of a picture that is taken",
            f"send the picture as {' or '.join(TYPES)}",
        )
    return plain


def checked_item(item_id: str) -> str:
    """Return an item's id.

    Raises:
        InvalidFieldError: It is none.
    """
    if not is_id(item_id):
        raise InvalidFieldError(
            "itemId", "is no id", f"{shown(item_id)} is no id of an item", "name an item's id"
        )
    return item_id


def addresses(
    market: str, item_id: str, content_type: str, files: tuple[PictureFile, PictureFile]
) -> tuple[str, str]:
    """Return the paths of a picture's two files on the site, in their order.

    Each begins with a slash; without it, it is the key in a bucket.

    Args:
        market: Id of the market.
        item_id: Id of the item.
        content_type: As `checked_type` returns it.
        files: The file for lists and the file for the item's page.
    """
    digest = hashlib.sha256("".join(one.sha256 for one in files).encode()).hexdigest()[:DIGITS]
    first, second = (
        f"{UPLOADS}{market}/{item_id}/{digest}-{one.width}.{TYPES[content_type]}" for one in files
    )
    return first, second
