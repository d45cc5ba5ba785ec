"""The address that a client connects from, as the key under which its connections are counted."""

import hashlib
import ipaddress
from collections.abc import Mapping
from typing import Any, Final

_IPV6_PREFIX: Final = 64  # one customer of a network has at least this many addresses
_KEY_LENGTH: Final = 32


def address_of(headers: Mapping[str, str], about: Mapping[str, Any], *, behind_edge: bool) -> str:
    """Return the address of the client of a `$connect` event; empty if it cannot be known.

    CloudFront appends the address of its client to X-Forwarded-For (CloudFront developer guide,
    "Request and response behavior for custom origins", X-Forwarded-For), and API Gateway appends
    that of CloudFront; what a client wrote there itself stands before both.

    Args:
        headers: Headers by their lower-case names.
        about: The event's `requestContext`.
        behind_edge: Whether the request came through CloudFront.
    """
    source = str((about.get("identity") or {}).get("sourceIp") or "")
    if not behind_edge:
        return source
    hops = [one.strip() for one in headers.get("x-forwarded-for", "").split(",") if one.strip()]
    if hops and hops[-1] == source:
        hops.pop()
    return hops[-1] if hops else source


def counted_as(address: str) -> str:
    """Return the key of an address, which does not reveal the address to a reader of the table.

    Addresses of one IPv6 /64 network have one key. A text that is no address has a key, too.
    """
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        text = address
    else:
        prefix = _IPV6_PREFIX if known.version == 6 else known.max_prefixlen  # noqa: PLR2004 - IPv6
        text = str(ipaddress.ip_network((known, prefix), strict=False))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:_KEY_LENGTH]
