"""SnapStart: what is done before a snapshot is taken and after it is restored."""

import random
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from services.menu_api import snapshots
from services.menu_api.application import Application


class Noting:
    """A double of the application that notes which hooks are called."""

    def __init__(self) -> None:
        self.hooks: list[str] = []

    def before_snapshot(self) -> None:
        """Note it."""
        self.hooks.append("before")

    def after_restore(self) -> None:
        """Note it."""
        self.hooks.append("after")


def test_a_runtime_without_snapshots_has_no_hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "snapshot_restore_py", None)
    assert snapshots.register(cast("Application", Noting())) is False


def test_copies_of_a_snapshot_draw_other_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    hooks: dict[str, Callable[[], Any]] = {}
    runtime = SimpleNamespace(
        register_before_snapshot=lambda hook: hooks.update(before=hook),
        register_after_restore=lambda hook: hooks.update(after=hook),
    )
    monkeypatch.setitem(sys.modules, "snapshot_restore_py", runtime)
    application = Noting()
    assert snapshots.register(cast("Application", application)) is True
    hooks["before"]()
    random.seed(1)
    snapshot, drawn = random.getstate(), set()
    for _ in range(2):
        random.setstate(snapshot)
        hooks["after"]()
        drawn.add(random.random())
    assert len(drawn) == 2
    assert application.hooks == ["before", "after", "after"]
