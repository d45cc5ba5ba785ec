"""Staff: managers who set prices, tills that sell, and the nightly file of counts."""

import csv
import io
import time
from typing import Any

import gevent
import orjson
from locust import task
from locust.exception import StopUser

from loadtests.cloud.operation_ids import operation_id
from loadtests.cloud.persisted_documents import persisted_path
from loadtests.load import response_checks
from loadtests.load.documents import SELL, SET_PRICE
from loadtests.load.users.base_user import BaseUser


class Staff(BaseUser):
    """A member of staff of some store; needs a token, and the items of its market."""

    abstract = True

    def on_start(self) -> None:
        """Stop the user if there is no token, and choose its store."""
        if not self.load.token:
            raise StopUser
        self.store = self.load.population.anyone(self.source)

    def item(self) -> str:
        """An item of the store's market."""
        return self.source.choice(self.load.items[self.store.market])


class Manager(Staff):
    """A manager: sets prices of the store."""

    weight = 3
    pace_s = 3.0

    @task
    def set_price(self) -> None:
        """Set a price; the payload must have the new price."""
        item, price = self.item(), self.source.randrange(100, 900)
        line = {"itemId": item, "priceMinor": price}

        def judge(status: int, body: bytes) -> str:
            wrong, payload = response_checks.mutation(status, body)
            if wrong:
                return wrong
            prices = {one["itemId"]: one["price"]["amountMinor"] for one in payload["lines"]}
            return "" if prices.get(item) == price else "another price"

        given = {"operationId": operation_id(), "storeId": self.store.id, "lines": [line]}
        self.ask("set price", SET_PRICE, {"input": given}, judge, token=self.load.token)


class Till(Staff):
    """A till: records sales of the store."""

    weight = 10
    pace_s = 2.0

    @task
    def sell(self) -> None:
        """Record a receipt of one to three lines."""
        items = {self.item() for _ in range(self.source.randint(1, 3))}
        lines = [{"itemId": item, "pieces": 1} for item in sorted(items)]

        def judge(status: int, body: bytes) -> str:
            wrong, payload = response_checks.mutation(status, body)
            if wrong or {one["itemId"] for one in payload["stock"]} == items:
                return wrong
            return "other items than sold"

        given: dict[str, Any] = {"operationId": operation_id(), "storeId": self.store.id}
        variables = {"input": {**given, "lines": lines}}
        self.ask("sell", SELL, variables, judge, token=self.load.token)


class Watcher(Staff):
    """Sets a price, then reads the menu from another place until it shows the price."""

    fixed_count = 1
    pace_s = 2.0

    @task
    def watch(self) -> None:
        """Set a price, and measure until when readers elsewhere see the old one."""
        store = self.store = self.load.population.anyone(self.source)
        item = self.source.choice(self.load.items[store.market])
        price = self.source.randrange(1000, 9000)
        line = {"itemId": item, "priceMinor": price, "listed": True}
        done: list[bool] = []

        def judge(status: int, body: bytes) -> str:
            wrong, _ = response_checks.mutation(status, body)
            done.append(not wrong)
            return wrong

        given = {"operationId": operation_id(), "storeId": store.id, "lines": [line]}
        self.ask("set price", SET_PRICE, {"input": given}, judge, token=self.load.token)
        if not done or not done[0]:
            return
        began = time.monotonic()
        path = persisted_path("Menu", storeId=store.id)
        self.store = self.load.population.anyone(self.source)  # wherever that is
        while time.monotonic() - began < _PATIENCE_S:
            seen: list[int] = []

            def look(status: int, body: bytes) -> str:
                wrong = response_checks.menu(status, body, store.id)
                if not wrong:
                    seen.extend(_prices_of(body, item))  # noqa: B023 - called at once
                return wrong

            self.read("menu, watched", path, look)
            if price in seen or not seen:
                break  # an item may be sold at another time of the day: then nothing can be said
            gevent.sleep(_LOOK_S)
        else:
            self.load.recording.staleness_s.append(_PATIENCE_S)
            return
        if price in seen:
            self.load.recording.staleness_s.append(round(time.monotonic() - began, 3))


_PATIENCE_S = 30.0
_LOOK_S = 0.1


def _prices_of(body: bytes, item: str) -> list[int]:
    menu = orjson.loads(body)["data"]["menu"]
    items = [one for category in menu["categories"] for one in category["items"]]
    return [one["price"]["amountMinor"] for one in items if one["id"] == item]


class Uploader(Staff):
    """Uploads a file of counts to a region's bucket, where there is one."""

    weight = 1
    pace_s = 20.0

    @task
    def upload(self) -> None:
        """Twenty stores, twenty items each."""
        upload = self.load.upload
        if upload is None:
            raise StopUser
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(["store_id", "item_id", "pieces"])
        for _ in range(20):
            store = self.load.population.anyone(self.source)
            for item in self.load.items[store.market][:20]:
                writer.writerow([store.id, item, self.source.randrange(200)])
        with self.load.timed("upload counts", self.environment):
            upload(f"counts/load-{operation_id()}.csv", text.getvalue().encode())
