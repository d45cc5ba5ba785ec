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
    """Add carte's options to locust's command line."""
    add = parser.add_argument
    add("--profile-name", default="steady", choices=sorted(PROFILES),
        help="Shape of the load over time")  # fmt: skip
    add("--profile-users", type=int, default=0,
        help="Largest number of users; 0 for the profile's own")  # fmt: skip
    add("--profile-seconds", type=float, default=0,
        help="Length in seconds; 0 for the profile's own")  # fmt: skip
    add("--sample", type=int, default=2000, help="Largest number of stores whose menus are read")
    add("--staff-token", default="", env_var="CARTE_STAFF_TOKEN", is_secret=True,
        help="Bearer token of staff; without one there are no edits")  # fmt: skip
    add("--s3", default="{}",
        help="JSON object: region to S3 endpoint of its bucket of stock counts")  # fmt: skip
    add("--recording", default="", help="File to write the recording to, as JSON")


@events.init.add_listener
def init(environment: Environment, **_: Any) -> None:
    """Read the stores of the target, and begin to record requests."""
    given: Any = environment.parsed_options
    profile = PROFILES[given.profile_name]
    host = (environment.host or "").rstrip("/")
    if not host:
        raise SystemExit(
            "error: no target\nnext:  name it, for example --host http://localhost:8080"
        )
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
            recorded = {
                **run.recording.to_json(),
                "problem": listener.problem,
                "began": run.began_at,
            }
            Path(given.recording).write_text(json.dumps(recorded), encoding="utf-8")


@events.test_start.add_listener
def start(environment: Environment, **_: Any) -> None:
    """Start the clock of the simulated day when the first user starts."""
    import time

    run = run_of(environment)
    run.began, run.began_at = time.monotonic(), time.time()


class Shape(LoadTestShape):
    """The profile's number of users over time; users that a step adds start at once."""

    def tick(self) -> tuple[int, float] | None:
        """Return the number of users and how many may start per second; None ends the run."""
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
