"""What ends or undoes a connection has a time of its own: no count of an address is left."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from services.domain.live.subprotocol import SUBPROTOCOL
from services.storage import capacity
from services.storage.capacity import Capacity
from services.storage.table import Table
from tests.support.chain import add_store, publish_small_catalog
from tests.support.live_region import TABLE, LiveRegion
from tests.unit.live.test_lost_answers import count_of
from tests.unit.live.test_subscriptions import MENU, watching

HEADERS = {"Sec-WebSocket-Protocol": SUBPROTOCOL}
ADDRESS = "192.0.2.1"
LAMBDA_S = 10.0
STALE_S = 60.0  # whoever closed a connection before that has ended

Send = Callable[[str, Mapping[str, Any]], Any]


@pytest.fixture
def region(table: Table, monkeypatch: pytest.MonkeyPatch) -> LiveRegion:
    publish_small_catalog(table)
    add_store(table, "de-1")
    region = LiveRegion(per_address=3)
    monkeypatch.setattr(region.requests, "_sleep", lambda _: None)
    return region


def pass_deadline() -> None:
    """Let the time of the event be over, as after a request that took long."""
    current = capacity._current.get()
    assert current is not None
    current.deadline = time.monotonic() - 1


def of_count(request: Mapping[str, Any]) -> bool:
    """Whether a request is to the row that counts the connections of an address."""
    return str(request.get("Key", {}).get("pk", {}).get("S", "")).startswith("A#")


def sending(region: LiveRegion, monkeypatch: pytest.MonkeyPatch, wrap: Callable[..., Any]) -> None:
    """Have requests go through `wrap`, which gets what really sends them, too."""
    really = region.requests._send
    monkeypatch.setattr(
        region.requests, "_send", lambda operation, request: wrap(really, operation, request)
    )


def test_a_connection_whose_row_fails_when_the_time_is_over_is_not_counted(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(send: Send, operation: str, request: Mapping[str, Any]) -> Any:
        if operation == "PutItem":
            pass_deadline()
            raise TimeoutError("no answer to the row")
        return send(operation, request)

    with monkeypatch.context() as patched:
        sending(region, patched, slow)
        assert region.knock("one", HEADERS, ADDRESS)["statusCode"] == 503
    assert count_of(region) == 0
    (fault,) = region.report.faults
    assert "no answer to the row" in fault
    assert "DeadlinePassedError" not in fault


def test_the_first_fault_is_the_one_that_is_raised(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(send: Send, operation: str, request: Mapping[str, Any]) -> Any:
        if operation == "PutItem":
            raise TimeoutError("no answer to the row")
        if of_count(request) and "-1" in str(request):
            raise ConnectionError("the count cannot be reached")
        return send(operation, request)

    monkeypatch.setattr(capacity, "CLEANUP_S", 0.05)
    sending(region, monkeypatch, failing)
    with pytest.raises(TimeoutError, match="no answer to the row") as first:
        region.table.connections.open("one", "address", 3)
    assert "the count cannot be reached" in "".join(first.value.__notes__)


def test_a_count_whose_answer_is_lost_for_good_is_taken_back(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [True]

    def losing(send: Send, operation: str, request: Mapping[str, Any]) -> Any:
        answer = send(operation, request)
        if left and of_count(request):
            left.pop()
            pass_deadline()
            raise TimeoutError("no answer to the count")
        return answer

    with monkeypatch.context() as patched:
        sending(region, patched, losing)
        assert region.knock("one", HEADERS, ADDRESS)["statusCode"] == 503
    assert count_of(region) == 0
    assert "no answer to the count" in region.report.faults[0]


def test_a_count_that_was_not_made_is_not_taken_from_others(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    region.connect()
    left = [True]

    def refusing(send: Send, operation: str, request: Mapping[str, Any]) -> Any:
        if left and of_count(request):
            left.pop()
            raise TimeoutError("not sent")
        return send(operation, request)

    sending(region, monkeypatch, refusing)
    assert region.knock("one", HEADERS, ADDRESS)["statusCode"] == 503
    assert count_of(region) == 1


@pytest.mark.parametrize("at", ["UpdateItem", "BatchWriteItem"])
def test_a_connection_that_ends_when_the_time_is_over_is_uncounted_once(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    one, _ = region.ready(), region.ready()
    region.subscribe(one, "a", MENU, id="de-1")
    left = [True]

    def slow(send: Send, operation: str, request: Mapping[str, Any]) -> Any:
        answer = send(operation, request)
        if left and operation == at:
            left.pop()
            pass_deadline()
        return answer

    with monkeypatch.context() as patched:
        sending(region, patched, slow)
        region.event("DISCONNECT", one)
    assert count_of(region) == 1
    region.gone.add(one)
    for _ in range(2):
        region.seconds += STALE_S
        region.changed("store:de-1")
    assert watching(region) == []
    assert count_of(region) == 1
    assert rows_of_connections(region) == 1


def rows_of_connections(region: LiveRegion) -> int:
    rows = region.client.scan(TableName=TABLE)["Items"]
    return len([row for row in rows if row["pk"]["S"].startswith("C#")])


def test_an_uncounting_that_fails_is_tried_again_in_its_own_time(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = region.ready()
    # The fast client fails at once for a second after DynamoDB gave no answer.
    failures = [ConnectionError("not tried")] * 2

    def unreachable(send: Send, operation: str, request: Mapping[str, Any]) -> Any:
        if of_count(request) and failures:
            raise failures.pop()
        return send(operation, request)

    sending(region, monkeypatch, unreachable)
    region.event("DISCONNECT", one)
    assert count_of(region) == 0
    assert region.report.faults == []


@pytest.mark.parametrize("ends", ["close", "disown"])
def test_who_finishes_the_end_of_a_connection_uncounts_it(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    one, _ = region.ready(), region.ready()
    region.subscribe(one, "a", MENU, id="de-1")

    def failing(send: Send, operation: str, request: Mapping[str, Any]) -> Any:
        if of_count(request):
            raise ConnectionError("the count cannot be reached")
        return send(operation, request)

    monkeypatch.setattr(capacity, "CLEANUP_S", 0.05)
    with monkeypatch.context() as patched:
        sending(region, patched, failing)
        with pytest.raises(ConnectionError):
            getattr(region.table.connections, ends)(one)
    assert region.table.connections.read(one) is None
    # Whoever closes it may be at it still, so nobody else uncounts it yet.
    region.event("DISCONNECT", one)
    assert count_of(region) == 2
    region.gone.add(one)
    region.changed("store:de-1")
    assert count_of(region) == 2
    region.seconds += STALE_S
    region.changed("store:de-1")
    assert (watching(region), count_of(region), rows_of_connections(region)) == ([], 1, 1)
    region.event("DISCONNECT", one)
    assert count_of(region) == 1


def test_clean_up_ends_before_its_lambda() -> None:
    with Capacity(time.monotonic() - 4), capacity.cleanup() as own:
        assert own.deadline is not None
        assert own.deadline - time.monotonic() < LAMBDA_S - 5 - 4
    with Capacity(time.monotonic() + 3), capacity.cleanup() as own:
        left = capacity.seconds_left()
        assert left is not None
        assert 2 <= left <= 3
