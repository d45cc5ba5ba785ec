"""Subscriptions from the first message to the states that follow, over a table in moto."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from services.convergence.repair import Change
from services.domain.documents.person import EVERYTHING, PersonRoles
from services.domain.people.granting import edit_roles
from services.domain.stamp import Stamp
from services.live import fan_out, sockets
from services.live.protocol import MAX_SUBSCRIPTIONS
from services.live.query import LiveQuery
from services.storage import keys
from services.storage.catalogs import CatalogRepository
from services.storage.kinds import Document
from services.storage.live_records import Subscription
from services.storage.live_requests import LiveRequests
from services.storage.live_rows import key as live_key
from services.storage.live_subscriptions import EARLY_END_MS, MAX_EARLY_ENDS
from services.storage.replica import Write
from services.storage.table import Table
from services.storage.watched_topics import UnwrittenRowsError, WatchedTopics
from tests.support.chain import (
    add_store,
    publish_small_catalog,
    set_assortment,
    set_draft,
    set_stock,
)
from tests.support.live_region import TABLE, LiveRegion
from tests.support.tokens import ISSUER

MENU = """subscription M($id: ID!, $locale: String) { menuChanged(storeId: $id, locale: $locale) {
  version menu { version categories { items { id price { amountMinor } availability } } } } }"""
STOCK = """subscription S($id: ID!) { stockChanged(storeId: $id) {
  version inventory { lines { itemId left } } } }"""
ORDER = "subscription O($id: ID!) { orderChanged(id: $id) { version order { status } } }"
REGIONS = "subscription { regionStatus { version drained region { name } } }"


@pytest.fixture
def region(table: Table) -> LiveRegion:
    publish_small_catalog(table)
    add_store(table, "de-1")
    add_store(table, "de-2")
    return LiveRegion()


def price(message: Any, item: str = "glazed") -> int:
    """The price of an item in a message's menu."""
    categories = message["payload"]["data"]["menuChanged"]["menu"]["categories"]
    found = [one for category in categories for one in category["items"] if one["id"] == item]
    amount: int = found[0]["price"]["amountMinor"]
    return amount


def version(message: Any) -> str:
    """The version of a message's state."""
    (state,) = message["payload"]["data"].values()
    return str(state["version"])


def test_the_first_message_is_the_state_and_each_change_sends_it_anew(
    region: LiveRegion, table: Table
) -> None:
    one = region.ready()
    first = region.subscribe(one, "m", MENU, id="de-1")
    assert (first["type"], first["id"]) == ("next", "m")
    set_assortment(table, "de-1", {"glazed": {"price": 777, "listed": True}})
    assert region.changed("store:de-1") == []
    (second,) = region.received[one]
    assert price(second) == 777
    assert version(second) != version(first)
    assert second["payload"]["data"]["menuChanged"]["menu"]["version"] == version(second)


def test_a_client_that_comes_back_sees_by_the_version_that_it_missed_nothing(
    region: LiveRegion,
) -> None:
    versions = {version(region.subscribe(region.ready(), "m", MENU, id="de-1")) for _ in range(2)}
    assert len(versions) == 1


@pytest.mark.parametrize("count", [1, 40])
def test_a_change_costs_one_evaluation_whatever_the_number_of_subscribers(
    region: LiveRegion, count: int
) -> None:
    connections = [region.ready() for _ in range(count)]
    for one in connections:
        region.subscribe(one, "a", MENU, id="de-1")
    before = region.evaluator.runs
    region.changed("store:de-1")
    assert region.evaluator.runs - before == 1
    assert region.report.posts == count
    assert all(len(region.received[one]) == 1 for one in connections)


def test_languages_and_operations_are_groups_of_their_own(region: LiveRegion) -> None:
    for locale in ("de", "de", "en", None):
        region.subscribe(region.ready(), "a", MENU, id="de-1", locale=locale)
    region.changed("store:de-1")
    assert (region.report.evaluations, region.report.posts) == (3, 4)


def test_changes_of_a_topic_in_a_batch_are_one_message(region: LiveRegion) -> None:
    one = region.ready()
    region.subscribe(one, "a", MENU, id="de-1")
    region.changed("store:de-1", "store:de-1", "store:de-2", "store:de-1")
    assert len(region.received[one]) == 1
    assert region.slept
    assert max(region.slept) <= 0.24


def test_a_topic_that_nobody_watches_costs_no_evaluation(region: LiveRegion) -> None:
    region.changed("store:de-1")
    assert region.report.evaluations == 0


def test_another_store_is_not_sent(region: LiveRegion) -> None:
    one = region.ready()
    region.subscribe(one, "a", MENU, id="de-1")
    region.changed("store:de-2")
    assert region.received[one] == []


def test_a_catalog_reaches_the_stores_that_are_watched(region: LiveRegion, table: Table) -> None:
    one, two = region.ready(), region.ready()
    region.subscribe(one, "a", MENU, id="de-1")
    before = region.subscribe(two, "a", MENU, id="de-2")
    region.changed("market:de")
    assert sorted(one["MessageGroupId"] for one in region.queue) == ["store:de-1", "store:de-2"]
    set_draft(table, "de", "glazed", calories=999)
    CatalogRepository(table).publish("de")
    region.changed("store:de-2")
    assert version(region.received[two][0]) != version(before)


def test_a_catalog_that_has_not_arrived_is_waited_for(region: LiveRegion, table: Table) -> None:
    one = region.ready()
    region.subscribe(one, "a", MENU, id="de-1")
    set_draft(table, "de", "glazed", price=999)
    CatalogRepository(table).publish("de")
    newest = table.partition(keys.catalog_partition("de"), prefix=keys.VERSION_PREFIX)[-1]
    table.item(newest.key.pk, newest.key.sk).delete()
    region.changed("store:de-1")
    assert region.received[one] == []
    assert region.report.faults
    # Who subscribes meanwhile gets what there is: the arrival of the version is a change.
    assert region.subscribe(region.ready(), "a", MENU, id="de-1")["type"] == "next"
    table.write(Write(newest.key, newest.body, table.clock.tick(), None))
    region.changed("store:de-1")
    assert price(region.received[one][-1]) == 999


def test_a_catalog_of_memory_is_no_new_state(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = region.ready()
    region.subscribe(one, "a", MENU, id="de-1")

    def throttled(*_: Any, **__: Any) -> Any:
        raise ConnectionError("the table does not answer")

    monkeypatch.setattr(CatalogRepository, "_pointed", throttled)
    region.changed("store:de-1")
    assert region.received[one] == []
    monkeypatch.undo()
    region.changed("store:de-1")
    assert len(region.received[one]) == 1


def test_a_store_that_appears_later_is_followed_with_its_market(
    region: LiveRegion, table: Table
) -> None:
    one = region.ready()
    first = region.subscribe(one, "a", MENU, id="de-9")
    assert version(first) == "0"
    add_store(table, "de-9")
    region.changed("store:de-9")
    assert version(region.received[one][0]) != "0"
    region.changed("market:de")
    assert [one["MessageGroupId"] for one in region.queue] == ["store:de-9"]


def test_stock_is_for_the_stores_staff(region: LiveRegion, table: Table) -> None:
    set_stock(table, "de-1", {"glazed": 5})
    guest = region.subscribe(region.ready(), "s", STOCK, id="de-1")
    assert guest["type"] == "error"
    assert guest["payload"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    token = ISSUER.bearer("store:de-1:manager")["authorization"]
    one = region.ready(token)
    assert region.subscribe(one, "s", STOCK, id="de-1")["type"] == "next"
    other = region.subscribe(one, "t", STOCK, id="de-2")
    assert other["payload"][0]["extensions"]["code"] == "FORBIDDEN"
    region.changed("store:de-1")
    assert [message["id"] for message in region.received[one]] == ["s"]


def test_a_subscription_outlives_no_token(region: LiveRegion) -> None:
    token = ISSUER.bearer("store:de-1:manager")["authorization"]
    one = region.ready(token)
    region.subscribe(one, "s", STOCK, id="de-1")
    known = region.table.connections.read(one)
    assert known is not None
    region.seconds = known.until + 1
    region.changed("store:de-1")
    (message,) = region.received[one]
    assert (message["type"], message["id"]) == ("error", "s")
    assert message["payload"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    region.changed("store:de-1")
    assert len(region.received[one]) == 1


def roles(region: LiveRegion, table: Table, subject: str, changes: dict[str, bool]) -> None:
    """Grant and revoke roles; the region's processes see it at once."""

    def edit(current: Document | None, stamp: Stamp) -> PersonRoles:
        known = current if isinstance(current, PersonRoles) else None
        return edit_roles(known, subject, changes, stamp)[0]

    table.change(keys.roles_of(subject), edit)
    region.forget_people()


def test_a_revoked_person_sees_no_further_state_and_subscribes_to_nothing(
    region: LiveRegion, table: Table
) -> None:
    token = ISSUER.bearer("store:de-1:manager", sub="ada")["authorization"]
    one = region.ready(token)
    assert region.subscribe(one, "s", STOCK, id="de-1")["type"] == "next"
    roles(region, table, "ada", {EVERYTHING: False})
    region.changed("store:de-1")
    (message,) = region.received[one]
    assert (message["type"], message["id"]) == ("error", "s")
    assert message["payload"][0]["extensions"]["code"] == "FORBIDDEN"
    again = region.subscribe(region.ready(token), "s", STOCK, id="de-1")
    assert again["payload"][0]["extensions"]["code"] == "FORBIDDEN"
    region.changed("store:de-1")
    assert len(region.received[one]) == 1


def test_a_revoked_person_ends_alone(region: LiveRegion, table: Table) -> None:
    connections = {}
    for subject in ("ada", "bob", "eve"):
        token = ISSUER.bearer("store:de-1:till", sub=subject)["authorization"]
        connections[subject] = region.ready(token)
        region.subscribe(connections[subject], "s", STOCK, id="de-1")
    roles(region, table, "bob", {"store:de-1:till": False})
    roles(region, table, "eve", {"store:de-2:till": True})
    region.changed("store:de-1")
    types = {who: region.received[one][0]["type"] for who, one in connections.items()}
    assert types == {"ada": "next", "bob": "error", "eve": "next"}


def test_a_role_that_was_granted_is_enough(region: LiveRegion, table: Table) -> None:
    token = ISSUER.bearer(sub="ada")["authorization"]
    assert region.subscribe(region.ready(token), "s", STOCK, id="de-1")["type"] == "error"
    roles(region, table, "ada", {"store:de-1:till": True})
    one = region.ready(token)
    assert region.subscribe(one, "s", STOCK, id="de-1")["type"] == "next"
    region.changed("store:de-1")
    assert region.received[one][0]["type"] == "next"


@pytest.mark.parametrize("subject", ["live", ""])
def test_no_name_of_a_person_gives_roles_to_others(
    region: LiveRegion, table: Table, subject: str
) -> None:
    roles(region, table, subject, {"store:de-1:till": True})
    token = ISSUER.bearer("customers", sub="guest")["authorization"]
    answer = region.subscribe(region.ready(token), "s", STOCK, id="de-1")
    assert answer["payload"][0]["extensions"]["code"] == "FORBIDDEN"


def test_roles_that_cannot_be_read_give_nothing(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = ISSUER.bearer("store:de-1:till", sub="ada")["authorization"]
    one, guest = region.ready(token), region.ready()
    region.subscribe(one, "s", STOCK, id="de-1")
    region.subscribe(guest, "m", MENU, id="de-1")

    def failing(*_: Any) -> Any:
        raise ConnectionError("the table does not answer")

    monkeypatch.setattr(region, "rights_of", failing)
    monkeypatch.setattr(region.sockets, "_rights", failing)
    answer = region.subscribe(region.ready(token), "s", STOCK, id="de-1")
    assert answer["type"] == "error"
    assert answer["payload"][0]["extensions"]["retryable"] is True
    assert region.changed("store:de-1") == []
    assert region.received[one] == []
    assert region.received[guest][0]["type"] == "next"
    assert len(region.queue) == 1


def test_an_order_that_has_not_arrived_is_waited_for(region: LiveRegion) -> None:
    one = region.ready()
    first = region.subscribe(one, "o", ORDER, id="a" * 26)
    assert first["payload"]["data"] == {"orderChanged": {"version": "0", "order": None}}
    region.changed(f"order:{'a' * 26}")
    assert len(region.received[one]) == 1


def test_regions_are_watched(region: LiveRegion) -> None:
    one = region.ready()
    first = region.subscribe(one, "r", REGIONS)
    assert first["payload"]["data"]["regionStatus"]["drained"] == []
    region.changed("regions")
    assert len(region.received[one]) == 1


def test_a_connection_that_is_gone_is_forgotten(region: LiveRegion) -> None:
    one, two = region.ready(), region.ready()
    for connection in (one, two):
        region.subscribe(connection, "a", MENU, id="de-1")
    region.gone.add(one)
    region.changed("store:de-1")
    assert (region.report.gone, region.report.posts) == (1, 1)
    assert region.table.connections.read(one) is None
    assert [row.connection for row in region.table.topics.subscriptions("store:de-1")] == [two]


def test_a_right_that_the_service_lost_forgets_nobody(region: LiveRegion) -> None:
    one = region.ready()
    region.subscribe(one, "a", MENU, id="de-1")
    region.failing[one] = 403
    region.changed("store:de-1")
    assert region.report.gone == 0
    assert region.report.failed > 0
    assert [row.connection for row in region.table.topics.subscriptions("store:de-1")] == [one]


def test_a_ping_finds_out_that_its_connection_was_forgotten(table: Table) -> None:
    region = LiveRegion(verifies=lambda: True)
    one = region.ready()
    assert region.say(one, {"type": "ping"}) == {"type": "pong"}
    region.table.connections.close(one)
    assert region.say(one, {"type": "ping"}) is None
    assert region.closing(one) == 1012


def test_who_makes_up_many_operations_does_not_delay_those_of_others(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = region.ready()
    for number in range(3):
        region.subscribe(stranger, f"s{number}", MENU, id="de-1", locale=("en", "fr", "nl")[number])
    guests = [region.ready() for _ in range(2)]
    for guest in guests:
        region.subscribe(guest, "m", MENU, id="de-1")
    evaluate = region.evaluator.evaluate

    def slow(query: Any) -> Any:
        region.seconds += 15
        return evaluate(query)

    monkeypatch.setattr(region, "state_of", slow)
    region.changed("store:de-1")
    assert [len(region.received[guest]) for guest in guests] == [1, 1]
    assert (region.report.evaluations, region.report.late) == (1, 3)
    # Further messages go on with the strangers', one each, until everybody has the state.
    for _ in range(3):
        (message,) = region.queue
        region.queue.clear()
        region.delivered(message["MessageBody"])
    assert [len(region.received[guest]) for guest in guests] == [1, 1]
    assert sorted(one["id"] for one in region.received[stranger]) == ["s0", "s1", "s2"]
    assert region.queue == []


@pytest.mark.parametrize("status", [500, 413])
def test_a_connection_that_fails_keeps_the_state_from_nobody_else(
    region: LiveRegion, status: int
) -> None:
    crowd = [region.ready() for _ in range(3)]
    for one in crowd:
        region.subscribe(one, "m", MENU, id="de-1")
    alone = region.ready()
    region.subscribe(alone, "m", MENU, id="de-1", locale="fr")
    region.failing[crowd[0]] = status
    assert region.changed("store:de-1") == []
    assert len(region.queue) == (status == 500)
    assert [len(region.received[one]) for one in (*crowd, alone)] == [0, 1, 1, 1]
    known = region.table.connections.read(crowd[0])
    assert known is not None
    assert list(known.subscriptions) == (["m"] if status == 500 else [])


def test_an_operation_that_faults_keeps_the_state_from_nobody_else(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = [region.ready() for _ in range(2)]
    for one in crowd:
        region.subscribe(one, "m", MENU, id="de-1", locale="de")
    alone = region.ready()
    region.subscribe(alone, "m", MENU, id="de-1", locale="fr")
    evaluate = region.evaluator.evaluate

    def failing(query: Any) -> Any:
        faults: list[BaseException] = (
            [ConnectionError("no answer")] if '"de"' in query.variables else []
        )
        return evaluate(query)._replace(faults=faults)

    monkeypatch.setattr(region, "state_of", failing)
    assert region.changed("store:de-1") == []
    assert [len(region.received[one]) for one in (*crowd, alone)] == [0, 0, 1]
    monkeypatch.undo()
    assert region.later() == []
    assert [len(region.received[one]) for one in (*crowd, alone)] == [1, 1, 1]


def test_what_is_not_sent_comes_again(region: LiveRegion) -> None:
    one = region.ready()
    region.subscribe(one, "a", MENU, id="de-1")
    region.failing[one] = 500
    assert region.changed("store:de-1", "store:de-2") == []
    (message,) = region.queue
    assert message["MessageGroupId"] != "store:de-1"
    assert region.delivered(message["MessageBody"]) == ["m0"]  # not yet
    region.failing.clear()
    assert region.later() == []
    assert len(region.received[one]) == 1


def test_who_cannot_be_reached_delays_nobody_and_is_closed_in_the_end(region: LiveRegion) -> None:
    one, two = region.ready(), region.ready()
    for connection in (one, two):
        region.subscribe(connection, "a", MENU, id="de-1")
    region.failing[one] = 500
    for count in (1, 2):
        assert region.changed("store:de-1") == []
        assert len(region.received[two]) == count
    # Both changes have one follow-up, which is for nobody else.
    assert len({message["MessageDeduplicationId"] for message in region.queue}) == 1
    del region.queue[1:]
    for _ in range(3):
        assert region.later() == []
    assert len(region.received[two]) == 2
    assert region.table.connections.read(one) is None
    assert region.queue == []


def test_a_throttled_message_ends_no_subscription(region: LiveRegion) -> None:
    one = region.ready()
    region.subscribe(one, "a", MENU, id="de-1")
    region.failing[one] = 429
    region.changed("store:de-1")
    for _ in range(2):
        assert region.later() == []
    assert region.later() == ["m0"]  # its alarm rings
    assert watching(region) == ["a"]
    # What it missed it gets when it comes again: a ping finds its connection lost.
    assert region.table.connections.read(one) is None


def test_a_follow_up_that_a_change_overtakes_has_its_state_sent(
    region: LiveRegion, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = region.ready()
    region.subscribe(one, "a", MENU, id="de-1")
    region.failing[one] = 500
    region.changed("store:de-1")
    region.failing.clear()
    evaluate = region.evaluator.evaluate

    def overtaken(query: Any) -> Any:
        state = evaluate(query)
        set_assortment(table, "de-1", {"glazed": {"price": 777, "listed": True}})
        return state

    monkeypatch.setattr(region, "state_of", overtaken)
    region.later()
    monkeypatch.undo()
    assert [message["MessageGroupId"] for message in region.queue] == ["store:de-1"]
    region.later()
    assert price(region.received[one][-1]) == 777


def test_a_continuation_skips_nobody_whatever_comes_and_goes(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    watchers = {}
    for locale in ("en", "fr", "nl"):
        watchers[locale] = [region.ready() for _ in range(2)]
        for one in watchers[locale]:
            region.subscribe(one, "m", MENU, id="de-1", locale=locale)
    evaluate = region.evaluator.evaluate

    def slow(query: Any) -> Any:
        region.seconds += 15
        return evaluate(query)

    monkeypatch.setattr(region, "state_of", slow)
    region.changed("store:de-1")
    # The group that has the state loses its members.
    (served,) = [locale for locale, ones in watchers.items() if region.received[ones[0]]]
    for one in watchers.pop(served):
        region.event("DISCONNECT", one)
    while region.queue:
        (message,) = region.queue
        region.queue.clear()
        region.delivered(message["MessageBody"])
    assert all(len(region.received[one]) == 1 for ones in watchers.values() for one in ones)


def test_a_large_group_takes_no_more_than_its_time_and_another_message_goes_on(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = [region.ready() for _ in range(6)]
    for one in crowd:
        region.subscribe(one, "m", MENU, id="de-1")
    late = itertools.cycle([False, False, True, True, True, True])
    posting = region.fan_out._posting
    post_all = posting.post_all
    monkeypatch.setattr(
        posting, "post_all", lambda messages, _: post_all(messages, lambda: next(late))
    )
    region.changed("store:de-1")
    assert sum(len(region.received[one]) for one in crowd) == 2
    assert region.report.late == 4
    (message,) = region.queue
    assert message["MessageGroupId"] == "store:de-1"
    monkeypatch.undo()
    region.later()
    assert [len(region.received[one]) for one in crowd] == [1] * 6


def test_a_market_goes_on_where_its_time_ended(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    for store in ("de-1", "de-2"):
        region.subscribe(region.ready(), "m", MENU, id=store)
    monkeypatch.setattr(fan_out, "_RELAYED_AT_ONCE", 1)
    monkeypatch.setattr(fan_out, "_BUDGET_S", -1.0)
    region.changed("market:de")
    named = []
    while region.queue:
        first, *more = region.queue
        named.append(first["MessageGroupId"])
        region.queue.clear()
        for message in more:
            region.delivered(message["MessageBody"])
    assert named == ["store:de-1", "store:de-2"]


def test_a_state_that_cannot_be_read_comes_again(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = region.ready()
    region.subscribe(one, "a", MENU, id="de-1")
    evaluate = region.evaluator.evaluate

    def failing(query: Any) -> Any:
        return evaluate(query)._replace(faults=[ConnectionError("the table does not answer")])

    monkeypatch.setattr(region, "state_of", failing)
    assert region.changed("store:de-1") == []
    assert region.received[one] == []
    assert len(region.queue) == 1
    faults: Iterator[list[BaseException]] = iter([[ConnectionError("once")]])
    monkeypatch.setattr(
        region, "state_of", lambda query: evaluate(query)._replace(faults=next(faults, []))
    )
    assert region.changed("store:de-1") == []  # a blink costs half a second, not half a minute
    assert len(region.received[one]) == 1


def test_complete_and_the_end_of_a_connection_end_subscriptions(region: LiveRegion) -> None:
    one = region.ready()
    for name in ("a", "b"):
        region.subscribe(one, name, MENU, id="de-1")
    region.say(one, {"type": "complete", "id": "a"})
    region.say(one, {"type": "complete", "id": "unknown"})
    assert [row.id for row in region.table.topics.subscriptions("store:de-1")] == ["b"]
    region.event("DISCONNECT", one)
    region.event("DISCONNECT", one)
    assert region.table.topics.subscriptions("store:de-1") == []


def complete(region: LiveRegion, connection: str, name: str) -> None:
    region.say(connection, {"type": "complete", "id": name})


def watching(region: LiveRegion, topic: str = "store:de-1") -> list[str]:
    return [row.id for row in region.table.topics.subscriptions(topic)]


def test_a_complete_that_comes_before_its_subscribe_ends_it_once(region: LiveRegion) -> None:
    one, other = region.ready(), region.ready()
    complete(region, one, "a")
    assert region.subscribe(one, "a", MENU, id="de-1") is None
    assert watching(region) == []
    assert region.subscribe(one, "a", MENU, id="de-1")["type"] == "next"
    assert region.subscribe(other, "a", MENU, id="de-1")["type"] == "next"
    # The table's map of such ids is empty now, not missing.
    complete(region, one, "b")
    assert region.subscribe(one, "b", MENU, id="de-1") is None


def test_a_complete_of_long_ago_ends_nothing(region: LiveRegion) -> None:
    one = region.ready()
    complete(region, one, "a")
    region.seconds += EARLY_END_MS / 1000 + 1
    assert region.subscribe(one, "a", MENU, id="de-1")["type"] == "next"


def test_of_many_early_completes_the_latest_are_remembered(region: LiveRegion) -> None:
    one = region.ready()
    for number in range(MAX_EARLY_ENDS + 5):
        region.seconds += 0.01
        complete(region, one, f"a{number}")
    known = region.table.connections.read(one)
    assert known is not None
    assert sorted(known.ended) == sorted(f"a{number}" for number in range(5, MAX_EARLY_ENDS + 5))


def test_the_service_that_ends_what_is_not_known_ends_no_later_subscription(
    region: LiveRegion,
) -> None:
    one = region.ready()
    region.table.subscriptions.unsubscribe(one, "a")
    assert region.subscribe(one, "a", MENU, id="de-1")["type"] == "next"


@pytest.mark.parametrize("ends", ["complete", "disconnect"])
def test_what_ends_while_its_rows_are_written_leaves_none(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    one = region.ready()
    share = region.table.topics.share

    def meanwhile(*given: Any) -> None:
        if ends == "complete":
            complete(region, one, "a")
        else:
            region.event("DISCONNECT", one)
        share(*given)

    monkeypatch.setattr(region.table.topics, "share", meanwhile)
    assert region.subscribe(one, "a", MENU, id="de-1") is None
    assert watching(region) == []


def test_what_ends_while_topics_are_added_leaves_no_row_of_them(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch, table: Table
) -> None:
    one = region.ready()
    region.subscribe(one, "a", MENU, id="de-9")
    add_store(table, "de-9")
    extend = region.table.subscriptions.extend

    def meanwhile(*given: Any, **more: Any) -> Any:
        complete(region, one, "a")
        return extend(*given, **more)

    monkeypatch.setattr(region.table.subscriptions, "extend", meanwhile)
    region.changed("store:de-9")
    assert watching(region, "store:de-9") == []


def before_ack(region: LiveRegion) -> str:
    one = region.connect()
    region.subscribe(one, "a", MENU, id="de-1")
    return one


def init_twice(region: LiveRegion) -> str:
    one = region.ready()
    region.say(one, {"type": "connection_init"})
    return one


def init_late(region: LiveRegion) -> str:
    one = region.connect()
    region.seconds += 11
    region.say(one, {"type": "connection_init"})
    return one


def never_opened(region: LiveRegion) -> str:
    region.say("stranger", {"type": "connection_init"})
    return "stranger"


def lost(region: LiveRegion) -> str:
    one = region.ready()
    region.table.connections.close(one)
    region.subscribe(one, "a", MENU, id="de-1")
    return one


def same_id(region: LiveRegion) -> str:
    one = region.ready()
    for _ in range(2):
        region.subscribe(one, "a", MENU, id="de-1")
    return one


def bad_token(region: LiveRegion) -> str:
    one = region.connect()
    region.say(one, {"type": "connection_init", "payload": {"authorization": "Bearer x.y.z"}})
    return one


def no_json(region: LiveRegion) -> str:
    one = region.ready()
    region.say(one, "hello")
    return one


@pytest.mark.parametrize(
    ("does", "code"),
    [
        (before_ack, 4401),
        (init_twice, 4429),
        (init_late, 4408),
        (never_opened, 1012),
        (lost, 1012),
        (same_id, 4409),
        (bad_token, 4403),
        (no_json, 4400),
    ],
)
def test_what_breaks_the_protocol_is_closed_and_says_why(
    region: LiveRegion, does: Callable[[LiveRegion], str], code: int
) -> None:
    connection = does(region)
    assert region.closing(connection) == code
    assert region.table.connections.read(connection) is None


def test_another_subprotocol_is_refused_in_the_handshake(region: LiveRegion) -> None:
    assert region.table.connections.read(region.connect("graphql-ws")) is None


def test_a_connection_has_so_many_subscriptions_and_no_more(region: LiveRegion) -> None:
    one = region.ready()
    answers = [
        region.subscribe(one, f"s{number}", REGIONS) for number in range(MAX_SUBSCRIPTIONS + 1)
    ]
    assert [answer["type"] for answer in answers] == ["next"] * MAX_SUBSCRIPTIONS + ["error"]
    assert answers[-1]["payload"][0]["extensions"]["code"] == "TOO_MANY_SUBSCRIPTIONS"
    assert region.closing(one) is None


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ region { name } }", "only subscriptions"),
        ("mutation { updateAssortment(input: {}) { errors { message } } }", "only subscriptions"),
        ("subscription {", "Syntax Error"),
        ("subscription { nothing }", "Cannot query field"),
        ("subscription { a: regionStatus { version } b: regionStatus { version } }", "one top"),
        (
            "subscription A {regionStatus {version}} subscription B {regionStatus {version}}",
            "operation",
        ),
        ("subscription { menuChanged(storeId: 1.5) { version } }", "ID cannot represent"),
    ],
)
def test_a_wrong_operation_ends_its_subscription_alone(
    region: LiveRegion, query: str, message: str
) -> None:
    one = region.ready()
    answer = region.subscribe(one, "a", query)
    assert (answer["type"], answer["id"]) == ("error", "a")
    assert message in answer["payload"][0]["message"]
    known = region.table.connections.read(one)
    assert known is not None
    assert known.subscriptions == {}


def test_an_operation_that_the_schema_lost_ends_with_its_error(region: LiveRegion) -> None:
    one = region.ready()
    region.subscribe(one, "a", MENU, id="de-1")
    known = region.table.connections.read(one)
    assert known is not None
    group, _ = known.subscriptions["a"]
    outdated = LiveQuery(MENU.replace("availability", "removedField"), None, '{"id":"de-1"}', None)
    region.client.update_item(
        TableName=TABLE,
        Key=live_key(f"G#{group}", "G"),
        UpdateExpression="SET #query = :query",
        ExpressionAttributeNames={"#query": "query"},
        ExpressionAttributeValues={":query": {"S": outdated.dump()}},
    )
    region.changed("store:de-1")
    region.changed("store:de-1")
    (last,) = region.received[one]
    assert (last["type"], last["id"]) == ("error", "a")
    assert "removedField" in last["payload"][0]["message"]
    assert watching(region) == []


def test_changes_name_their_topics(region: LiveRegion, table: Table) -> None:
    stamp = table.clock.tick()

    def topics(key: keys.Key) -> list[str]:
        return region.topics_of(Change(key, None, None))

    assert topics(keys.assortment("de-1")) == ["store:de-1"]
    assert topics(keys.stock("de-1")) == ["store:de-1"]
    assert topics(keys.journal(keys.assortment("de-1"), stamp)) == ["store:de-1"]
    assert topics(keys.pointer("de")) == ["market:de"]
    # Which may have been replicated after the pointer that names it.
    assert topics(keys.version("de", stamp)) == ["market:de"]
    assert topics(keys.drain("eu-west-1")) == ["regions"]
    assert topics(keys.heartbeat("eu-west-1")) == []
    assert topics(keys.person("x")) == ["order:x"]
    assert topics(keys.order_notices("x")) == []
    assert topics(keys.operation("x")) == []


def test_a_second_read_that_fails_is_repeated_once_and_then_ends_the_subscription(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluate = region.evaluator.evaluate
    faulty: list[bool] = []

    def failing(query: Any) -> Any:
        faults: list[BaseException] = [ConnectionError("no answer")] if faulty.pop(0) else []
        return evaluate(query)._replace(faults=faults)

    monkeypatch.setattr(region.sockets, "_evaluate", failing)
    one = region.ready()
    faulty += [False, True, False]
    assert region.subscribe(one, "a", MENU, id="de-1")["type"] == "next"
    faulty += [True, True]  # what it concerns is known
    answer = region.subscribe(one, "b", MENU, id="de-1")
    assert (answer["type"], answer["id"]) == ("error", "b")
    assert answer["payload"][0]["extensions"]["retryable"] is True
    assert watching(region) == ["a"]


def failing_table(*_: Any, **__: Any) -> Any:
    raise ConnectionError("the table does not answer")


def test_a_fault_of_subscribe_leaves_nothing_and_says_that_it_may_be_repeated(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = region.ready()
    with monkeypatch.context() as patched:
        patched.setattr(region.table.topics, "share", failing_table)
        answer = region.subscribe(one, "a", MENU, id="de-1")
    assert (answer["type"], answer["id"]) == ("error", "a")
    assert answer["payload"][0]["extensions"]["retryable"] is True
    assert region.closing(one) is None
    assert region.subscribe(one, "a", MENU, id="de-1")["type"] == "next"


def test_another_fault_closes_the_connection_with_a_reason(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = region.connect(), region.ready()
    with monkeypatch.context() as patched:
        patched.setattr(region.table.connections, "acknowledge", failing_table)
        region.say(one, {"type": "connection_init"})
    assert region.closing(one) == 1013
    with monkeypatch.context() as patched:
        patched.setattr(region.table.connections, "close", failing_table)
        patched.setattr(region.table.connections, "open", failing_table)
        assert region.event("DISCONNECT", two)["statusCode"] == 200
        headers = {"Sec-WebSocket-Protocol": "graphql-transport-ws"}
        assert region.knock("three", headers, "192.0.2.1")["statusCode"] == 503
    assert region.report.faults


def test_what_dynamodb_leaves_undone_is_repeated_after_growing_pauses() -> None:
    pauses: list[float] = []

    def leave(operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        assert operation == "BatchWriteItem"
        return {"UnprocessedItems": request["RequestItems"]}

    topics = WatchedTopics(LiveRequests(leave, TABLE), lambda: 0.0, pauses.append)
    with pytest.raises(UnwrittenRowsError):
        topics.drop("store:de-1", Subscription("c", "a", "g"))
    assert pauses == [0.025, 0.05, 0.1, 0.2, 0.4, 0.4, 0.4]


def test_more_subscriptions_than_a_connection_may_have_cost_no_evaluation(
    region: LiveRegion,
) -> None:
    one = region.ready()
    for number in range(MAX_SUBSCRIPTIONS):
        region.subscribe(one, f"s{number}", REGIONS)
    before = region.evaluator.runs
    assert region.subscribe(one, "more", REGIONS)["type"] == "error"
    assert region.evaluator.runs == before


def known_to_the_process(region: LiveRegion, query: str = MENU, **variables: Any) -> None:
    """Have the process know what an operation concerns."""
    one = region.ready()
    assert region.subscribe(one, "known", query, **variables)["type"] == "next"
    region.event("DISCONNECT", one)


@pytest.mark.parametrize(("known", "count"), [(False, 2), (True, 1)])
def test_the_first_state_is_read_after_the_subscription_is_found(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch, *, known: bool, count: int
) -> None:
    if known:
        known_to_the_process(region, id="de-1")
    evaluate, found = region.evaluator.evaluate, list[list[str]]()

    def noted(query: Any) -> Any:
        found.append(watching(region))
        return evaluate(query)

    monkeypatch.setattr(region.sockets, "_evaluate", noted)
    region.subscribe(region.ready(), "a", MENU, id="de-1")
    assert len(found) == count
    assert found[-1] == ["a"]


def test_topics_that_came_since_are_followed_from_the_first_state_on(
    region: LiveRegion, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    known_to_the_process(region, id="de-9")  # no such store, so no market
    add_store(table, "de-9")
    evaluate = region.evaluator.evaluate

    def changing(query: Any) -> Any:
        state = evaluate(query)
        # The catalog changes after each read; who watches it meanwhile hears of it.
        region.changed("market:de")
        set_draft(table, "de", "glazed", price=700 + region.evaluator.runs)
        CatalogRepository(table).publish("de")
        return state

    monkeypatch.setattr(region.sockets, "_evaluate", changing)
    one = region.ready()
    region.queue.clear()
    first = region.subscribe(one, "a", MENU, id="de-9")
    assert version(first) != "0"
    # The last read came after the market's change could find the subscription.
    assert [entry["MessageGroupId"] for entry in region.queue] == ["store:de-9"]
    before = region.evaluator.runs
    monkeypatch.undo()
    region.subscribe(region.ready(), "b", MENU, id="de-9")
    assert region.evaluator.runs - before == 1


@pytest.mark.parametrize("query", [MENU, STOCK])
def test_what_is_refused_after_it_was_stored_leaves_nothing(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    known_to_the_process(region, id="de-1")
    evaluate = region.evaluator.evaluate
    refusal = {"message": "no", "extensions": {"code": "FORBIDDEN"}}

    def refusing(query: Any) -> Any:
        return evaluate(query)._replace(data=None, errors=[refusal])

    monkeypatch.setattr(region.sockets, "_evaluate", refusing)
    one = region.ready()
    answer = region.subscribe(one, "a", query, id="de-1")
    assert (answer["type"], answer["payload"]) == ("error", [refusal])
    assert watching(region) == []
    known = region.table.connections.read(one)
    assert known is not None
    assert known.subscriptions == {}


def test_a_state_that_is_too_large_leaves_nothing(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "MAX_BYTES", 100)
    for _ in range(2):
        one = region.ready()
        answer = region.subscribe(one, "a", MENU, id="de-1")
        assert answer["payload"][0]["extensions"]["code"] == "RESPONSE_TOO_LARGE"
    assert watching(region) == []


def test_what_a_process_knows_does_not_lift_the_bounds_of_a_connection(
    region: LiveRegion,
) -> None:
    known_to_the_process(region, REGIONS)
    one = region.ready()
    answers = [
        region.subscribe(one, f"s{number}", REGIONS) for number in range(MAX_SUBSCRIPTIONS + 1)
    ]
    assert answers[-1]["payload"][0]["extensions"]["code"] == "TOO_MANY_SUBSCRIPTIONS"
    region.subscribe(one, "s0", REGIONS)
    assert region.closing(one) == 4409
    forgotten = region.ready()
    region.table.connections.close(forgotten)
    runs = region.evaluator.runs
    assert region.subscribe(forgotten, "t", REGIONS) is None
    assert region.closing(forgotten) == 1012
    assert region.evaluator.runs == runs


def test_a_token_that_has_expired_gives_nothing_to_what_is_known(region: LiveRegion) -> None:
    token = ISSUER.bearer("store:de-1:manager")["authorization"]
    one = region.ready(token)
    assert region.subscribe(one, "s", STOCK, id="de-1")["type"] == "next"
    known = region.table.connections.read(one)
    assert known is not None
    region.seconds = known.until + 1
    answer = region.subscribe(one, "t", STOCK, id="de-1")
    assert answer["payload"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_an_end_that_meets_a_fault_uncounts_its_connection_once(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_small_catalog(table)
    add_store(table, "de-1")
    region = LiveRegion(per_address=1)
    one = region.ready()
    region.subscribe(one, "a", MENU, id="de-1")
    with monkeypatch.context() as patched:
        patched.setattr(region.table.topics, "write", failing_table)
        region.event("DISCONNECT", one)
    region.event("DISCONNECT", one)
    headers = {"Sec-WebSocket-Protocol": "graphql-transport-ws"}
    statuses = [region.knock(name, headers, "192.0.2.1")["statusCode"] for name in ("x", "y")]
    assert statuses == [200, 429]
    # The next change finds it gone, and forgets the rest.
    region.gone.add(one)
    region.changed("store:de-1")
    assert watching(region) == []
