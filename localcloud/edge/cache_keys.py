"""The key under which an answer is kept, and the request headers that belong to it."""

from collections.abc import Callable
from typing import Final, NamedTuple
from urllib.parse import unquote_plus

from localcloud.edge.behaviors import CachePolicy
from localcloud.edge.site import CODINGS, accepted_codings
from localcloud.edge.targets import Target
from services.menu_api.negotiation import APPLICATION_JSON, GRAPHQL_RESPONSE, agree

_REMEMBERED: Final = (
    1024  # header values with a remembered normal form; clients of a test send fewer
)


class CacheKey(NamedTuple):
    """The parts of a request by which cached responses differ.

    `location` is the point of presence: CloudFront's caches know nothing of each other, and one
    that served Dublin's answers in Tokyo would be no cache of Tokyo's.
    """

    location: str
    path: str
    query: str
    accept: str
    encoding: str


class _Normalized:
    """A pure function of a header, with its answers kept."""

    def __init__(self, function: Callable[[str], str | None]) -> None:
        self._function = function
        self._known: dict[str, str | None] = {}

    def __call__(self, value: str) -> str | None:
        try:
            return self._known[value]
        except KeyError:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            result = self._known[value] = self._function(value)
            return result


def _normal_accept(value: str) -> str | None:
    agreed = agree(value or None)
    if agreed is None:
        return None
    if agreed.media == GRAPHQL_RESPONSE:
        return GRAPHQL_RESPONSE
    return APPLICATION_JSON if agreed.legacy else "*/*"


def _normal_encoding(value: str) -> str:
    # CloudFront developer guide, "Compression support": nothing but br and gzip, in this order.
    taken = accepted_codings(value)
    return ",".join(coding for coding in CODINGS if coding in taken)


# The edge function does this on AWS: browsers, tills and tests write one command in many ways. The
# origin gets the normal form, so that whatever it makes of it is right for all requests that share
# the key.
normal_accept: Final = _Normalized(_normal_accept)
normal_encoding: Final = _Normalized(_normal_encoding)


def origin_target(target: Target, policy: CachePolicy) -> str:
    """Path and query as they go to the origin: with the parameters of the key and no others."""
    query = keyed_query(target.query, policy.query_strings)
    return f"{target.raw_path}?{query}" if query else target.raw_path


def keyed_query(query: str, names: frozenset[str]) -> str:
    """The parts of a raw query string that the policy names, as sent and in their order."""
    if not query:
        return ""
    return "&".join(part for part in query.split("&") if _name(part) in names)


def _name(part: str) -> str:
    name = part.partition("=")[0]
    # The origin decodes names too; a key that did not would let one request fill another's place.
    return unquote_plus(name) if "%" in name or "+" in name else name
