"""Locust's entry point: `locust -f loadtests/locustfile.py --host http://localhost:8080`.

`carte load` calls it; alone it works with locust's web UI, headless, and distributed, unchanged.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from locust import LoadTestShape, events
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment
from locust.runners import WorkerRunner

# Locust imports this file by its path; the package is found from the repository's root.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from loadtests.load import population, target
from loadtests.load.context import LoadRun, prepare, run_of
from loadtests.load.locust_events import LocustListener
from loadtests.load.population import Population
from loadtests.load.shapes import PROFILES
from loadtests.load.users.apps import App
from loadtests.load.users.readers import ColdReader, WarmReader
from loadtests.load.users.staff import Manager, Till, Uploader, Watcher

__all__ = ["App", "ColdReader", "Manager", "Shape", "Till", "Uploader", "WarmReader", "Watcher"]


@events.init_command_line_parser.add_listener
def options(parser: LocustArgumentParser) -> None:
    """Options of ours."""
    add = parser.add_argument
    add("--profile-name", default="steady", choices=sorted(PROFILES), help="The load's shape")
    add("--profile-users", type=int, default=0, help="Most users; 0: the profile's own number")
    add("--profile-seconds", type=float, default=0, help="How long; 0: the profile's own time")
    add("--sample", type=int, default=2000, help="Stores that are read, at most")
    add("--staff-token", default="", env_var="CARTE_STAFF_TOKEN", is_secret=True,
        help="Bearer token of staff; without one nobody edits")  # fmt: skip
    add("--s3", default="{}", help="JSON: S3 endpoints of the regions' buckets of counts")
    add("--recording", default="", help="Write what was recorded to this file")


@events.init.add_listener
def init(environment: Environment, **_: Any) -> None:
    """Get to know the target, and begin to listen."""
    given: Any = environment.parsed_options
    profile = PROFILES[given.profile_name]
    host = (environment.host or "").rstrip("/")
    if not host:
        raise SystemExit("name the target: --host http://localhost:8080")
    send = target.sender(host)
    stores = population.load(send, given.sample)
    run = LoadRun(
        population=Population(stores),
        duration_s=given.profile_seconds or profile.seconds,
        token=given.staff_token or os.environ.get("CARTE_STAFF_TOKEN") or None,
        items=target.items_by_market(send, stores),
        upload=target.uploader(json.loads(given.s3)),
    )
    prepare(environment, run)
    listener = LocustListener(environment, run)
    listener.start()
    if given.recording and not isinstance(environment.runner, WorkerRunner):

        @events.quitting.add_listener
        def save(**_: Any) -> None:
            told = {**run.recording.to_json(), "problem": listener.problem, "began": run.began_at}
            Path(given.recording).write_text(json.dumps(told), encoding="utf-8")


@events.test_start.add_listener
def start(environment: Environment, **_: Any) -> None:
    """The day begins when the first user comes."""
    import time

    run = run_of(environment)
    run.began, run.began_at = time.monotonic(), time.time()


class Shape(LoadTestShape):
    """The profile's number of users at each moment; all join at once that a step adds."""

    def tick(self) -> tuple[int, float] | None:
        """Users, and how many of them may join in a second; None ends the run."""
        runner: Any = self.runner
        environment: Environment = runner.environment
        given: Any = environment.parsed_options
        run = run_of(environment)
        elapsed = self.get_run_time()
        if elapsed >= run.duration_s:
            return None
        if self._users is None:
            profile = PROFILES[given.profile_name]
            most = given.profile_users or profile.users
            self._users = profile.shape(most, run.duration_s, run.population.stores)
        users = self._users(elapsed)
        return users, float(max(users, 10))

    _users: Any = None
