"""The state that all users of one locust process share."""

import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from gevent.event import Event

from loadtests.load.population import Population, compressed_day
from loadtests.load.recording import Recording

if TYPE_CHECKING:  # importing locust patches the standard library
    from locust.env import Environment

_PATIENCE_S = 60.0


@dataclass(slots=True)
class LoadRun:
    """The state of a load run in one process.

    Attributes:
        population: The stores, with how often each is read.
        duration_s: Length of the run in seconds; it stands for a day.
        token: Bearer token of staff; None if nobody edits.
        items: Item ids by market.
        upload: Puts a file into a region's bucket; None if no bucket can be reached.
        recording: All requests of this process.
        began: Start by the monotonic clock.
        began_at: Start, seconds of the epoch.
    """

    population: Population
    duration_s: float
    token: str | None
    items: Mapping[str, Sequence[str]]
    upload: Callable[[str, bytes], None] | None
    recording: Recording = field(default_factory=Recording)
    began: float = field(default_factory=time.monotonic)
    began_at: float = field(default_factory=time.time)

    def second(self) -> int:
        """Whole seconds since the start."""
        return int(time.monotonic() - self.began)

    def moment(self) -> datetime:
        """Return the simulated time of day: the run stands for one day."""
        return compressed_day(time.monotonic() - self.began, self.duration_s)

    @contextmanager
    def timed(self, name: str, environment: "Environment") -> Iterator[None]:
        """Report a step that is not made by locust's HTTP client as a request to locust."""
        began, error = time.perf_counter(), None
        try:
            yield
        except Exception as failure:  # noqa: BLE001 - every failure counts as a failed request
            error = failure
        environment.events.request.fire(  # type: ignore[no-untyped-call]
            request_type="PUT",
            name=name,
            response_time=(time.perf_counter() - began) * 1000,
            response_length=0,
            exception=error,
            context={},
            response=None,
        )


def run_of(environment: "Environment") -> LoadRun:
    """Return the load run of a locust environment; wait until it is prepared.

    A master starts its workers as soon as they are connected, also while a worker still reads the
    stores of the target.

    Raises:
        TypeError: The run was not prepared within a minute.
    """
    prepared = _prepared(environment)
    if not prepared.done.wait(_PATIENCE_S) or prepared.run is None:
        raise TypeError("the run was not prepared; start locust with -f loadtests/locustfile.py")
    return prepared.run


def prepare(environment: "Environment", run: LoadRun) -> None:
    """Give a locust environment its load run, and let those continue that wait for it."""
    prepared = _prepared(environment)
    prepared.run = run
    prepared.done.set()


class _Prepared:
    """The load run of one environment, and the event that is set when it is there."""

    def __init__(self) -> None:
        self.run: LoadRun | None = None
        self.done = Event()


# A locust environment has no attribute of ours; the entry ends with the environment.
_RUNS: "weakref.WeakKeyDictionary[Environment, _Prepared]" = weakref.WeakKeyDictionary()


def _prepared(environment: "Environment") -> _Prepared:
    return _RUNS.setdefault(environment, _Prepared())
