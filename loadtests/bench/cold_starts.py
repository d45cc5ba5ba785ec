"""Cold starts, interleaved: each sample is a fresh process."""

import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from dataload.progress import Progress
from loadtests.bench import bars, events
from loadtests.bench.data_server import DataServer
from loadtests.bench.equality import unequal
from loadtests.bench.figures import Figure
from loadtests.bench.machine import Noise
from loadtests.bench.process import ROOT, SubjectError
from loadtests.bench.subject_specs import CARTE, SubjectSpec

_PATIENCE_S: Final = 120
_OK: Final = 200


@dataclass(slots=True)
class Starts:
    """Cold starts of one subject.

    Attributes:
        scenario: `bars.COLD`, or `bars.COLD_LITERALS`.
        event: Makes the first event, for a store.
    """

    subject: SubjectSpec
    scenario: str
    event: Callable[[str], dict[str, Any]]
    samples: list[dict[str, Any]] = field(default_factory=list)

    def sample(self, server: DataServer, store: str) -> dict[str, Any]:
        """Start it once.

        Raises:
            SubjectError: It does not answer the menu.
        """
        try:
            done = subprocess.run(
                self.subject.cold_command(),
                cwd=ROOT,
                env=dict(server.environment),
                input=json.dumps(self.event(store)),
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
        if sample["status"] != _OK:
            raise SubjectError(f"{self.subject.name} starts with status {sample['status']}")
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


def _starts(subject: SubjectSpec) -> list[Starts]:
    if subject.name != CARTE.name:
        return [Starts(subject, bars.COLD, events.posted)]
    return [
        Starts(subject, bars.COLD, events.persisted),
        Starts(subject, bars.COLD_LITERALS, events.with_literals),
    ]


def interleave(
    subjects: Sequence[SubjectSpec],
    server: DataServer,
    store: str,
    *,
    rounds: int,
    noise: Noise,
    progress: Progress,
    reasons: dict[str, str],
) -> list[Starts]:
    """Start every subject once a round; a first round, which fills caches of files, is dropped.

    A subject that does not answer then, or has another answer than the first one, is left out and
    named in `reasons`.

    Raises:
        SubjectError: A subject that answered before fails to.
    """
    starts: list[Starts] = []
    expected: Any = None
    for one in [made for subject in subjects for made in _starts(subject)]:
        where = f"{one.subject.name} {one.scenario}"
        try:
            answer = json.loads(one.sample(server, store)["body"])
        except SubjectError as error:
            reasons[where] = str(error)
            continue
        expected = answer if expected is None else expected
        difference = unequal(answer, expected)
        if difference:
            reasons[where] = f"it starts with another menu: {difference}"
        else:
            starts.append(one)
    for _ in progress.track(range(rounds), "cold starts", rounds):
        noise.sample()
        for one in starts:
            one.samples.append(one.sample(server, store))
    return starts
