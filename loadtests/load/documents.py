"""What the clients of a load test send: the persisted queries, and documents of their own."""

from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import orjson

import graphql_schema

_MANIFEST: Final[dict[str, dict[str, str]]] = orjson.loads(
    Path(graphql_schema.__file__).with_name("persisted.json").read_bytes()
)
_IDS: Final = {one["name"]: digest for digest, one in _MANIFEST.items()}

MENU: Final = _MANIFEST[_IDS["Menu"]]["document"]
APP_START: Final = """query AppStart($storeId: ID!) {
  store(id: $storeId) { id name openNow closesAt hours { weekday opens closes } }
  region { name version }
}"""
SEARCH: Final = """query Search($search: String!, $market: ID) {
  stores(search: $search, market: $market, first: 10) { totalCount edges { node { id name } } }
}"""
SET_PRICE: Final = """mutation SetPrice($input: UpdateAssortmentInput!) {
  updateAssortment(input: $input) {
    lines { itemId price { amountMinor } } errors { message } } }"""
SELL: Final = """mutation Sell($input: RecordSaleInput!) {
  recordSale(input: $input) { stock { itemId left availability } errors { message } } }"""


def persisted(name: str, **variables: Any) -> str:
    """Path of a persisted query, as a CDN and a stage cache key it."""
    text = quote(orjson.dumps(variables).decode())
    return f"/graphql/persisted/{_IDS[name]}?variables={text}"
