"""Tells addresses of this machine from others, whose requests no proxy must see.

`HTTP_PROXY` is for what lies outside. A proxy cannot reach a local cloud, and would be shown the
tokens that are sent to it.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_loopback(url: str) -> bool:
    """Return whether the host of an address is this machine: `localhost`, 127.0.0.0/8 or ::1."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
        return host == "localhost" or host.endswith(".localhost") or ip_address(host).is_loopback
    except ValueError:
        return False
