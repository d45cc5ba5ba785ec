"""Settling ends when its time is up, or when it is asked to, whatever the reconcilers do."""

import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from localcloud import settling
from localcloud.layout import CloudLayout, Region
from localcloud.plan import make_layout
from localcloud.reconciliation import RegionRepair
from localcloud.settling import UnsettledError, settle
from localcloud.supervisor import StopRequested


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CloudLayout:
    """A cloud whose replication is quiet."""
    monkeypatch.setattr(settling, "_require_running", lambda _: None)
    monkeypatch.setattr(
        settling,
        "ReplicatorClient",
        lambda _: SimpleNamespace(wait_until_quiet=lambda _seconds: True),
    )
    return make_layout(9000, state_dir=tmp_path)


def endless(
    monkeypatch: pytest.MonkeyPatch, *, region: str = ""
) -> tuple[threading.Event, threading.Event]:
    """Let reconcilers (of one region, or of all) have no end; returns begun, and ended early."""
    begun, ended = threading.Event(), threading.Event()

    def repair(one: Region, *, between: Callable[[], None]) -> RegionRepair:
        begun.set()
        try:
            for _ in range(2000):
                if region in {"", one.name}:
                    threading.Event().wait(0.01)
                    between()
        except UnsettledError:
            ended.set()
            raise
        return RegionRepair(one.name)

    monkeypatch.setattr(settling, "repair", repair)
    return begun, ended


def test_a_pass_is_ended_when_the_time_is_up(
    layout: CloudLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, ended = endless(monkeypatch, region="eu-west-1")
    with pytest.raises(UnsettledError, match="did not come to one state"):
        settle(layout, within=0.2)
    assert ended.wait(10)


def test_a_pass_is_ended_by_a_stop_request(
    layout: CloudLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ended = endless(monkeypatch)

    def pause(seconds: float) -> None:
        if begun.wait(seconds):
            raise StopRequested

    with pytest.raises(StopRequested):
        settle(layout, within=60, pause=pause)
    assert ended.wait(10)
