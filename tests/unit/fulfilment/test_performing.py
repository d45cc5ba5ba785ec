"""What regions do about orders: payments, notices, deadlines; also where a region is lost."""

import pytest

from services.domain.faults import ITEM_UNREADABLE
from services.domain.mail import MailRefusedError
from services.domain.orders import facts as f
from services.domain.orders.duties import open_work
from services.domain.orders.duty import DutyKind
from services.domain.orders.guards import EXPIRY_GRACE_MS
from services.domain.orders.notices import LATE_MS
from services.domain.orders.payment_state import PaymentState, payment_state
from services.domain.orders.state import ACCEPT_WITHIN_MS, Status
from services.fulfilment import report as counts
from services.storage import keys, parts
from services.storage.orders import TransitionRefusedError
from tests.support.fulfilment import NOON_MS, World
from tests.support.order_story import REGIONS, place, wanted

EU, US, AP = REGIONS
TWO_AT_STORE = wanted(("ring", 2), method=f.AT_STORE)


def test_a_card_order_is_authorized_captured_and_notified_once() -> None:
    world = World()
    name = place(world.replicas[EU]).order.order_id
    world.work_everywhere()
    assert world.state(US, name).status is Status.AUTHORIZED
    world.orders[US].record(name, f.Accepted(), "ada")
    world.work_everywhere()
    for data in (f.Ready(), f.Collected()):
        world.orders[EU].record(name, data, "ada")
        world.work_everywhere()
    assert world.state(AP, name).payment.captured == {1: 300}
    assert len(world.provider.calls) == len(set(world.provider.calls)) == 2
    assert world.mailbox.topics("guest") == ["placed", "accepted", "ready"]
    assert world.mailbox.topics("store") == ["placed"]
    for region in REGIONS:
        assert open_work(world.order(region, name), REGIONS) == []
        assert world.sweepers[region].sweep(NOON_MS + 10**9, world.living).found == 0


def test_a_lost_answer_leaves_the_duty_due_and_the_sweeper_asks_under_the_same_key() -> None:
    world = World()
    world.provider.lost = 99
    name = place(world.replicas[EU]).order.order_id
    world.work(EU)
    assert world.state(EU, name).status is Status.PLACED
    assert world.reports[EU].counts[counts.UNKNOWN] >= 1
    world.provider.lost = 0
    world.tables.now_ms += 60_000
    world.sweep(EU)
    assert world.state(EU, name).status is Status.AUTHORIZED
    assert len(set(world.provider.calls)) == 1 < len(world.provider.calls)
    assert len(world.provider.effects) == 1


def test_without_a_provider_card_duties_stay_due_and_are_counted() -> None:
    world = World(provider=False)
    name = place(world.replicas[EU]).order.order_id
    world.work_everywhere()
    assert world.state(EU, name).status is Status.PLACED
    assert world.reports[EU].counts[counts.NO_PROVIDER] > 0
    assert world.mailbox.topics("store") == []
    assert any(one.key.startswith("carte-") for one in open_work(world.order(EU, name), REGIONS))


def test_an_order_that_nobody_accepts_expires_by_the_sweeper_and_its_pieces_come_back() -> None:
    world = World()
    name = place(world.replicas[EU], want=TWO_AT_STORE).order.order_id
    world.work_everywhere()
    world.tables.now_ms = NOON_MS + ACCEPT_WITHIN_MS + EXPIRY_GRACE_MS
    world.sweep(*REGIONS)
    assert world.state(EU, name).status is Status.PLACED, "within the sweeper's grace"
    world.tables.now_ms += 60_000
    world.sweep(*REGIONS)
    world.work_everywhere()
    assert world.state(AP, name).status is Status.EXPIRED
    assert f"settled/{EU}" in world.order(US, name).facts
    assert world.mailbox.topics("guest") == ["placed", "expired"]
    assert world.mailbox.topics("store") == ["placed", "expired"]


def test_a_region_that_has_no_item_of_an_order_is_found_to_close_it_without_its_stream() -> None:
    world = World()
    name = place(world.replicas[EU], want=TWO_AT_STORE).order.order_id
    world.orders[EU].record(name, f.Cancelled(), "guest")
    world.work(EU)
    world.tables.deliver_all()
    world.tables.now_ms += 60_000
    world.sweep(US, AP)
    world.tables.deliver_all()
    world.sweep(EU)
    assert {f"closed/{US}", f"closed/{AP}", f"settled/{EU}"} <= world.order(EU, name).facts.keys()


@pytest.mark.parametrize("ending", [f.Cancelled(), f.Collected()])
def test_pieces_wait_for_the_version_that_can_write_the_stock_and_all_else_is_done(
    ending: f.Data,
) -> None:
    world = World()
    name = place(world.replicas[EU], want=TWO_AT_STORE).order.order_id
    world.work_everywhere()
    steps: list[f.Data] = [ending]
    if ending == f.Collected():
        steps = [f.Accepted(), f.Ready(), ending]
    for data in steps:
        world.orders[EU].record(name, data, "ada")
    replica, key = world.replicas[EU], parts.own_part(keys.stock("s1"), EU)

    def put(**more: object) -> None:
        stored = replica.get(key)
        assert stored is not None
        body = {name: part for name, part in stored.body.items() if name != "later"} | more
        replica.put(key, body, rev=replica.next_stamp(stored, None), replaces=stored.rev)

    put(later=[1])
    world.work_everywhere()
    assert f"settled/{EU}" not in world.order(EU, name).facts
    notices = world.mailbox.topics("store")
    assert ("cancelled" in notices) == (ending == f.Cancelled()), "all else is done"
    report = world.reports[EU]
    assert report.fault_codes == {ITEM_UNREADABLE: len(report.faults)}
    assert "a newer version of carte stored later" in report.faults[0]
    assert report.counts[counts.FAILED] == 0, "no message comes again, at last to the dead letters"
    world.tables.now_ms += 60_000
    world.sweep(EU)
    assert f"settled/{EU}" not in world.order(EU, name).facts
    put()
    world.tables.now_ms += 10 * 60_000
    world.sweep(EU)
    assert f"settled/{EU}" in world.order(EU, name).facts, "the sweeper looked again"


def test_another_region_takes_over_from_a_lost_one_and_nothing_is_done_twice_after_it() -> None:
    world = World()
    world.provider.lost = 99  # the answers to the lost region
    name = place(world.replicas[EU]).order.order_id
    world.tables.deliver_all()
    world.work(EU)
    world.lose(EU)
    world.provider.lost = 0
    world.tables.now_ms += 60_000
    for _ in range(3):
        world.sweep(US, AP)
        world.work(US, AP)
        for pair in world.tables.pending:
            world.tables.deliver(pair, 0)
        world.tables.now_ms += 60_000
    assert world.state(US, name).status is Status.AUTHORIZED
    assert world.reports[US].counts[counts.TAKEN_OVER] >= 2
    assert world.reports[AP].counts[counts.TAKEN_OVER] == 0
    world.heal()
    world.work_everywhere()
    assert len(world.provider.effects) == 1
    # The lost region had sent one mail whose record nobody saw: it was repeated, and is counted
    # when the order is worked on the next time.
    assert world.mailbox.topics("guest") == ["placed", "placed"]
    world.orders[EU].record(name, f.Cancelled(), "guest")
    world.work_everywhere()
    repeated = sum(one.counts[counts.REPEATED] for one in world.reports.values())
    assert repeated == 1


def test_a_double_click_in_three_regions_comes_to_rest_as_one_order() -> None:
    world = World()
    coffee = wanted(("flat-white", 1))
    (name,) = {place(world.replicas[one], "operation-1", coffee).order.order_id for one in REGIONS}
    for region in REGIONS:  # each holds the money under the same key before it sees the others
        world.work(region)
        assert "authorized/1" in world.order(region, name).facts
    world.work_everywhere()
    world.orders[US].record(name, f.Accepted(), "ada")
    world.work_everywhere()
    assert len(world.provider.effects) == 2
    assert world.state(AP, name).payment.captured == {1: 350}
    written = []
    for _ in range(3):  # the first may bring places in the indexes up to date
        for region in REGIONS:
            world.orders[region].refresh(name)
        world.work_everywhere()
        written.append(sum(len(one.stream) for one in world.tables.regions.values()))
    assert written[1] == written[2]


def test_only_duties_of_a_lost_region_wait_for_it() -> None:
    world = World()
    name = place(world.replicas[EU], want=TWO_AT_STORE).order.order_id
    world.work_everywhere()
    world.lose(AP)
    world.orders[EU].record(name, f.Cancelled(), "guest")
    for _ in range(4):
        world.work(EU, US)
        for pair in world.tables.pending:
            world.tables.deliver(pair, 0)
    world.tables.now_ms += 3600_000
    world.sweep(EU, US)
    facts = world.order(EU, name).facts
    assert f"closed/{US}" in facts
    assert f"closed/{AP}" not in facts
    assert f"settled/{EU}" not in facts
    world.heal()
    world.work_everywhere()
    assert f"settled/{EU}" in world.order(US, name).facts


def test_a_notice_that_fails_stays_due_until_it_is_too_old_to_help() -> None:
    world = World()
    world.mailbox.failure = ConnectionError("ada@example.org: mailbox busy")
    name = place(world.replicas[EU], want=TWO_AT_STORE).order.order_id
    world.work(EU)
    report = world.reports[EU]
    assert report.counts[counts.NOTICES_FAILED] == 2
    assert "example.org" not in report.lines(EU, 0, 1.0)
    world.orders[EU].record(name, f.Accepted(), "ada")
    world.work(EU)
    assert report.counts[counts.NOTICES_FAILED] == 3
    assert not any(one.startswith("notified/") for one in world.order(EU, name).facts)
    world.tables.now_ms += LATE_MS
    world.sweep(EU)
    assert "notified/guest/accepted" in world.order(EU, name).facts
    assert world.mailbox.notices == []


@pytest.mark.parametrize(
    ("steps", "to_guest", "to_store"),
    [
        ((), ["placed"], ["placed"]),
        ((f.Accepted(),), ["accepted"], []),
        ((f.Accepted(), f.Ready()), ["ready"], []),
        ((f.Accepted(), f.Ready(), f.Collected()), ["ready"], []),
        ((f.Accepted(), f.Collected()), ["accepted"], []),
        ((f.Rejected("no oven"),), ["rejected"], []),
        ((f.Cancelled(),), ["cancelled"], ["cancelled"]),
    ],
)
def test_a_notice_that_the_order_has_overtaken_is_not_sent(
    steps: tuple[f.Data, ...], to_guest: list[str], to_store: list[str]
) -> None:
    world = World()
    world.mailbox.failure = ConnectionError("no mail service")
    name = place(world.replicas[EU], want=TWO_AT_STORE).order.order_id
    world.work(EU)
    for data in steps:
        world.orders[EU].record(name, data, "x")
        world.work(EU)
    assert world.mailbox.notices == []
    world.mailbox.failure = None
    world.tables.now_ms += 60_000
    world.sweep(EU)
    assert (world.mailbox.topics("guest"), world.mailbox.topics("store")) == (to_guest, to_store)
    work = open_work(world.order(EU, name), REGIONS)
    assert [one for one in work if one.kind is DutyKind.NOTIFY] == []


def test_a_region_that_mails_late_reads_first_what_others_have_mailed() -> None:
    world = World()
    world.mailbox.failure = ConnectionError("no mail service")
    name = place(world.replicas[EU], want=TWO_AT_STORE).order.order_id
    world.work(EU)
    world.tables.deliver_all()
    world.mailbox.failure = None
    world.orders[US].record(name, f.Accepted(), "ada")
    world.work(US)
    assert world.mailbox.topics("guest") == ["accepted"]
    world.tables.deliver_all()
    world.tables.now_ms += 60_000
    world.sweep(EU)
    assert world.mailbox.topics("guest") == ["accepted"]


def test_what_is_about_money_is_mailed_also_after_the_order_has_moved_on() -> None:
    world = World()
    world.mailbox.failure = ConnectionError("no mail service")
    name = place(world.replicas[EU]).order.order_id
    made = (f.Captured(1, 300, "pi_1"), f.RefundAsked("r1", 100), f.Refunded("r1", 100, "re_1"))
    world.work(EU)
    for data in (f.Accepted(), *made, f.Ready(), f.Collected()):
        world.orders[EU].record(name, data, "x")
    world.mailbox.failure = None
    world.tables.now_ms += 60_000
    world.sweep(EU)
    assert sorted(world.mailbox.topics("guest")) == ["ready", "refunded/r1"]


def test_a_guest_who_has_the_lines_in_writing_gets_no_mail_that_the_collected_order_is_ready() -> (
    None
):
    world = World()
    name = place(world.replicas[EU], want=TWO_AT_STORE).order.order_id
    world.work(EU)
    world.mailbox.failure = ConnectionError("no mail service")
    for data in (f.Accepted(), f.Ready(), f.Collected()):
        world.orders[EU].record(name, data, "x")
    world.mailbox.failure = None
    world.tables.now_ms += 60_000
    world.sweep(EU)
    assert world.mailbox.topics("guest") == ["placed"]


def test_a_notice_that_is_refused_for_good_is_not_tried_again() -> None:
    world = World()
    world.mailbox.failure = MailRefusedError("SES refuses the mail for good")
    name = place(world.replicas[EU], want=TWO_AT_STORE).order.order_id
    world.work(EU)
    assert "notified/guest/placed" in world.order(EU, name).facts
    assert world.reports[EU].counts[counts.NOTICES_FAILED] == 2


def test_a_guest_whose_data_were_forgotten_gets_no_mail() -> None:
    world = World()
    name = place(world.replicas[EU], want=TWO_AT_STORE).order.order_id
    world.orders[EU].forget(name)
    world.work(EU)
    assert world.mailbox.topics("guest") == []
    assert world.reports[EU].counts[counts.NOBODY] == 1
    assert "notified/guest/placed" in world.order(EU, name).facts


def test_time_that_runs_out_leaves_the_rest_for_the_next_message() -> None:
    world = World()
    name = place(world.replicas[EU], want=TWO_AT_STORE).order.order_id
    left = iter([True, False])
    performer, report = world.performers[EU], world.reports[EU]
    assert not performer.perform(name, NOON_MS, world.living, report, lambda: next(left))
    assert len(world.mailbox.notices) == 1
    assert performer.perform(name, NOON_MS, world.living, report)
    assert len(world.mailbox.notices) == 2


def test_a_decline_is_notified_and_another_card_is_tried() -> None:
    world = World()
    world.provider.declines = True
    name = place(world.replicas[EU]).order.order_id
    world.work(EU)
    assert world.state(EU, name).status is Status.DECLINED
    world.provider.declines = False
    world.orders[EU].record(name, f.Offered(2, "pm_2"), "guest")
    world.work(EU)
    assert world.state(EU, name).status is Status.AUTHORIZED
    assert world.mailbox.topics("guest") == ["placed", "declined/1"]


@pytest.mark.parametrize("region", REGIONS)
def test_no_fact_and_no_log_holds_personal_data(region: str) -> None:
    world = World()
    coffee = wanted(("flat-white", 1))
    name = place(world.replicas[region], want=coffee).order.order_id
    world.work_everywhere()
    rows = world.replicas[region].partition(keys.order_partition(name), prefix=keys.FACTS_PREFIX)
    text = repr([row.body for row in rows]) + world.reports[region].lines(region, 0, 1.0)
    assert "Ada" not in text
    assert "example.org" not in text


def test_a_region_that_let_an_order_expire_unseen_serves_it_after_the_partition() -> None:
    world = World()
    name = place(world.replicas[EU], want=TWO_AT_STORE).order.order_id
    world.work_everywhere()
    world.tables.cuts |= {pair for pair in world.tables.pending if US in pair}
    world.orders[US].record(name, f.Accepted(), "ada")
    world.tables.now_ms = NOON_MS + ACCEPT_WITHIN_MS + EXPIRY_GRACE_MS + 60_000
    world.sweep(EU)
    assert world.state(EU, name).status is Status.EXPIRED
    world.heal()
    with pytest.raises(TransitionRefusedError, match=f"the region {US}"):
        world.orders[EU].record(name, f.Ready(), "ada")
    for _ in range(2):
        world.work_everywhere()
        world.tables.now_ms += 60_000
        world.sweep(*REGIONS)
    world.orders[EU].record(name, f.Ready(), "ada")
    world.work_everywhere()
    world.orders[EU].record(name, f.Collected(), "ada")
    world.work_everywhere()
    settled = world.order(AP, name).facts[f"settled/{EU}"].data
    assert settled == f.Settled(given_back=False)
    assert open_work(world.order(US, name), REGIONS) == []


@pytest.mark.parametrize(
    ("method", "kind", "topics"),
    [
        (f.CARD, "approved", ["placed", "approved"]),
        (f.AT_STORE, "assessed", ["placed", "assessed"]),
    ],
)
def test_a_large_order_is_approved_or_left_to_a_manager_and_the_store_gets_a_notice(
    method: str, kind: str, topics: list[str]
) -> None:
    world = World()
    want = wanted(("flat-white", 80), method=method)
    name = place(world.replicas[US], want=want).order.order_id
    world.work_everywhere()
    assert world.order(EU, name).facts[f"{kind}/{US}"].author == "carte"
    assert sorted(world.mailbox.topics("store")) == sorted(topics)
    if kind == "assessed":
        with pytest.raises(TransitionRefusedError, match="has not been approved"):
            world.orders[EU].record(name, f.Accepted(), "ada")
        world.orders[AP].record(name, f.Approved(), "manager")
        world.work_everywhere()
        assert "approved" in world.mailbox.topics("store")
    world.orders[EU].record(name, f.Accepted(), "ada")
    world.work_everywhere()
    assert world.state(AP, name).status is Status.ACCEPTED


def test_the_risk_check_of_a_lost_region_is_made_by_another() -> None:
    world = World()
    want = wanted(("flat-white", 80), method=f.AT_STORE)
    name = place(world.replicas[EU], want=want).order.order_id
    world.tables.deliver_all()
    world.lose(EU)
    world.tables.now_ms += 60_000
    for _ in range(3):
        world.sweep(US, AP)
        world.work(US, AP)
        world.tables.now_ms += 60_000
    assert f"assessed/{US}" in world.order(US, name).facts
    world.heal()
    world.work_everywhere()
    assert world.mailbox.topics("store").count("assessed") == 1
    assert f"assessed/{EU}" not in world.order(EU, name).facts


def test_an_accepted_order_whose_money_is_gone_is_noticed_by_all_until_another_card_pays() -> None:
    world = World()
    name = place(world.replicas[EU]).order.order_id
    world.work(EU)
    for data in (f.Accepted(), f.Voided(1, 300)):
        world.orders[EU].record(name, data, "x")
    world.work_everywhere()
    for audience in (f.GUEST, f.STORE, f.OPERATOR):
        assert world.mailbox.topics(audience).count("unpaid/1") == 1
    assert payment_state(world.state(EU, name)) is PaymentState.UNPAID
    # Another region holds the money, and the one that accepted the order takes it, once and
    # without its sweeper.
    before = world.messages[EU]
    world.orders[US].record(name, f.Offered(2, "pm_2"), "guest")
    world.work_everywhere()
    assert world.order(EU, name).facts["authorized/2"].stamp.region == US
    assert world.state(AP, name).payment.captured == {2: 300}
    assert not world.state(AP, name).is_unpaid
    assert sum(one.counts[counts.TAKEN_OVER] for one in world.reports.values()) == 0
    # One for the authorization, one for what was then captured here.
    assert world.messages[EU] == before + 2


def total(world: World, name: str) -> int:
    return sum(one.counts[name] for one in world.reports.values())


def test_guest_and_operator_get_a_notice_of_a_refund_that_fails_days_after_it_was_made() -> None:
    world = World()
    name = place(world.replicas[EU]).order.order_id
    world.work_everywhere()
    made = (f.RefundAsked("r1", 100), f.Refunded("r1", 100, "re_1"))
    for data in (f.Accepted(), f.Captured(1, 300, "pi_1"), *made):
        world.orders[EU].record(name, data, "x")
    world.work_everywhere()
    world.tables.now_ms += 5 * LATE_MS
    failed = f.RefundRefused("r1", 100, "re_1", failed=True)
    world.orders[US].record(name, failed, "provider")
    world.work_everywhere()
    for audience in (f.GUEST, f.OPERATOR):
        assert world.mailbox.topics(audience).count("not/refunded/r1") == 1
    assert (total(world, counts.TO_OPERATOR), total(world, counts.NOBODY)) == (1, 0)
    assert (total(world, counts.TAKEN_OVER), total(world, counts.REPEATED)) == (0, 0)


def without_money(world: World) -> str:
    """An accepted order whose hold was released, before anybody got a notice of it."""
    name = place(world.replicas[EU]).order.order_id
    world.work(EU)
    for data in (f.Accepted(), f.Voided(1, 300)):
        world.orders[EU].record(name, data, "x")
    return name


def test_an_operator_gets_a_notice_about_money_also_after_a_day_without_notices() -> None:
    world = World()
    name = without_money(world)
    world.mailbox.failure = ConnectionError("no route")
    world.work(EU)
    assert total(world, counts.TO_OPERATOR) == 0
    world.mailbox.failure = None
    world.tables.now_ms += 2 * LATE_MS
    world.sweep(EU)
    topics = {one: world.mailbox.topics(one).count("unpaid/1") for one in (f.GUEST, f.OPERATOR)}
    assert topics == {f.GUEST: 0, f.OPERATOR: 1}
    assert total(world, counts.TO_OPERATOR) == 1
    assert f"notified/{f.OPERATOR}/unpaid/1" in world.order(EU, name).facts


def test_a_notice_that_the_operator_does_not_get_is_not_counted() -> None:
    world = World()
    without_money(world)
    world.mailbox.failure = MailRefusedError("the service refuses the mail for good")
    world.work(EU)
    assert total(world, counts.NOTICES_FAILED) > 0
    assert total(world, counts.TO_OPERATOR) == 0
