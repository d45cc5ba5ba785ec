"""No page is wider than its window: phones, tablet upright and desktop, in the longest language."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_orders import STORE, sign_in
from tests.support.browser import PATIENCE_MS

Visitor = Callable[..., BrowserContext]
# German has the longest texts of the seven.
# A document without an address of its own has no storage.
IN_GERMAN = """
if (location.origin !== "null") localStorage.setItem("carte.locale", JSON.stringify("de"))
"""
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
OPEN = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
# Where the header has no room for both, one stands below the other.
COVERED = """
() => {
  const brand = document.querySelector(".brand span").getBoundingClientRect();
  const picker = document.querySelector(".picker").getBoundingClientRect();
  return brand.right > picker.left && brand.bottom > picker.top;
}
"""
GUESTS_PAGES = (
    ("/", "[data-testid=market]"),
    ("/?market=us", "[data-testid=store-result]"),
    (f"/store/{STORE}", "[data-testid=menu-item]"),
    ("/store/de-00001", "[data-testid=menu-item]"),
    (f"/store/{STORE}/cart", "[data-testid=empty-cart]"),
    ("/privacy", "[data-testid=privacy]"),
    ("/imprint", "[data-testid=operator-unstated]"),
)
STAFF_PAGES = (
    (f"/staff/{STORE}", "[data-testid=connection]"),
    (f"/staff/{STORE}/stock", ".stock-acts"),
    (f"/staff/{STORE}/prices", ".price-field"),
    (f"/staff/{STORE}/hours", "[data-testid=day]"),
    (f"/staff/{STORE}/figures", "[data-testid=stock-now], [data-testid=csv-stock]"),
)


@pytest.mark.parametrize("width", [390, pytest.param(820, marks=pytest.mark.thorough), 1440])
def test_no_page_scrolls_sideways(visitor: Visitor, width: int) -> None:
    page = in_german(visitor, width)
    sign_in(page)
    assert wide_pages(page, (*GUESTS_PAGES, *STAFF_PAGES)) == []


def test_no_page_of_guests_scrolls_sideways_on_the_narrowest_phone(visitor: Visitor) -> None:
    assert wide_pages(in_german(visitor, 320), GUESTS_PAGES) == []


def in_german(visitor: Visitor, width: int) -> Page:
    context = visitor(viewport={"width": width, "height": 1000})
    context.add_init_script(IN_GERMAN)
    return context.new_page()


def wide_pages(page: Page, pages: tuple[tuple[str, str], ...]) -> list[str]:
    """Return the paths of pages that are wider than the window, or whose header covers itself."""
    wide: list[str] = []
    for path, shown in pages:
        page.goto(path)
        expect(page.locator(shown).first).to_be_visible(timeout=PATIENCE_MS)
        page.evaluate(OPEN)
        if page.evaluate(TOO_WIDE) or page.evaluate(COVERED):
            wide.append(path)
    return wide
