"""Reads a check's stores through the regions' APIs, and repeats until an API answers."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final, TypeVar

from loadtests.checker.answers import Inventories
from loadtests.checker.conflicts import ListedConflict
from loadtests.checker.dataset import Dataset
from loadtests.checker.graphql_client import GraphQLClient, StoreAnswer, UnansweredError
from loadtests.checker.settings import CheckError
from services.storage import keys

_PATIENCE_S: Final = 60.0
_POLL_S: Final = 0.1

A = TypeVar("A")


async def wait_ready(graph: GraphQLClient, dataset: Dataset, regions: tuple[str, ...]) -> None:
    """Wait until every region answers and shows the check's stores.

    Raises:
        CheckError: One does not, for a minute.
    """
    for region in regions:
        for store in dataset.stores:
            await _view(graph, region, store)


async def inventories(
    graph: GraphQLClient, dataset: Dataset, regions: tuple[str, ...]
) -> Inventories:
    """Return the stock of each store as each region shows it.

    Raises:
        CheckError: One does not answer for a minute.
    """
    return {
        region: {store: (await _view(graph, region, store)).stock for store in dataset.stores}
        for region in regions
    }


async def conflicts(graph: GraphQLClient, dataset: Dataset, region: str) -> list[ListedConflict]:
    """Return the conflicts in the check's documents that a region's API lists.

    Raises:
        CheckError: It does not answer for a minute.
    """
    nodes: list[dict[str, Any]] = []
    for store in dataset.stores:
        nodes += await _insist(partial(graph.conflicts, region, store), region)
    # Drafts belong to no store.
    drafts = {"/".join(keys.draft(dataset.market, item)) for item in dataset.drafted}
    found = await _insist(partial(graph.conflicts, region, None), region)
    nodes += [node for node in found if node["document"] in drafts]
    return [
        ListedConflict(node["document"], node["entry"], node["lost"]["operationId"])
        for node in nodes
    ]


async def _view(graph: GraphQLClient, region: str, store: str) -> StoreAnswer:
    async def look() -> StoreAnswer:
        view = await graph.view(region, store)
        if view is None:
            raise UnansweredError(f"it does not show store {store}")
        return view

    return await _insist(look, region)


async def _insist(ask: Callable[[], Awaitable[A]], region: str) -> A:
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            return await ask()
        except UnansweredError as error:
            if time.monotonic() > deadline:
                raise CheckError(
                    f"{region} does not answer: {error}",
                    "`carte status` shows which region is not ready",
                ) from error
        await asyncio.sleep(_POLL_S)
