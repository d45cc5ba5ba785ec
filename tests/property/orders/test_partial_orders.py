"""What a region does with an order of which it has some facts: it fails on none."""

from hypothesis import given
from hypothesis import strategies as st

from services.domain.orders import facts as f
from services.domain.orders.duties import duties, open_work
from services.domain.orders.duty import DutyKind
from services.domain.orders.facts import Data, Fact
from services.domain.orders.guards import Verdict, judge
from services.domain.orders.listing import listing_of
from services.domain.orders.notices import StoreNames, compose
from services.domain.orders.order import Order
from services.domain.orders.payment import MAX_ATTEMPTS, MAX_EXCESS_TRIES
from services.domain.orders.payment_state import cards_left, decline_code, payment_state, refundable
from services.domain.orders.state import fold
from services.domain.stamp import COUNTER_BITS, Stamp
from tests.property.orders.samples import ORDER, TOTAL, A, B, placed

C = "us-east-1"
REGIONS = (A, B, C)
NAMES = StoreNames("s", "Europe/Berlin", {})
CONTACT = {"name": "Ada", "mail": "ada@example.org"}

attempts = st.sampled_from([1, 2, MAX_ATTEMPTS])
amounts = st.sampled_from([1, 400, TOTAL])
refunds = st.sampled_from(
    (
        *("r1", "r2", "excess-400", "excess-400-1", "excess-0"),
        *(f"excess-0-{number}" for number in range(1, MAX_EXCESS_TRIES)),
    )
)
acts = st.sampled_from(
    (
        *(f.Approved, f.Assessed, f.Accepted, f.Ready, f.Collected, f.Cancelled, f.Rejected),
        *(f.Expired, f.Closed, f.Reopened, f.ClosedAgain),
    )
)
data = st.one_of(
    st.builds(
        lambda name, method: placed(fingerprint=name, method=method),
        *(st.sampled_from(["f", "g"]), st.sampled_from([f.CARD, f.AT_STORE])),
    ),
    st.builds(lambda kind: kind(), acts),
    st.builds(f.Accepted, placement=st.sampled_from(["", *REGIONS])),
    st.builds(f.Confirmed, st.sampled_from(REGIONS)),
    st.builds(f.Settled, st.booleans()),
    st.builds(f.Offered, attempts, st.just("pm_2")),
    st.builds(
        lambda kind, attempt, amount: kind(attempt, amount, "pi"),
        *(st.sampled_from([f.Authorized, f.Declined, f.Captured, f.Voided]), attempts, amounts),
    ),
    st.builds(
        lambda kind, name, amount: kind(name, amount, "re"),
        *(st.sampled_from([f.RefundAsked, f.Refunded, f.RefundRefused]), refunds, amounts),
    ),
    st.builds(f.RefundRefused, refunds, amounts, st.just("re"), failed=st.booleans()),
    st.builds(
        f.Notified,
        st.sampled_from([f.GUEST, f.STORE, f.OPERATOR]),
        st.sampled_from(["placed", "accepted", "expired"]),
    ),
)


def known(some: list[tuple[Data, str, int]]) -> Order:
    return Order.of(
        ORDER, (Fact(Stamp(at << COUNTER_BITS, region), "x", one) for one, region, at in some)
    )


orders = st.builds(
    known, st.lists(st.tuples(data, st.sampled_from(REGIONS), st.integers(1, 9)), max_size=14)
)
# Most orders have a placement, and were charged: else nothing is due.
charged = st.builds(
    lambda order: known(
        [(placed(), A, 1), (f.Authorized(1, TOTAL, "pi"), A, 1), (f.Captured(1, TOTAL, "pi"), A, 2)]
    ).merge(order),
    orders,
)


@given(orders | charged, st.sampled_from(REGIONS))
def test_whatever_has_arrived_of_an_order_it_is_listed_shown_and_worked_on(
    order: Order, region: str
) -> None:
    state = fold(order)
    listing_of(order, region, REGIONS)
    payment_state(state)
    decline_code(order, state.payment)
    assert cards_left(state) >= 0
    assert refundable(state.payment) >= 0
    work = open_work(order, REGIONS)
    assert duties(order, 10**14, REGIONS) == [one for one in work if one.due_at <= 10**14]
    assert all(isinstance(one.due_at, int) for one in work)
    assert len({one.key for one in work}) == len(work)
    assert state.placement is not None or not work
    for one in work:
        if one.kind is DutyKind.NOTIFY:
            compose(one.audience, one.name, ORDER, state, NAMES, CONTACT)
        if one.kind is DutyKind.ASK_REFUND:
            # Nobody hears of a refusal of the guard: the money would stay with the shop.
            request = f.RefundAsked(one.name, one.amount, "the order ended")
            judged = judge(order, request, Stamp(10 << COUNTER_BITS, region), "carte")
            assert judged.verdict is Verdict.ALLOWED, judged.reason
