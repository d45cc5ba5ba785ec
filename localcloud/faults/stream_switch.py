"""Stops, resumes and filters the event source mappings that feed a region's Lambdas."""

import json
from collections.abc import Sequence
from typing import Any, Final

from localcloud.faults.actuator import ActuatorError
from localcloud.faults.lambda_actuator import function_with

STREAM_HANDLER: Final = "services.convergence.handler.handler"
ORDERS_HANDLER: Final = "services.fulfilment.handler.handler"
# Lambda drops the records that no filter matches (AWS Lambda developer guide, "Control which events
# Lambda sends to your function"). This condition is added to each filter, and no record meets it,
# so taking it away leaves the filters as they were deployed.
_SOURCE: Final = "eventSource"
_NONE: Final = ["dropped by a fault"]


def switch_stream(api: Any, values: Sequence[dict[str, Any]]) -> None:
    """Disable the stream's mapping while a fault stops it; drop its records while one drops them.

    Args:
        api: A client of the region's Lambda API.
        values: The values of the active faults: records of a mapping that is `stopped` wait in the
            stream, those of one that is `dropped` are never delivered.

    Raises:
        ActuatorError: The stream Lambda has no event source mapping.
    """
    stopped = any("stopped" in value for value in values)
    dropped = any("dropped" in value for value in values)
    for mapping in _mappings(api, STREAM_HANDLER):
        deployed = mapping.get("FilterCriteria") or {}
        filters = [
            {"Pattern": _pattern(one["Pattern"], dropped=dropped)}
            for one in deployed.get("Filters", ())
        ]
        api.update_event_source_mapping(
            UUID=mapping["UUID"], Enabled=not stopped, FilterCriteria={"Filters": filters}
        )


def switch_orders(api: Any, values: Sequence[dict[str, Any]]) -> None:
    """Disable the mapping of the queue of orders while a fault stops it: messages wait there.

    Args:
        api: A client of the region's Lambda API.
        values: The values of the active faults.

    Raises:
        ActuatorError: The fulfilment Lambda has no event source mapping.
    """
    stopped = any("stopped" in value for value in values)
    for mapping in _mappings(api, ORDERS_HANDLER):
        api.update_event_source_mapping(UUID=mapping["UUID"], Enabled=not stopped)


def _mappings(api: Any, handler: str) -> list[dict[str, Any]]:
    """Return the event source mappings of the function that has a handler.

    Raises:
        ActuatorError: There is no such function, or it has none.
    """
    name = function_with(api, handler)
    pages = api.get_paginator("list_event_source_mappings").paginate()
    mappings = [one for page in pages for one in page["EventSourceMappings"]]
    mine = [one for one in mappings if f":function:{name}" in one["FunctionArn"]]
    if not mine:
        raise ActuatorError(f"{name} has no event source mapping")
    return mine


def _pattern(text: str, *, dropped: bool) -> str:
    pattern = {name: value for name, value in json.loads(text).items() if name != _SOURCE}
    return json.dumps({**pattern, _SOURCE: _NONE} if dropped else pattern)
