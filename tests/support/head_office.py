"""Head office's catalog of one market in tests: operations, and the service that answers them."""

from typing import Any

import orjson

from services.domain.stamp import HybridClock
from tests.support.chain import add_store, publish_small_catalog
from tests.support.service import Service
from tests.support.tokens import ISSUER

EDITOR = "market:de:editor"
ERRORS = """errors { __typename message path
  ... on ChangedMeanwhileError { entry value stamp author at region } }"""
EDIT = f"""mutation E($input: EditCatalogItemInput!) {{ editCatalogItem(input: $input) {{
  item {{ itemId price {{ amountMinor }} }} {ERRORS} }} }}"""
PUBLISH = f"""mutation P($input: PublishCatalogInput!) {{ publishCatalog(input: $input) {{
  version itemCount {ERRORS} }} }}"""
ROLL_BACK = f"""mutation R($input: RollbackCatalogInput!) {{ rollbackCatalog(input: $input) {{
  version itemCount {ERRORS} }} }}"""
STATE = """{ catalog(market: "de") { draftsVersion itemCount addedCount changedCount withdrawnCount
  otherChanges incompleteCount withoutAllergensCount untranslatedCount locale locales
  categories { id names { locale text } }
  published { version author rollback inForce itemCount } } }"""
ITEMS = """query I($first: Int! = 20, $after: String) {
  catalogItems(market: "de", first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { itemId change withdrawn missing
    untranslatedNames untranslatedDescriptions draft { price { amountMinor } allergens }
    published { price { amountMinor } } } } } }"""
ITEM = """{ catalogItem(market: "de", itemId: "glazed") { editedAt entries { entry stamp } } }"""
DIFFERENCE = """query D($from: String, $to: String, $first: Int! = 20, $after: String) {
  catalogDifference(market: "de", fromVersion: $from, toVersion: $to, first: $first, after: $after)
  { fromVersion toVersion draftsVersion totalCount addedCount changedCount withdrawnCount
    priceCount allergenCount reordered problems pageInfo { hasNextPage endCursor }
    edges { node { itemId kind names { locale text } fields { aspect locale before after } } }
    categories { id kind names { before after } } } }"""
PUBLICATIONS = """query V($first: Int! = 20, $after: String) {
  catalogPublications(market: "de", first: $first, after: $after) { pageInfo { hasNextPage
  endCursor } edges { node { version author rollback inForce itemCount replaced } } } }"""
HISTORY = """{ catalogItemHistory(market: "de", itemId: "glazed") { name author device
  changes { entry value } } }"""
MENU = """{ menu(storeId: "de-1", at: "2026-05-04T13:00:00Z") { version categories { items {
  id price { amountMinor } } } } }"""


def head_office(service: Service) -> Service:
    """Publish a small catalog of Germany, with a store that sells it, at the service's own time."""
    service.table.clock = HybridClock("eu-west-1", lambda: int(service.now.timestamp() * 1000))
    publish_small_catalog(service.table)
    add_store(service.table, "de-1")
    return service


def ask(shop: Service, query: str, **variables: Any) -> Any:
    """The one field of a query, as an editor of the market gets it."""
    answer = orjson.loads(shop.post(query, ISSUER.bearer(EDITOR), variables=variables).body)
    assert "errors" not in answer, answer
    (found,) = answer["data"].values()
    return found


def do(shop: Service, mutation: str, operation_id: str, by: str = "ada", **rest: Any) -> Any:
    variables = {"input": {"operationId": operation_id, "market": "de", **rest}}
    answer = orjson.loads(
        shop.post(mutation, ISSUER.bearer(EDITOR, sub=by), variables=variables).body
    )
    assert "errors" not in answer, answer
    (payload,) = answer["data"].values()
    return payload


def price(shop: Service) -> int:
    """What guests pay for the glazed ring."""
    menu = orjson.loads(shop.post(MENU).body)["data"]["menu"]
    items = [item for category in menu["categories"] for item in category["items"]]
    return next(int(one["price"]["amountMinor"]) for one in items if one["id"] == "glazed")


def stamps(shop: Service) -> dict[str, str]:
    return {one["entry"]: one["stamp"] for one in ask(shop, ITEM)["entries"]}
