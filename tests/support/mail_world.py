"""Three regions in memory whose Lambdas mail people: streams, queues, a mailbox, and a clock."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from services.convergence.repair import Change, Repairer
from services.domain.mail import Mail
from services.storage.operations import OperationRepository
from tests.support.mrec import GlobalTable, MemoryReplica

REGIONS = ("ap-southeast-1", "eu-west-1", "us-east-1")
NOON_MS = 1_780_000_000_000 - 1_780_000_000_000 % 86_400_000 + 12 * 3_600_000
SITE = "https://menus.example.com"
ATTEMPTS = 5  # maxReceiveCount of infra_cdk.constructs.queues
AGAIN_MS = 60_000  # about as long as a message of which a Lambda failed is hidden


class Mailbox:
    """Every mail that any region sent.

    Attributes:
        before: Called before a mail is taken; what it raises is raised.
        after: Called after it was taken, as where a process dies then.
    """

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.before: Callable[[Mail], object] = lambda _: None
        self.after: Callable[[Mail], object] = lambda _: None

    def send(self, mail: Mail) -> None:
        self.before(mail)
        self.mails.append(mail)
        self.after(mail)


class Answering(Protocol):
    """A region's Lambda that takes messages of its queue."""

    def answer(self, event: Mapping[str, Any], /) -> dict[str, Any]:
        """Take the messages of an event; return which are to come again."""
        ...


class MailWorld(ABC):
    """Three regions. Time goes on in `run` only, from one message to the next.

    Attributes:
        living: Regions that do their work; streams and queues of others stand still.
        log: Log lines of all regions' Lambdas.
        dead_letters: Messages that failed `ATTEMPTS` times.
        lag_ms: After which a write arrives in another region.
    """

    def __init__(self) -> None:
        self.tables = GlobalTable(REGIONS)
        self.tables.now_ms = NOON_MS
        self.lag_ms = 0
        self._arrivals: dict[tuple[str, str], list[int]] = {}
        self.replicas = {name: MemoryReplica(self.tables, name) for name in REGIONS}
        self.mailbox = Mailbox()
        self.living = set(REGIONS)
        self.log: list[dict[str, Any]] = []
        self.queues: dict[str, list[tuple[int, str]]] = {name: [] for name in REGIONS}
        self.dead_letters: list[str] = []
        self._tries: dict[tuple[str, str], int] = {}
        self._read = dict.fromkeys(REGIONS, 0)
        self._repairers = {
            name: Repairer(one, OperationRepository(one)) for name, one in self.replicas.items()
        }

    @abstractmethod
    def lambda_of(self, region: str) -> Answering:
        """The Lambda that mails in a region."""

    @abstractmethod
    def look_at(self, region: str, change: Change) -> None:
        """Let a region's stream Lambda note whom a change is about."""

    @abstractmethod
    def flush(self, region: str) -> None:
        """Let a region's stream Lambda put whom it noted into the queue."""

    def clock(self) -> float:
        """The time in seconds."""
        return self.tables.now_ms / 1000

    def note(self, lines: str) -> None:
        """Take the log lines of a Lambda."""
        self.log += [json.loads(line) for line in lines.splitlines()]

    def counted(self, metric: str) -> int:
        """Return the sum of a metric over all log lines."""
        return sum(int(line.get(metric, 0)) for line in self.log)

    def into(self, region: str) -> Callable[[list[dict[str, Any]]], None]:
        """Return what puts entries of a request into a region's queue."""

        def send(entries: list[dict[str, Any]]) -> None:
            for one in entries:
                due = self.tables.now_ms + 1000 * one["DelaySeconds"]
                self.queues[region].append((due, one["MessageBody"]))

        return send

    def run(self, ms: int = 10 * 60_000, *, deliver: bool = True) -> None:
        """Let so much time pass, with all that happens in it."""
        end = self.tables.now_ms + ms
        while True:
            if deliver:
                self._deliver()
            self._read_streams()
            if deliver and self._deliver():
                continue
            ready = [
                (due, region, body)
                for region, queue in self.queues.items()
                if region in self.living
                for due, body in queue
            ]
            arrivals = [at for way in self._arrivals.values() for at in way] if deliver else []
            at = min([*(one[0] for one in ready), *arrivals], default=end + 1)
            if at > end:
                break
            if at in arrivals:
                self.tables.now_ms = max(self.tables.now_ms, at)
                continue
            due, region, body = min(ready)
            self.tables.now_ms = max(self.tables.now_ms, due)
            self.queues[region].remove((due, body))
            self.handle(region, body)
        self.tables.now_ms = end

    def _deliver(self) -> bool:
        """Let arrive what was written `lag_ms` ago; return whether something did."""
        arrived = False
        for pair, way in self.tables.pending.items():
            due = self._arrivals.setdefault(pair, [])
            del due[len(way) :]
            due += [self.tables.now_ms + self.lag_ms] * (len(way) - len(due))
            while due and due[0] <= self.tables.now_ms:
                self.tables.deliver(pair, 0)
                del due[0]
                arrived = True
        return arrived

    def handle(self, region: str, body: str) -> None:
        """Let a region's Lambda take a message, which comes again if it fails, `ATTEMPTS` times."""
        event = {"Records": [{"messageId": "1", "body": body}]}
        if not self.lambda_of(region).answer(event)["batchItemFailures"]:
            self._tries.pop((region, body), None)
            return
        tries = self._tries[region, body] = self._tries.get((region, body), 0) + 1
        if tries < ATTEMPTS:
            self.queues[region].append((self.tables.now_ms + AGAIN_MS, body))
        else:
            self.dead_letters.append(body)

    def _read_streams(self) -> None:
        for region in sorted(self.living):
            stream = self.tables.regions[region].stream
            while self._read[region] < len(stream):
                change = stream[self._read[region]]
                self._read[region] += 1
                self._repairers[region].settle(change)
                self.look_at(region, change)
            self.flush(region)

    def subjects(self, mail: str | None = None) -> list[str]:
        """Return the subjects of the mails (to an address), in the order of sending."""
        return [one.subject for one in self.mailbox.mails if mail in {None, one.to}]
