"""Notices to people: each thing is mailed once over all regions, and nothing is lost on the way."""

from itertools import pairwise

import pytest

from services.domain.mail import Mail, MailRefusedError, MailsLimitedError, MailUnansweredError
from services.domain.mail_reservation import RECHECK_MS, RESERVED_MS, Reservation
from services.domain.orders.takeover import region_of
from services.domain.people.notice_messages import PersonToLookAt, SignIn, entry
from services.domain.people.notice_texts import TEXTS
from services.people_notices.accounts import AccountsAwayError
from services.people_notices.mailing import NEW_MS
from services.people_notices.report import (
    DELAYED,
    FAILED,
    GIVEN_UP,
    REFUSED,
    SIGN_INS,
    WITHOUT_ADDRESS,
)
from services.storage import keys
from services.storage.kinds import Settings
from services.storage.people import PeopleRepository
from services.storage.people_notices import PeopleNotices
from tests.support.mail_world import REGIONS, SITE
from tests.support.people_world import ADDRESS, PERSON, POOL_REGION, PeopleWorld

MANAGER = "store:us-00001:manager"
TILL = "store:us-00001:till"
WELCOME, DEVICE, ROLES = TEXTS["en"].welcome, TEXTS["en"].device, TEXTS["en"].roles
RESPONSIBLE = region_of(PERSON, REGIONS)
OTHERS = [one for one in REGIONS if one != RESPONSIBLE]


def test_the_first_sign_in_is_welcomed_and_no_other() -> None:
    world = PeopleWorld()
    world.sign_in(new_device=True)
    world.run()
    world.sign_in(new_device=False)
    world.run()
    assert world.subjects() == [WELCOME]
    (mail,) = world.mailbox.mails
    assert mail.to == ADDRESS
    assert f"{SITE}/staff" in mail.text
    assert f"{SITE}/staff" in mail.html


@pytest.mark.parametrize(
    ("age_ms", "expected"),
    [(0, [WELCOME]), (NEW_MS, [WELCOME]), (NEW_MS + 1, []), (400 * 86_400_000, []), (None, [])],
)
def test_only_who_has_a_new_account_is_welcomed(age_ms: int | None, expected: list[str]) -> None:
    world = PeopleWorld()
    created = None if age_ms is None else world.tables.now_ms - age_ms
    world.accounts.created = {} if created is None else {PERSON: created}
    world.sign_in(new_device=False)
    world.run()
    assert world.subjects() == expected
    # Either way the account is known now, and its age is not read again.
    world.accounts.before = lambda: pytest.fail("the pool is read")
    world.sign_in(new_device=True)
    world.run()
    assert world.subjects() == [*expected, DEVICE]


def test_a_new_device_of_an_account_of_before_there_were_mails_is_mailed() -> None:
    world = PeopleWorld()
    world.accounts.created = {}
    world.sign_in(new_device=True)
    world.run()
    assert world.subjects() == [DEVICE]


def test_a_welcome_waits_for_a_pool_that_is_away() -> None:
    def away() -> None:
        raise AccountsAwayError

    world = PeopleWorld()
    world.accounts.before = away
    world.sign_in(new_device=True)
    world.run()
    assert world.subjects() == []
    world.accounts.before = lambda: None
    world.run()
    assert world.subjects() == [WELCOME]


def test_a_new_device_is_mailed_and_the_same_device_again_is_not() -> None:
    world = PeopleWorld()
    for new_device in (True, True, False, False):
        world.sign_in(new_device=new_device)
        world.run()
    assert world.subjects() == [WELCOME, DEVICE]
    assert "2026-05-28 12:10" in world.mailbox.mails[1].text


def test_a_sign_in_that_is_delivered_again_is_mailed_once() -> None:
    world = PeopleWorld()
    for _ in range(2):
        world.sign_in(new_device=True)
        ((_, body),) = world.queues[POOL_REGION]
        world.run()
        world.queues[POOL_REGION].append((world.tables.now_ms, body))
        world.run()
    assert world.subjects() == [WELCOME, DEVICE]


def test_who_signs_in_is_not_refused_where_the_queue_fails() -> None:
    world = PeopleWorld()

    def refuse(_: object) -> None:
        raise OSError("no route")

    world.deliveries[POOL_REGION]._send = refuse
    world.sign_in(new_device=True)
    assert world.counted(FAILED) == 1
    assert world.counted(SIGN_INS) == 0


@pytest.mark.parametrize(
    "attributes", [{"email": ""}, {"email_verified": "false"}, {"sub": "a/b"}, {"sub": ""}]
)
def test_a_sign_in_of_nobody_who_can_be_mailed_is_left_out(attributes: dict[str, str]) -> None:
    world = PeopleWorld()
    world.sign_in(new_device=True, **attributes)
    world.run()
    assert world.subjects() == []
    assert world.counted(FAILED) == 0


def test_granting_and_revoking_are_mailed_once_over_all_regions() -> None:
    world = PeopleWorld()
    world.edit(OTHERS[0], {MANAGER: True})
    world.run()
    world.edit(OTHERS[1], {MANAGER: False})
    world.run()
    assert world.subjects() == [ROLES, ROLES]
    granted, revoked = (mail.text for mail in world.mailbox.mails)
    assert "Granted:\n- manager of store us-00001\n" in granted
    assert "Revoked:\n- manager of store us-00001\n" in revoked


def test_what_is_edited_within_seconds_is_one_mail() -> None:
    world = PeopleWorld()
    world.edit(OTHERS[0], {MANAGER: True})
    world.edit(OTHERS[0], {TILL: True})
    world.run()
    assert world.subjects() == [ROLES]
    assert "- manager of store us-00001\n- till of store us-00001\n" in world.mailbox.mails[0].text


def test_a_revocation_that_every_region_applied_is_one_mail() -> None:
    world = PeopleWorld()
    world.edit(OTHERS[0], {MANAGER: True, TILL: True})
    world.run()
    world.revoke_all(*REGIONS)
    world.run(60_000, deliver=False)
    world.run()
    assert world.subjects() == [ROLES, ROLES]
    text = world.mailbox.mails[1].text
    assert text.startswith("All your roles were revoked.\n")
    assert "- manager of store us-00001" in text


def test_a_role_that_only_the_token_had_is_mailed_when_it_is_revoked() -> None:
    world = PeopleWorld()
    world.edit(OTHERS[0], {MANAGER: False})
    world.run()
    assert "Revoked:\n- manager of store us-00001\n" in world.mailbox.mails[0].text


def test_another_region_mails_where_the_responsible_one_is_lost() -> None:
    world = PeopleWorld()
    world.living.discard(RESPONSIBLE)
    world.edit(OTHERS[0], {MANAGER: True})
    world.run()
    assert world.subjects() == [ROLES]
    world.living.add(RESPONSIBLE)
    world.run()
    assert world.subjects() == [ROLES], "the lost region finds that it was mailed"


def test_another_region_mails_where_the_responsible_one_is_lost_after_it_saw_the_edit() -> None:
    world = PeopleWorld()
    world.edit(RESPONSIBLE, {MANAGER: True})
    world.run(1_000)
    world.living.discard(RESPONSIBLE)
    world.run()
    assert world.subjects() == [ROLES]


def test_a_pool_that_is_away_delays_the_mail_and_a_day_ends_it() -> None:
    def away() -> None:
        raise AccountsAwayError

    world = PeopleWorld()
    world.accounts.before = away
    world.edit(RESPONSIBLE, {MANAGER: True})
    world.run(60 * 60_000)
    assert world.subjects() == []
    assert world.counted(FAILED) > 0
    assert world.dead_letters == []
    world.accounts.before = lambda: None
    world.run()
    assert world.subjects() == [ROLES]
    world.accounts.before = away
    world.edit(RESPONSIBLE, {TILL: True})
    world.run(3600 * 1000)
    world.tables.now_ms += 22 * 3600 * 1000  # all of these hours like the first
    world.run(2 * 3600 * 1000)
    assert world.counted(GIVEN_UP) == 1 + len(OTHERS)
    assert f"{PERSON}: not mailed for a day, and given up" in str(world.log)


DAY_AND_MORE_MS = 25 * 3600 * 1000


@pytest.mark.parametrize("revokes", [False, True])
def test_a_region_that_was_away_for_a_day_misses_no_mail_that_another_one_sent(
    *, revokes: bool
) -> None:
    world = PeopleWorld()
    roles = PeopleRepository(world.replicas[OTHERS[0]])
    world.edit(OTHERS[0], {MANAGER: True})
    message = PersonToLookAt(PERSON, world.tables.now_ms)
    world.run()
    if revokes:
        world.run(DAY_AND_MORE_MS)
        world.accounts.before = lambda: pytest.fail("nothing is mailed by this")
        world.edit(OTHERS[0], {MANAGER: False})
    assert roles.read(PERSON)
    now_ms = message.since_ms + DAY_AND_MORE_MS + 60_000
    assert looked_at(world, message, now_ms) == 0


def test_a_sign_in_that_waited_for_a_day_is_missed_where_it_would_have_been_mailed() -> None:
    world = PeopleWorld()
    world.sign_in(new_device=True)
    world.run()
    assert world.subjects() == [WELCOME]
    since = world.tables.now_ms
    for new_device, missed in ((False, 0), (True, 1)):
        sign_in = SignIn(ADDRESS, "en", is_new_device=new_device)
        message = PersonToLookAt(PERSON, since, sign_in)
        assert looked_at(world, message, since + DAY_AND_MORE_MS) == missed
    world.sign_in(new_device=True)
    message = PersonToLookAt(PERSON, world.tables.now_ms, SignIn(ADDRESS, "en", is_new_device=True))
    world.run()
    assert world.subjects() == [WELCOME, DEVICE]
    late = looked_at(world, message, message.since_ms + DAY_AND_MORE_MS)
    assert late == 0, "delivered again, long after it was mailed"


def looked_at(world: PeopleWorld, message: PersonToLookAt, now_ms: int) -> int:
    """How many messages a region gives up that reads one at a time; nothing is left of it."""
    world.tables.now_ms = now_ms
    before = world.counted(GIVEN_UP)
    assert not any(world.queues.values())
    world.handle(POOL_REGION, entry(0, message)["MessageBody"])
    assert not any(world.queues.values())
    return world.counted(GIVEN_UP) - before


def test_a_mail_that_is_refused_for_good_is_not_tried_again() -> None:
    world = PeopleWorld()

    def refuse(_: Mail) -> None:
        raise MailRefusedError("the address is wrong")

    world.mailbox.before = refuse
    world.edit(RESPONSIBLE, {MANAGER: True})
    world.run()
    assert world.counted(REFUSED) == 1
    assert all(not queue for queue in world.queues.values()), "no region waits for the mail"
    assert ADDRESS not in str(world.log)


def test_a_limit_of_the_mail_service_delays_a_mail() -> None:
    world = PeopleWorld()

    def limit(_: Mail) -> None:
        world.mailbox.before = lambda _: None
        raise MailsLimitedError("slow down")

    world.mailbox.before = limit
    world.sign_in(new_device=True)
    world.run()
    assert world.counted(DELAYED) == 1
    assert world.subjects() == [WELCOME]


def test_a_mail_without_an_answer_stays_reserved_and_is_repeated_only_then() -> None:
    world = PeopleWorld()
    sent: list[int] = []

    def hang(_: Mail) -> None:
        sent.append(world.tables.now_ms)
        if len(sent) == 1:
            raise MailUnansweredError("SES did not answer: ReadTimeoutError")

    world.mailbox.before = hang
    world.edit(RESPONSIBLE, {MANAGER: True})
    world.run(5_000)
    again = f'{{"person":"{PERSON}","sinceMs":{world.tables.now_ms}}}'
    while len(sent) < 1:
        world.run(1_000)
    world.queues[RESPONSIBLE].append((world.tables.now_ms + 1_000, again))
    world.run()
    first, second = sent
    assert second - first >= RESERVED_MS
    assert world.dead_letters == []


@pytest.mark.parametrize("signs_in", [False, True])
def test_a_mail_that_is_never_answered_is_sent_five_times_over_all_regions(
    *, signs_in: bool
) -> None:
    world = PeopleWorld()
    world.lag_ms = 1_000
    sent: list[int] = []

    def hang(_: Mail) -> None:
        sent.append(world.tables.now_ms)
        raise MailUnansweredError("SES did not answer: ReadTimeoutError")

    world.mailbox.before = hang
    if signs_in:
        world.sign_in(new_device=True)
    else:
        world.edit(RESPONSIBLE, {MANAGER: True})
    world.run(24 * 3600 * 1000)
    pauses = [later - earlier for earlier, later in pairwise(sent)]
    assert len(sent) == 5
    assert all(later > 4 * earlier for earlier, later in pairwise(pauses))
    world.run(3600 * 1000)
    assert world.counted(GIVEN_UP) == (1 if signs_in else len(REGIONS))
    # What was mailed at last ends the long pauses.
    world.mailbox.before = lambda _: None
    world.run(24 * 3600 * 1000)
    for role, granted in ((TILL, True), (TILL, False)):
        world.edit(RESPONSIBLE, {role: granted})
        world.run()
    assert world.subjects() == [ROLES, ROLES]


def test_a_pool_that_is_slow_leaves_no_reservation_behind() -> None:
    world = PeopleWorld()
    ends_ms = world.tables.now_ms + 25_000
    left = lambda: ends_ms - world.tables.now_ms  # noqa: E731 - as Lambda's context gives it

    def slow() -> None:
        world.tables.now_ms += 16_000

    world.accounts.before = slow
    world.edit(RESPONSIBLE, {MANAGER: True})
    body = entry(0, PersonToLookAt(PERSON, world.tables.now_ms))["MessageBody"]
    event = {"Records": [{"messageId": "1", "body": body}]}
    assert world.deliveries[RESPONSIBLE].answer(event, left) == {"batchItemFailures": []}
    assert world.mailbox.mails == []
    assert PeopleNotices(world.replicas[RESPONSIBLE]).held(PERSON).reservation == Reservation()
    ((due_ms, _),) = world.queues[RESPONSIBLE]
    assert due_ms <= world.tables.now_ms + RECHECK_MS
    world.accounts.before = lambda: None
    world.run()
    assert world.subjects() == [ROLES]


def test_two_processes_that_look_at_a_person_at_once_send_one_mail() -> None:
    world = PeopleWorld()
    world.edit(RESPONSIBLE, {MANAGER: True})
    body = entry(0, PersonToLookAt(PERSON, world.tables.now_ms))["MessageBody"]

    def other() -> None:
        world.accounts.before = lambda: None
        world.handle(RESPONSIBLE, body)

    world.accounts.before = other
    world.handle(RESPONSIBLE, body)
    assert world.subjects() == [ROLES]
    world.run()
    assert world.subjects() == [ROLES]


def test_a_reservation_of_an_earlier_version_is_read_and_that_version_reads_ours() -> None:
    world = PeopleWorld()
    replica = world.replicas[RESPONSIBLE]
    until_ms = world.tables.now_ms + 60_000
    replica.change(
        keys.notices(PERSON), lambda _, stamp: Settings({}).assign({"claim": until_ms}, stamp)
    )
    notices = PeopleNotices(replica)
    assert notices.held(PERSON).reservation == Reservation(until_ms)
    world.edit(RESPONSIBLE, {MANAGER: True})
    world.run(59_000)
    assert world.subjects() == []
    world.run()
    assert world.subjects() == [ROLES]
    taken = notices.reserve(notices.held(PERSON), until_ms, "eu-west-1/0f")
    assert notices.held(PERSON).mailed["claim"] == until_ms + RESERVED_MS
    assert taken == Reservation(until_ms + RESERVED_MS, "eu-west-1/0f", 1)


def test_a_process_that_dies_after_sending_makes_the_mail_come_again_and_loses_none() -> None:
    world = PeopleWorld()

    class DiedError(BaseException):
        pass

    def die(_: Mail) -> None:
        world.mailbox.after = lambda _: None
        raise DiedError

    world.mailbox.after = die
    world.edit(RESPONSIBLE, {MANAGER: True})
    with pytest.raises(DiedError):
        world.run()
    world.queues[RESPONSIBLE].append(
        (world.tables.now_ms, f'{{"person":"{PERSON}","sinceMs":{world.tables.now_ms}}}')
    )
    world.run()
    assert world.subjects() == [ROLES, ROLES]


def test_a_person_whom_the_pool_does_not_know_is_mailed_nothing_and_looked_at_once() -> None:
    world = PeopleWorld()
    world.edit(OTHERS[0], {MANAGER: True}, "somebody-else")
    world.run()
    assert world.subjects() == []
    assert world.counted(WITHOUT_ADDRESS) == 1


def test_roles_of_before_there_were_mails_are_not_mailed() -> None:
    world = PeopleWorld()
    world.edit(RESPONSIBLE, {MANAGER: True})
    world.run(1_000)
    for queue in world.queues.values():
        queue.clear()
    world.run(25 * 3600 * 1000)
    world.edit(RESPONSIBLE, {TILL: True})
    world.run()
    (mail,) = world.mailbox.mails
    assert "till" in mail.text
    assert "manager" not in mail.text


@pytest.mark.parametrize("body", ["", "{}", "[1]", '{"person":"a/b","sinceMs":1}', "null"])
def test_a_message_that_names_nobody_is_dropped_and_counted(body: str) -> None:
    world = PeopleWorld()
    world.queues[RESPONSIBLE].append((world.tables.now_ms, body))
    world.run()
    assert world.counted(FAILED) == 1
