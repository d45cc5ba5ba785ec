"""`carte order` against the real schema: what it sends is valid, and its errors help."""

import json
import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from graphql import build_schema, parse, validate
from typer.testing import CliRunner, Result

from cli import order, order_requests
from localcloud.layout import REPO_ROOT
from services.domain.errors import CarteError, UnusableInputError
from services.domain.orders.identity import order_id

SCHEMA = build_schema((REPO_ROOT / "graphql_schema" / "schema.graphql").read_text("utf-8"))
NAME = "a" * 26
ORDER: dict[str, Any] = {
    "id": NAME, "status": "PLACED", "pickupAt": "2026-11-27T10:00:00+00:00", "acceptBy": "a",
    "needsApproval": False, "total": {"amountMinor": 300, "currency": "EUR"},
    "store": {"id": "de-00001", "name": "D", "timeZone": "Asia/Tokyo"},
    "lines": [{"itemId": "ring", "quantity": 2, "amount": {"amountMinor": 300, "currency": "EUR"}}],
    "payment": {"state": "AT_STORE"},
    "events": [
        {"kind": "PLACED", "at": "t", "region": "r", "reason": None, "holds": True, "instead": None}
    ],
}  # fmt: skip


class Api:
    """Answers as the API does; checks every document against the schema."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.tokens: list[str | None] = []
        self.errors: list[dict[str, Any]] = []
        self.of_quote: list[dict[str, Any]] = []
        self.more = False
        self.known = {NAME}
        self.silent = False

    def send(
        self, _url: str, body: dict[str, Any], *, token: str | None, fails_over: bool, by_post: bool
    ) -> tuple[int, dict[str, str], Any]:
        assert fails_over
        assert by_post  # the id of an order, the guest's key, is in no address
        assert validate(SCHEMA, parse(body["query"])) == []
        self.sent.append(body)
        self.tokens.append(token)
        if self.silent and body["query"].startswith("mutation"):
            raise CarteError("http://x does not answer", "look")
        payload = {"order": ORDER, "errors": self.errors}
        data: dict[str, Any] = {
            "quote": {"quote": {"total": ORDER["total"]}, "errors": self.of_quote},
            "store": None if body["variables"].get("store") == "us-0001" else ORDER["store"],
            "order": ORDER if body["variables"].get("id") in self.known else None,
            "storeOrders": {
                "edges": [{"node": {**ORDER, "placedAt": "t"}}],
                "totalCount": 1,
                "pageInfo": {"hasNextPage": self.more},
            },
        }
        steps = ("placeOrder", "acceptOrder", "rejectOrder", "markOrderReady")
        more = ("markOrderCollected", "cancelOrder", "decideOrderReview", "refundOrder")
        data |= dict.fromkeys((*steps, *more), payload)
        return 200, {}, {"data": data}


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Api:
    found = Api()
    monkeypatch.setattr(order_requests, "send", found.send)
    return found


def carte(*arguments: str) -> Result:
    return CliRunner().invoke(order.app, [*arguments, "--url", "http://x"])


def test_an_order_is_placed_for_the_price_that_was_quoted(api: Api) -> None:
    done = carte("place", "de-00001", "ring:2", "coffee", "--name", "Ada", "--mail", "a@b.c")
    assert done.exit_code == 0, done.output
    placed = api.sent[1]["variables"]["input"]
    assert placed["expectedTotalMinor"] == 300
    assert placed["lines"][1] == {"itemId": "coffee", "quantity": 1}
    assert "EUR 3.00" in done.output
    assert api.tokens == [None, None]


def test_an_order_by_card_carries_its_token(api: Api) -> None:
    done = carte("place", "de-00001", "ring", "--name", "Ada", "--card", "pm_card_visa")
    assert done.exit_code == 0, done.output
    placed = api.sent[1]["variables"]["input"]
    assert (placed["payment"], placed["paymentToken"]) == ("CARD", "pm_card_visa")


def test_a_large_order_is_approved_or_refused_and_money_is_given_back(api: Api) -> None:
    for words, wanted in (
        (("approve", NAME), {"approve": True, "reason": None}),
        (("approve", NAME, "--refuse", "--reason", "too many"), {"approve": False}),
        (("refund", NAME, "--amount", "150"), {"amountMinor": 150}),
        (("refund", NAME), {"amountMinor": None}),
    ):
        done = carte(*words, "--token", "T")
        assert done.exit_code == 0, done.output
        assert api.sent[-1]["variables"]["input"].items() >= wanted.items()
        assert api.tokens[-1] == "T"


@pytest.mark.parametrize("step", ["accept", "reject", "ready", "collect"])
def test_steps_of_the_store_carry_the_token(api: Api, step: str) -> None:
    done = carte(step, NAME, "--token", "T")
    assert done.exit_code == 0, done.output
    assert api.tokens == [None, "T"]


def test_a_guest_cancels_without_a_token(api: Api) -> None:
    assert carte("cancel", NAME, "--reason", "late", "--json").exit_code == 0
    assert api.sent[0]["variables"]["input"]["reason"] == "late"
    assert api.tokens == [None]


def test_lists_and_shows_are_json_where_a_program_reads_them(api: Api) -> None:
    listed = carte("list", "de-00001", "--status", "placed", "--token", "T", "--json")
    assert json.loads(listed.output)["totalCount"] == 1
    assert json.loads(listed.output)["more"] is False
    api.more = True
    assert "... and more" in carte("list", "de-00001", "--token", "T").output
    assert api.sent[1]["variables"]["status"] == ["PLACED"]
    assert json.loads(carte("show", NAME, "--json").output)["id"] == NAME


def test_a_list_says_which_day_it_is_of_and_how_to_list_another_one(api: Api) -> None:
    before = datetime.now(ZoneInfo("Asia/Tokyo")).date()
    done = carte("list", "de-00001", "--token", "T")
    day = api.sent[-1]["variables"]["day"]
    assert before.isoformat() <= day <= datetime.now(ZoneInfo("Asia/Tokyo")).date().isoformat()
    assert f"1 order to be collected today, {day}" in done.output
    assert "--day YYYY-MM-DD" in done.output
    line = done.stdout.splitlines()[0]
    assert line.startswith(f"{NAME}  AAAA  PLACED")
    assert "2026-11-27 19:00 JST" in line
    other = carte("list", "de-00001", "--day", "2026-11-27", "--status", "ready", "--token", "T")
    assert api.sent[-1]["variables"]["day"] == "2026-11-27"
    assert "1 order with status READY to be collected on 2026-11-27" in other.output
    listed = carte("list", "de-00001", "--day", "2026-11-27", "--token", "T", "--json")
    assert json.loads(listed.stdout)["day"] == "2026-11-27"


def test_a_store_that_does_not_exist_has_no_orders_to_list(api: Api) -> None:
    done = carte("list", "us-0001", "--token", "T")
    assert isinstance(done.exception, UnusableInputError)
    assert done.exception.message == "there is no store 'us-0001'"
    (query,) = re.findall(r"'({.*})'", done.exception.hint)
    assert validate(SCHEMA, parse(query)) == []
    assert api.tokens == [None]


def test_an_order_is_shown_in_words_with_its_number_and_the_time_of_its_store(api: Api) -> None:
    lines = carte("show", NAME).stdout.splitlines()
    assert f"order   {NAME}" in lines
    assert "number  AAAA" in lines
    assert "status  PLACED: waiting for the store" in lines
    assert "pickup  2026-11-27 19:00 JST" in lines
    assert "total   EUR 3.00, payment: at store" in lines


def test_what_is_refused_is_an_error_with_its_reason(api: Api) -> None:
    api.errors = [{"__typename": "SoldOutError", "message": "ring is sold out", "path": ["lines"]}]
    done = carte("place", "de-00001", "ring", "--name", "Ada")
    assert isinstance(done.exception, CarteError)
    assert done.exception.message == "ring is sold out"
    assert f"--operation-id {operation(api)}" in done.exception.hint
    assert "carte order show" in hint_of(carte("accept", NAME, "--token", "T"))


@pytest.mark.parametrize(
    ("kind", "next_slot", "hint"),
    [
        (
            "StoreClosedError",
            "2026-11-30T08:00:00+01:00",
            '{ pickupSlots(storeId: "de-00001", day: "2026-11-30") { id start } }',
        ),
        ("StoreClosedError", None, "{ stores(first: 5)"),
        ("SlotFullError", None, '{ pickupSlots(storeId: "de-00001") { id start } }'),
        ("ItemNotListedError", None, '{ menu(storeId: "de-00001") { categories'),
        ("UnknownStoreError", None, "{ stores(first: 5)"),
        ("InvalidValueError", None, "correct what the message names"),
    ],
)
def test_the_hint_of_a_refused_order_fits_the_reason(
    api: Api, kind: str, next_slot: str | None, hint: str
) -> None:
    error: dict[str, Any] = {
        "__typename": kind,
        "message": "not so",
        "path": [],
        "nextSlot": next_slot,
    }
    api.of_quote = [error]
    hint_text = hint_of(carte("place", "de-00001", "ring", "--name", "Ada"))
    assert hint in hint_text
    for query in re.findall(r"'({.*})'", hint_text):
        assert validate(SCHEMA, parse(query)) == []
    api.of_quote, api.errors = [], [error]
    hint_text = hint_of(carte("place", "de-00001", "ring", "--name", "Ada"))
    assert hint in hint_text
    assert f"--operation-id {operation(api)}" in hint_text


def operation(api: Api) -> str:
    """The operation id of the latest mutation."""
    inputs = [one["variables"].get("input", {}) for one in api.sent]
    return str([one["operationId"] for one in inputs if "operationId" in one][-1])


def hint_of(done: Result) -> str:
    assert isinstance(done.exception, CarteError)
    return done.exception.hint


@pytest.mark.parametrize("words", [("refund", NAME, "--amount", "150"), ("accept", NAME)])
def test_a_step_without_an_answer_can_be_repeated_under_its_id(
    api: Api, words: tuple[str, ...]
) -> None:
    api.silent = True
    hint = hint_of(carte(*words, "--token", "T"))
    first = operation(api)
    assert f"--operation-id {first}" in hint
    api.silent = False
    assert carte(*words, "--token", "T", "--operation-id", first).exit_code == 0
    assert operation(api) == first
    assert carte(*words, "--token", "T").exit_code == 0
    assert operation(api) != first


def test_a_refusal_of_an_order_that_exists_shows_the_order(api: Api) -> None:
    # An attempt that had no answer placed it; what it took is what the next one is refused for.
    api.errors = [{"__typename": "SoldOutError", "message": "ring is sold out", "path": ["lines"]}]
    known = "0f0f0f0f-0000-4000-8000-00000000000a"
    words = ("place", "de-00001", "ring", "--name", "Ada", "--operation-id", known)
    assert carte(*words).exit_code == 1
    api.known.add(order_id(known))
    api.sent.clear()
    assert carte(*words).exit_code == 0
    assert len(api.sent) == 1  # found before a price is asked for, which may have changed


def test_another_site_needs_a_token_and_an_order_that_is_there(api: Api) -> None:
    done = carte("accept", NAME)
    assert isinstance(done.exception, CarteError)
    assert "store:de-00001:manager" in done.exception.hint
    missing = carte("show", "b" * 26)
    assert isinstance(missing.exception, CarteError)
    assert api.sent


def test_pieces_are_a_number(api: Api) -> None:
    assert carte("place", "de-00001", "ring:x", "--name", "Ada").exit_code == 2
    assert api.sent == []
