"""The figures of days are the sums over their orders, recomputed naively from the orders' facts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from services.domain.orders import facts as f
from services.domain.orders.facts import Data, Fact
from services.domain.orders.figures import Amounts, Outcome, order_figures, store_figures
from services.domain.orders.order import Order
from services.domain.quotes.line import Line
from services.domain.stamp import COUNTER_BITS, Stamp
from tests.property.orders.samples import A, B, placed
from tests.property.orders.test_order_laws import orders

BERLIN = ZoneInfo("Europe/Berlin")
FIRST = date(2026, 3, 28)  # the night to the 29th is an hour short there
DAYS = [FIRST + timedelta(days=at) for at in range(3)]
START = int(datetime(2026, 3, 27, 20, tzinfo=UTC).timestamp())
ACT = f.Accepted()


class Story(NamedTuple):
    """What happens to an order after it was placed, and what that makes of it.

    Attributes:
        outcome: What becomes of it.
        acts: Facts in their order; an amount is a share of the total, in percent, of the first
            attempt or refund unless another one is named.
        collected: Whether the guest has it.
        charged: Percent of the total that was taken.
        given_back: Percent that staff gave back.
    """

    outcome: Outcome
    acts: tuple[Any, ...]
    collected: bool = False
    charged: int = 0
    given_back: int = 0


HELD, TAKEN = (f.Authorized, 100), (f.Captured, 100)
OUT = (ACT, f.Ready(), f.Collected())
CASH = (
    Story(Outcome.WAITING, ()),
    Story(Outcome.IN_WORK, (ACT,)),
    Story(Outcome.IN_WORK, (ACT, f.Ready())),
    Story(Outcome.COLLECTED, OUT, collected=True),
    Story(Outcome.CANCELLED, (f.Cancelled(),)),
    Story(Outcome.REJECTED, (f.Rejected(),)),
    Story(Outcome.EXPIRED, (f.Expired(),)),
)
CARD = (
    Story(Outcome.WAITING, (HELD,)),
    Story(Outcome.WAITING, ((f.Declined, 100),)),
    Story(Outcome.IN_WORK, (HELD, ACT, TAKEN), charged=100),
    Story(Outcome.COLLECTED, (HELD, TAKEN, *OUT), collected=True, charged=100),
    Story(
        Outcome.COLLECTED,
        (HELD, TAKEN, *OUT, (f.Refunded, 50)),
        collected=True,
        charged=100,
        given_back=50,
    ),
    Story(
        Outcome.REFUNDED,
        (HELD, TAKEN, *OUT, (f.Refunded, 100)),
        collected=True,
        charged=100,
        given_back=100,
    ),
    # Another card was charged as well, and what was too much came back by itself.
    Story(
        Outcome.COLLECTED,
        (HELD, TAKEN, *OUT, (f.Captured, 100, 2), (f.Refunded, 100, "excess-0")),
        collected=True,
        charged=100,
    ),
    Story(Outcome.REFUNDED, (HELD, ACT, TAKEN, (f.Refunded, 100)), charged=100, given_back=100),
    Story(Outcome.CANCELLED, (HELD, f.Cancelled(), (f.Voided, 100))),
    Story(Outcome.REJECTED, (HELD, f.Rejected(), (f.Voided, 100))),
)
lines = st.lists(
    st.builds(
        lambda item, quantity, price: Line(
            item, quantity, price, quantity * price, quantity * price // 10
        ),
        st.sampled_from(["ring", "berliner", "coffee"]),
        st.integers(1, 9),
        # Halves of totals are whole minor units.
        st.integers(1, 400).map(lambda half: 2 * half),
    ),
    min_size=1,
    max_size=4,
)


class Case(NamedTuple):
    """An order, and what it adds by its story."""

    order: Order
    day: date
    currency: str
    story: Story
    lines: tuple[Line, ...]
    total: int


@st.composite
def cases(draw: Any) -> list[Case]:
    return [draw(case(number)) for number in range(draw(st.integers(0, 8)))]


@st.composite
def case(draw: Any, number: int) -> Case:
    chosen = tuple(draw(lines))
    total = sum(line.amount for line in chosen)
    by_card = draw(st.booleans())
    story = draw(st.sampled_from(CARD if by_card else CASH))
    pickup = START + draw(st.integers(0, 4 * 24 * 60)) * 60
    currency = draw(st.sampled_from(["EUR", "EUR", "EUR", "USD"]))
    first = replace(
        placed(method=f.CARD if by_card else f.AT_STORE),
        lines=chosen,
        total=total,
        pickup_at=pickup,
        currency=currency,
    )

    def data_of(act: Any) -> Data:
        if not isinstance(act, tuple):
            return act  # type: ignore[no-any-return]
        kind, percent, *named = act
        (what,) = named or ["r1" if kind is f.Refunded else 1]
        return kind(what, total * percent // 100)  # type: ignore[no-any-return]

    # One region after the other records what happens, each having seen what came before.
    facts = [
        Fact(Stamp(at << COUNTER_BITS, draw(st.sampled_from([A, B])) if at else A), "x", data)
        for at, data in enumerate([first, *map(data_of, story.acts)])
    ]
    day = datetime.fromtimestamp(pickup, BERLIN).date()
    return Case(Order.of(f"order-{number}", facts), day, currency, story, chosen, total)


@given(cases(), st.randoms(use_true_random=False))
def test_figures_of_days_are_the_sums_over_their_orders(some: list[Case], rng: Any) -> None:
    mixed = list(some)
    rng.shuffle(mixed)
    found = store_figures([one.order for one in mixed], DAYS, BERLIN, "EUR")
    assert [one.day for one in found.days] == DAYS
    for day in found.days:
        mine = [one for one in some if one.day == day.day]
        assert day.placed == len(mine)
        assert day.outcomes == Counter(one.story.outcome for one in mine)
        here = [one for one in mine if one.currency == "EUR"]
        assert day.foreign == len(mine) - len(here)
        out = [one for one in here if one.story.collected]
        expected = [one for one in here if one.story.outcome in {Outcome.WAITING, Outcome.IN_WORK}]
        assert day.amounts == Amounts(
            revenue=sum(one.total for one in out),
            tax=sum(line.tax for one in out for line in one.lines),
            charged=sum(one.total * one.story.charged // 100 for one in out),
            refunded=sum(one.total * one.story.given_back // 100 for one in out),
            other_refunds=sum(
                one.total * one.story.given_back // 100 for one in here if not one.story.collected
            ),
            expected=sum(one.total for one in expected),
        )
    sold = [
        line
        for one in some
        if one.day in DAYS and one.currency == "EUR" and one.story.collected
        for line in one.lines
    ]
    assert {one.item_id: (one.pieces, one.revenue, one.tax) for one in found.items} == {
        item: totals(sold, item) for item in {line.item_id for line in sold}
    }
    assert sum(one.revenue for one in found.items) == sum(one.amounts.revenue for one in found.days)
    assert list(found.items) == sorted(found.items, key=lambda one: (-one.revenue, one.item_id))


def totals(sold: Sequence[Line], item: str) -> tuple[int, int, int]:
    mine = [line for line in sold if line.item_id == item]
    return (
        sum(line.quantity for line in mine),
        sum(line.amount for line in mine),
        sum(line.tax for line in mine),
    )


@given(orders)
def test_an_order_of_any_facts_has_one_outcome_and_amounts_that_fit_its_total(
    order: Order,
) -> None:
    found = order_figures(order, BERLIN)
    if found is None:
        assert not order.of_kind(f.Placed)
        return
    revenue, tax, charged, refunded, other_refunds, expected = found.amounts
    total = placed().total
    assert revenue in {0, total}
    assert 0 <= charged <= revenue
    assert 0 <= refunded <= revenue
    assert 0 <= tax <= revenue
    assert 0 <= other_refunds <= total - revenue
    assert expected in {0, total - revenue}
    assert bool(found.sold) == (revenue > 0)
    if found.outcome is Outcome.COLLECTED:
        assert revenue == total
    # What another region has of it changes nothing of how facts add up.
    assert order_figures(order.part_of(A).merge(order.part_of(B)), BERLIN) == found
