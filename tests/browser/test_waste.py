"""Waste in a real browser: a till records it, guests see less, and the figures have it once."""

import re

from playwright.sync_api import Page, expect

from tests.browser.test_figures import downloaded
from tests.support.browser import PATIENCE_MS, SignIn, context_of
from tests.support.local_cloud import LocalCloud, wait_until
from tests.support.page_quality import violations

STORE = "us-00001"
RECORD = """mutation C($input: RecordStockCountInput!) { recordStockCount(input: $input) {
  errors { message } } }"""


def token(cloud: LocalCloud, role: str) -> str:
    return cloud.carte("token", "--role", role).stdout.strip()


def offered(page: Page) -> str:
    """Return an item that guests can order now."""
    page.goto(f"/store/{STORE}")
    item = page.get_by_test_id("menu-item").first
    expect(item).to_be_visible(timeout=PATIENCE_MS)
    found = item.get_attribute("data-item")
    assert found
    return found


def throw_away(page: Page, item: str, pieces: int, reason: str) -> None:
    row = page.locator(f'[data-testid=stock-row][data-item="{item}"]')
    row.get_by_test_id("waste").click()
    form = page.get_by_test_id("waste-form")
    form.get_by_test_id("pieces").fill(str(pieces))
    form.locator(f'input[value="{reason}"]').check()
    form.get_by_test_id("save-waste").click(no_wait_after=True)


def test_a_till_records_waste_while_its_region_is_frozen_and_guests_and_figures_follow(
    signed_in: SignIn, cloud: LocalCloud
) -> None:
    till = signed_in("till@carte.example", f"/staff/{STORE}/stock")
    browser = till.context.browser
    assert browser
    context, _ = context_of(browser, cloud.layout.edge_url)
    guest = context.new_page()
    item = offered(guest)
    counted = cloud.graphql(
        RECORD,
        {
            "input": {
                "operationId": "count-before-waste",
                "storeId": STORE,
                "counts": [{"itemId": item, "pieces": 7}],
            }
        },
        headers={"authorization": f"Bearer {token(cloud, f'store:{STORE}:manager')}"},
    )
    assert counted["data"]["recordStockCount"]["errors"] == []
    row = till.locator(f'[data-testid=stock-row][data-item="{item}"]')
    expect(row).to_have_attribute("data-left", "7", timeout=PATIENCE_MS)
    expect(row.get_by_test_id("count")).to_have_count(0)  # a till does not count
    cloud.carte("freeze", "us-east-1", "--seconds", "600")
    try:
        throw_away(till, item, 3, "DAMAGED")
        note = till.get_by_test_id("waste-note")
        expect(note).to_contain_text("3 ×", timeout=2 * PATIENCE_MS)
    finally:
        cloud.carte("thaw", "us-east-1")
    wait_until(
        lambda: all(region["health"] == "ready" for region in cloud.status()["regions"]),
        "all regions are ready again",
        within=60,
    )
    expect(row).to_have_attribute("data-left", "4", timeout=2 * PATIENCE_MS)
    assert violations(till) == []
    # A mistake is taken back, and what is left is as before.
    throw_away(till, item, 2, "MISTAKE")
    expect(row).to_have_attribute("data-left", "2", timeout=2 * PATIENCE_MS)
    till.get_by_test_id("take-back").click()
    expect(note).to_contain_text("Taken back", timeout=PATIENCE_MS)
    expect(row).to_have_attribute("data-left", "4", timeout=2 * PATIENCE_MS)
    throw_away(till, item, 4, "EXPIRED")
    expect(row).to_have_attribute("data-left", "0", timeout=2 * PATIENCE_MS)
    sold_out = guest.locator(f'[data-testid=menu-item][data-item="{item}"]')
    expect(sold_out).to_contain_text(re.compile("sold out", re.IGNORECASE), timeout=60_000)
    manager = context.new_page()
    manager.goto(f"/staff/{STORE}/figures#token={token(cloud, f'store:{STORE}:manager')}")
    expect(manager.get_by_test_id("waste-pieces")).to_contain_text("7", timeout=PATIENCE_MS)
    reasons = manager.get_by_test_id("waste-reasons")
    expect(reasons.locator("[data-reason=DAMAGED] b")).to_have_text("3")
    expect(reasons.locator("[data-reason=EXPIRED] b")).to_have_text("4")
    expect(reasons.locator("[data-reason=MISTAKE]")).to_have_count(0)
    (line,) = downloaded(manager, "csv-waste-items")
    assert (line["item_id"], line["pieces"], line["damaged"], line["expired"]) == (
        *(item, "7", "3"),
        "4",
    )
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
