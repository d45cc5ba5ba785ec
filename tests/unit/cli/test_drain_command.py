"""`carte drain` on a table: what probes and subscriptions read afterwards, and what is refused."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli import drain
from cli.main import application
from services.domain.errors import CarteError
from services.domain.orders.takeover import PROBED_MS
from services.domain.stamp import unix_ms
from services.storage.binding import Binding
from services.storage.regions import RegionRepository
from services.storage.table import Table
from tests.support.moto_table import process_of

HERE, OTHER = "eu-west-1", "us-east-1"


@pytest.fixture
def regions(table: Table, monkeypatch: pytest.MonkeyPatch) -> RegionRepository:
    """Both regions have written a heartbeat into the table that `carte drain` is led to."""

    def bound(region: str, **given: Any) -> Binding:
        assert given["aws"]
        asked.append(region)
        return table.binding

    asked: list[str] = []
    monkeypatch.setattr(drain, "binding", bound)
    for name in (HERE, OTHER):
        beating = process_of(table.binding.region)
        beating.binding = beating.binding._replace(region=name)
        RegionRepository(beating).beat()
    return RegionRepository(table)


def carte(*words: str) -> Result:
    return CliRunner().invoke(application(["drain"]), ["drain", *words, "--aws"])


def test_a_region_is_drained_and_put_back(regions: RegionRepository) -> None:
    done = carte(HERE)
    assert done.exit_code == 0, done.output
    assert regions.seen().drained == {HERE}
    assert json.loads(carte(HERE, "--json").stdout)["allDrained"] == [HERE]
    assert "drained by the table now: none" in carte(HERE, "--end").stdout
    assert regions.seen().drained == frozenset()


def test_the_last_region_is_not_drained(regions: RegionRepository) -> None:
    assert carte(OTHER).exit_code == 0
    error = carte(HERE).exception
    assert isinstance(error, CarteError)
    assert "no region would be left" in error.message
    assert regions.seen().drained == {OTHER}


def test_a_region_that_wrote_no_heartbeat_of_late_is_none_that_is_left(
    regions: RegionRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a minute ago it was probed for the last time: it may have been lost since."""
    now_ms = unix_ms() + PROBED_MS
    monkeypatch.setattr(drain, "unix_ms", lambda: now_ms)
    error = carte(HERE).exception
    assert isinstance(error, CarteError)
    assert f"{OTHER} has been silent for 30 s" in error.message
    assert regions.seen().drained == frozenset()


@pytest.mark.parametrize("more", [(), ("--end",)])
def test_a_region_that_does_not_exist_is_refused(
    regions: RegionRepository, more: tuple[str, ...]
) -> None:
    error = carte("eu-west-9", *more).exception
    assert isinstance(error, CarteError)
    assert f"choose from {HERE}, {OTHER}" in error.hint
    assert regions.seen().drained == frozenset()
