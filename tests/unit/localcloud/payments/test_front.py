"""The control API of the front, and what faults do to its requests."""

import asyncio
import random
from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer

from localcloud.payments.answers import Json
from localcloud.payments.front import Front
from localcloud.payments.operations import Operations
from localcloud.payments.provider_faults import ProviderFaults
from localcloud.payments.records import Answer, Records

KEY = {"authorization": "Bearer sk_local"}
BY_FORM = {**KEY, "idempotency-key": "k"}


class Localstripe:
    """Stands in for localstripe: takes every payment."""

    def __init__(self) -> None:
        self.made = 0

    async def passed(self, method: str, _path: str, _form: Mapping[str, str]) -> Answer:
        self.made += method == "POST"
        return Answer(200, b'{"id": "pi_%d", "created": 1, "status": "x", "amount": 5}' % self.made)

    async def found(self, _path: str, **_query: str) -> Json | None:
        return None


class World:
    def __init__(self) -> None:
        self.upstream = Localstripe()
        records = Records(None)
        events: list[str] = []
        operations = Operations(self.upstream, records, lambda kind, _: events.append(kind))  # type: ignore[arg-type]  # a stand-in
        self.signing: list[list[str]] = []
        self.front = Front(
            operations,
            records,
            "sk_local",
            random.Random(1),
            sign_with=lambda keys: self.signing.append([*keys]),
        )

    def run(self, *requests: tuple[str, str, Mapping[str, Any]]) -> list[tuple[int, Any]]:
        async def request() -> list[tuple[int, Any]]:
            found: list[tuple[int, Any]] = []
            async with TestClient(TestServer(self.front.application())) as client:
                for method, path, more in requests:
                    try:
                        async with client.request(method, path, **more) as response:
                            replayed = response.headers.get("idempotent-replayed")
                            found.append((response.status, replayed))
                    except aiohttp.ServerDisconnectedError:
                        found.append((0, None))
            return found

        return asyncio.run(request())


PAY = ("POST", "/v1/payment_intents", {"headers": BY_FORM, "data": {"amount": "5"}})


def test_a_repetition_says_so() -> None:
    world = World()
    assert world.run(PAY, PAY) == [(200, None), (200, "true")]
    assert world.upstream.made == 1


def test_a_lost_answer_has_had_its_effect() -> None:
    world = World()
    world.front.faults = ProviderFaults(lost=1.0)
    assert world.run(PAY) == [(0, None)]
    assert (world.upstream.made, world.front.lost) == (1, 1)
    world.front.faults = ProviderFaults()
    assert world.run(PAY) == [(200, "true")]
    assert world.upstream.made == 1


def test_a_failure_is_kept_under_its_key_alone() -> None:
    world = World()
    world.front.faults = ProviderFaults(failed=1.0)
    assert world.run(PAY) == [(500, None)]
    world.front.faults = ProviderFaults()
    other = {**PAY[2], "headers": {**KEY, "idempotency-key": "k-again"}}
    assert world.run(PAY, (*PAY[:2], other)) == [(500, "true"), (200, None)]
    assert world.upstream.made == 1


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer sk_other"}])
def test_without_the_key_of_the_account_nothing_happens(headers: dict[str, str]) -> None:
    world = World()
    request = ("POST", "/v1/payment_intents", {"headers": headers, "data": {"amount": "5"}})
    assert world.run(request) == [(401, None)]
    assert world.upstream.made == 0


def test_a_body_has_a_bound() -> None:
    world = World()
    request = ("POST", "/v1/payment_intents", {"headers": KEY, "data": {"amount": "5" * 100_000}})
    assert world.run(request) == [(413, None)]


def test_faults_are_set_by_programs_of_this_machine_alone() -> None:
    world = World()
    wish = {"faults": [{"lost": 0.5}, {"twice": 1.0}, {"lost": 0.2}], "searchLagSeconds": 3}
    page = {"origin": "https://example.org"}
    assert world.run(
        ("PUT", "/_control", {"json": wish, "headers": page}),
        ("PUT", "/_control", {"data": b"[", "headers": {"content-type": "application/json"}}),
        ("PUT", "/_control", {"json": wish}),
    ) == [(403, None), (400, None), (200, None)]
    assert world.front.faults == ProviderFaults(lost=0.5, twice=1.0)


def test_two_api_keys_are_valid_while_one_is_rolled_and_then_the_new_one_alone() -> None:
    world = World()
    request = ("GET", "/v1/payment_intents/pi_1")
    old, new = ({"headers": {"authorization": f"Bearer {one}"}} for one in ("sk_local", "sk_2"))

    def keys(*given: str) -> tuple[str, str, Mapping[str, Any]]:
        return ("PUT", "/_control", {"json": {"apiKeys": given}})

    answers = world.run(
        keys("sk_local", "sk_2"), (*request, old), (*request, new), keys("sk_2"), (*request, old)
    )
    statuses = [status for status, _ in answers]
    assert (401 in statuses[:4], statuses[4]) == (False, 401)
    assert world.front.unauthorized == 1


@pytest.mark.parametrize("given", [[], "sk_2", [1], None])
def test_a_provider_without_a_key_is_refused(given: Any) -> None:
    world = World()
    for name in ("apiKeys", "webhookSecrets"):
        assert world.run(("PUT", "/_control", {"json": {name: given}})) == [(400, None)]
    assert world.signing == []


def test_webhooks_are_signed_by_the_secrets_that_are_set() -> None:
    world = World()
    world.run(("PUT", "/_control", {"json": {"webhookSecrets": ["whsec_2", "whsec_1"]}}))
    assert world.signing == [["whsec_2", "whsec_1"]]
