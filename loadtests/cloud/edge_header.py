"""The response header `x-carte-edge`: what the edge decided about a request."""

from collections.abc import Mapping


def edge_decision(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of `x-carte-edge`, such as `cache`, `region`, `why` and `attempts`.

    Args:
        headers: Of a response; names in lower case, or a mapping that ignores case.

    Returns:
        An empty mapping where the header is missing: the target is no edge of carte's.
    """
    parts = (part.strip().partition("=") for part in headers.get("x-carte-edge", "").split(";"))
    return {name: value for name, _, value in parts if name}


def answering_region(headers: Mapping[str, str]) -> str:
    """Return the region that answered, or that the edge tried; empty if no header names one."""
    return headers.get("x-carte-region") or edge_decision(headers).get("region", "")
