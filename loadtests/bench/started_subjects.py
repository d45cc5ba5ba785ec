"""Starts the subjects of the bench, compares their answers with carte's, and warms them up."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from dataload.progress import Progress
from loadtests.bench import equality
from loadtests.bench.chain_events import SHOPS, accepted
from loadtests.bench.data_server import DataServer
from loadtests.bench.process import Process, SubjectError
from loadtests.bench.rounds import Timed
from loadtests.bench.settings import Settings
from loadtests.bench.subject_specs import CARTE, CHAINS, SubjectSpec

_COMPARED = 3


@dataclass(slots=True)
class StartedSubjects:
    """The subjects that run, and why others do not.

    Attributes:
        units: Subjects in their scenarios, ready to be timed.
        reasons: Name of a subject, or name and scenario, to why it is not among them.
    """

    server: DataServer
    units: list[Timed] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)


@contextmanager
def started(
    server: DataServer, specs: Sequence[SubjectSpec], stores: Sequence[str]
) -> Iterator[StartedSubjects]:
    """Start each subject that can be started, and compare its answers with carte's.

    Raises:
        UnequalAnswerError: A subject answers another menu.
        SubjectError: Carte itself does not answer.
    """
    with ExitStack() as stack:
        running = StartedSubjects(server)
        reference = stack.enter_context(server.worker(CARTE))
        for subject in specs:
            missing = subject.missing()
            if missing:
                running.reasons[subject.name] = missing
                continue
            try:
                process = stack.enter_context(server.worker(subject))
                if subject.name in CHAINS:
                    _try(subject, process, running.reasons)
                else:
                    _compare(subject, process, reference, stores)
            except SubjectError as error:
                running.reasons[subject.name] = str(error)
                continue
            store_ids = SHOPS.ids() if subject.name in CHAINS else stores
            running.units += [
                Timed(subject.name, scenario, process, server, store_ids, keeps=subject.keeps)
                for scenario in subject.scenarios
                if f"{subject.name} {scenario}" not in running.reasons
            ]
        yield running


def _compare(
    subject: SubjectSpec, process: Process, reference: Process, stores: Sequence[str]
) -> None:
    step = max(1, len(stores) // _COMPARED)
    for scenario in subject.scenarios:
        for store in stores[::step][:_COMPARED]:
            equality.check(subject.name, scenario, process, reference, store)


def _try(subject: SubjectSpec, process: Process, reasons: dict[str, str]) -> None:
    """Leave out the scenarios that a subject does not answer as they mean it."""
    for scenario in subject.scenarios:
        answer = process.ask(do="answer", scenario=scenario, stores=SHOPS.ids()[:1])
        why = accepted(scenario, answer["body"])
        if why:
            reasons[f"{subject.name} {scenario}"] = why


def warm(units: Sequence[Timed], settings: Settings, progress: Progress) -> None:
    """Run each subject until compilers and caches have settled, and fix the size of its blocks."""
    for unit in progress.track(units, "warming up", len(units)):
        unit.warm(settings.warm_ms, settings.block_ms)
