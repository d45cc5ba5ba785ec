"""Stops and resumes the event source mapping that feeds the stream Lambda of a region."""

from collections.abc import Sequence
from typing import Any, Final

from localcloud.faults.actuator import ActuatorError
from localcloud.faults.lambda_actuator import function_with

HANDLER: Final = "services.convergence.handler.handler"


def switch_stream(api: Any, values: Sequence[dict[str, Any]]) -> None:
    """Disable the mapping while any fault stops it; records wait in the stream meanwhile.

    Args:
        api: A client of the region's Lambda API.
        values: Not empty while a fault stops the mapping.

    Raises:
        ActuatorError: The stream Lambda has no event source mapping.
    """
    name = function_with(api, HANDLER)
    pages = api.get_paginator("list_event_source_mappings").paginate()
    mappings = [one for page in pages for one in page["EventSourceMappings"]]
    mine = [one["UUID"] for one in mappings if f":function:{name}" in one["FunctionArn"]]
    if not mine:
        raise ActuatorError(f"{name} has no event source mapping")
    for mapping in mine:
        api.update_event_source_mapping(UUID=mapping, Enabled=not values)
