"""A valid request for every field of the schema that not everyone may use, and its outcome."""

from datetime import UTC, datetime

import orjson

from services.domain.orders.facts import Accepted, Authorized, Captured, Declined, Ready
from services.domain.orders.identity import order_id
from services.storage.catalogs import CatalogRepository
from services.storage.orders import OrderRepository
from tests.support.order_story import operation_id
from tests.support.service import REGIONS, Service
from tests.support.tokens import ISSUER

RECORDED = operation_id("do recordWaste")  # what `placed` records
OF_STORE = {
    "updateAssortment": 'storeId: "de-1", lines: [{ itemId: "glazed", priceMinor: 150 }]',
    "recordStockCount": 'storeId: "de-1", counts: [{ itemId: "glazed", pieces: 9 }]',
    "createStockUpload": 'storeId: "de-1", fileName: "night.csv"',
    "updateStockAlerts": 'storeId: "de-1", mail: "counter@example.org"',
    "recordSale": 'storeId: "de-1", lines: [{ itemId: "glazed", pieces: 1 }]',
    "recordWaste": """storeId: "de-1", day: "2026-05-04", reason: EXPIRED,
      lines: [{ itemId: "glazed", pieces: 1 }]""",
    "takeBackWaste": f'storeId: "de-1", day: "2026-05-04", wasteId: "{RECORDED}"',
    "updateStoreHours": """storeId: "de-1",
      hours: [{ weekday: MONDAY, opens: "08:00", closes: "24:00" }]""",
    "updateStoreClosures": 'storeId: "de-1", openDays: ["2026-12-24"], hidden: null',
    "updateStoreClosures hidden": 'storeId: "de-1", hidden: false',
    "grantRole till": 'sentAt: "NOW", person: "ada", role: TILL, storeId: "de-1"',
    "revokeRole till": 'person: "ada", role: TILL, storeId: "de-1"',
}
OF_MARKET = {
    "editCatalogItem": 'market: "de", itemId: "glazed", priceMinor: 210',
    "createPictureUpload": f"""market: "de", itemId: "glazed", contentType: "image/webp",
      listFile: {{ bytes: 20000, sha256: "{"a" * 64}" }},
      itemFile: {{ bytes: 90000, sha256: "{"b" * 64}" }}""",
    "editCatalogCategory": 'market: "de", categoryId: "donuts", rank: 1',
    "publishCatalog": 'market: "de"',
    "rollbackCatalog": 'market: "de", version: "VERSION"',
}
OF_CHAIN = {
    "grantRole": 'sentAt: "NOW", person: "ada", role: MANAGER, storeId: "de-1"',
    "revokeRole": 'person: "ada", role: MANAGER, storeId: "de-1"',
    "createStockUpload chain": 'fileName: "night.csv"',
    "revokeRole all": 'person: "ada"',
}
ORDER = f'orderId: "{order_id(operation_id("order-small"))}"'
BY_CARD = f'orderId: "{order_id(operation_id("order-card"))}"'
LARGE = f'orderId: "{order_id(operation_id("order-large"))}"'
# For whoever knows an order's id, which nobody can guess; and for everybody.
OF_GUEST = {
    "placeOrder": """storeId: "de-1", payment: AT_STORE, expectedTotalMinor: 199,
      contact: { name: "Ada" }, lines: [{ itemId: "glazed", quantity: 1 }]""",
    "cancelOrder": ORDER,
    "forgetGuest": ORDER,
    "offerCard": f'{BY_CARD}, paymentToken: "pm_2"',
}
# What has to be done before, so that the step is possible.
OF_STORES_ORDER = {
    "acceptOrder": (ORDER, ()),
    "rejectOrder": (ORDER, ()),
    "markOrderReady": (ORDER, (Accepted(),)),
    "markOrderCollected": (ORDER, (Accepted(), Ready())),
    "decideOrderReview": (f"{LARGE}, approve: true", ()),
    "refundOrder": (BY_CARD, (Authorized(1, 199), Accepted(), Captured(1, 199))),
}
# What the payment provider has to have done before.
BEFORE = {"offerCard": (Declined(1, 199),)}
OF_STORE |= {name: text for name, (text, _) in OF_STORES_ORDER.items()}
MUTATIONS = {
    name: f"""mutation {{ {name.partition(" ")[0]}(input: {{
      operationId: "{operation_id(f"do {name}")}", {text}
    }}) {{ errors {{ __typename message }} }} }}"""
    for name, text in {**OF_STORE, **OF_MARKET, **OF_CHAIN, **OF_GUEST}.items()
}
QUERIES = {
    "inventory": '{ inventory(storeId: "de-1") { lines { itemId } } }',
    "stockHistory": '{ stockHistory(storeId: "de-1", itemId: "glazed") { __typename } }',
    "soldOut": '{ soldOut(market: "de") { edges { __typename } } }',
    "stockImports": '{ stockImports(storeId: "de-1") { edges { __typename } } }',
    "stockImports chain": "{ stockImports { edges { __typename } } }",
    "stockAlertSubscribers": '{ stockAlertSubscribers(storeId: "de-1") { mail } }',
    "unknownStock": "{ unknownStock { edges { __typename } } }",
    "editConflicts": '{ editConflicts(storeId: "de-1") { totalCount } }',
    "editConflicts chain": "{ editConflicts { totalCount } }",
    "storeOrders": '{ storeOrders(storeId: "de-1") { totalCount } }',
    "marketFigures": '{ marketFigures(market: "de", day: "2026-05-04") { lookedAt } }',
    "storeFigures": '{ storeFigures(storeId: "de-1") { today } }',
    "storeWaste": '{ storeWaste(storeId: "de-1") { today } }',
    "wasteRecords": '{ wasteRecords(storeId: "de-1") { totalCount } }',
    "catalog": '{ catalog(market: "de") { draftsVersion } }',
    "catalogItems": '{ catalogItems(market: "de") { totalCount } }',
    "catalogItem": '{ catalogItem(market: "de", itemId: "glazed") { itemId } }',
    "catalogItemHistory": '{ catalogItemHistory(market: "de", itemId: "glazed") { name } }',
    "catalogDifference": '{ catalogDifference(market: "de") { totalCount } }',
    "catalogPublications": '{ catalogPublications(market: "de") { edges { cursor } } }',
    "operations": "{ operations { available } }",
    "people": "{ people { edges { node { id } } } }",
    "person": '{ person(id: "ada") { id } }',
    "staffActions": '{ staffActions(person: "ada") { edges { node { name } } } }',
}
REQUESTS = {**MUTATIONS, **QUERIES}


def placed(shop: Service, name: str) -> None:
    """Place the orders that a request is about, and bring them where it is possible.

    What it takes back is recorded.
    """
    if "wasteId:" in REQUESTS[name]:
        assert outcome(shop, "recordWaste", ISSUER.bearer("chain:admin", sub="boss")) == "ok"
    if "orderId:" not in REQUESTS[name]:
        return
    for order, quantity, method in (
        ("order-small", 1, "AT_STORE"),
        ("order-large", 80, "AT_STORE"),
        ("order-card", 1, 'CARD, paymentToken: "pm_1"'),
    ):
        lines = f'[{{ itemId: "glazed", quantity: {quantity} }}]'
        text = OF_GUEST["placeOrder"].partition("lines:")[0].replace("199", f"{quantity * 199}")
        text = text.replace("AT_STORE", method)
        fields = f'operationId: "{operation_id(order)}", {text} lines: {lines}'
        answer = shop.post(
            f"mutation {{ placeOrder(input: {{ {fields} }}) {{ errors {{ path }} }} }}"
        )
        assert orjson.loads(answer.body)["data"]["placeOrder"]["errors"] == []
    _, before = OF_STORES_ORDER.get(name, ("", BEFORE.get(name, ())))
    order = "order-card" if BY_CARD in REQUESTS[name] else "order-small"
    for fact in before:
        OrderRepository(shop.table, REGIONS).record(order_id(operation_id(order)), fact, "ada")


def region_time(shop: Service) -> str:
    """The time of the clock that makes the service's stamps, as `sentAt` takes it."""
    return datetime.fromtimestamp(shop.table.clock.now_ms() / 1000, UTC).isoformat()


def outcome(shop: Service, name: str, headers: dict[str, str]) -> str:
    """`ok`, or the code of the error."""
    text = REQUESTS[name].replace("NOW", region_time(shop))
    if "VERSION" in text:
        published = [one.version for one in CatalogRepository(shop.table).publications("de")]
        text = text.replace("VERSION", published[-1] if published else "")
    answer = orjson.loads(shop.post(text, headers=headers).body)
    if "errors" in answer:
        return str(answer["errors"][0]["extensions"]["code"])
    if name in MUTATIONS:
        assert answer["data"][name.partition(" ")[0]]["errors"] == []
    return "ok"
