"""A DynamoDB that holds the bench's data, and the environment in which subjects read it."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from loadtests.bench import events, orders, staff
from loadtests.bench.chain import Stores
from loadtests.bench.process import ROOT, Process, SubjectError
from loadtests.bench.sdl import menu_sdl
from loadtests.bench.subject import MISS, QUOTE
from loadtests.bench.subject_specs import CARTE, CARTE_CHAIN, SubjectSpec, base_environment
from localcloud import single_emulator as emulator
from localcloud.issuer import DevelopmentIssuer
from localcloud.processes import ending_with_us

REGION: Final = "us-east-1"
_STORE: Final = "bench-00001"  # in the events that Node's subjects change for each call
_OPENER: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))
# One process fills so many stores: serializing is most of the work, and cores are several.
_FILL: Final = 5000
_WRITERS: Final = 2


class Usage(NamedTuple):
    """What DynamoDB answered.

    Attributes:
        requests: DynamoDB requests.
        read_units: Read request units.
        write_units: Write request units in one region, without replication.
    """

    requests: float
    read_units: float
    write_units: float

    def since(self, other: "Usage") -> "Usage":
        """Return what came after another count."""
        return Usage(*(now - then for now, then in zip(self, other, strict=True)))

    def plus(self, other: "Usage") -> "Usage":
        """Return both counts together."""
        return Usage(*(one + more for one, more in zip(self, other, strict=True)))


@dataclass(frozen=True, slots=True)
class DataServer:
    """A DynamoDB with the bench's data.

    Attributes:
        environment: Of every subject on it.
        folder: Logs, and the files that Node's subjects read.
        counts: It can say how many requests it has answered.
    """

    endpoint: str
    environment: Mapping[str, str]
    folder: Path
    counts: bool

    def usage(self) -> Usage | None:
        """Return what was answered so far; None where the server does not count."""
        if not self.counts:
            return None
        with _OPENER.open(f"{self.endpoint}/_bench/requests", timeout=10) as answer:
            return Usage(**json.load(answer))

    def fill(self, groups: Sequence[Stores], *, create: bool = False) -> None:
        """Write catalogs and stores."""
        first, *others = _portions(groups)
        self._run("loadtests.bench.fill", _arguments(first), *(["create"] if create else []))
        # The first portion published the catalogs; the rest may go side by side.
        while others:
            now, others = others[:_WRITERS], others[_WRITERS:]
            running = [self._start("loadtests.bench.fill", _arguments(one)) for one in now]
            for child in running:
                self._finish(child)

    def fill_naive_table(self, stores: Sequence[str]) -> None:
        """Fill the naive implementations' table from carte's answers for these stores."""
        with self.worker(CARTE) as carte:
            menus = [_menu(carte, store) for store in stores]
        self._run("loadtests.bench.naive.fill", stdin=json.dumps(menus))

    def quote_orders(self, group: Stores) -> None:
        """Have carte quote the orders of a stocked group, into the file that they are made from."""
        with self.worker(CARTE_CHAIN) as carte:
            totals = {store: _total(carte, store) for store in group.ids()}
        Path(self.environment[orders.QUOTES]).write_text(json.dumps(totals), encoding="utf-8")

    def fill_naive_chain(self, groups: Sequence[Stores]) -> None:
        """Write the naive implementations' rows of stores that are listed or stocked."""
        self._run("loadtests.bench.naive.fill_chain", _arguments(groups))

    def worker(self, subject: SubjectSpec) -> Process:
        """A subject's process, ready.

        Raises:
            SubjectError: It does not start.
        """
        process = Process(subject.name, subject.command(), self.environment, self.folder)
        try:
            process.line()
        except SubjectError:
            process.close()
            raise
        return process

    def _run(self, module: str, *arguments: str, stdin: str = "") -> None:
        self._finish(self._start(module, *arguments), stdin)

    def _start(self, module: str, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            ending_with_us((sys.executable, "-m", module, *arguments)),
            cwd=ROOT,
            env=dict(self.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _finish(self, child: "subprocess.Popen[str]", stdin: str = "") -> None:
        _, output = child.communicate(stdin)
        if child.returncode:
            raise SubjectError(f"the data could not be written:\n{output[-2000:]}")


def _menu(carte: Process, store: str) -> dict[str, Any]:
    answer = json.loads(carte.ask(do="answer", scenario=MISS, stores=[store])["body"])
    menu: dict[str, Any] | None = (answer.get("data") or {}).get("menu")
    if menu is None:
        why = f"{json.dumps(answer)[:500]}\n{carte.last_lines()}"
        raise SubjectError(f"carte has no menu of {store}: {why}")
    return menu


def _total(carte: Process, store: str) -> int:
    answer = json.loads(carte.ask(do="answer", scenario=QUOTE, stores=[store])["body"])
    try:
        return int(answer["data"]["quote"]["quote"]["total"]["amountMinor"])
    except (KeyError, TypeError) as error:
        raise SubjectError(f"carte has no quote for {store}: {json.dumps(answer)[:500]}") from error


def _portions(groups: Sequence[Stores]) -> list[list[Stores]]:
    """Portions of which the first holds a store of every group, so that all catalogs are made."""
    first: list[Stores] = []
    others: list[list[Stores]] = []
    for group in groups:
        first.append(replace(group, count=min(group.count, _FILL)))
        others += [
            [replace(group, first=start, count=min(_FILL, group.count - start + 1))]
            for start in range(_FILL + 1, group.count + 1, _FILL)
        ]
    return [first, *others]


def _arguments(groups: Sequence[Stores]) -> str:
    return json.dumps([astuple(one) for one in groups])


@contextmanager
def canned(folder: Path) -> Iterator[DataServer]:
    """An empty canned DynamoDB."""
    command = (sys.executable, "-m", "loadtests.bench.canned")
    with Process("canned", command, base_environment(REGION, ""), folder) as process:
        yield _data_server(f"http://127.0.0.1:{int(process.line()['port'])}", folder, counts=True)


@contextmanager
def emulated(folder: Path) -> Iterator[DataServer]:
    """An emulator without tables.

    Raises:
        localcloud.exceptions.LocalCloudError: It is not installed.
    """
    with ExitStack() as stack:
        running = stack.enter_context(emulator.running(folder))
        yield _data_server(running.endpoint, folder, counts=False)


def _data_server(endpoint: str, folder: Path, *, counts: bool) -> DataServer:
    issuer = DevelopmentIssuer.make()
    files = {
        "BENCH_SDL": (folder / "menu.graphql", menu_sdl()),
        "BENCH_OPERATION": (folder / "operation.graphql", events.menu_document()[1]),
        "BENCH_EVENT": (folder / "event.json", json.dumps(events.posted(_STORE))),
        "BENCH_EVENT_LITERALS": (
            folder / "event-literals.json",
            json.dumps(events.with_literals(_STORE)),
        ),
        staff.KEYS: (folder / "keys.json", json.dumps(issuer.jwks())),
        orders.QUOTES: (folder / "quotes.json", "{}"),
    }
    for path, text in files.values():
        path.write_text(text, encoding="utf-8")
    environment = {
        **base_environment(REGION, endpoint),
        **{name: str(path) for name, (path, _) in files.items()},
        "BENCH_STORE": _STORE,
        **staff.environment(issuer),
    }
    return DataServer(endpoint, environment, folder, counts)
