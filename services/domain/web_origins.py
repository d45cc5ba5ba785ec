"""The form of a web page's origin, as browsers send it and as a deployment allows it."""

import re
from typing import Final

_ORIGIN: Final = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?", re.ASCII)


def is_origin(text: str) -> bool:
    """Return whether a text is an origin (RFC 6454): scheme, host and port, without a path."""
    return _ORIGIN.fullmatch(text) is not None
