"""Three regions with a store, in memory, and the fulfilment of each: provider, mailbox, queue."""

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from services.convergence.order_changes import OrderChanges
from services.convergence.repair import Change
from services.domain.documents.layout import NewerDocumentError
from services.domain.orders import takeover
from services.domain.orders.duty import Duty, DutyKind
from services.domain.orders.facts import Authorized, Captured, Data, Declined, Refunded, Voided
from services.domain.orders.notices import Notice, StoreNames
from services.domain.orders.order import Order
from services.domain.orders.provider import PaymentProvider, UnknownOutcomeError
from services.domain.orders.state import OrderState, fold
from services.domain.orders.wakeups import order_of
from services.fulfilment.notice_desk import NoticeDesk
from services.fulfilment.notifying import Notifier
from services.fulfilment.performing import Performer
from services.fulfilment.report import Report
from services.fulfilment.sweeping import Sweeper
from services.storage import kinds, parts
from services.storage.open_orders import OpenOrders
from services.storage.order_duties import OrderDuties
from services.storage.order_notices import OrderNotices
from services.storage.orders import OrderRepository
from tests.support.mrec import GlobalTable, MemoryReplica
from tests.support.order_story import NOON, REGIONS, write_store

NOON_MS = int(NOON.timestamp() * 1000)
NAMES = StoreNames("Donuts, Berlin", "Europe/Berlin", {"ring": "Glazed ring"})


class Provider:
    """A payment provider that recognizes keys; its answers may get lost.

    Attributes:
        effects: Key to outcome: each effect happened once.
        calls: Keys of all calls.
        lost: Calls whose answers are lost from now on.
        declines: Whether it declines cards.
    """

    def __init__(self) -> None:
        self.effects: dict[str, Data] = {}
        self.calls: list[str] = []
        self.lost = 0
        self.declines = False

    def perform(self, order_id: str, currency: str, duty: Duty) -> Data:  # noqa: ARG002 - the port
        self.calls.append(duty.key)
        outcome = self.effects.setdefault(duty.key, self._effect(duty))
        if self.lost:
            self.lost -= 1
            raise UnknownOutcomeError("the answer was lost")
        return outcome

    def _effect(self, duty: Duty) -> Data:
        match duty.kind:
            case DutyKind.AUTHORIZE if self.declines:
                return Declined(duty.attempt, duty.amount, "no funds")
            case DutyKind.AUTHORIZE:
                return Authorized(duty.attempt, duty.amount)
            case DutyKind.CAPTURE:
                return Captured(duty.attempt, duty.amount)
            case DutyKind.VOID:
                return Voided(duty.attempt, duty.amount)
            case DutyKind.REFUND:
                return Refunded(duty.name, duty.amount)
            case _:
                raise AssertionError(f"no effect at a provider: {duty.kind}")


class Mailbox:
    """Takes notices; every notice that any region sent.

    Attributes:
        failure: Raised instead; None: notices are taken.
        after: Called after one was taken; what it raises is raised, as where an answer is lost.
    """

    def __init__(self) -> None:
        self.notices: list[Notice] = []
        self.failure: Exception | None = None
        self.after: Callable[[Notice], object] = lambda _: None

    def send(self, notice: Notice) -> None:
        if self.failure is not None:
            raise self.failure
        self.notices.append(notice)
        self.after(notice)

    def topics(self, audience: str) -> list[str]:
        return [one.topic for one in self.notices if one.audience == audience]


def _lost_nothing(change: Change) -> None:
    """Fail where a region lost what it had written into an item of its own: it would never rest."""
    if change.old is None or change.new is None or parts.owner(change.key) is None:
        return
    if not kinds.is_mergeable(change.key):
        return
    old, new = change.old.document(), change.new.document()
    with suppress(NewerDocumentError):  # of what a newer version stored, only that can judge
        assert old.merge(new).dump() == new.dump(), f"{change.key} lost something"


class World:
    """Three regions; nothing runs by itself, so every interleaving can be tried.

    Attributes:
        provider: Stands for the payment provider, unless `pays` is another one.
        messages: Region to the messages of its queue that were worked off.
    """

    def __init__(
        self,
        *,
        provider: bool = True,
        pays: PaymentProvider | None = None,
        counted: int = 5,
        replica: Callable[[GlobalTable, str], MemoryReplica] = MemoryReplica,
    ) -> None:
        self.tables = GlobalTable(REGIONS)
        self.tables.now_ms = NOON_MS
        self.replicas = {name: replica(self.tables, name) for name in REGIONS}
        write_store(self.replicas[REGIONS[0]], {"ring": counted})
        self.tables.deliver_all()
        self.orders = {name: OrderRepository(one, REGIONS) for name, one in self.replicas.items()}
        self.open_orders = {name: OpenOrders(one) for name, one in self.replicas.items()}
        self.provider, self.mailbox = Provider(), Mailbox()
        used = (pays or self.provider) if provider else None
        self.reports = {name: Report() for name in REGIONS}
        self.living = frozenset(REGIONS)
        self.queues: dict[str, list[str]] = {name: [] for name in REGIONS}
        self.messages = Counter[str]()
        self._read = dict.fromkeys(REGIONS, 0)
        self.performers = {
            name: Performer(
                name,
                self.orders[name],
                OrderDuties(self.replicas[name], self.orders[name]),
                provider=used,
                notifier=Notifier(
                    name,
                    NoticeDesk(self.mailbox, lambda _: NAMES),
                    OrderNotices(self.replicas[name]),
                ),
            )
            for name in REGIONS
        }
        self.sweepers = {
            name: Sweeper(self.open_orders[name], self._into(name)) for name in REGIONS
        }

    def _into(self, region: str) -> Any:
        def send(entries: list[dict[str, Any]]) -> None:
            self.queues[region] += [order_of(one["MessageBody"]) for one in entries]

        return send

    def work(self, *regions: str) -> None:
        """Let regions read their streams and work off their queues until nothing is left."""
        while self._stream(regions):
            pass

    def _stream(self, regions: Iterable[str]) -> bool:
        worked = False
        for region in regions:
            changes = OrderChanges(region, self._into(region))
            stream = self.tables.regions[region].stream
            for change in stream[self._read[region] :]:
                _lost_nothing(change)
                changes.look_at(change)
            self._read[region] = len(stream)
            changes.flush()
            worked |= self.drain(region)
        return worked

    def drain(self, region: str) -> bool:
        """Work off a region's queue; whether there was anything."""
        waiting, self.queues[region] = self.queues[region], []
        self.messages[region] += len(waiting)
        for order_id in waiting:
            self.performers[region].perform(
                order_id, self.tables.now_ms, self.living, self.reports[region]
            )
        return bool(waiting)

    def work_everywhere(self) -> None:
        """Let all regions work and everything arrive, until nothing happens any more."""
        while True:
            before = [len(one.stream) for one in self.tables.regions.values()]
            self.work(*REGIONS)
            self.tables.deliver_all()
            if before == [len(one.stream) for one in self.tables.regions.values()]:
                return

    def sweep(self, *regions: str) -> None:
        """Sweep in regions once, and work off what was found."""
        for region in regions:
            self.sweepers[region].sweep(self.tables.now_ms, self.living)
            self.drain(region)

    def lose(self, region: str) -> None:
        """A region is away: nothing leaves or reaches it, and its heartbeat is old."""
        for pair in self.tables.pending:
            if region in pair:
                self.tables.cuts.add(pair)
        beats = {name: self.tables.now_ms for name in REGIONS if name != region}
        self.living = takeover.alive(beats, next(iter(beats)), REGIONS, self.tables.now_ms)

    def heal(self) -> None:
        """All regions are back and see everything."""
        self.living = frozenset(REGIONS)
        self.tables.deliver_all()

    def order(self, region: str, name: str) -> Order:
        found = self.orders[region].read(name)
        assert found is not None
        return found

    def state(self, region: str, name: str) -> OrderState:
        return fold(self.order(region, name))
