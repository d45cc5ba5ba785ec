"""Requests of all kinds that clients send, each another one."""

import hashlib
import json
import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from loadtests.cloud.persisted_documents import persisted_document
from services.menu_api.messages import Request
from tests.fuzz.carte import NOON, STORES
from tests.support.tokens import ISSUER

_MENU = """query Menu($id: ID!, $at: DateTime, $locale: String) {
  menu(storeId: $id, at: $at, locale: $locale) { version store { name hours { weekday opens } }
    categories { name items { id name description allergens price { amountMinor } } } } }"""
_SALE = """mutation Sale($input: RecordSaleInput!) {
  recordSale(input: $input) { stock { itemId left } errors { message } } }"""
_TOKENS = 300  # more than the service remembers


def post(**body: Any) -> Request:
    """A request with a JSON body."""
    content = json.dumps(body, ensure_ascii=False).encode()
    return Request("POST", "/graphql", {"content-type": "application/json"}, body=content)


def _persisted_menu(at: int) -> Request:
    digest, _ = persisted_document("Menu")
    variables = json.dumps({"storeId": STORES[at % len(STORES)], "locale": f"en-{at}"})
    return Request("GET", f"/graphql/persisted/{digest}", {}, {"variables": variables})


def _menu(at: int) -> Request:
    moment = (NOON + timedelta(minutes=at)).isoformat()
    return post(query=_MENU, variables={"id": STORES[at % len(STORES)], "at": moment})


def _literal(at: int) -> Request:
    return post(query=f'{{ store(id: "de-{at}") {{ id name }} }}')


def _shape(at: int) -> Request:
    return post(query=f"{{ a{at}: region {{ name version }} }}")


def _automatic(at: int) -> Request:
    text = f"query Q{at} {{ markets {{ id a{at % 977}: country }} }}"
    digest = hashlib.sha256(text.encode()).hexdigest()
    return post(query=text, extensions={"persistedQuery": {"version": 1, "sha256Hash": digest}})


def _search(at: int) -> Request:
    return post(query=f'{{ stores(search: "carte {at}", first: 5) {{ totalCount }} }}')


def _near(at: int) -> Request:
    return post(query=f"{{ storesNear(latitude: {at % 90}, longitude: 13) {{ distanceKm }} }}")


def _mistake(at: int) -> Request:
    return post(query=f"{{ nothing{at} }}")


def _negotiated(at: int) -> Request:
    accept = f"application/json;q=0.{at % 1000}, x/{at}, */*"
    return Request(
        "GET", "/graphql", {"accept": accept}, {"query": f'{{ store(id: "{at}") {{ id }} }}'}
    )


KINDS: tuple[Callable[[int], Request], ...] = (
    *(_persisted_menu, _menu, _literal, _shape, _automatic),
    *(_search, _near, _mistake, _negotiated),
)


def varied(count: int) -> Iterator[Request]:
    """Requests of all kinds by turns, mutations of many members of staff among them."""
    dice = random.Random(1)
    tokens = [ISSUER.bearer("chain:admin", subject=f"till-{at}") for at in range(_TOKENS)]
    for at in range(count):
        turn = at % (len(KINDS) + 1)
        if turn < len(KINDS):
            yield KINDS[turn](at)
            continue
        line = {"itemId": f"item-{at % 6}", "pieces": 1 + at % 9}
        given = {"operationId": f"operation-{at}", "storeId": "de-1", "lines": [line]}
        sale = post(query=_SALE, variables={"input": given})
        yield Request(
            sale.method, sale.path, {**sale.headers, **dice.choice(tokens)}, body=sale.body
        )
