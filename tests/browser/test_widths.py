"""No page is wider than its window: phone, tablet upright and desktop, in the longest language."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.test_orders import STORE, sign_in
from tests.support.browser import PATIENCE_MS
from tests.support.local_cloud import LocalCloud

Visitor = Callable[..., BrowserContext]
# German has the longest texts of the seven.
# A document without an address of its own has no storage.
IN_GERMAN = """
if (location.origin !== "null") localStorage.setItem("carte.locale", JSON.stringify("de"))
"""
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
PAGES = (
    ("/", "[data-testid=market]"),
    ("/?market=us", "[data-testid=store-result]"),
    (f"/store/{STORE}", "[data-testid=menu-item]"),
    (f"/store/{STORE}/cart", "[data-testid=empty-cart]"),
    ("/privacy", "[data-testid=privacy]"),
    ("/imprint", "[data-testid=operator-unstated]"),
    (f"/staff/{STORE}", "[data-testid=connection]"),
    (f"/staff/{STORE}/stock", ".stock-acts"),
    (f"/staff/{STORE}/prices", ".price-field"),
)


@pytest.mark.parametrize("width", [390, pytest.param(820, marks=pytest.mark.thorough), 1440])
def test_no_page_scrolls_sideways(visitor: Visitor, cloud: LocalCloud, width: int) -> None:
    context = visitor(viewport={"width": width, "height": 1000})
    context.add_init_script(IN_GERMAN)
    page = context.new_page()
    sign_in(page, cloud)
    wide: list[str] = []
    for path, shown in PAGES:
        page.goto(path)
        expect(page.locator(shown).first).to_be_visible(timeout=PATIENCE_MS)
        if page.evaluate(TOO_WIDE):
            wide.append(path)
    assert wide == []
