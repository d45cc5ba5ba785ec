"""Performs what is due for an order in one region, and records each outcome as a fact."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from services.domain.documents.layout import NewerDocumentError
from services.domain.orders import facts, risk, takeover
from services.domain.orders.duties import duties
from services.domain.orders.duty import Duty, DutyKind
from services.domain.orders.order import Order
from services.domain.orders.provider import PaymentProvider, UnknownOutcomeError
from services.domain.orders.state import fold
from services.domain.quotes.limits import OrderLimits
from services.domain.quotes.pickup import PickupRules
from services.fulfilment import report as counts
from services.fulfilment.notifying import Notifier
from services.fulfilment.report import Report
from services.storage import order_duties
from services.storage.fault_codes import code_of
from services.storage.order_duties import OrderDuties
from services.storage.orders import OrderRepository, TransitionRefusedError

_REMEMBERED: Final = 10_000
PROVIDER: Final = "provider"
_FACTS_OF_REVIEWS: Final[Mapping[risk.RiskVerdict, Callable[[str], facts.Data]]] = {
    risk.RiskVerdict.PASS: facts.Approved,
    risk.RiskVerdict.WAIT: facts.Assessed,
    risk.RiskVerdict.REFUSE: facts.Rejected,
}


class Performer:
    """Performs the duties of one region.

    A duty whose effect or notice fails stays due, and the sweeper finds the order again. Only a
    table that fails makes a call fail.
    """

    def __init__(
        self,
        region: str,
        orders: OrderRepository,
        of_the_table: OrderDuties,
        *,
        provider: PaymentProvider | None,
        notifier: Notifier,
    ) -> None:
        """Take what carries out each kind of duty; nothing is read yet.

        Args:
            region: The region.
            orders: Its orders.
            of_the_table: Performs the duties that need the table alone.
            provider: Performs the effects on payments; None: they stay due, and are counted.
            notifier: Sends notices.
        """
        self._region = region
        self._orders = orders
        self._of_the_table = of_the_table
        self._provider = provider
        self._notifier = notifier
        self._repeated: OrderedDict[tuple[str, str], None] = OrderedDict()

    def perform(
        self,
        order_id: str,
        now_ms: int,
        living: AbstractSet[str],
        report: Report,
        may_go_on: Callable[[], bool] = lambda: True,
    ) -> bool:
        """Perform what is due here; False where time ran out before all was done.

        A duty may make another one due, so it goes on until none is left. Each is tried once.

        Args:
            order_id: The order's id.
            now_ms: Unix milliseconds (UTC).
            living: Regions that perform their duties, as `takeover.alive` returns them.
            report: Counts what is done.
            may_go_on: Called before each duty.

        Raises:
            ContentionError: Others wrote the order, or what it reserved, faster every time.
        """
        tried: set[str] = set()
        changed = False
        while True:
            held = self._orders.held(order_id)
            self._count_repeated(held.order, held.notified_in, report)
            duty = self._next(held.order, now_ms, living, tried)
            if duty is None:
                break
            if not may_go_on():
                return False
            tried.add(duty.key)
            done = self._perform(held.order, duty, now_ms, living, report)
            changed |= done
            report.counts[counts.DONE] += done
            report.counts[counts.TAKEN_OVER] += done and takeover.is_taken_over(duty, self._region)
        if not changed:
            self._orders.refresh(order_id)
        return True

    def _next(
        self, order: Order, now_ms: int, living: AbstractSet[str], tried: AbstractSet[str]
    ) -> Duty | None:
        regions = self._orders.regions
        return next(
            (
                one
                for one in duties(order, now_ms, regions)
                if one.key not in tried
                and takeover.performs(one, self._region, living, regions, now_ms)
            ),
            None,
        )

    def _perform(
        self, order: Order, duty: Duty, now_ms: int, living: AbstractSet[str], report: Report
    ) -> bool:
        """Perform a duty; False: it stays due."""
        order_id = order.order_id
        if duty.kind in order_duties.KINDS:
            return self._of_table(order_id, duty, report)
        match duty.kind:
            case DutyKind.NOTIFY:
                return self._notify(order, duty, now_ms, living, report)
            case DutyKind.REVIEW:
                return self._review(order)
            case DutyKind.ASK_REFUND:
                request = facts.RefundAsked(duty.name, duty.amount, "the order ended")
                return self._record(order_id, request, order_duties.AUTHOR)
            case _:
                return self._pay(order, duty, report)

    def _of_table(self, order_id: str, duty: Duty, report: Report) -> bool:
        """Perform a duty that needs the table alone; False: it stays due."""
        try:
            self._of_the_table.perform(order_id, duty)
        except NewerDocumentError as error:
            # Pieces that are given back or handed out change this region's own part of the stock,
            # and where a newer version wrote more into it, only that version can. The message would
            # come again in vain; the sweeper looks again, and everything else is done meanwhile.
            report.faults.append(f"{duty.key} of {order_id} waits: {error}")
            report.fault_codes[code_of(error)] += 1
            return False
        return True

    def _review(self, order: Order) -> bool:
        """Judge a large order by itself, and record the result."""
        state = fold(order)
        placed = state.placement
        if placed is None:
            return False
        rules, regions = PickupRules(), self._orders.regions
        use = self._orders.slot_use(placed.store_id, risk.days_of_review(placed, rules))
        found = risk.assess(state, use, regions, OrderLimits(), rules)
        made = _FACTS_OF_REVIEWS[found.verdict](found.reason)
        return self._record(order.order_id, made, order_duties.AUTHOR)

    def _pay(self, order: Order, duty: Duty, report: Report) -> bool:
        placed = fold(order).placement
        if self._provider is None or placed is None:
            report.counts[counts.NO_PROVIDER] += 1
            return False
        try:
            outcome = self._provider.perform(order.order_id, placed.currency, duty)
        except UnknownOutcomeError as error:
            report.counts[counts.UNKNOWN] += 1
            report.faults.append(f"{duty.key}: {error.message}")
            return False
        return self._record(order.order_id, outcome, PROVIDER)

    def _notify(
        self, order: Order, duty: Duty, now_ms: int, living: AbstractSet[str], report: Report
    ) -> bool:
        if not self._notifier.notify(order, duty, now_ms, living, report):
            return False
        notified = facts.Notified(duty.audience, duty.name)
        return self._record(order.order_id, notified, order_duties.AUTHOR)

    def _record(self, order_id: str, data: facts.Data, author: str) -> bool:
        try:
            self._orders.record(order_id, data, author)
        except TransitionRefusedError:
            return False  # something happened in between that makes it needless
        return True

    def _count_repeated(
        self, order: Order, notified_in: dict[str, list[str]], report: Report
    ) -> None:
        """Count each notice that this region and another one both sent, once, in the earlier."""
        for name, regions in notified_in.items():
            seen = (order.order_id, name)
            kept = order.facts[name].stamp.region
            if len(regions) < 2 or kept != self._region or seen in self._repeated:  # noqa: PLR2004
                continue
            report.counts[counts.REPEATED] += len(regions) - 1
            self._repeated[seen] = None
            if len(self._repeated) > _REMEMBERED:
                self._repeated.popitem(last=False)
