"""What a region may record, and what is due then."""

import pytest

from services.domain.orders import facts as f
from services.domain.orders.duties import duties, open_work
from services.domain.orders.duty import DutyKind
from services.domain.orders.facts import Data, Fact
from services.domain.orders.guards import EXPIRY_GRACE_MS, Verdict, judge
from services.domain.orders.order import Order
from services.domain.orders.payment import MAX_EXCESS_REFUNDS, MAX_EXCESS_TRIES, MAX_REFUNDS
from services.domain.orders.payment_state import PaymentState, payment_state
from services.domain.orders.state import Status, fold
from services.domain.stamp import COUNTER_BITS, Stamp
from tests.property.orders.samples import ACCEPT_BY, ORDER, A, B, fact, placed

REGIONS = (A, B)
NOW = Stamp(1_000 << COUNTER_BITS, A)


def order(kinds: str) -> Order:
    return Order.of(ORDER, map(fact, kinds.split()))


def verdict(known: Order, data: Data, region: str = A, ms: int = 1_000) -> Verdict:
    return judge(known, data, Stamp(ms << COUNTER_BITS, region), "someone").verdict


ALLOWED, REFUSED, REPEATED = Verdict.ALLOWED, Verdict.REFUSED, Verdict.REPEATED


@pytest.mark.parametrize(
    ("kinds", "data", "expected"),
    [
        ("placed", f.Accepted(), REFUSED),
        ("placed authorized", f.Accepted(), ALLOWED),
        ("placed authorized accepted", f.Accepted(), REPEATED),
        ("placed authorized accepted", f.Cancelled(), ALLOWED),
        ("placed authorized accepted ready", f.Cancelled(), REFUSED),
        ("placed authorized cancelled", f.Accepted(), REFUSED),
        ("placed authorized accepted cancelled", f.Ready(), REFUSED),
        ("placed authorized accepted", f.Collected(), ALLOWED),
        ("placed authorized accepted", f.Closed(), REFUSED),
        ("placed authorized cancelled", f.Closed(), REPEATED),
        ("placed authorized", f.RefundAsked("r", 1), REFUSED),
        ("placed authorized captured", f.RefundAsked("r", 1_000), ALLOWED),
        ("placed authorized captured", f.RefundAsked("r", 1_001), REFUSED),
        ("placed authorized captured refunded", f.RefundAsked("r", 1), REFUSED),
        ("placed declined", f.Offered(2, "pm_2"), ALLOWED),
        ("placed declined", f.Offered(3, "pm_2"), REFUSED),
        ("placed authorized", f.Offered(2, "pm_2"), REFUSED),
        ("authorized", f.Accepted(), REFUSED),
    ],
)
def test_a_fact_is_judged_by_what_is_known(kinds: str, data: Data, expected: Verdict) -> None:
    known = order(kinds)
    region = A
    if isinstance(data, f.Closed) and expected is REPEATED:
        known = known.with_fact(Fact(Stamp(99, A), "carte", f.Closed()))
    assert verdict(known, data, region) is expected


def test_an_acceptance_after_the_deadline_is_refused_and_an_expiry_before_it() -> None:
    known = order("placed authorized")
    late = ACCEPT_BY + EXPIRY_GRACE_MS
    assert verdict(known, f.Accepted(), ms=ACCEPT_BY + 1) is REFUSED
    assert verdict(known, f.Expired(), ms=late - 1) is REFUSED
    assert verdict(known, f.Expired(), ms=late) is ALLOWED


def test_one_operation_places_one_order() -> None:
    known = order("placed")
    assert verdict(known, placed(), region=B) is REPEATED
    assert verdict(known, placed(fingerprint="other"), region=B) is REFUSED


def due(known: Order, now: int = 10**9) -> dict[str, DutyKind]:
    return {one.key: one.kind for one in duties(known, now, REGIONS)}


def test_pieces_are_given_back_only_when_every_region_has_closed_the_order() -> None:
    ended = order("placed authorized cancelled voided")
    assert f"closed/{B}" in due(ended)
    assert f"settled/{A}" not in due(ended)
    closed = ended.with_fact(Fact(Stamp(99, B), "carte", f.Closed()))
    settle = [one for one in duties(closed, 10**9, REGIONS) if one.kind is DutyKind.SETTLE]
    assert [(one.only, one.given_back) for one in settle] == [(A, True)]
    done = closed.with_fact(Fact(Stamp(100, A), "carte", f.Settled(given_back=True)))
    assert f"settled/{A}" not in due(done)


def test_a_region_that_closed_an_order_hands_nothing_out() -> None:
    closed = order("placed authorized accepted").with_fact(Fact(Stamp(99, B), "carte", f.Closed()))
    assert verdict(closed, f.Ready(), region=B) is REFUSED
    assert verdict(closed, f.Ready(), region=A) is ALLOWED


def test_the_placement_that_does_not_count_gives_its_pieces_back_at_once() -> None:
    two = order("placed").with_fact(fact("placed", B))
    settle = [one for one in duties(two, 10**9, REGIONS) if one.kind is DutyKind.SETTLE]
    assert [(one.only, one.given_back) for one in settle] == [(B, True)]


def test_an_order_nobody_accepts_expires_when_its_time_has_come() -> None:
    known = order("placed authorized")
    at = ACCEPT_BY + EXPIRY_GRACE_MS
    assert DutyKind.EXPIRE not in due(known, at - 1).values()
    assert DutyKind.EXPIRE in due(known, at).values()


def test_the_guest_has_a_notice_that_a_cancellation_came_too_late() -> None:
    known = order("placed authorized accepted captured ready cancelled")
    assert f"notified/guest/not/cancelled/{A}" in due(known)


PAID = (f.Authorized(1, 1000, "pi_1"), f.Accepted(), f.Captured(1, 1000, "pi_1"))
FAILED = (
    f.RefundAsked("r1", 1000),
    f.Refunded("r1", 1000, "re_1"),
    f.RefundRefused("r1", 1000, "re_1"),
)


def paid_order(*data: Data) -> Order:
    known = enumerate((placed(), *PAID, *data), 1)
    return Order.of(ORDER, (Fact(Stamp(at << COUNTER_BITS, A), "x", one) for at, one in known))


def notices(known: Order) -> set[str]:
    due = duties(known, 10**14, REGIONS)
    return {one.key for one in due if one.kind is DutyKind.NOTIFY and "refunded" in one.key}


def test_each_refund_has_a_notice_of_its_own() -> None:
    first = (f.RefundAsked("r1", 50), f.Refunded("r1", 50, "re_1"))
    assert notices(paid_order(*first)) == {"notified/guest/refunded/r1"}
    sent = (*first, f.Notified("guest", "refunded/r1"))
    rest = (f.RefundAsked("r2", 950), f.Refunded("r2", 950, "re_2"))
    assert notices(paid_order(*sent)) == set()
    assert notices(paid_order(*sent, *rest)) == {"notified/guest/refunded/r2"}


def test_an_order_that_ended_is_not_to_be_paid_at_the_store_any_more() -> None:
    def state(*data: Data) -> PaymentState:
        known = enumerate((placed(method=f.AT_STORE), *data), 1)
        facts = (Fact(Stamp(at << COUNTER_BITS, A), "x", one) for at, one in known)
        return payment_state(fold(Order.of(ORDER, facts)))

    assert state() is PaymentState.AT_STORE
    assert state(f.Accepted(), f.Ready(), f.Collected()) is PaymentState.AT_STORE
    for ended in (f.Cancelled(), f.Rejected("no flour"), f.Expired()):
        assert state(ended) is PaymentState.RELEASED


def test_a_refund_that_failed_after_it_was_made_does_not_hold() -> None:
    known = paid_order(*FAILED)
    state = fold(known)
    assert (state.status, payment_state(state)) == (Status.ACCEPTED, PaymentState.CHARGED)
    assert (state.payment.net, state.payment.refunded) == (1000, {})
    assert [(one.fact.id, one.by) for one in state.overruled] == [("refunded/r1", "captured")]
    assert notices(known) == {
        "notified/guest/not/refunded/r1",
        "notified/operator/not/refunded/r1",
    }
    assert [one for one in duties(known, 10**14, REGIONS) if one.kind is DutyKind.REFUND] == []
    assert verdict(known, f.RefundAsked("r2", 1000)) is ALLOWED


def test_a_refund_that_was_refused_before_it_was_made_holds() -> None:
    refused = f.RefundRefused("r1", 1000, "more_than_is_left")
    state = fold(paid_order(f.RefundAsked("r1", 1000), refused, f.Refunded("r1", 1000, "re_1")))
    assert (state.status, state.payment.net, state.overruled) == (Status.REFUNDED, 0, ())


def test_a_refund_that_was_refused_then_made_and_failed_later_does_not_hold() -> None:
    refused = f.RefundRefused("r1", 600, "more_than_is_left")
    made = (f.RefundAsked("r1", 600), refused, f.Refunded("r1", 600, "re_1"))
    known = paid_order(*made, f.RefundRefused("r1", 600, "re_1", failed=True))
    state = fold(known)
    assert {"refund-refused/r1", "refund-refused/r1/re_1"} <= known.facts.keys()
    assert (state.payment.net, state.payment.failed) == (1000, frozenset({"r1"}))
    assert [one.fact.id for one in state.overruled] == ["refunded/r1"]
    assert due_notices(known) == {"not/refunded/r1"}


def test_a_failed_refund_is_stored_and_one_of_an_earlier_version_is_read() -> None:
    failed = paid_order(*FAILED[:2], f.RefundRefused("r1", 1000, "re_1", failed=True))
    assert Order.load(ORDER, failed.dump()) == failed
    earlier = paid_order(*FAILED)
    rows = earlier.dump()["f"]
    assert [row[3:] for row in rows if row[0] == "refund-refused"] == [["r1", 1000, "re_1"]]
    assert fold(Order.load(ORDER, earlier.dump())).payment.failed == {"r1"}


def test_a_refund_is_of_one_payment() -> None:
    two = (f.Captured(1, 800, "pi_1"), f.Captured(2, 200, "pi_2"))
    data: list[Data] = [placed(), f.Accepted(), *two]
    facts = (Fact(Stamp(at << COUNTER_BITS, A), "x", one) for at, one in enumerate(data, 1))
    known = Order.of(ORDER, facts)
    judged = judge(known, f.RefundAsked("r1", 801), Stamp(9 << COUNTER_BITS, A), "ada")
    assert judged.verdict is REFUSED
    assert "800 and 200 minor units left" in judged.reason
    assert verdict(known, f.RefundAsked("r1", 800)) is ALLOWED
    # What is being given back is taken off the payment that it will come from.
    requested = known.with_fact(Fact(Stamp(8 << COUNTER_BITS, A), "x", f.RefundAsked("r1", 700)))
    assert fold(requested).payment.left_by_attempt == {1: 100, 2: 200}
    assert verdict(requested, f.RefundAsked("r2", 201)) is REFUSED
    assert verdict(requested, f.RefundAsked("r2", 200)) is ALLOWED


def due_notices(known: Order) -> set[str]:
    return {one.name for one in duties(known, 10**14, REGIONS) if one.audience == f.OPERATOR}


def test_a_refund_that_was_refused_is_never_silent() -> None:
    known = paid_order(f.RefundAsked("r1", 600), f.RefundRefused("r1", 600, "more_than_is_left"))
    assert due_notices(known) == {"refund-refused/r1"}


def test_money_of_an_ended_order_whose_refund_was_refused_is_requested_again_later() -> None:
    refused = (f.RefundAsked("excess-0", 1000), f.RefundRefused("excess-0", 1000, "disputed"))
    known = paid_order(f.Cancelled(), *refused)
    (again,) = (one for one in duties(known, 10**14, REGIONS) if one.kind is DutyKind.ASK_REFUND)
    refused_at = known.facts["refund-refused/excess-0"].stamp.unix_ms
    assert (again.name, again.amount) == ("excess-0-1", 1000)
    assert again.due_at == refused_at + 3_600_000
    assert due_notices(known) == {"refund-refused/excess-0"}


def test_money_that_is_refused_again_and_again_is_left_to_the_operator() -> None:
    names = ["excess-0", *(f"excess-0-{number}" for number in range(1, MAX_EXCESS_TRIES))]
    tries = [(f.RefundAsked(one, 1000), f.RefundRefused(one, 1000, "disputed")) for one in names]
    known = paid_order(f.Cancelled(), *(data for pair in tries for data in pair))
    assert not [one for one in duties(known, 10**14, REGIONS) if one.kind is DutyKind.ASK_REFUND]
    assert due_notices(known) == {f"refund-refused/{one}" for one in names}


def test_the_rest_of_an_ended_order_comes_back_however_often_staff_refunded_before() -> None:
    names = [f"r{number}" for number in range(MAX_REFUNDS)]
    made = [(f.RefundAsked(one, 1), f.Refunded(one, 1, f"re_{one}")) for one in names]
    known = paid_order(*(data for pair in made for data in pair))
    assert "at most 20 refunds" in judge(known, f.RefundAsked("r", 1), NOW, "ada").reason
    ended = paid_order(*(data for pair in made for data in pair), f.Cancelled())
    (rest,) = (one for one in duties(ended, 10**14, REGIONS) if one.kind is DutyKind.ASK_REFUND)
    assert (rest.name, rest.amount) == ("excess-20", 980)
    assert verdict(ended, f.RefundAsked(rest.name, rest.amount)) is ALLOWED


def test_refunds_that_nobody_requested_have_a_bound_of_their_own() -> None:
    """The provider refuses each; in between staff give a bit back, so that all is tried anew."""
    tried: list[Data] = []
    for level in range(MAX_EXCESS_REFUNDS // MAX_EXCESS_TRIES + 1):
        base = f"excess-{level}"
        for name in (base, *(f"{base}-{number}" for number in range(1, MAX_EXCESS_TRIES))):
            tried += [f.RefundAsked(name, 1000), f.RefundRefused(name, 1000, "disputed")]
        tried += [f.RefundAsked(f"r{level}", 1), f.Refunded(f"r{level}", 1, f"re_{level}")]
    few, many = tried[: -4 * MAX_EXCESS_TRIES], tried
    requests = [
        [one for one in duties(paid_order(f.Cancelled(), *data), 10**14, REGIONS)
         if one.kind is DutyKind.ASK_REFUND]
        for data in (few, many)
    ]  # fmt: skip
    assert requests[1] == []
    assert verdict(paid_order(f.Cancelled(), *many), f.RefundAsked("excess-99", 1)) is REFUSED


def test_a_refund_whose_request_has_not_arrived_was_refused() -> None:
    """C recorded the refusal; the region that had requested the refund is cut off, and lost."""
    known = paid_order(f.Cancelled(), f.RefundRefused("excess-0", 1000, "disputed"))
    (again,) = (one for one in open_work(known, REGIONS) if one.kind is DutyKind.ASK_REFUND)
    refused_at = known.facts["refund-refused/excess-0"].stamp.unix_ms
    assert (again.name, again.due_at) == ("excess-0-1", refused_at + 3_600_000)


def test_a_refusal_of_another_refund_does_not_put_off_what_is_requested_again() -> None:
    other = (f.RefundAsked("r1", 600), f.RefundRefused("r1", 600, "disputed"))
    refused = (f.RefundAsked("excess-0", 1000), f.RefundRefused("excess-0", 1000, "disputed"))
    known = paid_order(f.Cancelled(), *refused, *other)
    (again,) = (one for one in open_work(known, REGIONS) if one.kind is DutyKind.ASK_REFUND)
    refused_at = known.facts["refund-refused/excess-0"].stamp.unix_ms
    assert (again.name, again.due_at) == ("excess-0-1", refused_at + 3_600_000)


def test_a_refund_that_became_needless_needs_nobody() -> None:
    needless = (f.RefundAsked("excess-0", 1000), f.RefundRefused("excess-0", 1000, "too much"))
    known = paid_order(*needless)
    assert due_notices(known) == set()


def test_a_released_hold_of_an_accepted_order_is_no_secret_of_one_region() -> None:
    """Still cut off: the region knows the acceptance, and that the hold was released."""
    released = (f.Authorized(1, 1000), f.Expired(), f.Voided(1, 1000))
    data: list[Data] = [placed(), *released, f.Accepted()]
    facts = (Fact(Stamp(at << COUNTER_BITS, A), "x", one) for at, one in enumerate(data, 1))
    known = Order.of(ORDER, facts)
    found = duties(known, 10**14, REGIONS)
    unpaid = {one.audience for one in found if one.name == "unpaid/1"}
    assert unpaid == {f.GUEST, f.STORE, f.OPERATOR}
    assert not [one for one in found if one.kind is DutyKind.AUTHORIZE]
    assert verdict(known, f.Offered(2, "pm_2"), ms=ACCEPT_BY + 1) is ALLOWED


def notices_to(kinds: str, audience: str) -> set[str]:
    found = duties(order(kinds), 10**9, REGIONS)
    return {one.name for one in found if one.audience == audience}


@pytest.mark.parametrize("ending", ["expired", "cancelled"])
@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ("placed declined", False),
        ("placed", False),
        ("placed authorized", True),
        ("placed authorized voided", True),
    ],
)
def test_a_store_gets_a_notice_of_the_end_of_an_order_that_it_had(
    kinds: str, ending: str, *, expected: bool
) -> None:
    assert (ending in notices_to(f"{kinds} {ending}", f.STORE)) is expected
    assert ending in notices_to(f"{kinds} {ending}", f.GUEST)


def test_a_store_that_accepted_hears_of_the_end_before_the_authorization_has_arrived() -> None:
    assert "cancelled" in notices_to("placed accepted cancelled", f.STORE)


@pytest.mark.parametrize("ending", [f.Cancelled(), f.Expired()])
def test_a_store_that_was_told_of_an_order_hears_of_an_end_before_its_authorization(
    ending: Data,
) -> None:
    """Cancelled in one region, authorized in another that had not heard of it."""
    data: list[Data] = [placed(), ending, f.Authorized(1, 1000), f.Notified(f.STORE, "placed")]
    facts = (Fact(Stamp(at << COUNTER_BITS, A), "x", one) for at, one in enumerate(data, 1))
    found = duties(Order.of(ORDER, facts), 10**9, REGIONS)
    assert ending.KIND in {one.name for one in found if one.audience == f.STORE}


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ("placed authorized voided", {"card-needed/1"}),
        ("placed authorized", set()),
        ("placed declined", set()),
        ("placed authorized voided accepted", set()),
        ("placed authorized voided expired", set()),
    ],
)
def test_a_guest_whose_hold_was_released_before_the_acceptance_hears_of_it(
    kinds: str, expected: set[str]
) -> None:
    assert {one for one in notices_to(kinds, f.GUEST) if one.startswith("card-needed")} == expected
    assert not any(one.startswith("card-needed") for one in notices_to(kinds, f.STORE))


def test_a_released_hold_is_told_once_for_each_card() -> None:
    gone = order("placed authorized voided")
    data: tuple[Data, ...] = (
        *(f.Notified(f.GUEST, "card-needed/1"), f.Offered(2, "pm_2")),
        *(f.Authorized(2, 1000), f.Voided(2, 1000)),
    )
    for at, one in enumerate(data, 100):
        gone = gone.with_fact(Fact(Stamp(at << COUNTER_BITS, B), "x", one))
    found = [one for one in duties(gone, 10**9, REGIONS) if one.name.startswith("card-needed")]
    assert [(one.name, one.due_at, one.responsible) for one in found] == [("card-needed/2", 103, B)]


def test_a_card_that_was_charged_does_not_expire() -> None:
    known = order("placed authorized captured")
    late = ACCEPT_BY + EXPIRY_GRACE_MS
    assert DutyKind.EXPIRE not in due(known, late).values()
    assert verdict(known, f.Expired(), ms=late) is REFUSED


def test_an_order_that_was_given_back_in_full_and_never_made_can_be_ended() -> None:
    back = (f.RefundAsked("r1", 1000), f.Refunded("r1", 1000, "re_1"))
    known = paid_order(*back)
    assert verdict(known, f.Rejected()) is ALLOWED
    assert verdict(paid_order(f.Ready(), *back), f.Rejected()) is REFUSED


def test_a_refusal_says_what_to_do() -> None:
    def reason(known: Order, data: Data, region: str = A) -> str:
        return judge(known, data, Stamp(1_000 << COUNTER_BITS, region), "someone").reason

    assert "wait until the board shows" in reason(order("placed"), f.Accepted())
    lapsed = order("placed authorized voided")
    assert "no money is held on the card any more: wait until" in reason(lapsed, f.Accepted())
    assert "accept it first" in reason(order("placed authorized"), f.Ready())
    given_up = order("placed authorized expired")
    accepted = Fact(Stamp(9 << COUNTER_BITS, B), "x", f.Accepted())
    refusal = reason(given_up.with_fact(accepted), f.Ready())
    assert f"send the request to the region {B}" in refusal
