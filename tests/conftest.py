"""Fixtures for all tests: credentials that can reach no account, a table and a service in moto."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from services.storage.table import Table
from tests.support.chain import empty_table
from tests.support.cloud_fixtures import another_cloud, assembly, cloud
from tests.support.service import Service

__all__ = ["another_cloud", "assembly", "cloud"]

PROCESSES = {"integration", "browser"}

# Machines here are shared and noisy: a slow example is no failure. Seeds are printed on failure.
settings.register_profile("carte", deadline=None, print_blob=True)
settings.load_profile("carte")


@pytest.fixture(autouse=True)
def no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests never see the credentials or the configuration of whoever runs them."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("CARTE_FAST_READS", "off")  # moto stands behind botocore, not on a socket
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def table() -> Iterator[Table]:
    """An empty table in moto."""
    with empty_table() as made:
        yield made


@pytest.fixture
def service(table: Table) -> Service:
    """The service in front of the empty table."""
    return Service(table)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep everything that starts processes in one worker: it shares one cloud, and two cores."""
    for item in items:
        if item.path.parent.name in PROCESSES or item.path.parents[1].name in PROCESSES:
            item.add_marker(pytest.mark.xdist_group("processes"))
