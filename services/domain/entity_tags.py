"""Conditional requests: whether If-None-Match names an entity tag (RFC 9110, 8.8.3 and 13.1.2)."""

import re
from typing import Final

_WEAK: Final = "W/"
_TAGS: Final = re.compile(r'(?:W/)?("[^"]*")')


def names_tag(if_none_match: str, *etags: str) -> bool:
    """Return whether the header names one of the tags, by weak comparison.

    Args:
        if_none_match: The header: `*`, or a list of entity tags.
        etags: Entity tags of the representation, each with its quotes; weak ones with `W/`.
    """
    if if_none_match.strip() == "*":
        return True
    named = _TAGS.findall(if_none_match)
    return any(etag.removeprefix(_WEAK) in named for etag in etags)
