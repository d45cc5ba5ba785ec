"""Fixtures of the local cloud that integration and browser tests share; it takes a while."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from localcloud import artifacts
from localcloud.layout import REPO_ROOT
from localcloud.plan import free_edge_port, make_layout
from tests.support.local_cloud import LocalCloud, started

STORES = 60


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """Three regions with 60 stores. Leave it as healthy as you found it."""
    # Ten times AWS's speed: the edge checks every second, and resolvers forget after six.
    options = ("--stores", str(STORES), "--time-scale", "10")
    with started(tmp_path_factory.mktemp("cloud"), *options) as made:
        yield made


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Templates for clouds that need not synthesize; made once, also for workers side by side.

    They are those of the shared cloud, and it is no part of this: a worker may have none.
    """

    def run(_name: str, command: Sequence[str]) -> None:
        environment = {**os.environ, **artifacts.ENVIRONMENT}
        subprocess.run(command, cwd=REPO_ROOT, env=environment, capture_output=True, check=True)

    layout = make_layout(free_edge_port(), state_dir=tmp_path_factory.mktemp("assembly"))
    return artifacts.build(layout, run, time.sleep)


@pytest.fixture
def another_cloud(tmp_path: Path, assembly: Path) -> Iterator[Callable[..., LocalCloud]]:
    """Start a small cloud for one test, without stores; the test may break it."""
    made: list[LocalCloud] = []

    def start(*options: str, regions: str = "us-east-1") -> LocalCloud:
        cloud = LocalCloud(tmp_path / f"cloud-{len(made)}")
        made.append(cloud)
        cloud.up("--regions", regions, "--stores", "0", "--assembly", str(assembly), *options)
        return cloud

    yield start
    for cloud in made:
        cloud.close()
