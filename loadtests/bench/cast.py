"""The subjects of one stage: started, compared with carte, warmed up; or why they are missing."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from dataload.progress import Progress
from loadtests.bench import equality
from loadtests.bench.process import Process, SubjectError
from loadtests.bench.roster import CARTE, Participant
from loadtests.bench.rounds import Timed
from loadtests.bench.settings import Settings
from loadtests.bench.stage import Stage

_COMPARED = 3


@dataclass(slots=True)
class Cast:
    """Who takes part.

    Attributes:
        units: subjects in their scenarios, ready to be timed.
        reasons: name of a subject, or name and scenario, to why it is not among them.
    """

    stage: Stage
    units: list[Timed] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)


@contextmanager
def gathered(stage: Stage, roster: Sequence[Participant], stores: Sequence[str]) -> Iterator[Cast]:
    """Start everyone who can be started, and compare each one's answers with carte's.

    Raises:
        UnequalAnswerError: somebody answers another menu.
        SubjectError: carte itself does not answer.
    """
    with ExitStack() as stack:
        cast = Cast(stage)
        reference = stack.enter_context(stage.worker(CARTE))
        for subject in roster:
            missing = subject.missing()
            if missing:
                cast.reasons[subject.name] = missing
                continue
            try:
                process = stack.enter_context(stage.worker(subject))
                _compare(subject, process, reference, stores)
            except SubjectError as error:
                cast.reasons[subject.name] = str(error)
                continue
            cast.units += [
                Timed(subject.name, scenario, process, stage, stores, keeps=subject.keeps)
                for scenario in subject.scenarios
            ]
        yield cast


def _compare(
    subject: Participant, process: Process, reference: Process, stores: Sequence[str]
) -> None:
    step = max(1, len(stores) // _COMPARED)
    for scenario in subject.scenarios:
        for store in stores[::step][:_COMPARED]:
            equality.check(subject.name, scenario, process, reference, store)


def warm(units: Sequence[Timed], settings: Settings, progress: Progress) -> None:
    """Let everyone run until compilers and caches have settled; fixes the size of the blocks."""
    for unit in progress.track(units, "warming up", len(units)):
        unit.warm(settings.warm_ms, settings.block_ms)
