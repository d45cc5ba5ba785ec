"""The base class of all users: a place, a store, and requests whose responses are checked."""

import random
import uuid
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from locust import constant_pacing
from locust.contrib.fasthttp import FastHttpUser
from locust.env import Environment

from loadtests.load.context import LoadRun, run_of
from loadtests.load.population import Store

Judge = Callable[[int, bytes], str]


class BaseUser(FastHttpUser):
    """A user at the place of a store. Subclasses have tasks.

    Attributes:
        load: What all users of this process share.
        store: Where the user is.
        source: Chance of this user.
    """

    abstract = True
    network_timeout = 15.0
    connection_timeout = 5.0
    pace_s: ClassVar[float] = 1.0

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.load: LoadRun = run_of(environment)
        self.source = random.Random(uuid.uuid4().int)
        self.store: Store = self.load.population.guest(self.source, self.load.moment())
        self._etags: dict[str, str] = {}

    def wait_time(self) -> float:
        """Return the pause that makes one task start every `pace_s` seconds."""
        return float(constant_pacing(self.pace_s)(self))

    def read(self, name: str, path: str, judge: Judge, *, conditional: bool = False) -> None:
        """GET a path; a browser that has it says so."""
        headers = self._headers()
        known = self._etags.get(path) if conditional else None
        if known:
            headers["if-none-match"] = known
        with self.client.get(path, name=name, headers=headers, catch_response=True) as response:
            wrong = judge(response.status_code, response.content or b"")
            if wrong:
                response.failure(wrong)
            elif conditional and (etag := (response.headers or {}).get("etag")):
                self._etags[path] = etag

    def ask(
        self,
        name: str,
        query: str,
        variables: Mapping[str, Any],
        judge: Judge,
        *,
        token: str | None = None,
    ) -> None:
        """POST a query or a mutation."""
        headers = self._headers()
        if token:
            headers["authorization"] = f"Bearer {token}"
        body = {"query": query, "variables": variables}
        with self.client.post(
            "/graphql", name=name, headers=headers, json=body, catch_response=True
        ) as response:
            wrong = judge(response.status_code, response.content or b"")
            if wrong:
                response.failure(wrong)

    def _headers(self) -> dict[str, str]:
        return {
            "accept": "application/graphql-response+json",
            "accept-encoding": "gzip",
            "x-carte-place": self.store.place,
        }
