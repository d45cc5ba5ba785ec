"""Count files over GraphQL: forms for uploads, what became of them, and stock as staff see it."""

import base64
import hmac
import os
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from services.domain.stock_files.upload_keys import store_of, upload_key
from services.storage.unknown_stock import UnknownStockRepository
from tests.support.chain import add_store, publish_small_catalog
from tests.support.count_bucket import CountBucket
from tests.support.service import Service
from tests.support.tokens import ISSUER

UPLOAD = """mutation U($input: CreateStockUploadInput!) { createStockUpload(input: $input) {
  upload { url key maxBytes expiresAt fields { name value } }
  errors { __typename message path } } }"""
IMPORTS = """query I($id: ID, $first: Int! = 20, $after: String) {
  stockImports(storeId: $id, first: $first, after: $after) {
    pageInfo { hasNextPage hasPreviousPage endCursor }
    edges { cursor node { uploadId file report status region uploadedBy uploadedAt encoding
      delimiter ignoredColumns rows stores loaded unchanged unknown refused
      problems { line column reason } problemsLeftOut
      unknownRows { line store item pieces reason } unknownRowsLeftOut error hint } } } }"""
INVENTORY = """query I($id: ID!) { inventory(storeId: $id) {
  lines { itemId name left counted countedBy countedAt soldSince reserved }
  unknown { name itemId counted countedAt } } }"""
HISTORY = """query H($id: ID!, $item: ID!) { stockHistory(storeId: $id, itemId: $item) {
  kind pieces by region at } }"""
SOLD_OUT = """query S($market: ID!, $first: Int! = 50, $after: String, $atMost: Int! = 0) {
  soldOut(market: $market, first: $first, after: $after, atMost: $atMost) {
    pageInfo { hasNextPage endCursor }
    edges { node { store { id } items { itemId name left availability } } } } }"""
UNKNOWN = """query U($first: Int! = 20, $after: String) {
  unknownStock(first: $first, after: $after) { pageInfo { hasNextPage endCursor }
    edges { node { storeId storeName items { name itemId counted } } } } }"""
HEADER = "store,item,count\n"


@pytest.fixture
def shop(service: Service) -> Service:
    publish_small_catalog(service.table)
    for store in ("de-1", "de-2", "de-3"):
        add_store(service.table, store)
    return service


def ask(shop: Service, query: str, role: str = "chain:admin", **variables: Any) -> Any:
    answer = orjson.loads(shop.post(query, ISSUER.bearer(role), variables=variables).body)
    assert "errors" not in answer, answer
    return next(iter(answer["data"].values()))


def refusal(shop: Service, query: str, role: str, **variables: Any) -> str:
    answer = orjson.loads(shop.post(query, ISSUER.bearer(role), variables=variables).body)
    code: str = answer["errors"][0]["extensions"]["code"]
    return code


def form(shop: Service, role: str = "chain:admin", **fields: Any) -> Any:
    wanted = {"operationId": "operation-1", "fileName": "night.csv", **fields}
    return ask(shop, UPLOAD, role, input=wanted)


def test_a_form_binds_key_size_type_author_and_time(shop: Service) -> None:
    made = form(shop, "store:de-1:manager", storeId="de-1")["upload"]
    assert made["key"] == "counts/stores/de-1/operation-1/night.csv"
    fields = {one["name"]: one["value"] for one in made["fields"]}
    policy = orjson.loads(base64.b64decode(fields["policy"]))
    conditions = policy["conditions"]
    assert {"key": made["key"]} in conditions
    assert {"Content-Type": "text/csv"} in conditions
    assert {"x-amz-meta-author": fields["x-amz-meta-author"]} in conditions
    assert ["content-length-range", 1, made["maxBytes"]] in conditions
    # S3 API reference, "Browser-Based Uploads Using POST", calculating a signature.
    key = b"AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"].encode()
    day = fields["x-amz-date"][:8]
    for part in (day, "eu-west-1", "s3", "aws4_request", fields["policy"]):
        key = hmac.digest(key, part.encode(), "sha256")
    assert fields["x-amz-signature"] == key.hex()
    left = datetime.fromisoformat(policy["expiration"]) - datetime.now(UTC)
    assert 0 < left.total_seconds() <= 300


def test_a_form_is_for_the_stores_own_staff_and_for_files_that_may_be(shop: Service) -> None:
    wanted = {"operationId": "operation-1", "fileName": "a.csv"}
    assert refusal(shop, UPLOAD, "store:de-1:manager", input=wanted) == "FORBIDDEN"
    of_two = {**wanted, "storeId": "de-2"}
    assert refusal(shop, UPLOAD, "store:de-1:manager", input=of_two) == "FORBIDDEN"
    for fields, kind, path in (
        ({"storeId": "nowhere"}, "UnknownStoreError", ["storeId"]),
        ({"operationId": "x"}, "InvalidValueError", ["operationId"]),
        ({"fileName": " "}, "InvalidValueError", ["fileName"]),
        ({"contentType": "text/html"}, "InvalidValueError", ["contentType"]),
    ):
        (error,) = form(shop, **fields)["errors"]
        assert (error["__typename"], error["path"]) == (kind, path)


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("../../results/x.json", "x.json"),
        ("C:\\counts\\Mitte.csv", "Mitte.csv"),
        ("Zählung #1?.csv", "Zählung _1_.csv"),
        ("...", "file"),
        ("x" * 500 + ".csv", "x" * 116 + ".csv"),
    ],
)
def test_a_files_name_cannot_leave_its_folder(name: str, last: str) -> None:
    key = upload_key("de-1", "operation-1", name)
    assert key == f"counts/stores/de-1/operation-1/{last}"
    assert store_of(key) == "de-1"
    assert store_of(upload_key(None, "operation-1", name)) is None


def test_a_file_of_one_store_counts_that_store_alone(shop: Service) -> None:
    bucket = CountBucket(shop.table)
    key = form(shop, storeId="de-1")["upload"]["key"]
    report = bucket.load(HEADER + "de-1,glazed,4\nde-2,glazed,9\nelsewhere,glazed,9\n", key)
    assert (report["loaded"], report["refused"]) == (1, 2)
    assert "may count store de-1 only" in report["problems"][0]["reason"]
    other = form(shop, storeId="de-2", operationId="operation-2")["upload"]["key"]
    assert bucket.load("Artikel;Menge\nLatte;3\n", other)["loaded"] == 1
    assert bucket.left("de-2", "latte") == 3, "rows need not name the store"


def test_imports_are_listed_for_the_chain_and_for_each_store_newest_first(shop: Service) -> None:
    bucket = CountBucket(shop.table)
    for at, store in enumerate(("de-1", "de-2", "de-1")):
        rows = f"{store},glazed,{at}\n{store},Echo Dot,{at}\n{store},latte,x\n"
        bucket.load(HEADER + rows, f"counts/{at}.csv")
    bucket.load(b"PK\x03\x04 no text", "counts/sheet.xlsx")
    found = ask(shop, IMPORTS)
    nodes = [one["node"] for one in found["edges"]]
    assert [one["file"][7:] for one in nodes] == ["sheet.xlsx", "2.csv", "1.csv", "0.csv"]
    assert (nodes[0]["status"], nodes[1]["status"]) == ("REFUSED", "PARTLY")
    assert "spreadsheet" in nodes[0]["error"]
    fates = [nodes[1][fate] for fate in ("rows", "loaded", "unchanged", "unknown", "refused")]
    assert fates == [3, 1, 0, 1, 1]
    assert nodes[1]["problems"][0]["column"] == "pieces"
    assert nodes[1]["unknownRows"][0]["item"] == "Echo Dot"
    of_store = ask(shop, IMPORTS, "store:de-1:manager", id="de-1")
    assert [one["node"]["file"][7:] for one in of_store["edges"]] == ["2.csv", "0.csv"]
    assert refusal(shop, IMPORTS, "store:de-1:manager") == "FORBIDDEN"


def test_pages_of_imports_follow_each_other(shop: Service) -> None:
    bucket = CountBucket(shop.table)
    for at in range(5):
        bucket.load(HEADER + f"de-1,glazed,{at}\n", f"counts/{at}.csv")
    seen: list[str] = []
    after = None
    while True:
        page = ask(shop, IMPORTS, first=2, after=after)
        seen += [one["node"]["file"][7:] for one in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == ["4.csv", "3.csv", "2.csv", "1.csv", "0.csv"]


def test_staff_see_names_authors_sales_and_what_is_unknown(shop: Service) -> None:
    bucket = CountBucket(shop.table)
    key = form(shop, storeId="de-1")["upload"]["key"]
    bucket.load(HEADER + "de-1,glazed,12\nde-1,Echo Dot,4\n", key)
    sale = """mutation { recordSale(input: { operationId: "op-00002", storeId: "de-1",
      lines: [{ itemId: "glazed", pieces: 3 }] }) { errors { __typename } } }"""
    ask(shop, sale)
    found = ask(shop, INVENTORY, "store:de-1:manager", id="de-1")
    (line,) = found["lines"]
    assert (line["name"], line["left"], line["counted"]) == ("Glasierter Ring", 9, 12)
    assert (line["soldSince"], line["reserved"]) == (3, 0)
    assert line["countedBy"].endswith(key)
    (unknown,) = found["unknown"]
    assert (unknown["name"], unknown["counted"]) == ("Echo Dot", 4)
    kinds = [(one["kind"], one["pieces"]) for one in ask(shop, HISTORY, id="de-1", item="glazed")]
    assert kinds == [("SOLD", 3), ("COUNTED", 12)]
    assert ask(shop, HISTORY, id="de-1", item="latte") == []
    assert refusal(shop, HISTORY, "store:de-2:manager", id="de-1", item="latte") == "FORBIDDEN"


def test_sold_out_lists_the_stores_of_a_market_page_by_page(shop: Service) -> None:
    bucket = CountBucket(shop.table)
    bucket.load(HEADER + "de-1,glazed,0\nde-1,latte,5\nde-2,latte,9\nde-3,glazed,0\nde-3,latte,0\n")
    found = ask(shop, SOLD_OUT, market="de")["edges"]
    assert [
        (one["node"]["store"]["id"], [item["itemId"] for item in one["node"]["items"]])
        for one in found
    ] == [("de-1", ["glazed"]), ("de-3", ["glazed", "latte"])]
    assert found[0]["node"]["items"][0]["availability"] == "SOLD_OUT"
    low = ask(shop, SOLD_OUT, market="de", atMost=5)["edges"][0]["node"]["items"]
    assert [one["left"] for one in low] == [0, 5]
    seen, after = [], None
    while True:
        page = ask(shop, SOLD_OUT, market="de", first=1, after=after)
        seen += [one["node"]["store"]["id"] for one in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == ["de-1", "de-3"]
    assert refusal(shop, SOLD_OUT, "store:de-1:manager", market="de") == "FORBIDDEN"
    assert refusal(shop, SOLD_OUT, "chain:admin", market="xx") == "BAD_USER_INPUT"


def test_publishing_a_catalog_counts_what_files_named_before(shop: Service) -> None:
    bucket = CountBucket(shop.table)
    bucket.load(HEADER + "de-1,Café Crème,4\nBerlin,latte,2\n")
    found = ask(shop, UNKNOWN)["edges"]
    assert [(one["node"]["storeId"], one["node"]["storeName"]) for one in found] == [
        ("Berlin", "Berlin"),
        ("de-1", None),
    ]
    assert found[1]["node"]["items"] == [
        {"name": "Café Crème", "itemId": "cafe-creme", "counted": 4}
    ]
    item = """mutation { editCatalogItem(input: { operationId: "operation-9", market: "de",
      itemId: "K-17", category: "drinks", priceMinor: 250, allergens: [MILK],
      names: [{ locale: "fr", text: "Cafe creme" }] }) { errors { message } } }"""
    publish = """mutation { publishCatalog(input: { operationId: "operation-8", market: "de" }) {
      errors { message } } }"""
    for mutation in (item, publish):
        assert ask(shop, mutation)["errors"] == []
    assert bucket.left("de-1", "K-17") == 4
    waiting = UnknownStockRepository(shop.table).all()
    assert [one.store_id for one in waiting] == ["Berlin"]


def test_unknown_stock_is_paged_in_the_order_of_ids(shop: Service) -> None:
    CountBucket(shop.table).load(HEADER + "".join(f"{name},latte,2\n" for name in ("c", "a", "b")))
    seen, after = [], None
    while True:
        page = ask(shop, UNKNOWN, first=2, after=after)
        seen.append([edge["node"]["storeId"] for edge in page["edges"]])
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == [["a", "b"], ["c"]]
    for bad in ("é", "", "x" * 3_000):
        assert refusal(shop, UNKNOWN, "chain:admin", after=bad) == "BAD_USER_INPUT"
