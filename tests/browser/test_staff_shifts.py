"""Pages of staff stay still while they load, in German: the longest words, after English ones."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from localcloud.issuer import this_machines
from tests.browser.test_orders import STORE
from tests.browser.test_widths import IN_GERMAN, TOO_WIDE
from tests.support.browser import PATIENCE_MS, rest
from tests.support.page_quality import MOST_SHIFT, WATCH_SHIFTS, moved, shift

Visitor = Callable[..., BrowserContext]
PAGES = (
    ("/staff", "[data-testid=staff-home]"),
    (f"/staff/{STORE}", ".board-columns"),
    (f"/staff/{STORE}/stock", "[data-testid=stock-row]"),
    (f"/staff/{STORE}/prices", "[data-testid=price-row]"),
    (f"/staff/{STORE}/hours", "[data-testid=day]"),
    (f"/staff/{STORE}/figures", "[data-testid=figures-shown]"),
    ("/office/catalog", "[data-testid=market]"),
    ("/office/catalog/us", "[data-testid=catalog-item]"),
    ("/office/catalog/us/publish", "[data-testid=publish-view]"),
    ("/office/catalog/us/versions", "[data-testid=version]"),
    ("/office/stock", "[data-testid=market-stock]"),
    ("/office/people", "[data-testid=people]"),
    ("/office/conflicts", "[data-testid=conflicts]"),
    ("/office/reports", "[data-testid=report-market]"),
    ("/ops", "[data-testid=chart]"),
)
# Each request takes so long: texts that come after what was drawn in English would move it.
SLOW = {"offline": False, "latency": 120, "downloadThroughput": -1, "uploadThroughput": -1}


@pytest.mark.parametrize("width", [390, pytest.param(800, marks=pytest.mark.thorough)])
def test_no_page_of_staff_moves_while_it_loads(visitor: Visitor, width: int) -> None:
    context = visitor(viewport={"width": width, "height": 900})
    context.add_init_script(IN_GERMAN)
    context.add_init_script(WATCH_SHIFTS)
    page = context.new_page()
    context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    token = this_machines().token(["chain:admin"], subject="still", lifetime_s=3600)
    page.goto(f"/staff#token={token}")
    expect(page.get_by_test_id("staff-home")).to_be_visible(timeout=PATIENCE_MS)
    wrong = [trouble for path, shown in PAGES if (trouble := trouble_of(page, path, shown))]
    assert wrong == []


def trouble_of(page: Page, path: str, shown: str) -> str:
    """Open a page in a tab of its own session, and return what is wrong with how it loads."""
    page.goto(path)
    expect(page.locator(shown).first).to_be_visible(timeout=PATIENCE_MS)
    rest(page)
    if page.evaluate(TOO_WIDE):
        return f"{path} is wider than its window"
    by = shift(page)
    return "" if by <= MOST_SHIFT else f"{path} moved by {by:.3f}: {moved(page)}"
