"""Sends one request as a client of some place does, and judges the answer."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import aiohttp
import orjson
from yarl import URL

import graphql_schema
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
_ACCEPT: Final = "application/graphql-response+json"
_TEXT_LIMIT: Final = 120


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one request; `Record` explains each field."""

    status: int
    error: str
    region: str = ""
    why: str = ""
    cache: str = ""
    attempts: int = 0
    seen: Mapping[str, int] = field(default_factory=dict)


class Sender:
    """Speaks to the edge."""

    def __init__(self, plan: TrafficPlan, session: aiohttp.ClientSession) -> None:
        self._plan = plan
        self._session = session
        self._menu_id, self._menu = _menu_document()
        self._get = f"{plan.url}/graphql?query={quote(self._menu)}&variables="
        self._persisted = f"{plan.url}/graphql/persisted/{self._menu_id}?variables="

    async def read(self, place: str, route: Route, store: str, locale: str | None) -> Reply:
        """Read a store's menu.

        Args:
            place: Where from.
            route: One of the three ways to read.
            store: Whose menu.
            locale: The language asked for; one that nobody asked for before misses every cache.
        """
        variables = {"storeId": store} | ({"locale": locale} if locale else {})
        text = orjson.dumps(variables).decode()
        patience = self._plan.read_patience_s
        if route == "post":
            body = {"query": self._menu, "variables": variables}
            reply, data = await self._send("POST", "/graphql", place, patience, body=body)
        else:
            base = self._persisted if route == "persisted" else self._get
            reply, data = await self._send("GET", base + quote(text), place, patience)
        if reply.error:
            return reply
        menu = data.get("menu")
        if not isinstance(menu, dict) or menu["store"]["id"] != store:
            return _failed(reply, "no menu of this store")
        return Reply(
            reply.status, "", reply.region, reply.why, reply.cache, reply.attempts, _prices(menu)
        )

    async def write(self, operation: Operation) -> Reply:
        """Try an operation once."""
        body = {"query": document_of(operation.cell), "variables": variables_of(operation)}
        patience = self._plan.write_patience_s
        reply, data = await self._send(
            "POST", "/graphql", operation.place, patience, body=body, token=self._plan.token
        )
        refused = "" if reply.error else payload_errors(data)
        return _failed(reply, f"refused: {refused}") if refused else reply

    async def _send(
        self,
        method: str,
        target: str,
        place: str,
        patience_s: float,
        *,
        body: Mapping[str, Any] | None = None,
        token: str = "",
    ) -> tuple[Reply, Any]:
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
            return Reply(0, "no answer in time"), None
        except (aiohttp.ClientError, OSError) as error:
            return Reply(0, type(error).__name__), None
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
        error_text, data = _judge(status, text)
        return (_failed(reply, error_text) if error_text else reply), data


def now() -> float:
    """Return seconds of the epoch by a monotonic clock, which no time correction changes."""
    return _EPOCH + time.monotonic()


_EPOCH: Final = time.time() - time.monotonic()


def _judge(status: int, text: bytes) -> tuple[str, Any]:
    """Why an answer is no success (empty: it is one), and its data."""
    try:
        answer = orjson.loads(text)
    except ValueError:
        return f"status {status}, no JSON", None
    errors = answer.get("errors") if isinstance(answer, dict) else None
    if status != _OK:
        return f"status {status}", None
    if errors:
        return f"errors: {str(errors[0].get('message'))[:_TEXT_LIMIT]}", None
    data = answer.get("data") if isinstance(answer, dict) else None
    return ("" if isinstance(data, dict) else "no data"), data


def _failed(reply: Reply, why: str) -> Reply:
    return Reply(reply.status, why, reply.region, reply.why, reply.cache, reply.attempts)


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
