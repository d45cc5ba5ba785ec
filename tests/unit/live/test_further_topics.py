"""Which topics a subscription follows its own rows say, whatever others of its group follow."""

from collections.abc import Mapping
from typing import Any

import pytest

from services.domain.live import topics as naming
from services.storage.live_records import Group
from services.storage.live_rows import key
from services.storage.table import Table
from tests.support.chain import add_store, publish_small_catalog
from tests.support.live_region import TABLE, LiveRegion
from tests.unit.live.test_subscriptions import MENU, complete

FURTHER = "order:x"


@pytest.fixture
def region(table: Table) -> LiveRegion:
    publish_small_catalog(table)
    add_store(table, "de-1")
    return LiveRegion()


def concern_more(region: LiveRegion, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have each state concern another topic from now on, for both Lambdas."""
    evaluate = region.evaluator.evaluate

    def further(query: Any) -> Any:
        state = evaluate(query)
        return state._replace(topics=state.topics | {FURTHER})

    monkeypatch.setattr(region.sockets, "_evaluate", further)
    monkeypatch.setattr(region, "state_of", further)


def followers(region: LiveRegion, topic: str = FURTHER) -> list[str]:
    return sorted(one.connection for one in region.table.topics.subscriptions(topic))


def subscribed(region: LiveRegion, count: int) -> list[str]:
    ones = [region.ready() for _ in range(count)]
    for one in ones:
        assert region.subscribe(one, "m", MENU, id="de-1")["type"] == "next"
    return ones


def requests_of(region: LiveRegion, monkeypatch: pytest.MonkeyPatch, *topics: str) -> list[str]:
    """Deliver a change; return the requests to the table of connections."""
    sent, really = list[str](), region.requests._send

    def send(operation: str, request: Mapping[str, Any]) -> Any:
        sent.append(operation)
        return really(operation, request)

    with monkeypatch.context() as patched:
        patched.setattr(region.requests, "_send", send)
        assert region.changed(*topics) == []
    return sent


def test_who_subscribed_before_a_further_topic_follows_it_where_another_client_knew_it_first(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = subscribed(region, 2)
    concern_more(region, monkeypatch)
    (newer,) = subscribed(region, 1)
    region.changed("store:de-1")
    assert followers(region) == sorted([*older, newer])
    region.changed(FURTHER)
    assert [len(region.received[one]) for one in (*older, newer)] == [2, 2, 2]


def test_a_follow_up_for_some_keeps_a_further_topic_from_nobody(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = subscribed(region, 2)
    (first, _) = sorted(
        region.table.topics.subscriptions("store:de-1"), key=lambda row: row.connection
    )
    concern_more(region, monkeypatch)
    (message,) = naming.rest("store:de-1", int(region.seconds * 1000), [first.name])
    region.seconds += 20
    assert region.delivered(message["MessageBody"]) == []
    assert followers(region) == [one]
    region.changed("store:de-1")
    assert followers(region) == sorted([one, two])


def test_a_change_costs_no_request_more_where_the_topics_stay(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed(region, 5)
    usual = ["Query", "BatchGetItem"]
    assert requests_of(region, monkeypatch, "store:de-1") == usual
    concern_more(region, monkeypatch)
    subscribed(region, 1)
    more = requests_of(region, monkeypatch, "store:de-1")
    assert (more.count("GetItem"), more.count("TransactWriteItems")) == (5, 5)
    before = region.evaluator.runs
    assert requests_of(region, monkeypatch, "store:de-1") == usual
    assert requests_of(region, monkeypatch, FURTHER) == usual
    assert region.evaluator.runs - before == 2


def test_a_group_that_another_process_stores_with_fewer_topics_extends_nobody_again(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    concern_more(region, monkeypatch)
    subscribed(region, 3)
    (name,) = {one.group for one in region.table.topics.subscriptions(FURTHER)}
    known = region.table.topics.known_groups([name])[name]
    region.table.topics.write_shared(name, Group(known.query, frozenset({"store:de-1"})))
    assert requests_of(region, monkeypatch, "store:de-1") == [
        "Query",
        "BatchGetItem",
        "BatchWriteItem",
    ]
    assert region.table.topics.known_groups([name])[name].topics == known.topics


def test_rows_that_do_not_say_it_are_written_anew_once(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    concern_more(region, monkeypatch)
    (one,) = subscribed(region, 1)
    (row,) = region.table.topics.subscriptions("store:de-1")
    assert row.also == (FURTHER,)
    region.client.update_item(
        TableName=TABLE, Key=key("T#store:de-1", row.name), UpdateExpression="REMOVE also"
    )
    assert "TransactWriteItems" in requests_of(region, monkeypatch, "store:de-1")
    assert region.table.topics.subscriptions("store:de-1") == [row]
    assert requests_of(region, monkeypatch, "store:de-1") == ["Query", "BatchGetItem"]
    complete(region, one, "m")
    assert followers(region) == followers(region, "store:de-1") == []


def test_the_row_of_most_subscriptions_says_no_more_than_before(region: LiveRegion) -> None:
    subscribed(region, 1)
    rows = region.client.scan(TableName=TABLE)["Items"]
    (row,) = (one for one in rows if one["pk"]["S"] == "T#store:de-1")
    assert "also" not in row
