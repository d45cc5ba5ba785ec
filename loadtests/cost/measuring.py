"""Measures what a menu, a query and an edit use: the real service on the local cloud's table.

The service runs in this process, so its CPU time is this process's; what it waits for DynamoDB is
not AWS's wait and is left out (see `serving.WAIT_MS`).
"""

import gzip
import re
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean, median
from typing import Any, Final

import orjson

from loadtests.cost.exceptions import CostError
from loadtests.cost.in_process_service import InProcessService
from loadtests.cost.item_size import item_bytes
from loadtests.cost.measured import Measured
from localcloud.layout import REPO_ROOT, CloudLayout
from localcloud.tables import use_local_key
from services.convergence.repair import Change, Repairer
from services.storage import keys
from services.storage.catalogs import CatalogRepository
from services.storage.exceptions import CatalogMissingError
from services.storage.keys import Key
from services.storage.operations import OperationRepository
from services.storage.stores import DirectoryRepository

_STORES: Final = 60
_COUNTED: Final = 20
_ROUNDS: Final = 20
# What the API writes into its access log, beside the Lambda's line.
_ACCESS_LOG_BYTES: Final = 350
_ASSETS: Final = re.compile(rb'(?:src|href)="(/[^"]+\.(?:js|css|svg))"')
_PICTURES: Final = 8  # in sight on a first screen

_LINES: Final = """mutation M($input: UpdateAssortmentInput!) { updateAssortment(input: $input) {
  lines { itemId } errors { message } } }"""
_SALE: Final = """mutation M($input: RecordSaleInput!) { recordSale(input: $input) {
  stock { itemId left } errors { message } } }"""
_COUNT: Final = """mutation M($input: RecordStockCountInput!) { recordStockCount(input: $input) {
  stock { itemId left } errors { message } } }"""
_EDIT: Final = """mutation M($input: EditCatalogItemInput!) { editCatalogItem(input: $input) {
  item { itemId } errors { message } } }"""
_PUBLISH: Final = """mutation M($input: PublishCatalogInput!) { publishCatalog(input: $input) {
  version errors { message } } }"""


def measure(layout: CloudLayout) -> Measured:
    """Measure on a running cloud that holds the seeded chain. Edits some of its stores.

    Raises:
        CostError: There are no stores, or the service refuses something.
    """
    use_local_key()
    service = InProcessService(layout)
    index = DirectoryRepository(service.table).index()
    page = index.page(market=None, search=None, first=_STORES, after=None)
    entries = [entry for entry, _ in page.entries]
    if not entries:
        raise CostError("the cloud holds no stores", "load some: `carte seed`")
    place = entries[0]
    stores = [entry.store_id for entry in entries]
    menus = [service.persisted("Menu", storeId=store, locale=None) for store in stores]
    service.timed(menus[0])  # what a first request loads is no part of the second
    misses = [service.timed(menu) for menu in menus]
    hits = [service.timed(menus[-1])[1] for _ in range(_ROUNDS)]
    # Each is another query: an answer that is kept costs a visitor's query nothing to speak of.
    queries = [
        query
        for at, entry in enumerate(entries[:_ROUNDS])
        for query in (
            service.persisted(
                "NearbyStores", latitude=place.latitude + at / 100, longitude=place.longitude
            ),
            service.persisted("SearchStores", search=entry.name),
        )
    ]
    for query in queries[:2]:
        service.timed(query)
    measured = [service.timed(query) for query in queries[2:]]
    store, market = stores[0], place.market
    items = _items(service, market)
    writes: dict[str, tuple[int, ...]] = {}
    took: list[float] = []

    def edit(action: str, document: Key, mutation: str, **given: Any) -> None:
        operation_id, ms = service.mutate(mutation, **given)
        writes[action] = service.written(operation_id, document)
        took.append(ms)

    pieces = [{"itemId": item, "pieces": 500} for item in items[:_COUNTED]]
    line = {"itemId": items[0], "pieces": 1}
    price = {"itemId": items[0], "priceMinor": 199}
    stock = keys.stock(store)
    service.mutate(_LINES, storeId=store, lines=[price])
    for cents in range(
        3
    ):  # documents that were edited before are larger, as they are in a real chain
        edit("recordStockCount", stock, _COUNT, storeId=store, counts=pieces)
        edit("recordSale", stock, _SALE, storeId=store, lines=[line, {**line, "itemId": items[1]}])
        edit("updateAssortment", keys.assortment(store), _LINES, storeId=store, lines=[price])
        draft = keys.draft(market, items[0])
        edit(
            "editCatalogItem", draft, _EDIT, market=market, itemId=items[0], priceMinor=190 + cents
        )
        edit("publishCatalog", keys.pointer(market), _PUBLISH, market=market)
    partitions = [service.items(keys.store_partition(one)) for one in stores]
    bodies = [response.body for response, _ in misses]
    if not service.lines:
        raise CostError("the service logged no line, so a request's log has no size")
    return Measured(
        on=datetime.now(UTC).date(),
        how="carte cost --measure",
        menu_items=round(mean(_menu_items(body) for body in bodies)),
        menu_bytes=round(mean(_compressed(bodies))),
        query_bytes=round(mean(_compressed(response.body for response, _ in measured))),
        page_bytes=_page_bytes(REPO_ROOT / "web" / "dist"),
        menu_read_bytes=round(mean(sum(map(item_bytes, rows)) for rows in partitions)),
        store_bytes=round(mean(sum(map(item_bytes, rows)) for rows in partitions)),
        catalog_bytes=_catalog_bytes(service, market),
        log_bytes=round(mean(map(len, service.lines))) + _ACCESS_LOG_BYTES,
        menu_cpu_ms=round(median(ms for _, ms in misses), 3),
        hit_cpu_ms=round(median(hits), 3),
        query_cpu_ms=round(median(ms for _, ms in measured), 3),
        edit_cpu_ms=round(median(took), 3),
        record_cpu_ms=round(_record_ms(service, store), 3),
        counted_items=_COUNTED,
        writes=writes,
    )


def _items(service: InProcessService, market: str) -> list[str]:
    try:
        return sorted(CatalogRepository(service.table).current(market).by_id)
    except CatalogMissingError as error:
        raise CostError(str(error), "publish one: `carte seed`") from error


def _catalog_bytes(service: InProcessService, market: str) -> int:
    """Drafts, the pointer and one version; older versions are few and small beside the stores."""
    rows = service.items(keys.catalog_partition(market))
    drafts = [row for row in rows if not row["sk"]["S"].startswith(keys.VERSION_PREFIX)]
    versions = [item_bytes(row) for row in rows if row not in drafts]
    return sum(map(item_bytes, drafts)) + max(versions)


def _menu_items(body: bytes) -> int:
    return sum(len(one["items"]) for one in orjson.loads(body)["data"]["menu"]["categories"])


def _compressed(bodies: Iterable[bytes]) -> list[int]:
    return [len(gzip.compress(body, 5)) for body in bodies]


def _record_ms(service: InProcessService, store: str) -> float:
    """CPU milliseconds for a record of the stream that needs no repair, as nearly all."""
    repairer = Repairer(service.table, OperationRepository(service.table))
    rows = service.table.partition(keys.store_partition(store))
    changes = [Change(row.key, row, row) for row in rows]
    before = time.process_time()
    for _ in range(_ROUNDS):
        for change in changes:
            repairer.settle(change)
    return (time.process_time() - before) * 1000 / (_ROUNDS * len(changes))


def _page_bytes(site: Path) -> int:
    page = site / "index.html"
    if not page.exists():
        raise CostError("the site is not built", "run `make setup`")
    html = page.read_bytes()
    files = [site / name.decode().lstrip("/") for name in _ASSETS.findall(html)]
    if not files:
        raise CostError("the site's page names no script or style", "run `make setup`")
    pictures = sorted((site / "pictures").glob("*.svg"))[:_PICTURES]
    return sum(_compressed(one.read_bytes() for one in [page, *files, *pictures]))
