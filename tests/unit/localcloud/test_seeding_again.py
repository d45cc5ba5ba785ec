"""A start finishes a seeding that was interrupted, and mixes no demo stores into other data."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from typer.testing import CliRunner

from cli import import_csv
from cli.main import application
from dataload.importing.report import FileReport, ImportReport, RowFate
from dataload.reaching import RegionUnreachableError
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


def imported(
    layout: CloudLayout, monkeypatch: pytest.MonkeyPatch, *, good: int, failure: Exception | None
) -> None:
    """Import a file of stores with so many good rows into the cloud."""

    def load(*given: Any, **_: Any) -> None:
        report: ImportReport = given[3]
        rows = [RowFate(2 + at, f"store {at}", "created") for at in range(good)]
        report.files.append(FileReport("shops.csv", ("id",), (), rows=good, good=rows))
        if failure is not None:
            raise failure

    file = layout.state_dir / "shops.csv"
    file.write_text("id,name,market,city,latitude,longitude\n1,A,us,Austin,30.26,-97.74\n")
    monkeypatch.setattr(import_csv, "_load", load)
    monkeypatch.setattr(import_csv, "_refresh_list", lambda *_: None)
    words = ["import", "stores", str(file), "--port", "9000", "--state-dir", str(layout.state_dir)]
    CliRunner().invoke(application(["import"]), words)


@pytest.mark.parametrize(
    ("good", "failure", "forgotten"),
    [
        (1, None, True),
        (1, RegionUnreachableError("it does not answer", "check it"), True),
        (0, None, False),
        (0, RegionUnreachableError("it does not answer", "check it"), False),
    ],
)
def test_an_import_that_wrote_stores_ends_what_was_to_be_seeded(
    layout: CloudLayout,
    monkeypatch: pytest.MonkeyPatch,
    *,
    good: int,
    failure: Exception | None,
    forgotten: bool,
) -> None:
    seeding.unfinished(layout).touch()
    imported(layout, monkeypatch, good=good, failure=failure)
    assert seeding.unfinished(layout).exists() is not forgotten
