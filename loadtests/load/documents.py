"""The GraphQL documents that the clients of a load test send as text."""

from typing import Final

from loadtests.cloud.persisted_documents import persisted_document

MENU: Final = persisted_document("Menu")[1]
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
