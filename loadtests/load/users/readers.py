"""Readers: customers on the site, whose queries are persisted GETs."""

from functools import partial

from locust import task

from loadtests.cloud.persisted_documents import persisted_path
from loadtests.load import response_checks
from loadtests.load.users.base_user import BaseUser


class WarmReader(BaseUser):
    """Reads popular stores, at meal times, and comes back: edge and browser may have the menu."""

    weight = 60

    @task(10)
    def menu(self) -> None:
        """The menu of a store that many people read."""
        store = self.store = self.load.population.guest(self.source, self.load.moment())
        judge = partial(response_checks.menu, store_id=store.id)
        self.read("menu, warm", persisted_path("Menu", storeId=store.id), judge)

    @task(3)
    def again(self) -> None:
        """Read the same menu again with `If-None-Match`, as a browser does."""
        judge = partial(response_checks.menu, store_id=self.store.id)
        path = persisted_path("Menu", storeId=self.store.id)
        self.read("menu, again", path, judge, conditional=True)

    @task(2)
    def stores_near(self) -> None:
        """Read the stores around the user."""
        path = persisted_path(
            "NearbyStores", latitude=self.store.latitude, longitude=self.store.longitude
        )
        judge = partial(response_checks.stores_near, store_id=self.store.id)
        self.read("stores near", path, judge)


class ColdReader(BaseUser):
    """Reads any store in any language: what no cache has."""

    weight = 10

    @task
    def menu(self) -> None:
        """Read a menu in a language that no earlier request used, so that no cache has it."""
        store = self.store = self.load.population.anyone(self.source)
        locale = f"en-cold-{self.source.getrandbits(32):08x}"
        judge = partial(response_checks.menu, store_id=store.id)
        self.read("menu, cold", persisted_path("Menu", storeId=store.id, locale=locale), judge)
