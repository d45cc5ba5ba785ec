"""Three regions in memory with their notices to people: streams, queues, a mailbox, and a clock."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from services.convergence.changed_people import ChangedPeople
from services.convergence.repair import Repairer
from services.domain.documents.person import EVERYTHING, PersonRoles
from services.domain.people.granting import edit_roles
from services.domain.people.notices import Reader
from services.domain.stamp import Stamp
from services.people_notices.deliveries import SIGNED_IN, Deliveries
from services.people_notices.mailing import PeopleMailing
from services.storage import keys
from services.storage.kinds import Document
from services.storage.operations import OperationRepository
from services.storage.people import PeopleRepository
from services.storage.people_notices import PeopleNotices
from tests.support.alerts import NOON_MS, REGIONS, SITE, Mailbox
from tests.support.mrec import GlobalTable, MemoryReplica

PERSON = "5f0c0000-0000-4000-8000-000000000001"
ADDRESS = "kim@example.org"
POOL_REGION = "us-east-1"
ATTEMPTS = 5  # maxReceiveCount of infra_cdk.constructs.queues


class Accounts:
    """A user pool that knows `PERSON`.

    Attributes:
        before: Called before the pool answers; what it raises is raised.
    """

    def __init__(self) -> None:
        self.readers = {PERSON: Reader(ADDRESS, "en")}
        self.before: Callable[[], object] = lambda: None

    def reader(self, subject: str) -> Reader | None:
        self.before()
        return self.readers.get(subject)


class PeopleWorld:
    """Three regions. Time goes on in `run` only, from one message to the next.

    Attributes:
        living: Regions that do their work; streams and queues of others stand still.
        log: Log lines of all regions' notices.
        dead_letters: Messages that failed `ATTEMPTS` times.
    """

    def __init__(self) -> None:
        self.tables = GlobalTable(REGIONS)
        self.tables.now_ms = NOON_MS
        self.replicas = {name: MemoryReplica(self.tables, name) for name in REGIONS}
        self.mailbox = Mailbox()
        self.accounts = Accounts()
        self.living = set(REGIONS)
        self.log: list[dict[str, Any]] = []
        self.queues: dict[str, list[tuple[int, str]]] = {name: [] for name in REGIONS}
        self.dead_letters: list[str] = []
        self._tries: dict[tuple[str, str], int] = {}
        self._read = dict.fromkeys(REGIONS, 0)
        self._changed = {
            name: ChangedPeople(self._into(name), lambda: self.tables.now_ms / 1000)
            for name in REGIONS
        }
        self._repairers = {
            name: Repairer(one, OperationRepository(one)) for name, one in self.replicas.items()
        }
        self.deliveries = {name: self._deliveries(name) for name in REGIONS}

    def _deliveries(self, name: str) -> Deliveries:
        replica = self.replicas[name]
        mailing = PeopleMailing(
            name,
            REGIONS,
            PeopleRepository(replica),
            PeopleNotices(replica),
            self.accounts,
            mails=self.mailbox,
            site=SITE,
        )
        return Deliveries(
            name,
            mailing,
            lambda _: frozenset(self.living),
            send=self._into(name),
            log=self._note,
            now=lambda: self.tables.now_ms,
        )

    def _note(self, lines: str) -> None:
        self.log += [json.loads(line) for line in lines.splitlines()]

    def counted(self, metric: str) -> int:
        """Return the sum of a metric over all log lines."""
        return sum(int(line.get(metric, 0)) for line in self.log)

    def _into(self, region: str) -> Callable[[list[dict[str, Any]]], None]:
        def send(entries: list[dict[str, Any]]) -> None:
            for one in entries:
                due = self.tables.now_ms + 1000 * one["DelaySeconds"]
                self.queues[region].append((due, one["MessageBody"]))

        return send

    def edit(self, region: str, changes: Mapping[str, bool], subject: str = PERSON) -> None:
        """Grant and revoke roles of a person in a region."""

        def edit(current: Document | None, stamp: Stamp) -> PersonRoles:
            before = current if isinstance(current, PersonRoles) else None
            return edit_roles(before, subject, changes, stamp)[0]

        self.replicas[region].change(keys.roles_of(subject), edit)

    def revoke_all(self, *regions: str) -> None:
        """Revoke all roles of the person in regions, as `carte people revoke` does."""
        for region in regions:
            self.edit(region, {EVERYTHING: False})

    def sign_in(self, *, new_device: bool, **attributes: str) -> None:
        """Sign the person in, as the user pool reports it."""
        named = {"sub": PERSON, "email": ADDRESS, "email_verified": "true", **attributes}
        self.deliveries[POOL_REGION].signed_in(
            {
                "triggerSource": SIGNED_IN,
                "userName": PERSON,
                "request": {"userAttributes": named, "newDeviceUsed": new_device},
                "response": {},
            }
        )

    def run(self, ms: int = 10 * 60_000, *, deliver: bool = True) -> None:
        """Let so much time pass, with all that happens in it."""
        end = self.tables.now_ms + ms
        while True:
            if deliver:
                self.tables.deliver_all()
            self._read_streams()
            if any(self.tables.pending.values()) and deliver:
                continue
            ready = [
                (due, region, body)
                for region, queue in self.queues.items()
                if region in self.living
                for due, body in queue
            ]
            if not ready or min(ready)[0] > end:
                break
            due, region, body = min(ready)
            self.tables.now_ms = max(self.tables.now_ms, due)
            self.queues[region].remove((due, body))
            event = {"Records": [{"messageId": "1", "body": body}]}
            if not self.deliveries[region].answer(event)["batchItemFailures"]:
                self._tries.pop((region, body), None)
                continue
            tries = self._tries[region, body] = self._tries.get((region, body), 0) + 1
            if tries >= ATTEMPTS:
                self.dead_letters.append(body)
            else:
                self.queues[region].append((self.tables.now_ms + 60_000, body))
        self.tables.now_ms = end

    def _read_streams(self) -> None:
        for region in sorted(self.living):
            stream = self.tables.regions[region].stream
            while self._read[region] < len(stream):
                change = stream[self._read[region]]
                self._read[region] += 1
                self._repairers[region].settle(change)
                self._changed[region].look_at(change)
            self._changed[region].flush()

    def said(self) -> list[str]:
        """Return the subjects of all mails, in the order of sending."""
        return [one.subject for one in self.mailbox.mails]
