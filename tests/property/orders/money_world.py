"""Two regions and a payment provider whose answers get lost, small enough to try every way."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from services.domain.orders import facts as f
from services.domain.orders.duties import open_work
from services.domain.orders.duty import Duty, DutyKind
from services.domain.orders.facts import Data, Fact
from services.domain.orders.guards import EXPIRY_GRACE_MS, Verdict, judge
from services.domain.orders.order import Order
from services.domain.orders.state import OrderState, fold
from services.domain.stamp import COUNTER_BITS, Stamp
from tests.property.orders.samples import ACCEPT_BY, ORDER, TOTAL, A, B, placed

EARLY, LATE = 1_000, ACCEPT_BY + EXPIRY_GRACE_MS
Facts = frozenset[Fact]


@cache
def order_of(facts: Facts) -> Order:
    return Order.of(ORDER, sorted(facts, key=lambda one: (one.id, one.stamp)))


@cache
def with_fact(facts: Facts, fact: Fact) -> Facts:
    """The facts with one more, if the guard lets it."""
    order = order_of(facts)
    assert not isinstance(fact.data, f.Unknown)
    if judge(order, fact.data, fact.stamp, fact.author).verdict is not Verdict.ALLOWED:
        return facts
    return frozenset(order.with_fact(fact).facts.values())


@cache
def merged(facts: Facts, other: Facts, source: str) -> Facts:
    """What a region knows after the other one's part arrived."""
    part = order_of(other).part_of(source)
    return frozenset(order_of(facts).merge(part).facts.values())


@cache
def due_work(facts: Facts, now: int) -> tuple[Duty, ...]:
    kinds = (*EFFECTS, DutyKind.ASK_REFUND, DutyKind.EXPIRE)
    due = open_work(order_of(facts), (A, B))
    return tuple(one for one in due if one.kind in kinds and one.due_at <= now)


# What a guest may send to the other region under the same `operationId`.
PLACEMENTS = {
    "placed": placed(),
    "placed at the store": replace(placed(fingerprint="other", method=f.AT_STORE), token=""),
}
EFFECTS = (DutyKind.AUTHORIZE, DutyKind.CAPTURE, DutyKind.VOID, DutyKind.REFUND)


@dataclass(frozen=True)
class Provider:
    """What the provider has; a planted fault weakens it.

    `holds`, `captures` and `refunds` are (name, amount) in the order they were made; `tokens` are
    the payment methods that were taken, by attempt: each is taken once, as at Stripe.
    """

    holds: tuple[tuple[int, int], ...] = ()
    captures: tuple[tuple[int, int], ...] = ()
    voids: frozenset[int] = frozenset()
    refunds: tuple[tuple[str, int], ...] = ()
    tokens: tuple[tuple[int, str], ...] = ()
    declined: frozenset[int] = frozenset()
    fault: str = ""

    @property
    def net(self) -> int:
        return sum(n for _, n in self.captures) - sum(n for _, n in self.refunds)

    def open_holds(self) -> list[int]:
        taken = {attempt for attempt, _ in self.captures}
        return [n for n, _ in self.holds if n not in self.voids and n not in taken]

    def do(self, duty: Duty) -> "tuple[Provider, Data]":  # noqa: C901, PLR0911 - one branch an effect
        """Perform an effect; the same key gives the same answer."""
        n, amount = duty.attempt, duty.amount
        keyless = self.fault == "no idempotency key"
        match duty.kind:
            case DutyKind.AUTHORIZE:
                if n in self.voids:
                    return self, f.Voided(n, amount)
                if n in dict(self.holds) and not keyless:
                    return self, f.Authorized(n, dict(self.holds)[n])
                if n in self.declined or (not keyless and duty.token in dict(self.tokens).values()):
                    return replace(self, declined=self.declined | {n}), f.Declined(n, amount)
                holds, tokens = (*self.holds, (n, amount)), (*self.tokens, (n, duty.token))
                return replace(self, holds=holds, tokens=tokens), f.Authorized(n, amount)
            case DutyKind.CAPTURE:
                if n in self.voids and self.fault != "capture after void":
                    return self, f.Voided(n, amount)
                if n in dict(self.captures) and not keyless:
                    return self, f.Captured(n, dict(self.captures)[n])
                return replace(self, captures=(*self.captures, (n, amount))), f.Captured(n, amount)
            case DutyKind.VOID:
                if n in dict(self.captures):
                    return self, f.Captured(n, dict(self.captures)[n])
                return replace(self, voids=self.voids | {n}), f.Voided(n, amount)
            case _:
                twice = self.fault in {"refund twice", "no idempotency key"}
                if duty.name in dict(self.refunds) and not twice:
                    return self, f.Refunded(duty.name, dict(self.refunds)[duty.name])
                if amount > self.net and not twice:
                    return self, f.RefundRefused(duty.name, amount)
                refunds = (*self.refunds, (duty.name, amount))
                return replace(self, refunds=refunds), f.Refunded(duty.name, amount)


@dataclass(frozen=True)
class World:
    """A state of the model: what each region knows, what the provider has, what is still to come.

    Attributes:
        acts: Acts of people that may still happen: (region, kind).
        late: The deadline to accept has passed.
        losses: Answers of the provider that may still get lost.
    """

    views: tuple[Facts, Facts]
    provider: Provider
    acts: frozenset[tuple[str, str]]
    late: bool
    losses: int

    @classmethod
    def start(cls, acts: frozenset[tuple[str, str]], losses: int, fault: str = "") -> "World":
        world = cls(
            (frozenset(), frozenset()), Provider(fault=fault), acts, late=False, losses=losses
        )
        return world.recorded(0, placed())

    def recorded(self, region: int, data: Data) -> "World":
        """Record a fact in a region, if the guard lets it."""
        # One stamp for each kind keeps the model finite; the rules never look at their order.
        ms = LATE if isinstance(data, f.Expired) else EARLY
        stamp = Stamp(ms << COUNTER_BITS, (A, B)[region])
        view = self.views[region]
        after = with_fact(view, Fact(stamp, "x", data))
        return self if after == view else self.with_view(region, after)

    def with_view(self, region: int, view: Facts) -> "World":
        views = (view, self.views[1]) if region == 0 else (self.views[0], view)
        return replace(self, views=views)

    def replicated(self, source: int) -> "World":
        view = merged(self.views[1 - source], self.views[source], (A, B)[source])
        return self.with_view(1 - source, view)

    def work(self, region: int) -> tuple[Duty, ...]:
        return due_work(self.views[region], LATE if self.late else EARLY)

    def done(self, region: int, duty: Duty, *, answered: bool = True) -> "World":
        if duty.kind is DutyKind.EXPIRE:
            return self.recorded(region, f.Expired())
        if duty.kind is DutyKind.ASK_REFUND:
            return self.recorded(region, f.RefundAsked(duty.name, duty.amount))
        provider, outcome = self.provider.do(duty)
        after = replace(self, provider=provider)
        if answered:
            return after.recorded(region, outcome)
        return replace(after, losses=self.losses - 1)

    def steps(self) -> Iterator["World"]:
        """Every state that may come next."""
        for name, kind in sorted(self.acts):
            region = (A, B).index(name)
            data = PLACEMENTS[kind] if kind in PLACEMENTS else f.KINDS[kind]()  # type: ignore[call-arg]  # acts take nothing
            if kind == "accepted" and self.late:
                continue
            after = self.recorded(region, data)
            if after is not self:
                yield replace(after, acts=self.acts - {(name, kind)})
        for region in (0, 1):
            yield self.replicated(region)
            for duty in self.work(region):
                yield self.done(region, duty)
                if self.losses and duty.kind in EFFECTS:
                    yield self.done(region, duty, answered=False)
        if not self.late:
            yield replace(self, late=True)

    def settled(self) -> "World":
        """After the heal: all is replicated, all that is due is done, and time has passed."""
        world = replace(self, late=True)
        for _ in range(60):
            before = world
            world = world.replicated(0).replicated(1)
            for region in (0, 1):
                for duty in world.work(region):
                    world = world.done(region, duty)
            if world == before:
                return world
        raise AssertionError("the duties never end")

    def state(self) -> OrderState:
        return fold(order_of(self.views[0]))


def check_always(world: World) -> None:
    assert 0 <= world.provider.net <= TOTAL, f"the guest has paid {world.provider.net}"


def check_settled(world: World) -> None:
    assert world.views[0] == world.views[1], "the regions differ"
    state, provider = world.state(), world.provider
    due = TOTAL if state.accepted and not state.ended and state.payment.by_card else 0
    if state.is_unpaid:
        # The money went back, or never came: only another card of the guest can bring it.
        notices = [one for one in open_work(order_of(world.views[0]), (A, B)) if one.audience]
        unpaid = {one.audience for one in notices if one.name.startswith("unpaid/")}
        assert unpaid == {f.GUEST, f.STORE, f.OPERATOR}, f"{state.status}: only {unpaid} hear of it"
        due = 0
    assert provider.net == due, f"{state.status}: paid {provider.net}, due {due}"
    assert provider.open_holds() == [], f"{state.status}: still held {provider.open_holds()}"
