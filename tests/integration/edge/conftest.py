"""Fixtures of the edge's tests: three regions that misbehave on demand, and edges before them."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.support.edge_cloud import (
    PLAIN,
    REGIONS,
    Edge,
    MakeEdge,
    OriginProcess,
    Origins,
    started,
)


@pytest.fixture(scope="session")
def running_origins() -> Iterator[Origins]:
    """Three processes for all modules; `origins` has them behave again for each test."""
    origins = {region: OriginProcess(region) for region in REGIONS}
    yield origins
    for origin in origins.values():
        origin.end()


@pytest.fixture
def origins(running_origins: Origins) -> Origins:
    """Three regions, all well."""
    for origin in running_origins.values():
        origin.behave()
    return running_origins


@pytest.fixture
def make_edge(origins: Origins, tmp_path: Path) -> Iterator[MakeEdge]:
    """Starts an edge with options in front of the three regions; `urls` replaces some of them.

    Health checks, DNS and the delay of drain flags are off unless a test asks for them.
    """
    with ExitStack() as stack:

        def make(urls: dict[str, str] | None = None, **options: Any) -> Edge:
            known = {name: one.api_url for name, one in origins.items()}
            edge = Edge(tmp_path, {**known, **(urls or {})}, **{**PLAIN, **options})
            return stack.enter_context(started(edge))

        yield make
        # A frozen origin would answer nothing to whoever comes next.
        for origin in origins.values():
            origin.thaw()


@pytest.fixture
def edge(make_edge: MakeEdge) -> Edge:
    """A fresh edge without health checks."""
    return make_edge()


@pytest.fixture(scope="module")
def running_edge(
    running_origins: Origins, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Edge]:
    urls = {name: one.api_url for name, one in running_origins.items()}
    with started(Edge(tmp_path_factory.mktemp("edge"), urls, **PLAIN)) as edge:
        yield edge


@pytest.fixture
def warm_edge(running_edge: Edge, origins: Origins) -> Edge:
    """An edge without health checks that others used before; it remembers no answers of theirs."""
    running_edge.operate("purge", all=True)
    running_edge.operate("settings", origin_failover=True, health_checks=True, cache=True)
    return running_edge
