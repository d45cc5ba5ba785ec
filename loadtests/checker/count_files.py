"""Loads many count files twice, in random order, while workers are killed, and checks what is left.

`python -m loadtests.checker.count_files --port 8080 --files 1000` makes files of counts of stores
that carte does not know, uploads each of them twice, in random order and to random regions, and
ends processes of the Lambda that loads them with SIGKILL meanwhile. Then it compares:

- every region's stock with that of one clean run: of each item the count that was counted last;
- the mails about what sold out: of each item that ended sold out exactly one, and of each item that
  always had some left none. An item that was sold out for a while is
  mailed as back as often as sold out.

The cloud must run already (`carte up --detach`). What a killed process had comes again by its
queue, sooner than in a deployment: after 30 seconds and not after a quarter of an hour.
"""

import argparse
import json
import os
import random
import signal
import sys
import threading
import time
import urllib.request
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psutil

from loadtests.checker.count_file_plan import (
    Plan,
    content,
    mailed_items,
    plan,
    wrong_mails,
    wrong_stock,
)
from loadtests.checker.settings import CheckError
from loadtests.cloud.count_buckets import CountBucket
from localcloud.deployer import client
from localcloud.issuer import this_machines
from localcloud.layout import CloudLayout
from localcloud.processes import environment_of, marked
from localcloud.state_file import load_layout
from localcloud.tables import table_binding, use_local_key
from services.domain.documents.stock import Stock
from services.domain.errors import CarteError
from services.storage import keys
from services.storage.table import Table

_FUNCTION: Final = "carte-inventory"
_QUEUE: Final = "carte-counts"
# Of the queue while this runs: what a killed worker had comes again soon, and not after 15 minutes.
_VISIBLE_AGAIN_S: Final = 30
_PATIENCE_S: Final = 900.0
_LOOK_EVERY_S: Final = 2.0
_QUIET_LOOKS: Final = 3
_MAIL: Final = "counts@example.org"
_SUBSCRIBE: Final = """mutation ($input: UpdateStockAlertsInput!) {
  updateStockAlerts(input: $input) { errors { message } } }"""
_OPENER: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(slots=True)
class Killer:
    """Ends processes of the Lambda that loads count files, at random, until it is stopped.

    Attributes:
        killed: How many it ended.
    """

    state_dir: Path
    dice: random.Random
    every_s: float
    killed: int = 0
    _end: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Kill one process after another."""
        while not self._end.wait(self.dice.uniform(0, 2 * self.every_s)):
            workers = list(_workers(self.state_dir))
            if workers:
                try:
                    os.kill(self.dice.choice(workers), signal.SIGKILL)
                except ProcessLookupError:
                    continue
                self.killed += 1

    def stop(self) -> None:
        """Let `run` end."""
        self._end.set()


def _workers(state_dir: Path) -> Iterator[int]:
    """Yield the ids of the cloud's processes that run the Lambda that loads count files."""
    for process in marked(state_dir):
        try:
            if environment_of(process).get("AWS_LAMBDA_FUNCTION_NAME") == _FUNCTION:
                yield process.pid
        except (psutil.Error, OSError):
            continue


class Run:
    """One run against a local cloud."""

    def __init__(self, layout: CloudLayout, plan: Plan, seed: int) -> None:
        self._layout = layout
        self._plan = plan
        self._dice = random.Random(f"uploads {seed}")
        self._regions = [one.name for one in layout.regions]
        self.mail = f"{uuid.uuid4().hex[:8]}-{_MAIL}"

    def subscribe(self) -> None:
        """Subscribe an address to every store.

        Raises:
            CheckError: The cloud refuses it.
        """
        token = this_machines().token(["chain:admin"], lifetime_s=3600)
        for number, store in enumerate(self._plan.stores):
            given = {
                "operationId": str(uuid.uuid4()),
                "storeId": store,
                # An address of its own for each store: none needs more mails than an hour has.
                "mail": f"{number}-{self.mail}",
                "quietFrom": "00:00",
                "quietTo": "00:00",
            }
            request = urllib.request.Request(  # noqa: S310 - our own cloud
                f"{self._layout.edge_url}/graphql",
                data=json.dumps({"query": _SUBSCRIBE, "variables": {"input": given}}).encode(),
                headers={"content-type": "application/json", "authorization": f"Bearer {token}"},
            )
            with _OPENER.open(request, timeout=30) as response:
                answer = json.load(response)
            errors = answer.get("errors") or answer["data"]["updateStockAlerts"]["errors"]
            if errors:
                raise CheckError(f"nobody can subscribe: {errors}")

    def upload(self, times: int) -> int:
        """Upload every file so many times, in random order and to random regions.

        Returns:
            How many uploads there were.
        """
        uploads = [at for at in range(len(self._plan.files)) for _ in range(times)]
        self._dice.shuffle(uploads)
        buckets = {name: CountBucket(self._layout, name) for name in self._regions}
        for number, at in enumerate(uploads):
            bucket = buckets[self._dice.choice(self._regions)]
            bucket.upload(
                f"counts/{self._plan.stores[0]}/{number:06d}-{at:06d}.csv",
                content(self._plan.files[at]),
            )
        return len(uploads)

    def set_queues(self, wanted: Mapping[str, Mapping[str, str]] | None = None) -> dict[str, Any]:
        """Have the queues deliver the message of a killed worker again soon and for ever.

        Args:
            wanted: Region to attributes, as a former call returned them; None: those of a run.

        Returns:
            What was set before, by region.
        """
        before: dict[str, Any] = {}
        for name in self._regions:
            sqs: Any = client(self._layout.region(name), "sqs")
            url = sqs.get_queue_url(QueueName=_QUEUE)["QueueUrl"]
            attributes = sqs.get_queue_attributes(
                QueueUrl=url, AttributeNames=["VisibilityTimeout", "RedrivePolicy"]
            )["Attributes"]
            before[name] = attributes
            redrive = json.loads(attributes["RedrivePolicy"]) | {"maxReceiveCount": 1000}
            of_a_run = {
                "VisibilityTimeout": str(_VISIBLE_AGAIN_S),
                "RedrivePolicy": json.dumps(redrive),
            }
            sqs.set_queue_attributes(
                QueueUrl=url, Attributes=of_a_run if wanted is None else dict(wanted[name])
            )
        return before

    def waiting(self, queue: str) -> int:
        """Return how many messages wait or are being worked on in all regions."""
        total = 0
        names = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ]
        for name in self._regions:
            sqs: Any = client(self._layout.region(name), "sqs")
            url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
            attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
            total += sum(int(attributes.get(one, 0)) for one in names)
        return total

    def wait_for_empty(self, queue: str, *, left: int = 0) -> None:
        """Wait until nothing, or not more than so much, is in a queue any more.

        Raises:
            CheckError: It does not become empty.
        """
        deadline = time.monotonic() + _PATIENCE_S
        quiet = 0
        while quiet < _QUIET_LOOKS:
            quiet = 0 if self.waiting(queue) > left else quiet + 1
            if time.monotonic() > deadline:
                raise CheckError(f"{self.waiting(queue)} messages stay in {queue}")
            time.sleep(_LOOK_EVERY_S)

    def problems(self) -> list[str]:
        """Return where stock and mails differ from those of a clean run, one line each."""
        deadline = time.monotonic() + 120
        while True:
            found = [
                line
                for name in self._regions
                for line in wrong_stock(self._plan, self._stocks(name), name)
            ]
            if not found or time.monotonic() > deadline:
                return found + wrong_mails(
                    self._plan, mailed_items(self.mails(), self._plan.stores)
                )
            time.sleep(_LOOK_EVERY_S)

    def mails(self) -> list[dict[str, Any]]:
        """Return the mails of this run."""
        found: list[dict[str, Any]] = []
        for number in range(len(self._plan.stores)):
            url = f"{self._layout.edge_url}/_mail/messages?to={number}-{self.mail}"
            with _OPENER.open(url, timeout=30) as response:
                found += json.load(response)["messages"]
        return found

    def _stocks(self, region: str) -> dict[str, Stock]:
        table = Table(table_binding(self._layout, region))
        found = {}
        for store in self._plan.stores:
            document = table.held(keys.stock(store)).document
            found[store] = document if isinstance(document, Stock) else Stock(store, {})
        return found


def check(
    state_dir: Path, *, files: int, seed: int, kill_every_s: float, times: int = 2
) -> dict[str, Any]:
    """Run once; return what was done and what is wrong (`problems`).

    Args:
        state_dir: Of the local cloud.
        files: How many files.
        seed: Of everything that is random.
        kill_every_s: Seconds between two kills, on average; 0: none.
        times: How often each file is uploaded.

    Raises:
        CheckError: There is no cloud, or it does not come to rest.
    """
    layout = load_layout(state_dir)
    if layout is None:
        raise CheckError(f"there is no cloud in {state_dir}", "start one: `carte up --detach`")
    use_local_key()
    made = plan(seed, files, now_ms=int(time.time() * 1000))
    run = Run(layout, made, seed)
    run.subscribe()
    before = run.set_queues()
    killer = Killer(layout.state_dir, random.Random(f"kills {seed}"), kill_every_s)
    thread = threading.Thread(target=killer.run, daemon=True)
    started = time.monotonic()
    try:
        if kill_every_s:
            thread.start()
        uploads = run.upload(times)
        # Killed until half of the files are loaded: then those that were hit again and again end.
        run.wait_for_empty(_QUEUE, left=uploads // 2)
        killer.stop()
        run.wait_for_empty(_QUEUE)
        loaded_s = time.monotonic() - started
        given_up = run.waiting(f"{_QUEUE}-dead-letters")
        run.wait_for_empty("carte-stock-alerts")
    finally:
        killer.stop()
        run.set_queues(before)
    mailed = mailed_items(run.mails(), made.stores)
    return {
        "files": files,
        "uploads": uploads,
        "rows": times * sum(map(len, made.files)),
        "killed": killer.killed,
        "givenUp": given_up,
        "seconds": round(loaded_s, 1),
        "mails": len(run.mails()),
        "mailedOut": mailed.out.total(),
        "mailedBack": mailed.back.total(),
        "endedSoldOut": sum(not left for left in made.final.values()),
        "problems": run.problems(),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run as a command; return the exit code: 1 where something is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m loadtests.checker.count_files",
        description="load count files twice, in random order, while workers are killed",
    )
    parser.add_argument("--port", type=int, default=8080, help="edge port of the local cloud")
    parser.add_argument("--state-dir", type=Path, help="its state folder (default: .carte/<port>)")
    parser.add_argument("--files", type=int, default=1000, help="files (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of all that is random")
    parser.add_argument(
        "--kill-every", type=float, default=2.0, help="seconds between two kills; 0: none"
    )
    chosen = parser.parse_args(arguments)
    folder = chosen.state_dir or Path(".carte") / str(chosen.port)
    try:
        done = check(
            folder.resolve(), files=chosen.files, seed=chosen.seed, kill_every_s=chosen.kill_every
        )
    except CarteError as error:
        sys.stderr.write(f"{error.message}\n{error.hint}\n")
        return 1
    sys.stdout.write(json.dumps(done, indent=2) + "\n")
    return int(bool(done["problems"]))


if __name__ == "__main__":
    sys.exit(main())
