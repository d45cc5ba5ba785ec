"""Running drills one after the other, and finding the runs that are kept."""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.domain.errors import CarteError

if TYPE_CHECKING:
    from loadtests.drills.experiments import Drill
    from localcloud.layout import CloudLayout

ProgressCallback = Callable[[str], object]
OnReport = Callable[[dict[str, Any]], object]


@dataclass(frozen=True, slots=True)
class DrillOptions:
    """The options of `carte drill run`."""

    without: tuple[str, ...] = ()
    region: str = ""
    rate: float = 1.0
    keep: bool = False


def run_all(
    layout: "CloudLayout",
    drills: "Sequence[Drill]",
    options: DrillOptions,
    *,
    rounds: int,
    on_progress: ProgressCallback,
    on_report: OnReport,
) -> list[dict[str, Any]]:
    """Run every drill so many times; call `on_report` with each report and return them all.

    Raises:
        CarteError: One could not be made.
    """
    from loadtests.drills.exceptions import DrillError

    reports = []
    with _terminable():
        for number in range(1, rounds + 1):
            for drill in drills:
                title = drill.name if rounds == 1 else f"{drill.name}, {number} of {rounds}"
                began = time.monotonic()
                try:
                    report = _run(layout, drill, options, _prefixed(on_progress, title, began))
                except DrillError as error:
                    raise CarteError(f"{drill.name}: {error.message}", error.hint) from error
                reports.append(report)
                on_report(report)
    return reports


def _run(
    layout: "CloudLayout", drill: "Drill", options: DrillOptions, on_progress: ProgressCallback
) -> dict[str, Any]:
    from loadtests.drills.report.judged_run import save
    from loadtests.drills.report.page import render
    from loadtests.drills.run import DrillRun
    from localcloud.tables import table_binding, use_local_key
    from services.storage.table import Table

    use_local_key()
    replicas = {name: Table(table_binding(layout, name)) for name in layout.region_names}
    drill_run = DrillRun(
        layout,
        drill,
        replicas,
        on_progress,
        without=options.without,
        region=options.region,
        rate=options.rate,
        keep=options.keep,
    )
    judged = drill_run.run()
    on_progress("drawing the report")
    save(judged, render(judged))
    return judged.to_json()


def _prefixed(on_progress: ProgressCallback, title: str, began: float) -> ProgressCallback:
    return lambda what: on_progress(f"{title}, {time.monotonic() - began:.0f} s: {what}")


@contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end a drill as Ctrl-C does: with everything given back."""

    def end(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, end) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def runs_of(layout: "CloudLayout") -> list[Path]:
    """The folders of a cloud's finished runs, the newest last."""
    return sorted(path.parent for path in layout.state_dir.glob("drills/*/report.json"))
