"""Three regions with one order, each with its own facts, for tests of what they may do with it."""

from services.domain.orders import facts as f
from services.domain.orders import guards
from services.domain.orders.contradictions import GOODS
from services.domain.orders.duties import open_work
from services.domain.orders.duty import DutyKind
from services.domain.orders.facts import Data, Fact
from services.domain.orders.guards import EXPIRY_GRACE_MS, Verdict, judge
from services.domain.orders.order import Order
from services.domain.orders.state import fold
from services.domain.stamp import COUNTER_BITS, Stamp
from services.storage.order_duties import KINDS, _fact_of
from tests.property.orders.samples import ACCEPT_BY, ORDER, A, B, placed

C = "us-east-1"
REGIONS = (A, B, C)
LATE = ACCEPT_BY + EXPIRY_GRACE_MS
PLACED = placed(method=f.AT_STORE)


class World:
    """Three regions; each has its own facts, and what has arrived of the others'."""

    def __init__(self, first: Data = PLACED) -> None:
        self.views = dict.fromkeys(REGIONS, Order(ORDER, {}))
        self.time = 0
        self.held = 0  # minor units that the payment provider holds for the first attempt
        self.record(A, first)

    def record(self, region: str, data: Data) -> bool:
        """Record a fact if the guard lets it; whether it did."""
        self.time += 1
        order, stamp = self.views[region], Stamp(self.time << COUNTER_BITS, region)
        # Clocks differ: one region expires what another one still accepts.
        now = LATE if isinstance(data, f.Expired) else 0
        if judge(order, data, stamp, "x", now).verdict is not Verdict.ALLOWED:
            return False
        self.views[region] = order.with_fact(
            Fact(stamp, "x", guards.as_recorded(order, data, region))
        )
        self.check()
        return True

    def deliver(self, source: str, target: str) -> None:
        """Let the item of a region arrive in another, as it is now."""
        self.views[target] = self.views[target].merge(self.views[source].part_of(source))

    def work(self, region: str) -> bool:
        """Do one thing that is due here; whether there was any."""
        for duty in open_work(self.views[region], REGIONS):
            if duty.only == region and duty.kind in KINDS:
                settles = duty.kind is DutyKind.SETTLE
                return self.record(
                    region, f.Settled(duty.given_back) if settles else _fact_of(duty)
                )
        return False

    def heal(self) -> None:
        """Let everything arrive, and do all that is due."""
        while True:
            before = self.views
            self.views = dict(before)
            for source in REGIONS:
                for target in REGIONS:
                    self.deliver(source, target)
            worked = [region for region in REGIONS if self.work(region)]
            if not worked and self.views == before:
                return

    def truth(self) -> Order:
        """All facts of all regions."""
        found = Order(ORDER, {})
        for region, view in self.views.items():
            found = found.merge(view.part_of(region))
        return found

    def authorize(self, region: str) -> bool:
        """Have the card authorized where that is due; the provider knows an attempt by its key."""
        for duty in open_work(self.views[region], REGIONS):
            if duty.kind is DutyKind.AUTHORIZE:
                self.held = self.held or duty.amount
                return self.record(region, f.Authorized(1, self.held))
        return False

    def check(self) -> None:
        """Goods that went out, or will, have pieces that nobody else may sell."""
        order = self.truth()
        if any(fact.kind in GOODS for fact in order.facts.values()):
            self.check_pieces(order)

    def check_pieces(self, order: Order) -> None:
        """One reservation of what was accepted was not given back."""
        holders = {fact.stamp.region: data for fact, data in order.of_kind(f.Placed)}
        back = {fact.stamp.region for fact, data in order.of_kind(f.Settled) if data.given_back}
        kept = {data.fingerprint for region, data in holders.items() if region not in back}
        assert kept, "goods are handed out, and their pieces can be sold again"
        named = {data.placement or fact.stamp.region for fact, data in order.of_kind(f.Accepted)}
        made = {holders[region].fingerprint for region in named}
        # Where the store accepted two inputs, one of them was made in vain.
        assert len(made) > 1 or made <= kept, "pieces of the input that was made can be sold again"

    def check_healed(self) -> None:
        """What was accepted has its pieces, and none is held for goods that went out."""
        order = self.views[A]
        state = fold(order)
        if state.accepted and not state.ended:
            self.check_pieces(order)
        if "collected" in state.holding:
            holders = {fact.stamp.region for fact, _ in order.of_kind(f.Placed)}
            settled = {fact.stamp.region for fact, _ in order.of_kind(f.Settled)}
            assert holders == settled, "a reservation is never settled"
