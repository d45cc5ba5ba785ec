"""A start finishes a seeding that was interrupted, and mixes no demo stores into other data."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from cli.store_list import forget_seeding
from localcloud import seeding
from localcloud.layout import CloudLayout
from localcloud.plan import make_layout
from localcloud.startup import Processes, StartOptions, Startup
from localcloud.state_file import save_layout


@pytest.fixture
def layout(tmp_path: Path) -> CloudLayout:
    made = make_layout(9000, state_dir=tmp_path)
    save_layout(made)
    return made


class Start(Startup):
    """A start that notes what it does with the data, and starts nothing."""

    def __init__(self, layout: CloudLayout, *, stores: int, held: bool) -> None:
        options = StartOptions(stores=stores, assembly=layout.state_dir)
        processes: Any = SimpleNamespace(layout=layout, start=lambda _: None)
        super().__init__(cast("Processes", processes), options, lambda _: None)
        self.done: list[str] = []
        self._held = held

    def _start_payments(self) -> None: ...

    def _start_emulators(self) -> None: ...

    def _deploy(self) -> bool:
        return self._held

    def _start_replicator(self, *, reconcile: bool) -> None:
        self.done += ["reconcile"] * reconcile

    def _start_programs(self) -> None: ...

    def _wait_for_stores(self) -> None:
        self.done.append("wait")

    def _seed(self) -> None:
        self.done.append("seed")


@pytest.mark.parametrize(
    ("begun", "held", "stores", "done"),
    [
        (False, False, 3, ["seed"]),
        (False, False, 0, []),
        (False, True, 3, ["reconcile", "wait"]),
        (True, False, 3, ["seed"]),
        (True, True, 3, ["reconcile", "seed"]),
        (True, True, 0, ["reconcile", "wait"]),
    ],
)
def test_what_a_start_does_with_the_data(
    layout: CloudLayout,
    monkeypatch: pytest.MonkeyPatch,
    *,
    begun: bool,
    held: bool,
    stores: int,
    done: list[str],
) -> None:
    monkeypatch.setattr("localcloud.package.divide", lambda *_: None)
    if begun:
        seeding.unfinished(layout).touch()
    start = Start(layout, stores=stores, held=held)
    start.run()
    assert start.done == done
    assert seeding.unfinished(layout).exists() is (begun and stores > 0)


def test_an_import_ends_what_was_to_be_seeded(layout: CloudLayout) -> None:
    seeding.unfinished(layout).touch()
    for _ in range(2):
        forget_seeding(9000, layout.state_dir)
        assert not seeding.unfinished(layout).exists()
