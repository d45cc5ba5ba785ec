"""Three regions in memory with their stock alerts: streams, queues, a mailbox, and a clock."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from services.alerts.deliveries import Deliveries
from services.alerts.mailing import AlertMailing
from services.convergence.alert_stores import AlertStores
from services.convergence.repair import Repairer
from services.convergence.sold_out import SoldOutAlerts
from services.domain.documents.stock import Stock
from services.domain.documents.subscriber import Subscriber
from services.domain.mail import Mail
from services.domain.orders.notices import StoreNames
from services.domain.stamp import Stamp
from services.domain.stock_alerts.news import sold_out_items
from services.domain.stock_alerts.quiet_hours import QuietHours
from services.domain.stock_alerts.subscribing import Subscription, subscribe
from services.domain.stock_edits import FileCount, count_stock_from_file
from services.storage import keys
from services.storage.kinds import Document
from services.storage.operations import OperationRepository
from services.storage.subscribers import SubscriberRepository
from tests.support.mrec import GlobalTable, MemoryReplica

REGIONS = ("ap-southeast-1", "eu-west-1", "us-east-1")
NOON_MS = 1_780_000_000_000 - 1_780_000_000_000 % 86_400_000 + 12 * 3_600_000
SITE = "https://menus.example.com"
NO_QUIET = QuietHours(0, 0)
SECRET = "0f" * 16


class Names:
    """Calls stores `Berlin` and their id, or by their id alone; all are in UTC.

    Attributes:
        prefix: What stands before a store's id.
    """

    def __init__(self, prefix: str = "Berlin ") -> None:
        self.prefix = prefix

    def names(self, store_id: str, language: str = "en", *, unknown: bool = False) -> StoreNames:
        del language, unknown
        return StoreNames(f"{self.prefix}{store_id}", "UTC", {"echo-plus": "Echo Plus"})


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


class World:
    """Three regions. Time goes on in `run` only, from one message to the next.

    Attributes:
        living: Regions that do their work; streams and queues of others stand still.
        log: Log lines of all regions' alerts.
        lag_ms: After which a write arrives in another region.
    """

    def __init__(self, names: Names | None = None) -> None:
        self.tables = GlobalTable(REGIONS)
        self.tables.now_ms = NOON_MS
        self.lag_ms = 0
        self._arrivals: dict[tuple[str, str], list[int]] = {}
        self.replicas = {name: MemoryReplica(self.tables, name) for name in REGIONS}
        self.subscribers = {name: SubscriberRepository(one) for name, one in self.replicas.items()}
        self.mailbox = Mailbox()
        self.living = set(REGIONS)
        self.log: list[dict[str, Any]] = []
        self.queues: dict[str, list[tuple[int, str]]] = {name: [] for name in REGIONS}
        self._read = dict.fromkeys(REGIONS, 0)
        self._stores = {name: AlertStores(self._into(name), self._clock) for name in REGIONS}
        self._alerts = {
            name: SoldOutAlerts(one, lambda _: None, self._stores[name].note)
            for name, one in self.replicas.items()
        }
        self._repairers = {
            name: Repairer(one, OperationRepository(one)) for name, one in self.replicas.items()
        }
        self.deliveries = {
            name: Deliveries(
                name,
                AlertMailing(
                    name,
                    REGIONS,
                    self.subscribers[name],
                    names or Names(),
                    mails=self.mailbox,
                    site=SITE,
                ),
                lambda _: frozenset(self.living),
                send=self._into(name),
                log=self._note,
                now=lambda: self.tables.now_ms,
            )
            for name in REGIONS
        }

    def _clock(self) -> float:
        return self.tables.now_ms / 1000

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

    def subscribe(
        self,
        mail: str = "counter@example.org",
        *stores: str,
        language: str = "en",
        quiet: QuietHours = NO_QUIET,
    ) -> str:
        """Subscribe an address to stores (`berlin` where none is named); return its id."""
        region = REGIONS[0]
        identity = ""
        for store_id in stores or ("berlin",):
            wanted = Subscription(store_id, mail, language, quiet)
            identity = wanted.subscriber_id
            stock = self.subscribers[region].stock(store_id)
            out = sold_out_items(stock, self.subscribers[region].moved(stock))

            def edit(
                current: Document | None,
                stamp: Stamp,
                wanted: Subscription = wanted,
                out: frozenset[str] = out,
            ) -> Subscriber:
                before = current if isinstance(current, Subscriber) else None
                return subscribe(before, wanted, stamp, link_key=SECRET, out=out)

            self.subscribers[region].enlist(store_id, identity)
            self.replicas[region].change(keys.subscriber(identity), edit)
        self.tables.deliver_all()
        return identity

    def count(
        self,
        region: str,
        pieces: Mapping[str, int],
        store_id: str = "berlin",
        *,
        counted_ms: int | None = None,
        source: str = "file",
    ) -> None:
        """Count items of a store in a region, as a file does."""
        at = self.tables.now_ms if counted_ms is None else counted_ms
        counts = {item: FileCount(left, at) for item, left in pieces.items()}

        def edit(current: Document | None, stamp: Stamp) -> Stock:
            before = current if isinstance(current, Stock) else None
            now = self.tables.now_ms // 1000
            return count_stock_from_file(
                before, store_id, counts, source, stamp, now=now, nearest=()
            )[0]

        self.replicas[region].change(keys.stock(store_id), edit)

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
        """Let a region's Lambda handle a message, which comes again in a minute if it fails."""
        event = {"Records": [{"messageId": "1", "body": body}]}
        if self.deliveries[region].answer(event)["batchItemFailures"]:
            self.queues[region].append((self.tables.now_ms + 60_000, body))

    def _read_streams(self) -> None:
        for region in sorted(self.living):
            stream = self.tables.regions[region].stream
            while self._read[region] < len(stream):
                change = stream[self._read[region]]
                self._read[region] += 1
                self._repairers[region].settle(change)
                self._alerts[region].look_at(change)
            self._stores[region].flush()

    def said(self, mail: str | None = None) -> list[str]:
        """Return the subjects of the mails (to an address), in the order of sending."""
        return [one.subject for one in self.mailbox.mails if mail in {None, one.to}]
