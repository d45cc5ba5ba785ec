"""Warms a cloud up: all regions have the stores, and enough Lambda workers have started.

Each concurrent call of a Lambda that was not called like that before starts another worker, and
each worker's first mutation imports what menus do without. What users would see of that is no part
of a drill; on AWS it is what provisioned concurrency is for.
"""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Iterable
from itertools import cycle, islice
from typing import Any, Final

from loadtests.checker import api_reads
from loadtests.checker.dataset import Dataset
from loadtests.checker.graphql_client import GraphQLClient, UnansweredError
from loadtests.checker.settings import CheckError
from loadtests.drills.exceptions import DrillError
from localcloud.layout import CloudLayout

# At once, to each region: as many as the gate of a small machine lets in.
AT_ONCE: Final = 4
_QUICK_S: Final = 1.0
_PATIENCE_S: Final = 60.0


def warm_up(layout: CloudLayout, dataset: Dataset, token: str) -> None:
    """Wait until every region shows the stores and answers several requests at once quickly.

    Raises:
        DrillError: One does not show them in time.
    """
    try:
        asyncio.run(_warm_up(layout, dataset, token))
    except CheckError as error:
        raise DrillError(error.message, error.hint) from error


async def _warm_up(layout: CloudLayout, dataset: Dataset, token: str) -> None:
    async with GraphQLClient(layout, token, through_edge=False) as graph:
        await api_reads.wait_ready(graph, dataset, layout.region_names)
        # One region after the other: starting all workers at once would look like an outage.
        for region in layout.region_names:
            await _until_quick(graph, region, dataset)


async def _until_quick(graph: GraphQLClient, region: str, dataset: Dataset) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        stores = islice(cycle(dataset.stores), AT_ONCE)
        read = await _quick(graph.view(region, store) for store in stores)
        written = await _quick(_refused(graph, region, dataset) for _ in range(AT_ONCE))
        if read and written:
            return


async def _refused(graph: GraphQLClient, region: str, dataset: Dataset) -> None:
    """A mutation that changes nothing, because it names a store that is none."""
    line = {"itemId": dataset.items[0], "pieces": 1}
    sale = {"operationId": str(uuid.uuid4()), "storeId": f"{dataset.name}-none", "lines": [line]}
    reply = await graph.mutate(region, "recordSale", sale)
    if reply.outcome == "unknown":
        raise UnansweredError(reply.why)


async def _quick(requests: Iterable[Awaitable[Any]]) -> bool:
    began = time.monotonic()
    answers = await asyncio.gather(*requests, return_exceptions=True)
    failed = any(isinstance(one, UnansweredError) for one in answers)
    return not failed and time.monotonic() - began < _QUICK_S
