"""Cold starts, interleaved: each sample is a fresh process."""

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from dataload.progress import Progress
from loadtests.bench import bars, events, orders
from loadtests.bench.chain_events import ChainEvents, accepted, first_page
from loadtests.bench.data_server import DataServer
from loadtests.bench.equality import unequal
from loadtests.bench.figures import Figure
from loadtests.bench.machine import Noise
from loadtests.bench.process import ROOT, SubjectError
from loadtests.bench.subject import FIRST_PAGE, LITERALS, MISS, POSTED
from loadtests.bench.subject_specs import CARTE_CHAIN, CHAINS, SubjectSpec

_PATIENCE_S: Final = 120
_DAYS_AHEAD: Final = 4  # of orders
_OK: Final = 200


@dataclass(slots=True)
class Starts:
    """Cold starts of one subject.

    Attributes:
        scenario: What the first request is; see `cold`.
        events: Makes the events that are answered, for a store.
    """

    subject: SubjectSpec
    scenario: str
    events: Callable[[str], list[dict[str, Any]]]
    samples: list[dict[str, Any]] = field(default_factory=list)

    def sample(self, server: DataServer, store: str) -> dict[str, Any]:
        """Start it once.

        Raises:
            SubjectError: It does not answer.
        """
        try:
            done = subprocess.run(
                self.subject.cold_command(),
                cwd=ROOT,
                env=dict(server.environment),
                input=json.dumps(self.events(store)),
                capture_output=True,
                text=True,
                timeout=_PATIENCE_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            late = f"{self.subject.name} did not answer within {_PATIENCE_S} s of its start"
            raise SubjectError(late) from error
        try:
            sample: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        except (ValueError, IndexError) as error:
            raise SubjectError(
                f"{self.subject.name} does not start:\n{done.stderr[-2000:]}"
            ) from error
        if {*sample["statuses"]} != {_OK}:
            raise SubjectError(f"{self.subject.name} starts with statuses {sample['statuses']}")
        return sample

    @property
    def name(self) -> str:
        """What tables call it."""
        return self.subject.name + self.scenario.removeprefix(bars.COLD)

    def cpu_ms(self) -> Figure:
        """CPU milliseconds from import to response."""
        return Figure.of([one["cpu_ns"] / 1e6 for one in self.samples])

    def to_json(self) -> dict[str, Any]:
        """Return the figures for the report."""
        return {
            "cpu_ms": self.cpu_ms().to_json(2),
            "wall_ms": Figure.of([one["wall_ns"] / 1e6 for one in self.samples]).to_json(2),
            "max_rss_bytes": max(one["max_rss"] for one in self.samples),
            "modules": self.samples[-1]["modules"],
        }


def _starts(subject: SubjectSpec, server: DataServer) -> Iterator[Starts]:
    if subject.name in CHAINS:
        # A day of pickup slots that no other process places orders in.
        chain = ChainEvents(server.environment, orders.Slots(_DAYS_AHEAD))
        for scenario in subject.cold_scenarios:
            made = partial(_chain_events, chain, scenario, subject)
            yield Starts(subject, bars.cold(scenario), made)
        return
    for scenario in subject.cold_scenarios:
        # The menu by the way that a subject has for it is what bars of menus are about.
        first = scenario == subject.cold_scenarios[0]
        name = bars.COLD if first else bars.cold(scenario)
        yield Starts(subject, name, partial(_menu_events, scenario))


def _menu_events(scenario: str, store: str) -> list[dict[str, Any]]:
    made = {MISS: events.persisted, POSTED: events.posted, LITERALS: events.with_literals}
    return [made[scenario](store)]


def _chain_events(
    chain: ChainEvents, scenario: str, subject: SubjectSpec, store: str
) -> list[dict[str, Any]]:
    if scenario == FIRST_PAGE:
        return first_page(store, persisted=subject.name == CARTE_CHAIN.name)
    return [chain.event(scenario, store)]


def interleave(
    subjects: Sequence[SubjectSpec],
    server: DataServer,
    store: str,
    *,
    shop: str = "",
    rounds: int,
    noise: Noise,
    progress: Progress,
    reasons: dict[str, str],
) -> list[Starts]:
    """Start every subject once a round; a first round, which fills caches of files, is dropped.

    A subject that does not answer then, or has another menu than the first one, is left out and
    named in `reasons`.

    Args:
        subjects: What is started.
        server: Where it reads and writes.
        store: The store whose menu is the first answer.
        shop: The store of first answers about stores, prices, sales and orders.
        rounds: How often each is started.
        noise: Measures the machine in each round.
        progress: Shows how far it is.
        reasons: Gets why a subject was left out.

    Raises:
        SubjectError: A subject that answered before fails to.
    """
    starts: list[tuple[Starts, str]] = []
    expected: Any = None
    for one in [made for subject in subjects for made in _starts(subject, server)]:
        where = f"{one.subject.name} {one.scenario}"
        chain = one.subject.name in CHAINS
        started_for = shop if chain else store
        try:
            body = one.sample(server, started_for)["body"]
        except SubjectError as error:
            reasons[where] = str(error)
            continue
        if chain:
            why = accepted(one.scenario, body)
        else:
            answer = json.loads(body)
            expected = answer if expected is None else expected
            difference = unequal(answer, expected)
            why = f"it starts with another menu: {difference}" if difference else None
        if why:
            reasons[where] = why
        else:
            starts.append((one, started_for))
    for _ in progress.track(range(rounds), "cold starts", rounds):
        noise.sample()
        for one, started_for in starts:
            one.samples.append(one.sample(server, started_for))
    return [one for one, _ in starts]
