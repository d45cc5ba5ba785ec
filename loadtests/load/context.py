"""What all users of one locust process share."""

import time
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

_ATTRIBUTE = "carte_run"
_READY = "carte_run_ready"
_PATIENCE_S = 60.0


@dataclass(slots=True)
class Run:
    """One run in one process.

    Attributes:
        duration_s: a day of the world passes in it.
        token: of staff; None: nobody edits.
        items: ids by market.
        upload: puts a file into a region's bucket; None: there is no bucket to reach.
    """

    population: Population
    duration_s: float
    token: str | None
    items: Mapping[str, Sequence[str]]
    upload: Callable[[str, bytes], None] | None
    recording: Recording = field(default_factory=Recording)
    began: float = field(default_factory=time.monotonic)

    def second(self) -> int:
        """Whole seconds since the start."""
        return int(time.monotonic() - self.began)

    def moment(self) -> datetime:
        """Now, in the run's world."""
        return compressed_day(time.monotonic() - self.began, self.duration_s)

    @contextmanager
    def timed(self, name: str, environment: "Environment") -> Iterator[None]:
        """Report what is no HTTP request of locust's client as if it were one."""
        began, error = time.perf_counter(), None
        try:
            yield
        except Exception as failure:  # noqa: BLE001 - whatever it was, it is a failed request
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


def run_of(environment: "Environment") -> Run:
    """The run of a locust environment.

    A worker is told to begin as soon as it has a connection to its master, also while it still gets
    to know the target: whoever asks then waits for that.
    """
    if not _ready(environment).wait(_PATIENCE_S):
        raise TypeError("the run was not prepared; start locust with -f loadtests/locustfile.py")
    found: Run = getattr(environment, _ATTRIBUTE)
    return found


def prepare(environment: "Environment", run: Run) -> None:
    """Give an environment its run."""
    setattr(environment, _ATTRIBUTE, run)
    _ready(environment).set()


def _ready(environment: "Environment") -> Event:
    if getattr(environment, _READY, None) is None:
        setattr(environment, _READY, Event())
    ready: Event = getattr(environment, _READY)
    return ready
