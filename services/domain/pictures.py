"""Uploaded pictures of catalog items: their addresses on the site, sizes and types.

A picture is two files, one for lists and one for the page of an item, which the browser made of one
photo. Their names hold a digest of both contents, so what an address leads to never changes: caches
keep it for a year, and nobody can put another picture in its place.
"""

import re
from typing import Final

from services.domain.ids import ID_PATTERN

UPLOADS: Final = "/uploads/"
LIST_WIDTH: Final = 320
ITEM_WIDTH: Final = 960
"""Pixels that a file is wide at most, as its name says; a photo is never made larger."""
MAX_BYTES: Final = {LIST_WIDTH: 60_000, ITEM_WIDTH: 250_000}
"""Width to the largest file that is taken, in bytes."""
TYPES: Final = {"image/webp": "webp", "image/jpeg": "jpg"}
"""Types of content to the end of a file's name. Nothing else is ever stored or served."""
CACHE_CONTROL: Final = "public, max-age=31536000, immutable"
"""`Cache-Control` of a picture."""
DIGITS: Final = 32
"""Of the digest in a name, hexadecimal: 128 bits, which a menu carries for each item."""
_PATH: Final = re.compile(
    rf"{UPLOADS}{ID_PATTERN}/{ID_PATTERN}/[0-9a-f]{{{DIGITS}}}"
    rf"-(?P<width>{LIST_WIDTH}|{ITEM_WIDTH})\.(?:{'|'.join(TYPES.values())})",
    re.ASCII,
)


def width_of(path: str) -> int | None:
    """Return how wide the file of an uploaded picture is, by its path; None: it is no such path."""
    found = _PATH.fullmatch(path)
    return int(found["width"]) if found else None
