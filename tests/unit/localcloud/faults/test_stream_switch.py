"""Event source mappings: each fault changes those of its own Lambda, and gives them back."""

import json
from typing import Any

import pytest

from localcloud.faults.actuator import ActuatorError
from localcloud.faults.stream_switch import (
    ORDERS_HANDLER,
    STREAM_HANDLER,
    switch_orders,
    switch_stream,
)

PATTERN = json.dumps({"eventName": ["MODIFY"]})


class LambdaApi:
    """Two functions, each with a mapping."""

    def __init__(self) -> None:
        self.functions = [
            {"FunctionName": "stream", "Handler": STREAM_HANDLER},
            {"FunctionName": "orders", "Handler": ORDERS_HANDLER},
        ]
        self.mappings: dict[str, dict[str, Any]] = {
            name: {
                "UUID": name,
                "FunctionArn": f"arn:aws:lambda:eu-west-1:000000000000:function:{name}:live",
                "Enabled": True,
                "FilterCriteria": {"Filters": [{"Pattern": PATTERN}] if name == "stream" else []},
            }
            for name in ("stream", "orders")
        }

    def get_paginator(self, name: str) -> Any:
        pages = {
            "list_functions": {"Functions": self.functions},
            "list_event_source_mappings": {"EventSourceMappings": list(self.mappings.values())},
        }
        return type("Pages", (), {"paginate": lambda _: [pages[name]]})()

    def update_event_source_mapping(self, **given: Any) -> None:
        self.mappings[given["UUID"]].update(given)

    def enabled(self) -> dict[str, bool]:
        return {name: one["Enabled"] for name, one in self.mappings.items()}


def test_stopping_the_work_on_orders_leaves_the_stream_alone_and_is_undone() -> None:
    api = LambdaApi()
    switch_orders(api, [{"stopped": True}])
    assert api.enabled() == {"stream": True, "orders": False}
    switch_orders(api, [])
    assert api.enabled() == {"stream": True, "orders": True}


def test_stopping_and_filtering_the_stream_leaves_orders_alone_and_is_undone() -> None:
    api = LambdaApi()
    switch_stream(api, [{"stopped": True}, {"dropped": True}])
    assert api.enabled() == {"stream": False, "orders": True}
    (one,) = api.mappings["stream"]["FilterCriteria"]["Filters"]
    assert "eventSource" in json.loads(one["Pattern"])
    switch_stream(api, [])
    assert api.enabled() == {"stream": True, "orders": True}
    assert api.mappings["stream"]["FilterCriteria"] == {"Filters": [{"Pattern": PATTERN}]}


def test_a_cloud_without_the_lambda_says_so() -> None:
    api = LambdaApi()
    api.mappings.pop("orders")
    with pytest.raises(ActuatorError, match="no event source mapping"):
        switch_orders(api, [])
