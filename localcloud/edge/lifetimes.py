"""How long an answer may be kept: Cache-Control as RFC 9111 reads it, within a cache policy."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from multidict import CIMultiDict

from infra_cdk.edge_rules import ERRORS_KEPT
from localcloud.edge.behaviors import CachePolicy

_DIRECTIVE: Final = re.compile(r'([\w-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]*)))?')
_CACHEABLE: Final = frozenset({200, 203, 301, 308})
# CloudFront developer guide, "HTTP 4xx and 5xx status codes that CloudFront caches".
_ERRORS_IF_STATED: Final = frozenset({400, 403, 405, 412, 415})
_IN_KEY: Final = frozenset({"accept", "accept-encoding"})
_LONGEST: Final = 10  # digits of a number of seconds; more is "forever" (RFC 9111, 1.2.2)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Seconds from when the origin made the answer.

    Attributes:
        fresh: How long it is served without a fetch.
        revalidate: After that, how long it may be served while it is fetched anew (RFC 5861).
        if_error: After `fresh`, how long it may stand in for an origin that fails.
    """

    fresh: float
    revalidate: float = 0.0
    if_error: float = 0.0


NOT_KEPT: Final = None


def lifetime(
    status: int, headers: CIMultiDict[str], policy: CachePolicy, now: datetime
) -> Lifetime | None:
    """Return how long to keep an answer to a GET without Authorization; None: not at all.

    Args:
        status: The answer's status.
        headers: The answer's headers.
        policy: Of the behavior that the request fell under.
        now: For answers that say when they expire.
    """
    cache_control = directives(headers)
    if "set-cookie" in headers or not _varies_within_key(headers):
        return NOT_KEPT
    if status in _CACHEABLE:
        return _of_answer(cache_control, headers, policy, now)
    if status in ERRORS_KEPT or status in _ERRORS_IF_STATED:
        return _of_error(status, cache_control, policy)
    return NOT_KEPT


def directives(headers: CIMultiDict[str]) -> dict[str, str]:
    """Cache-Control's directives by lower-case name; of repeated ones the most careful."""
    found: dict[str, str] = {}
    for line in headers.getall("cache-control", ()):
        for name, quoted, plain in _DIRECTIVE.findall(line):
            key, value = name.lower(), quoted or plain
            if key in found:
                value = min(found[key], value, key=seconds_of)
            found[key] = value
    return found


def _of_answer(
    cache_control: dict[str, str], headers: CIMultiDict[str], policy: CachePolicy, now: datetime
) -> Lifetime | None:
    if cache_control.keys() & {"no-store", "private", "no-cache"}:
        # CloudFront keeps even these for its minimum TTL, where the policy has one.
        return Lifetime(policy.min_ttl) if policy.min_ttl else NOT_KEPT
    wanted = _wanted_age(cache_control, headers, now)
    if wanted is None:
        fresh = max(policy.min_ttl, policy.default_ttl)
    else:
        fresh = min(max(wanted, policy.min_ttl), policy.max_ttl)
    if not fresh:
        return NOT_KEPT
    if cache_control.keys() & {"must-revalidate", "proxy-revalidate"}:
        return Lifetime(fresh)
    # Without a word about it, CloudFront serves what it had while the origin cannot be reached;
    # s-maxage implies proxy-revalidate (RFC 9111, 5.2.2.10).
    without_directive = 0.0 if "s-maxage" in cache_control else policy.max_ttl
    return Lifetime(
        fresh,
        min(seconds_of(cache_control.get("stale-while-revalidate", "0")), policy.max_ttl),
        min(seconds_of(cache_control["stale-if-error"]), policy.max_ttl)
        if "stale-if-error" in cache_control
        else without_directive,
    )


def _of_error(status: int, cache_control: dict[str, str], policy: CachePolicy) -> Lifetime | None:
    # Other directives do not count: "error caching minimum TTL" holds whatever an error says.
    given = [
        seconds_of(cache_control[name]) for name in ("s-maxage", "max-age") if name in cache_control
    ]
    if not given and status in _ERRORS_IF_STATED:
        return NOT_KEPT
    fresh = max(policy.error_ttl, min(given[0], policy.max_ttl) if given else 0.0)
    return Lifetime(fresh) if fresh else NOT_KEPT


def _wanted_age(
    cache_control: dict[str, str], headers: CIMultiDict[str], now: datetime
) -> float | None:
    for name in ("s-maxage", "max-age"):
        if name in cache_control:
            return seconds_of(cache_control[name])
    expires = headers.get("expires")
    if expires is None:
        return None
    try:
        until = parsedate_to_datetime(expires)
    except ValueError:
        return 0.0  # RFC 9111, 5.3: what is no date, above all "0", is in the past
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds())


def seconds_of(text: str) -> float:
    """A number of seconds; 0 for what is none (RFC 9111, 4.2.1 encourages that)."""
    text = text.strip()
    return float(text[:_LONGEST]) if text.isascii() and text.isdigit() else 0.0


def _varies_within_key(headers: CIMultiDict[str]) -> bool:
    """Return whether Vary names only headers of the cache key; CloudFront ignores Vary."""
    named = {
        name.strip().lower() for line in headers.getall("vary", ()) for name in line.split(",")
    }
    return named - {""} <= _IN_KEY
