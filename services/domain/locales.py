"""Language tags (BCP 47, RFC 5646): their form, and the locales whose texts fit a requested one."""

import re
from functools import lru_cache
from typing import Final

MAX_TAG: Final = 100  # characters; RFC 5646, 4.4.1: no limit, and at least 35
# Wider than the rule of stored locales (`validation.locale`): browsers send extensions, and Java
# writes `_`. `x` and `i` begin tags that are private or of old, which no text of a menu has.
_TAG: Final = re.compile(
    r"(?:[A-Za-z]{2,3}|[IXix][-_][A-Za-z0-9]{1,8})(?:[-_][A-Za-z0-9]{1,8})*", re.ASCII
)
_REGION: Final = 2  # letters
_SCRIPT: Final = 4  # letters
_REMEMBERED: Final = 256


def is_tag(text: str) -> bool:
    """Return whether a text has the form of a language tag."""
    return len(text) <= MAX_TAG and _TAG.fullmatch(text) is not None


def canonical(tag: str) -> str:
    """Return a language tag in the case that RFC 5646, 2.1.1, recommends: `zh-Hant-TW`.

    Tags that differ in case only are the same. Extensions are left out, because texts have none.
    """
    first, *others = tag.replace("_", "-").lower().split("-")
    kept = [first] if len(first) > 1 else []
    for subtag in others:
        if len(subtag) == 1 or not kept:
            break
        kept.append(_in_case(subtag))
    return "-".join(kept)


@lru_cache(maxsize=_REMEMBERED)
def fitting(tag: str) -> tuple[str, ...]:
    """Return the locales whose texts fit a requested one, the best first.

    They are found by the lookup of RFC 4647, 3.4: `zh-hant-HK` gives `zh-Hant-HK`, `zh-Hant`, `zh`.

    Args:
        tag: A language tag of any case, with extensions or without.
    """
    locales = []
    rest = canonical(tag)
    while rest:
        locales.append(rest)
        rest = rest.rpartition("-")[0]
    return tuple(locales)


def _in_case(subtag: str) -> str:
    if len(subtag) == _REGION:
        return subtag.upper()
    return subtag.title() if len(subtag) == _SCRIPT and subtag.isalpha() else subtag
