"""Waste in a real browser: a till records it, guests see less, and the figures have it once."""

import re
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from localcloud.issuer import this_machines
from tests.browser.test_figures import downloaded
from tests.support.browser import PATIENCE_MS, SignIn, context_of
from tests.support.local_cloud import LocalCloud, wait_until
from tests.support.page_quality import violations

STORE = "us-00001"
COUNT = """mutation C($input: RecordStockCountInput!) { recordStockCount(input: $input) {
  errors { message } } }"""

RESERVED = """query R($store: ID!) { inventory(storeId: $store) {
  lines { itemId reserved } } }"""
WASTE = """query W($store: ID!) { storeWaste(storeId: $store) {
  items { itemId reasons { reason pieces } } } }"""


def manager_token() -> str:
    return this_machines().token([f"store:{STORE}:manager"])


def as_manager(cloud: LocalCloud, query: str, variables: dict[str, Any]) -> Any:
    headers = {"authorization": f"Bearer {manager_token()}"}
    return cloud.graphql(query, variables, headers=headers)["data"]


def count(cloud: LocalCloud, item: str, pieces: int) -> None:
    counts = [{"itemId": item, "pieces": pieces}]
    values = {"operationId": str(uuid4()), "storeId": STORE, "counts": counts}
    done = as_manager(cloud, COUNT, {"input": values})
    assert done["recordStockCount"]["errors"] == []


def wasted(cloud: LocalCloud, item: str) -> Counter[str]:
    """Return the pieces of an item that were thrown away today, by reason."""
    items = as_manager(cloud, WASTE, {"store": STORE})["storeWaste"]["items"]
    (reasons,) = [one["reasons"] for one in items if one["itemId"] == item] or [[]]
    return Counter({one["reason"]: one["pieces"] for one in reasons})


def offered(page: Page, cloud: LocalCloud) -> str:
    """Return an item on the menu of which no order of another test reserved anything."""
    page.goto(f"/store/{STORE}")
    items = page.get_by_test_id("menu-item")
    expect(items.first).to_be_visible(timeout=PATIENCE_MS)
    lines = as_manager(cloud, RESERVED, {"store": STORE})["inventory"]["lines"]
    reserved = {one["itemId"] for one in lines if one["reserved"]}
    shown: list[str] = items.evaluate_all("all => all.map(({ dataset }) => dataset.item)")
    return next(one for one in shown if one not in reserved)


def throw_away(page: Page, item: str, pieces: int, reason: str) -> None:
    row = page.locator(f'[data-testid=stock-row][data-item="{item}"]')
    row.get_by_test_id("waste").click()
    form = page.get_by_test_id("waste-form")
    form.get_by_test_id("pieces").fill(str(pieces))
    form.locator(f'input[value="{reason}"]').check()
    form.get_by_test_id("save-waste").click(no_wait_after=True)


@pytest.mark.thorough
def test_a_till_records_waste_while_its_region_is_frozen_and_guests_and_figures_follow(
    signed_in: SignIn, cloud: LocalCloud
) -> None:
    till = signed_in("till@carte.example", f"/staff/{STORE}/stock")
    browser = till.context.browser
    assert browser
    context, _ = context_of(browser, cloud.layout.edge_url)
    guest = context.new_page()
    item = offered(guest, cloud)
    count(cloud, item, 7)
    before = wasted(cloud, item)
    row = till.locator(f'[data-testid=stock-row][data-item="{item}"]')
    expect(row).to_have_attribute("data-left", "7", timeout=PATIENCE_MS)
    expect(row.get_by_test_id("count")).to_have_count(0)  # a till does not count
    with cloud.frozen("us-east-1"):
        throw_away(till, item, 3, "DAMAGED")
        note = till.get_by_test_id("waste-note")
        expect(note).to_contain_text("Recorded as thrown away: 3", timeout=2 * PATIENCE_MS)
    expect(row).to_have_attribute("data-left", "4", timeout=2 * PATIENCE_MS)
    assert violations(till) == []
    # A mistake is taken back: the figures leave it out, and a count says what is there.
    throw_away(till, item, 2, "MISTAKE")
    expect(row).to_have_attribute("data-left", "2", timeout=2 * PATIENCE_MS)
    till.get_by_test_id("take-back").click()
    expect(note).to_contain_text("Taken back", timeout=PATIENCE_MS)
    expect(row).to_have_attribute("data-left", "2")
    # The list has it as taken back, and what was recorded before with a way to take that back.
    till.get_by_test_id("waste-list").locator("summary").click()
    newest, older = (till.get_by_test_id("waste-record").nth(at) for at in (0, 1))
    expect(newest).to_contain_text("taken back", timeout=PATIENCE_MS)
    expect(older).to_contain_text("Damaged")
    expect(older.get_by_test_id("take-back-record")).to_be_visible()
    assert violations(till) == []
    count(cloud, item, 4)
    expect(row).to_have_attribute("data-left", "4", timeout=2 * PATIENCE_MS)
    throw_away(till, item, 4, "EXPIRED")
    expect(row).to_have_attribute("data-left", "0", timeout=2 * PATIENCE_MS)
    sold_out = guest.locator(f'[data-testid=menu-item][data-item="{item}"]')
    expect(sold_out).to_contain_text(re.compile("sold out", re.IGNORECASE), timeout=60_000)
    after = before + Counter(DAMAGED=3, EXPIRED=4)
    wait_until(lambda: wasted(cloud, item) == after, "all of it is in the figures, once")
    manager = context.new_page()
    manager.goto(f"/staff/{STORE}/figures#token={manager_token()}")
    bar = manager.locator(f"[data-testid=waste-items] [data-id='{item}']")
    expect(bar).to_contain_text(f"Pieces: {after.total()}", timeout=PATIENCE_MS)
    (line,) = [row for row in downloaded(manager, "csv-waste-items") if row["item_id"] == item]
    assert Counter({name: int(line[name.lower()]) for name in after}) == after
    assert int(line["pieces"]) == after.total()
    assert violations(manager) == []
    context.close()


def test_the_head_office_has_the_waste_of_chosen_stores(signed_in: SignIn) -> None:
    page = signed_in("admin@carte.example", "/office/reports")
    page.get_by_test_id("report-store").fill(STORE)
    page.get_by_test_id("report-add").click()
    expect(page.locator(f"[data-testid=report-waste-table] [data-row={STORE}]")).to_be_visible(
        timeout=PATIENCE_MS
    )
    assert [row["store_id"] for row in downloaded(page, "csv-waste")] == [STORE] * 7
    assert violations(page) == []
