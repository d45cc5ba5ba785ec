"""`carte drain` on a table: what probes and subscriptions read afterwards, and what is refused."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli import drain
from cli.main import application
from services.domain.errors import CarteError
from services.domain.orders.takeover import HEARTBEAT_OLD_MS, PROBED_MS
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
        bound_regions.append(region)
        return table.binding

    bound_regions: list[str] = []
    monkeypatch.setattr(drain, "binding", bound)
    for name in (HERE, OTHER):
        beating = process_of(table.binding.region)
        beating.binding = beating.binding._replace(region=name)
        RegionRepository(beating).beat()
    return RegionRepository(table)


class Clock:
    """Time that passes only while the command waits."""

    def __init__(self, now_ms: int) -> None:
        self.began_ms = self.now_ms = now_ms
        self.during: Callable[[], None] = lambda: None

    @property
    def waited_ms(self) -> int:
        return self.now_ms - self.began_ms

    def patch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(drain, "unix_ms", lambda: self.now_ms)
        monkeypatch.setattr(time, "sleep", self._pass)

    def _pass(self, seconds: float) -> None:
        self.now_ms += round(seconds * 1000)
        self.during()


def carte(*words: str) -> Result:
    return CliRunner().invoke(application(["drain"]), ["drain", *words, "--aws"])


def test_a_region_is_drained_and_put_back(regions: RegionRepository) -> None:
    done = carte(HERE)
    assert done.exit_code == 0, done.output
    assert regions.states().drained == {HERE}
    assert json.loads(carte(HERE, "--json").stdout)["allDrained"] == [HERE]
    assert "drained by the table now: none" in carte(HERE, "--end").stdout
    assert regions.states().drained == frozenset()


def test_the_last_region_is_not_drained(regions: RegionRepository) -> None:
    assert carte(OTHER).exit_code == 0
    error = carte(HERE).exception
    assert isinstance(error, CarteError)
    assert "no region would be left" in error.message
    assert regions.states().drained == {OTHER}


def test_a_region_that_wrote_no_heartbeat_of_late_is_none_that_is_left(
    regions: RegionRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a minute ago it was probed for the last time: it may have been lost since."""
    clock = Clock(unix_ms() + PROBED_MS)
    clock.patch(monkeypatch)
    error = carte(HERE).exception
    assert clock.waited_ms >= HEARTBEAT_OLD_MS - PROBED_MS
    assert isinstance(error, CarteError)
    assert f"{OTHER} has been silent for 30 s" in error.message
    assert regions.states().drained == frozenset()


def test_the_next_heartbeat_of_a_sweeper_is_waited_for(
    regions: RegionRepository, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without health checks only the sweeper writes it, once a minute."""
    clock = Clock(unix_ms() + PROBED_MS)
    clock.patch(monkeypatch)

    def beat() -> None:
        if clock.waited_ms >= 20_000:
            beating = process_of(table.binding.region)
            beating.binding = beating.binding._replace(region=OTHER)
            monkeypatch.setattr("services.storage.regions.unix_ms", lambda: clock.now_ms)
            RegionRepository(beating).beat()

    clock.during = beat
    done = carte(HERE)
    assert done.exit_code == 0, done.output
    assert f"waiting for a heartbeat of {OTHER}" in done.stderr
    assert regions.states().drained == {HERE}
    assert clock.waited_ms < 30_000


@pytest.mark.parametrize("more", [(), ("--end",)])
def test_a_region_that_does_not_exist_is_refused(
    regions: RegionRepository, more: tuple[str, ...]
) -> None:
    error = carte("eu-west-9", *more).exception
    assert isinstance(error, CarteError)
    assert f"choose from {HERE}, {OTHER}" in error.hint
    assert regions.states().drained == frozenset()
