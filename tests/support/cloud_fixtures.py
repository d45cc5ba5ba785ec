"""Fixtures of the local cloud that integration and browser tests share; it takes a while."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

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
def assembly(cloud: LocalCloud) -> Path:
    """Templates that are synthesized already, for clouds that need not wait for that."""
    return cloud.state_dir / "cdk.out"


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
