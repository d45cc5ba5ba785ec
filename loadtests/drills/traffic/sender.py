"""Sends one request as a client of some place does, and judges the answer."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import cycle
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import aiohttp
import orjson
from yarl import URL

import graphql_schema
from clients.carte_client import is_retryable, retry_after
from clients.failover import PATHS, Attempted, Memory, NoAnswerError, fail_over
from loadtests.drills.records import Route
from loadtests.drills.traffic.plan import TrafficPlan
from loadtests.drills.traffic.writes import (
    FIRST_PRICE,
    Operation,
    document_of,
    payload_errors,
    variables_of,
)

_OK: Final = 200
_TOO_MANY: Final = 429
_ACCEPT: Final = "application/graphql-response+json"
_TEXT_LIMIT: Final = 120
_CLIENTS: Final = 10
# Longer than the edge waits for a region: the edge says what became of a request.
_ATTEMPT_S: Final = 12.0


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one request; `Record` explains each field."""

    status: int
    error: str
    region: str = ""
    why: str = ""
    cache: str = ""
    attempts: int = 0
    tries: int = 1
    shed: int = 0
    seen: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Sent:
    """One request: its answer, the answer's data, and whether another region may do better."""

    reply: Reply
    data: Any
    retryable: bool = True
    retry_after_s: float = 0.0


class Sender:
    """Speaks to the edge, as carte's Python client does where the plan says so."""

    def __init__(self, plan: TrafficPlan, session: aiohttp.ClientSession) -> None:
        self._plan = plan
        self._session = session
        self._menu_id, self._menu = _menu_document()
        self._get = f"?query={quote(self._menu)}&variables="
        # Each place has so many clients, which take turns; each remembers failed paths by itself.
        self._memories = {
            place: cycle([Memory() for _ in range(_CLIENTS)]) for place in plan.places
        }
        self._persisted = f"{plan.url}/graphql/persisted/{self._menu_id}?variables="

    async def read(self, place: str, route: Route, store: str, locale: str | None) -> Reply:
        """Read a store's menu.

        Args:
            place: Where from.
            route: One of the three ways to read.
            store: Whose menu.
            locale: The language of the request; a new one misses every cache.
        """
        variables = {"storeId": store} | ({"locale": locale} if locale else {})
        text = orjson.dumps(variables).decode()
        patience = self._plan.read_patience_s
        if route == "persisted":
            sent = await self._send("GET", self._persisted + quote(text), place, patience)
            reply, data = sent.reply, sent.data
        elif route == "post":
            body = {"query": self._menu, "variables": variables}
            reply, data = await self._insist("POST", "", place, patience, body=body)
        else:
            reply, data = await self._insist("GET", self._get + quote(text), place, patience)
        if reply.error:
            return reply
        menu = data.get("menu")
        if not isinstance(menu, dict) or menu["store"]["id"] != store:
            return _failed(reply, "no menu of this store")
        return replace(reply, seen=_prices(menu))

    async def write(self, operation: Operation) -> Reply:
        """Try an operation once."""
        body = {"query": document_of(operation.cell), "variables": variables_of(operation)}
        patience = self._plan.write_patience_s
        reply, data = await self._insist(
            "POST", "", operation.place, patience, body=body, token=self._plan.token
        )
        refused = "" if reply.error else payload_errors(data)
        return _failed(reply, f"refused: {refused}") if refused else reply

    async def _insist(
        self, method: str, query: str, place: str, patience_s: float, **more: Any
    ) -> tuple[Reply, Any]:
        """Send a request, and again at the other paths; `query` follows the path."""
        if not self._plan.fails_over:
            sent = await self._send(method, PATHS[0] + query, place, patience_s, **more)
            return sent.reply, sent.data
        tries = shed = 0

        async def attempt(path: int) -> Attempted[_Sent]:
            nonlocal tries, shed
            tries += 1
            sent = await self._send(method, PATHS[path] + query, place, _ATTEMPT_S, **more)
            shed += sent.reply.status == _TOO_MANY
            return Attempted(sent, sent.retryable, sent.retry_after_s)

        try:
            sent = await fail_over(attempt, next(self._memories[place]))
        except NoAnswerError:
            sent = _Sent(Reply(0, "no region answered"), None)
        return replace(sent.reply, tries=tries, shed=shed), sent.data

    async def _send(
        self,
        method: str,
        target: str,
        place: str,
        patience_s: float,
        *,
        body: Mapping[str, Any] | None = None,
        token: str = "",
    ) -> _Sent:
        headers = {"x-carte-place": place, "accept": _ACCEPT}
        if token:
            headers["authorization"] = f"Bearer {token}"
        if body is not None:
            headers["content-type"] = "application/json"
        url = target if target.startswith("http") else self._plan.url + target
        try:
            async with asyncio.timeout(patience_s):
                async with self._session.request(
                    method,
                    URL(url, encoded=True),
                    headers=headers,
                    data=None if body is None else orjson.dumps(body),
                ) as response:
                    status, text = response.status, await response.read()
                    answered = response.headers
        except TimeoutError:
            return _Sent(Reply(0, "no answer in time"), None)
        except (aiohttp.ClientError, OSError) as error:
            return _Sent(Reply(0, type(error).__name__), None)
        decision = _decision(answered.get("x-carte-edge", ""))
        attempts = decision.get("attempts", "")
        reply = Reply(
            status,
            "",
            answered.get("x-carte-region") or decision.get("region", ""),
            decision.get("why", ""),
            decision.get("cache", ""),
            int(attempts) if attempts.isdigit() else 0,
        )
        body_or_none = _parsed(text)
        error_text, data = _judge(status, body_or_none)
        return _Sent(
            _failed(reply, error_text) if error_text else reply,
            data,
            is_retryable(status, body_or_none or {}),
            retry_after(answered.get("retry-after")),
        )


def now() -> float:
    """Return seconds of the epoch by a monotonic clock, which no time correction changes."""
    return _EPOCH + time.monotonic()


_EPOCH: Final = time.time() - time.monotonic()


def _parsed(text: bytes) -> dict[str, Any] | None:
    try:
        answer = orjson.loads(text)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else {}


def _judge(status: int, answer: Mapping[str, Any] | None) -> tuple[str, Any]:
    """Why an answer is no success (empty: it is one), and its data."""
    if answer is None:
        return f"status {status}, no JSON", None
    errors = answer.get("errors")
    if status != _OK:
        return f"status {status}", None
    if errors:
        return f"errors: {str(errors[0].get('message'))[:_TEXT_LIMIT]}", None
    data = answer.get("data")
    return ("" if isinstance(data, dict) else "no data"), data


def _failed(reply: Reply, why: str) -> Reply:
    return replace(reply, error=why)


def _decision(header: str) -> dict[str, str]:
    parts = (part.strip().partition("=") for part in header.split(";"))
    return {name: value for name, _, value in parts}


def _prices(menu: Mapping[str, Any]) -> dict[str, int]:
    """The prices that were set by mutations of a drill."""
    return {
        item["id"]: item["price"]["amountMinor"]
        for category in menu["categories"]
        for item in category["items"]
        if item["price"]["amountMinor"] >= FIRST_PRICE
    }


def _menu_document() -> tuple[str, str]:
    manifest = Path(graphql_schema.__file__).with_name("persisted.json")
    for digest, entry in orjson.loads(manifest.read_bytes()).items():
        if entry["name"] == "Menu":
            return digest, entry["document"]
    raise LookupError("no persisted document is called Menu")
