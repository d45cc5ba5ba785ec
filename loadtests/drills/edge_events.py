"""The edge's decision log in a drill's words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from loadtests.drills.timeline import Mark

_NAMED: Final = frozenset({"seq", "at", "kind", "region"})


def mark_of(event: Mapping[str, Any]) -> Mark:
    """The mark of one event of `/_edge/events`.

    A shift of a place's clients is about the region that they leave.
    """
    kind = str(event["kind"])
    region = str(event.get("region") or event.get("from") or "")
    if kind == "health":
        kind = "healthy" if event.get("healthy") else "unhealthy"
    elif kind == "drain":
        kind = "drained" if event.get("drained") else "undrained"
    details = {name: value for name, value in event.items() if name not in _NAMED}
    return Mark(datetime.fromisoformat(event["at"]).timestamp(), "edge", kind, region, "", details)
