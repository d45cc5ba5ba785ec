"""Since when a duty is due: since the fact without which it would not be, however old its cause."""

from services.domain.orders import facts as f
from services.domain.orders.duties import open_work
from services.domain.orders.duty import Duty, DutyKind
from services.domain.orders.facts import Data, Fact
from services.domain.orders.order import Order
from services.domain.orders.takeover import OVERDUE_MS, performs
from services.domain.stamp import COUNTER_BITS, Stamp
from tests.property.orders.samples import ORDER, A, B, placed

REGIONS = (A, B)
DAY = 86_400_000
HELD = f.Authorized(1, 1000, "pi_1")
TAKEN = f.Captured(1, 1000, "pi_1")


def story(*events: tuple[int, Data], region: str = A) -> Order:
    """An order placed at 1 ms, with facts at other times in Unix milliseconds, all of a region."""
    facts = ((1, placed()), *events)
    return Order.of(ORDER, (Fact(Stamp(at << COUNTER_BITS, region), "x", one) for at, one in facts))


def due(order: Order, kind: DutyKind) -> dict[str, int]:
    """When the duties of a kind are due, by audience and topic, or by key."""
    return {
        f"{one.audience} {one.name}" if one.audience else one.key: one.due_at
        for one in open_work(order, REGIONS)
        if one.kind is kind
    }


FAILED_LATE = story(
    (2, HELD), (3, f.Accepted()), (4, TAKEN), (5, f.RefundAsked("r1", 600)),
    (6, f.Refunded("r1", 600, "re_1")),
    (5 * DAY, f.RefundRefused("r1", 600, "re_1", failed=True)),
)  # fmt: skip


def test_the_notices_of_a_refund_that_failed_are_due_when_it_failed() -> None:
    found = due(FAILED_LATE, DutyKind.NOTIFY)
    assert found["guest not/refunded/r1"] == 5 * DAY
    assert found["operator not/refunded/r1"] == 5 * DAY


def test_one_region_performs_what_has_just_become_due() -> None:
    work = open_work(FAILED_LATE, REGIONS)
    duty = next(one for one in work if one.name == "not/refunded/r1")

    def performing(duty: Duty, after_ms: int) -> list[str]:
        now = 5 * DAY + after_ms
        return [one for one in REGIONS if performs(duty, one, {*REGIONS}, REGIONS, now)]

    assert performing(duty, 1_000) == [A]
    assert performing(duty, OVERDUE_MS + 1) == [A, B]


def test_a_notice_that_an_act_does_not_hold_is_due_when_it_was_overruled() -> None:
    cancelled = story((2, HELD), (3, f.Accepted()), (4, TAKEN), (2 * DAY, f.Cancelled()))
    assert due(cancelled, DutyKind.NOTIFY)[f"store not/accepted/{A}"] == 2 * DAY
    # The goods overrule the cancellation, since they were ready.
    made = story((2, HELD), (3, f.Cancelled()), (DAY, f.Ready()), (3 * DAY, f.Collected()))
    assert due(made, DutyKind.NOTIFY)[f"guest not/cancelled/{A}"] == DAY
    # Whichever came first: an acceptance that the expiring region had not seen.
    unseen = story((2, HELD), (3, f.Accepted()), (DAY, f.Expired()))
    assert due(unseen, DutyKind.NOTIFY)[f"guest not/expired/{A}"] == DAY


def test_a_notice_that_another_placement_counts_is_due_when_both_were_there() -> None:
    other = Fact(Stamp(DAY << COUNTER_BITS, B), "x", placed(fingerprint="other"))
    (at,) = due(story().with_fact(other), DutyKind.NOTIFY).keys() & {f"guest not/placed/{B}"}
    assert due(story().with_fact(other), DutyKind.NOTIFY)[at] == DAY
    accepted = Fact(Stamp((2 * DAY) << COUNTER_BITS, B), "x", f.Accepted())
    named = story((2, HELD)).with_fact(other).with_fact(accepted)
    assert due(named, DutyKind.NOTIFY)[f"guest not/placed/{A}"] == 2 * DAY


def test_a_notice_that_money_is_missing_is_due_when_it_went() -> None:
    released = ((2, HELD), (3, f.Accepted()), (DAY, f.Voided(1, 1000)))
    for known in (story(*released), story(*released, (2 * DAY, f.Ready()))):
        found = due(known, DutyKind.NOTIFY)
        assert {found[f"{one} unpaid/1"] for one in (f.GUEST, f.STORE, f.OPERATOR)} == {DAY}
    # Nothing was missing of the ended order until its goods were there.
    back = (f.RefundAsked("excess-0", 1000), f.Refunded("excess-0", 1000, "re_1"))
    ended = ((2, HELD), (3, f.Accepted()), (4, TAKEN), (5, f.Cancelled()))
    made = story(*ended, *((6, one) for one in back), (DAY, f.Ready()))
    assert due(made, DutyKind.NOTIFY)["guest unpaid/1"] == DAY


def test_money_is_taken_since_it_was_wanted_and_held() -> None:
    second = ((2, f.Declined(1, 1000)), (3, f.Accepted()), (4, f.Offered(2, "pm_2")))
    late = story(*second, (DAY, f.Authorized(2, 1000, "pi_2")))
    assert list(due(late, DutyKind.CAPTURE).values()) == [DAY]
    assert list(due(story((2, HELD), (DAY, f.Accepted())), DutyKind.CAPTURE).values()) == [DAY]


def test_a_hold_is_released_since_it_was_needless_and_there() -> None:
    assert list(due(story((2, HELD), (DAY, f.Cancelled())), DutyKind.VOID).values()) == [DAY]
    late = story((2, f.Cancelled()), (DAY, HELD))
    assert list(due(late, DutyKind.VOID).values()) == [DAY]


def test_money_is_given_back_since_the_order_ended_and_it_was_taken() -> None:
    late = story((2, HELD), (3, f.Accepted()), (4, f.Cancelled()), (DAY, TAKEN))
    assert due(late, DutyKind.ASK_REFUND) == {"refund-asked/excess-0": DAY}


def test_a_region_reopens_an_order_since_it_was_accepted_and_given_up() -> None:
    unseen = story((2, HELD), (3, f.Accepted()), (DAY, f.Expired()))
    assert due(unseen, DutyKind.REOPEN) == {f"reopened/{A}": DAY}


def test_the_first_use_of_a_key_is_no_later_than_its_duty_is_due() -> None:
    """After `KEYS_TRUSTED_MS` a key counts as forgotten, so the duty must not seem younger."""
    waiting = story((2, f.Declined(1, 1000)), (3, f.Offered(2, "pm_2")), (DAY, f.Assessed("x")))
    assert list(due(waiting, DutyKind.AUTHORIZE).values()) == [3]


def several_cards(*data: Data) -> Order:
    """An order whose money came from two cards: 800 of the first, 200 of the second."""
    taken = (f.Accepted(), f.Captured(1, 800, "pi_1"), f.Captured(2, 200, "pi_2"))
    return story(*enumerate((*taken, *data), 2))


def test_what_two_cards_paid_is_given_back_in_two_refunds() -> None:
    wanted: list[tuple[str, int]] = []
    known = several_cards(f.Cancelled())
    for at in range(3):
        for one in open_work(known, REGIONS):
            if one.kind is DutyKind.ASK_REFUND:
                wanted.append((one.name, one.amount))
                for more in (f.RefundAsked(one.name, one.amount), f.Refunded(one.name, one.amount)):
                    known = known.with_fact(Fact(Stamp((DAY + at) << COUNTER_BITS, A), "x", more))
    assert wanted == [("excess-0", 800), ("excess-800", 200)]
