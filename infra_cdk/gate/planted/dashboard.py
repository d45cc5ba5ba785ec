"""Faults of the dashboard: what it leaves out, and when it begins."""

import json
from collections.abc import Callable
from typing import Any, Final

from infra_cdk.gate.planting import Faults, Plant, setting

_BOARD: Final = "AWS::CloudWatch::Dashboard"
_SHOWS: Final = "the-dashboard-shows-what-alarms-watch"
_EVERY: Final = "the-dashboard-shows-every-region"


def _changing(change: Callable[[dict[str, Any]], None]) -> Plant:
    """Change the dashboard's body, a text of JSON that may be joined from parts."""

    def written(body: Any) -> Any:
        parts = body["Fn::Join"][1] if isinstance(body, dict) else [body]
        texts = [part for part in parts if isinstance(part, str)]
        whole = json.loads("".join(texts))
        change(whole)
        return json.dumps(whole)

    return setting(_BOARD, "DashboardBody", written)


def _without(word: str) -> Plant:
    def change(body: dict[str, Any]) -> None:
        before = len(body["widgets"])
        body["widgets"] = [one for one in body["widgets"] if word not in json.dumps(one)]
        if len(body["widgets"]) == before:
            raise LookupError(word)

    return _changing(change)


def _of_one_region(body: dict[str, Any]) -> None:
    shown = body["widgets"][0]["properties"]
    shown["metrics"] = shown["metrics"][:1]


DASHBOARD: Final[Faults] = (
    ("a dashboard without dead letters", _SHOWS, _without("dead-letters")),
    ("a dashboard without refused calls", _SHOWS, _without("Throttles")),
    ("a dashboard without the canary", _SHOWS, _without("SuccessPercent")),
    ("a dashboard without replication", _SHOWS, _without("ReplicationLatency")),
    ("a graph of one region", _EVERY, _changing(_of_one_region)),
    ("a dashboard of all time", _EVERY, _changing(lambda body: body.pop("start"))),
)
