"""Feeds the stream Lambda of a region, or not."""

from collections.abc import Sequence
from typing import Any, Final

from localcloud.faults.handle import HandleError
from localcloud.faults.lambda_handles import function_with

HANDLER: Final = "services.convergence.handler.handler"


def switch_stream(api: Any, values: Sequence[dict[str, Any]]) -> None:
    """Disable the event source mapping while a fault says so; what comes meanwhile waits.

    Raises:
        HandleError: The region has none.
    """
    name = function_with(api, HANDLER)
    pages = api.get_paginator("list_event_source_mappings").paginate()
    mappings = [one for page in pages for one in page["EventSourceMappings"]]
    mine = [one["UUID"] for one in mappings if f":function:{name}" in one["FunctionArn"]]
    if not mine:
        raise HandleError(f"nothing feeds {name}")
    for mapping in mine:
        api.update_event_source_mapping(UUID=mapping, Enabled=not values)
