"""Whether a state that was sent is still that of now is found out later, a few times at most."""

import json
from typing import Any

import pytest

from services.domain.live import topics as naming
from services.live import fan_out
from services.live.deliveries import joined
from services.storage.table import Table
from tests.support.chain import add_store, publish_small_catalog
from tests.support.live_region import LiveRegion
from tests.unit.live.test_subscriptions import MENU
from tests.unit.live.test_time import watch_boards

LAMBDA_S = 25.0


@pytest.fixture
def region(table: Table, monkeypatch: pytest.MonkeyPatch) -> LiveRegion:
    publish_small_catalog(table)
    add_store(table, "de-1")
    region = LiveRegion()

    def sleep(seconds: float) -> None:
        region.seconds += seconds

    monkeypatch.setattr(region.fan_out, "_sleep", sleep)
    return region


def slowly(region: LiveRegion, seconds: float) -> None:
    """Have each state take so long to be read."""
    evaluate = region.evaluator.evaluate

    def slow(query: Any) -> Any:
        region.seconds += seconds
        return evaluate(query)

    region.state_of = slow


def in_the_end(region: LiveRegion, most: int = 30) -> None:
    """Deliver what is in the queue until there is nothing more."""
    for _ in range(most):
        if not region.queue:
            return
        assert region.later() == []
    raise AssertionError(f"there is no end of it: {region.queue}")


def test_a_board_in_slow_batches_is_compared_and_not_sent_again(region: LiveRegion) -> None:
    (one,) = watch_boards(region, {"de-1": 1}).values()
    slowly(region, LAMBDA_S)
    region.changed("orders:de-1")
    in_the_end(region)
    assert len(region.received[one]) == 1


@pytest.mark.parametrize("late", ["_TABLES_S", "_BATCH_BUDGET_S"])
def test_a_board_that_is_never_compared_in_time_is_sent_once_more_and_not_for_ever(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch, late: str
) -> None:
    (one,) = watch_boards(region, {"de-1": 1}).values()
    slowly(region, LAMBDA_S)
    region.changed("orders:de-1")
    monkeypatch.setattr(fan_out, late, -1.0)
    for _ in range(3):
        region.later()
        assert len(region.received[one]) == 1
        assert region.queue
    monkeypatch.undo()
    in_the_end(region)
    assert len(region.received[one]) == 2


def test_a_follow_up_that_is_never_compared_in_time_ends(region: LiveRegion) -> None:
    one, two = region.ready(), region.ready()
    for each in (one, two):
        region.subscribe(each, "m", MENU, id="de-1")
    region.failing[one] = 500
    region.changed("store:de-1")
    region.failing.clear()
    slowly(region, LAMBDA_S)
    in_the_end(region)
    assert [len(region.received[each]) for each in (one, two)] == [1, 1]


@pytest.mark.parametrize("changes", [False, True])
def test_a_board_that_is_compared_later_is_sent_where_it_is_another_one(
    region: LiveRegion, *, changes: bool
) -> None:
    (one,) = watch_boards(region, {"de-1": 1}).values()
    slowly(region, LAMBDA_S)
    region.changed("orders:de-1")
    assert len(region.received[one]) == 1
    evaluate, newer = region.evaluator.evaluate, {"storeOrders": {"version": "newer"}}

    def state(query: Any) -> Any:
        return evaluate(query)._replace(data=newer)

    region.state_of = state if changes else evaluate
    in_the_end(region)
    assert len(region.received[one]) == 1 + changes
    if changes:
        assert region.received[one][-1]["payload"]["data"] == newer


def test_a_state_is_compared_later_with_the_rights_that_it_was_sent_with(
    region: LiveRegion,
) -> None:
    (one,) = watch_boards(region, {"de-1": 1}).values()
    evaluate = region.evaluator.evaluate

    def by_roles(query: Any) -> Any:
        return evaluate(query)._replace(data={"storeOrders": {"version": str(query.roles)}})

    def slow(query: Any) -> Any:
        region.seconds += LAMBDA_S
        return by_roles(query)

    region.rights_of = lambda _, roles: (*sorted(roles), "store:de-2:till")
    region.state_of = slow
    region.changed("orders:de-1")
    region.state_of = by_roles
    in_the_end(region)
    assert len(region.received[one]) == 1


def test_a_board_that_cannot_be_read_again_is_compared_later(region: LiveRegion) -> None:
    (one,) = watch_boards(region, {"de-1": 1}).values()
    evaluate = region.evaluator.evaluate
    faults: list[list[BaseException]] = [[], [ConnectionError("no answer")]]

    def failing(query: Any) -> Any:
        state = evaluate(query)
        unread = faults.pop(0) if faults else []
        return state._replace(data=None, faults=unread) if unread else state

    region.state_of = failing
    assert region.changed("orders:de-1") == []
    assert not faults
    in_the_end(region)
    assert len(region.received[one]) == 1


def test_what_is_to_be_compared_is_put_off_by_a_batch_that_takes_its_time(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = watch_boards(region, {"de-1": 1}).values()
    slowly(region, LAMBDA_S)
    region.changed("orders:de-1")
    monkeypatch.setattr(fan_out, "_BATCH_BUDGET_S", -1.0)
    region.later()
    assert len(region.queue) == 1
    monkeypatch.undo()
    region.state_of = region.evaluator.evaluate
    in_the_end(region)
    assert len(region.received[one]) == 1


def test_a_comparison_is_read_from_its_message_and_joined_with_no_other() -> None:
    sent = [naming.SentState("g", ("a", "b"), "digest"), naming.SentState("h", None, "other")]
    (message,) = naming.comparisons("orders:de-1", 1_000, sent, checks=2)
    read = naming.read(message["MessageBody"])
    assert read == naming.TopicMessage("orders:de-1", 1_200, checks=2, sent=tuple(sent))
    change = naming.read(naming.entry(0, "orders:de-1", 1_000)["MessageBody"])
    assert joined({read: ["0"], change: ["1"]}) == {read: ["0"], change: ["1"]}
    many = [naming.SentState(f"{at:032}", None, "d" * 32) for at in range(2_000)]
    parts = [
        naming.read(one["MessageBody"])
        for one in naming.comparisons("orders:de-1", 1_000, many, checks=0)
    ]
    assert len(parts) > 1
    assert [one for part in parts for one in part.sent] == many


@pytest.mark.parametrize(
    "wrong",
    [
        {"sent": 1},
        {"sent": ["g"]},
        {"sent": [["g", None]]},
        {"sent": [["g", "a", "d"]]},
        {"sent": [["g", [1], "d"]]},
        {"sent": [[1, None, "d"]]},
        {"checks": -1},
        {"checks": "1"},
    ],
)
def test_a_message_with_a_wrong_comparison_is_none(wrong: dict[str, Any]) -> None:
    with pytest.raises(naming.InvalidTopicMessageError):
        naming.read(json.dumps({"topic": "orders:de-1", "until": 1, **wrong}))
