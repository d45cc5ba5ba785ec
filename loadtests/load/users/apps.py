"""Apps: they send their own documents by POST, which no cache answers."""

from functools import partial

from locust import task

from loadtests.cloud.answers import data_of
from loadtests.load import response_checks
from loadtests.load.documents import APP_START, MENU, SEARCH
from loadtests.load.users.base_user import BaseUser


class App(BaseUser):
    """Opens, looks for a store, reads its menu."""

    weight = 15

    @task(2)
    def home(self) -> None:
        """The home screen: the favourite store, and whether it is open."""

        def judge(status: int, body: bytes) -> str:
            wrong, data = data_of(status, body)
            if wrong or (data.get("store") or {}).get("id") == self.store.id:
                return wrong
            return "another store"

        self.ask("app start", APP_START, {"storeId": self.store.id}, judge)

    @task(5)
    def menu(self) -> None:
        """The menu by the app's own request."""
        store = self.store = self.load.population.guest(self.source, self.load.moment())
        judge = partial(response_checks.menu, store_id=store.id)
        self.ask("menu by POST", MENU, {"storeId": store.id}, judge)

    @task(1)
    def search(self) -> None:
        """Some letters of a search."""

        def judge(status: int, body: bytes) -> str:
            wrong, data = data_of(status, body)
            if wrong or data["stores"]["totalCount"] >= len(data["stores"]["edges"]):
                return wrong
            return "fewer in all than on the page"

        variables = {"search": "car", "market": self.store.market}
        self.ask("search", SEARCH, variables, judge)
