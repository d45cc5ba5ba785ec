"""Figures in a real browser: an order that was collected is in them, and in their file."""

import csv
import io
import re
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from localcloud.issuer import this_machines
from tests.browser.test_orders import STORE, check_out, fill_cart, order_id
from tests.support.browser import PATIENCE_MS, SignIn
from tests.support.local_cloud import LocalCloud, wait_until
from tests.support.page_quality import violations

Visitor = Callable[[], BrowserContext]
ORDER = """query O($id: ID!) { order(id: $id) {
  total { amountMinor currency } lines { itemId quantity } } }"""


def downloaded(page: Page, test_id: str) -> list[dict[str, str]]:
    """Return the rows of a file that a button saves."""
    with page.expect_download() as download:
        page.get_by_test_id(test_id).click()
    content = Path(download.value.path()).read_bytes()
    # By this mark Excel reads UTF-8.
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def choose_days(page: Page, first: str, last: str, count: int) -> None:
    page.locator("input[value=span]").check()
    page.get_by_test_id("figures-from").fill(first)
    page.get_by_test_id("figures-to").fill(last)
    shown = page.locator(f"[data-testid=figures-shown][data-days='{count}'][aria-busy=false]")
    expect(shown).to_be_visible(timeout=PATIENCE_MS)


def take(cloud: LocalCloud, order: str, step: str) -> None:
    """Have the store's manager take a step of an order; sent again where a region is too busy."""
    headers = {"authorization": f"Bearer {this_machines().token([f'store:{STORE}:manager'])}"}
    wanted = {"operationId": str(uuid.uuid4()), "orderId": order}
    document = f"""mutation S($input: OrderStepInput!) {{
      {step}(input: $input) {{ errors {{ message }} }} }}"""

    def is_taken() -> bool:
        answer = cloud.graphql(document, {"input": wanted}, headers=headers).get("data")
        return bool(answer) and answer[step]["errors"] == []

    wait_until(is_taken, f"the order took the step {step}", within=60)


def minor(text: str) -> int:
    return round(float(text) * 100)


def test_an_order_that_was_collected_is_in_the_figures_of_its_day_and_in_their_file(
    signed_in: SignIn, visitor: Visitor, cloud: LocalCloud
) -> None:
    page = signed_in("manager@carte.example", f"/staff/{STORE}/figures")
    expect(page.get_by_test_id("figures-shown")).to_be_visible(timeout=PATIENCE_MS)
    guest = visitor().new_page()
    fill_cart(guest)
    check_out(guest)
    # The guest chose a later day; one beside it makes a chart.
    day = guest.get_by_test_id("pickup-day").input_value()
    before = str(date.fromisoformat(day) - timedelta(days=1))
    choose_days(page, before, day, 2)
    _, first = downloaded(page, "csv-days")
    assert first["day"] == day
    guest.get_by_test_id("place-order").click()
    order = order_id(guest)
    for step in ("acceptOrder", "markOrderReady", "markOrderCollected"):
        take(cloud, order, step)
    placed = cloud.graphql(ORDER, {"id": order})["data"]["order"]
    total = placed["total"]["amountMinor"]
    days: list[dict[str, str]] = []

    def is_counted() -> bool:
        """Read it anew: the region that answers may not have the last step yet."""
        page.reload()
        choose_days(page, before, day, 2)
        days[:] = downloaded(page, "csv-days")
        return int(days[1]["collected"]) == int(first["collected"]) + 1

    wait_until(is_counted, "the order is among those that were collected", within=60)
    other, then = days
    assert then["waiting"] == first["waiting"]
    assert minor(then["revenue"]) == minor(first["revenue"]) + total
    assert then["complete"] == "yes"
    assert then["currency"] == placed["total"]["currency"]
    shown = page.locator("[data-testid=outcomes] [data-outcome=collected] b")
    expect(shown).to_have_text(str(int(other["collected"]) + int(then["collected"])))
    items = {row["item_id"]: row for row in downloaded(page, "csv-items")}
    for line in placed["lines"]:
        assert int(items[line["itemId"]]["pieces"]) >= line["quantity"]
        bar = page.locator(f"[data-testid=figure-items] [data-id='{line['itemId']}']")
        expect(bar).to_contain_text(items[line["itemId"]]["item"])
    # By keyboard through the days, and the same as a table.
    chart = page.get_by_test_id("day-chart")
    chart.get_by_test_id("chart-slider").focus()
    page.keyboard.press("Home")
    first_text = chart.get_by_test_id("chart-summary").inner_text()
    page.keyboard.press("End")
    expect(chart.get_by_test_id("chart-summary")).not_to_have_text(first_text)
    chart.locator("summary").press("Enter")
    expect(page.locator(f"[data-testid=day-table] [data-day='{day}']")).to_be_visible()
    assert violations(page) == []


def test_the_head_office_has_reports_with_files(signed_in: SignIn) -> None:
    page = signed_in("admin@carte.example", "/office/reports")
    page.get_by_test_id("report-store").fill(STORE)
    page.get_by_test_id("report-add").click()
    expect(page.locator(f"[data-testid=report-table] [data-store={STORE}]")).to_be_visible(
        timeout=PATIENCE_MS
    )
    days = downloaded(page, "csv-stores")
    assert [row["store_id"] for row in days] == [STORE] * 7
    page.get_by_test_id("report-read").click()
    state = page.get_by_test_id("report-state")
    expect(state).to_have_attribute("data-state", "done", timeout=2 * PATIENCE_MS)
    assert violations(page) == []


def test_a_reload_and_a_link_show_the_stores_that_were_found_by_city(signed_in: SignIn) -> None:
    page = signed_in("admin@carte.example", "/office/reports")
    page.get_by_test_id("report-store").fill("new york")
    expect(page.get_by_test_id("suggestion").first).to_be_visible(timeout=PATIENCE_MS)
    assert violations(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    chosen = page.locator(".report-stores li")
    expect(chosen).to_have_count(1)
    store = chosen.get_attribute("data-store")
    page.locator("[data-testid=reports] input[value=month]").first.check()
    expect(page).to_have_url(re.compile(rf"\?stores={store}&days=28$"))
    page.reload()
    expect(page.locator(f"[data-testid=report-table] [data-store={store}]")).to_be_visible(
        timeout=PATIENCE_MS
    )
    expect(page.locator("[data-testid=reports] input[value=month]").first).to_be_checked()
    page.go_back()
    expect(page).to_have_url(re.compile(rf"\?stores={store}$"))
    page.go_back()
    expect(chosen).to_have_count(0)
