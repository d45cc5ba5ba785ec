"""Alerts: every region tells that the last piece went, wherever it was sold, and once a count."""

from typing import Any, cast

import pytest

from services.convergence.batch import Batches
from services.convergence.repair import Change, Repairer
from services.convergence.sold_out import Alert, SoldOutAlerts
from services.domain.documents.stock import Stock
from services.domain.stock_edits import sell
from services.storage import keys, parts
from services.storage.operations import OperationRepository
from services.storage.table import Table
from tests.support.chain import REGION, set_stock
from tests.unit.convergence.test_convergence import record

STOCK = keys.stock("de-1")
SALES = parts.own_part(STOCK, REGION)


class Till:
    """Sells in a store, and shows the changes to the alerts as the stream does."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.published: list[Alert] = []
        self.alerts = SoldOutAlerts(table, self.published.append)

    def sell(self, **pieces: int) -> Change:
        before = self.table.get(SALES)
        self.table.change(
            STOCK,
            lambda current, stamp: sell(
                current if isinstance(current, Stock) else None, "de-1", pieces, stamp.region
            ),
        )
        return Change(SALES, before, self.table.get(SALES))

    def count(self, **pieces: int) -> Change:
        before = self.table.get(STOCK)
        set_stock(self.table, "de-1", pieces)
        return Change(STOCK, before, self.table.get(STOCK))


@pytest.fixture
def till(table: Table) -> Till:
    table.pause = lambda _: None
    return Till(table)


def test_the_last_piece_is_alerted_and_no_other(till: Till) -> None:
    assert till.alerts.look_at(till.count(glazed=3, latte=9)) == 0
    assert till.alerts.look_at(till.sell(glazed=2)) == 0
    assert till.alerts.look_at(till.sell(glazed=1)) == 1
    assert till.alerts.look_at(till.sell(glazed=1)) == 0, "it was published"
    (alert,) = till.published
    assert (alert["storeId"], alert["itemId"], alert["left"]) == ("de-1", "glazed", 0)
    assert alert["soldIn"] == REGION


def test_counting_none_is_being_sold_out_and_counting_none_again_is_no_news(till: Till) -> None:
    assert till.alerts.look_at(till.count(glazed=0)) == 1
    assert till.alerts.look_at(till.count(glazed=0)) == 0


def test_what_was_counted_again_can_run_out_again(till: Till) -> None:
    for _ in range(2):
        till.alerts.look_at(till.count(glazed=1))
        till.alerts.look_at(till.sell(glazed=1))
    assert len({alert["alertId"] for alert in till.published}) == len(till.published) == 2


def test_what_a_cancelled_order_gave_back_can_run_out_again_under_the_same_count(
    till: Till,
) -> None:
    till.alerts.look_at(till.count(glazed=1))
    till.alerts.look_at(till.sell(glazed=1))
    before = till.table.get(SALES)
    till.table.change(
        STOCK,
        lambda current, stamp: cast("Stock", current).taken_back(
            "glazed", 1, stamp.region, "key", {stamp.region: 1}
        ),
    )
    assert till.alerts.look_at(Change(SALES, before, till.table.get(SALES))) == 0
    again = till.sell(glazed=1)
    assert till.alerts.look_at(again) == 1
    assert till.alerts.look_at(again) == 0, "the record came again"
    assert len({alert["alertId"] for alert in till.published}) == len(till.published) == 2


def test_a_topic_that_hangs_takes_no_time_that_repairs_need(till: Till) -> None:
    class Queue:
        """The queue of alert mails."""

        def __init__(self) -> None:
            self.stores: list[str] = []
            self.flushed = 0

        def flush(self) -> int:
            self.flushed += 1
            return len(self.stores)

    lines: list[str] = []
    queue: Any = Queue()
    till.count(glazed=1)
    till.sell(glazed=1)
    batches = Batches(
        REGION,
        Repairer(till.table, OperationRepository(till.table)),
        alerts=SoldOutAlerts(till.table, till.published.append, queue.stores.append),
        alert_stores=queue,
        log=lines.append,
    )
    event = {"Records": [record(None, till.table.item.get(*SALES))]}
    assert batches.answer(event, lambda: 20_000) == {"batchItemFailures": []}
    assert (till.published, queue.stores, queue.flushed) == ([], ["de-1"], 1)
    assert '"AlertsFailed":1' in lines[0]
    assert batches.answer(event, lambda: 5_000) == {"batchItemFailures": []}
    assert queue.flushed == 1, "no call that may hang is begun"
    assert batches.answer(event, lambda: 50_000) == {"batchItemFailures": []}
    assert (len(till.published), queue.flushed) == (1, 2)


def test_two_regions_that_sell_one_piece_each_of_the_last_two_do_not_both_keep_silent(
    till: Till,
) -> None:
    till.alerts.look_at(till.count(glazed=1))
    # Each record is looked at when the other region's sale has arrived already.
    mine = till.sell(glazed=1)
    theirs = parts.own_part(STOCK, "us-east-1")
    stamp = till.table.clock.tick()
    sold = Stock("de-1", {}).sold("glazed", 1, "us-east-1")
    till.table.put(theirs, sold.dump(), rev=stamp, replaces=None)
    published = [
        till.alerts.look_at(mine),
        till.alerts.look_at(Change(theirs, None, till.table.get(theirs))),
    ]
    assert sum(published) == 1


def test_an_alert_that_cannot_be_sent_does_not_stop_the_stream(till: Till) -> None:
    def broken(_: Alert) -> None:
        raise ConnectionError("the topic does not answer")

    lines: list[str] = []
    till.count(glazed=1)
    before, change = till.table.get(SALES), till.sell(glazed=1)
    assert before is None
    assert change.new is not None
    batches = Batches(
        REGION,
        Repairer(till.table, OperationRepository(till.table)),
        alerts=SoldOutAlerts(till.table, broken),
        log=lines.append,
    )
    new: Any = till.table.item.get(*SALES)
    assert batches.answer({"Records": [record(None, new)]}) == {"batchItemFailures": []}
    assert '"AlertsFailed":1' in lines[0]
    assert "the topic does not answer" in lines[0]
