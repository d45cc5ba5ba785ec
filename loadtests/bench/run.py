"""Runs the bench: fills the data, measures all parts, and returns one report object."""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from dataload.progress import NoProgress, Progress
from graphql_schema.compiled import load
from loadtests.bench import bars, cold_starts, memory_choice, rounds
from loadtests.bench.chain import Stores
from loadtests.bench.chain_events import SHOPS
from loadtests.bench.data_server import DataServer, canned, emulated
from loadtests.bench.events import menu_document
from loadtests.bench.figures import Figure
from loadtests.bench.machine import Noise, environment
from loadtests.bench.memory_choice import Goal, Load
from loadtests.bench.process import SubjectError
from loadtests.bench.rounds import Timed
from loadtests.bench.settings import Settings
from loadtests.bench.started_subjects import StartedSubjects, started, warm
from loadtests.bench.subject import CHECKED, EDIT, HIT, MISS, ORDER, SALE
from loadtests.bench.subject_specs import CARTE, CHAINS, SUBJECTS, SubjectSpec
from localcloud.exceptions import LocalCloudError

# Naive implementations keep nothing between requests: a block's number of stores is enough.
_NAIVE_STORES: Final = 60
_MAIN: Final = 60
_LENGTHS: Final = (20, 60, 200)
_EMULATED_STORES: Final = 40
_ON_EMULATOR: Final = ("carte", "stock", "mercurius", "floor")
_PROFILED: Final = (MISS, CHECKED, HIT, EDIT, SALE, ORDER)
_STALE: Final = "they are missing or stale: run `python -m graphql_schema.compile`"
_MB: Final = 1024 * 1024


@dataclass(slots=True)
class Bench:
    """The state of one run."""

    settings: Settings
    specs: Sequence[SubjectSpec]
    progress: Progress
    folder: Path
    noise: Noise = field(default_factory=Noise)
    figures: dict[tuple[str, str], Figure] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)

    def on_canned(self) -> None:
        """Requests, cold starts and the length of menus, on the canned DynamoDB."""
        settings = self.settings
        main = Stores("bench", settings.stores, _MAIN, listed=True)
        lengths = [Stores(f"len{items}", settings.stores, items) for items in _LENGTHS]
        scaling = "scaling" in settings.parts
        with canned(self._sub("canned")) as server:
            server.fill([main, SHOPS, *(lengths if scaling else [])])
            ids = main.ids()
            server.fill_naive_table(ids[:_NAIVE_STORES])
            if any(one.name in CHAINS for one in self.specs):
                server.quote_orders(SHOPS)
                server.fill_naive_chain([main, SHOPS])
            if "requests" in settings.parts:
                self._requests(server, ids)
            if "cold" in settings.parts:
                self._cold(server, ids[0])
            if scaling:
                self._scaling(server, lengths)

    def _requests(self, server: DataServer, stores: list[str]) -> None:
        with started(server, self.specs, stores[:_NAIVE_STORES]) as running:
            for unit in running.units:
                if unit.name == CARTE.name:
                    unit.stores = stores
            self._timed(running, self.settings.rounds, "rounds")
            for unit in running.units:
                unit.trace()
            self.report["subjects"] = _subjects(self.specs, running)
            self.report["profile"] = {
                unit.scenario: unit.profile()
                for unit in running.units
                if unit.name.startswith(CARTE.name) and unit.scenario in _PROFILED
            }

    def _timed(self, running: StartedSubjects, count: int, title: str) -> None:
        warm(running.units, self.settings, self.progress)
        rounds.interleave(running.units, count, self.noise, self.progress, title)
        if title != "rounds":
            return
        self.reasons.update(running.reasons)
        for unit in running.units:
            problem = unit.problem()
            if problem:
                self.reasons[f"{unit.name} {unit.scenario}"] = problem
                continue
            self.figures[unit.name, unit.scenario] = unit.cpu_us()
            usage = unit.usage_per_call()
            if usage is not None:
                counted = {bars.REQUESTS: usage.requests, bars.READ_UNITS: usage.read_units}
                for name, number in counted.items():
                    self.figures[unit.name, unit.scenario + name] = Figure.of([number])

    def _cold(self, server: DataServer, store: str) -> None:
        subjects = [one for one in self.specs if one.cold and not one.missing()]
        found = cold_starts.interleave(
            subjects,
            server,
            store,
            shop=SHOPS.ids()[0],
            rounds=self.settings.cold_rounds,
            noise=self.noise,
            progress=self.progress,
            reasons=self.reasons,
        )
        self.report["cold"] = {one.name: one.to_json() for one in found}
        for one in found:
            self.figures[one.subject.name, one.scenario] = one.cpu_ms()

    def _scaling(self, server: DataServer, lengths: list[Stores]) -> None:
        """Menus of several lengths, and the same menu among many more stores."""
        large = Stores("bench", self.settings.large, _MAIN)
        with ExitStack() as stack:
            crowd = stack.enter_context(canned(self._sub("large")))
            crowd.fill([large])
            units = []
            for group, where in [*((one, server) for one in lengths), (large, crowd)]:
                process = stack.enter_context(where.worker(CARTE))
                step = max(1, group.count // self.settings.stores)
                ids = group.ids()[::step][: self.settings.stores]
                units.append(Timed(f"{group.items} items", MISS, process, where, ids, keeps=True))
            running = StartedSubjects(server, units)
            self._timed(running, self.settings.rounds, "sizes")
        self.report["scaling"] = [
            {
                "items": group.items,
                "stores": group.count,
                "cpu_us": unit.cpu_us().to_json(),
                "response_bytes": unit.samples[-1]["bytes"],
                "max_rss_bytes": unit.samples[-1]["max_rss"],
            }
            for group, unit in zip([*lengths, large], units, strict=True)
        ]

    def on_emulator(self) -> None:
        """Misses again, against the emulator: a real server's answers, and its waiting."""
        specs = [replace(one, scenarios=(MISS,)) for one in self.specs if one.name in _ON_EMULATOR]
        stores = Stores("bench", min(self.settings.stores, _EMULATED_STORES), _MAIN)
        try:
            with emulated(self._sub("emulator")) as server:
                server.fill([stores], create=True)
                server.fill_naive_table(stores.ids())
                with started(server, specs, stores.ids()) as running:
                    self._timed(running, max(1, self.settings.rounds // 3), "on the emulator")
                    self.report["emulator"] = _subjects(specs, running)
        except LocalCloudError as error:
            self.reasons["emulator"] = f"{error.message}: {error.hint}"

    def memory(self, goal: Goal) -> None:
        """The cheapest memory size for what was measured; nothing where carte was not."""
        subject = self.report.get("subjects", {}).get(CARTE.name, {}).get("scenarios", {})
        start = self.report.get("cold", {}).get(CARTE.name)
        if MISS not in subject or start is None:
            return
        miss = subject[MISS]
        measured = Load(
            cpu_ms=miss["cpu_us"]["median"] / 1000,
            # From a pass of its own: noise could put it below the median of the rounds.
            cpu_p99_ms=max(miss["cpu_us_p99"], miss["cpu_us"]["median"]) / 1000,
            cold_cpu_ms=start["cpu_ms"]["median"],
            resident_mb=miss["max_rss_bytes"] / _MB,
        )
        self.report["memory"] = memory_choice.report(measured, goal)

    def finished(self) -> dict[str, Any]:
        """Return the whole report, with verdicts."""
        if load(menu_document()[0], lambda _: None) is None:
            # Everything works without, and is as slow as graphql-core: not what is deployed.
            self.reasons["compiled operations"] = _STALE
        ratios, verdicts = bars.judge(bars.lookup(self.figures, self.reasons))
        return {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "ratios": ratios,
            "bars": verdicts,
            "environment": environment(),
            "noise": self.noise.to_json(),
            "rounds": self.settings.rounds,
            "settings": asdict(self.settings),
            "missing": self.reasons,
            **self.report,
        }

    def _sub(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir()
        return folder


def _subjects(specs: Sequence[SubjectSpec], running: StartedSubjects) -> dict[str, Any]:
    return {
        subject.name: {
            "title": subject.title,
            "missing": running.reasons.get(subject.name),
            "scenarios": {
                unit.scenario: unit.to_json()
                for unit in running.units
                if unit.name == subject.name and unit.samples
            },
        }
        for subject in specs
    }


def run(
    settings: Settings,
    *,
    specs: Sequence[SubjectSpec] = SUBJECTS,
    progress: Progress | None = None,
    goal: Goal | None = None,
) -> dict[str, Any]:
    """Measure, and judge what was measured.

    Raises:
        UnequalAnswerError: A subject answers another menu than carte.
        SubjectError: Carte does not answer, or a process broke in the middle.
    """
    chosen = [one for one in specs if one.name in settings.subjects]
    with tempfile.TemporaryDirectory(prefix="carte-bench-") as folder:
        bench = Bench(settings, chosen, progress or NoProgress(), Path(folder))
        if {"requests", "cold", "scaling"} & {*settings.parts}:
            bench.on_canned()
        if "emulator" in settings.parts:
            bench.on_emulator()
        if "memory" in settings.parts:
            bench.memory(goal or Goal())
        return bench.finished()


__all__ = ["SubjectError", "run"]
