"""Pages for readers with settings of their own: type, motion, colours, the keyboard, paper."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from localcloud.issuer import this_machines
from tests.browser.test_orders import STORE
from tests.browser.test_staff_shifts import PAGES as STAFF_PAGES
from tests.browser.test_widths import GUESTS_PAGES, IN_GERMAN, in_german, wide_pages
from tests.support.browser import context_of, launched
from tests.support.local_cloud import LocalCloud

Visitor = Callable[..., BrowserContext]
MOVING = """
() => [...document.querySelectorAll("*")].filter((one) => {
  const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(one);
  return transitionDuration !== "0s" || animationName !== "none" || scrollBehavior !== "auto";
}).map((one) => one.className)
"""
BACKGROUND = "(one) => getComputedStyle(one).backgroundColor"
# The middle of the element that has the focus belongs to something else.
COVERED = """
() => {
  const focused = document.activeElement;
  const { x, y, width, height } = focused.getBoundingClientRect();
  const top = document.elementFromPoint(x + width / 2, y + height / 2);
  return top?.closest(".cart-bar-place, .category-turn") && !focused.contains(top)
    ? focused.outerHTML : "";
}
"""
TAB_STOPS = 60
# What browsers call the size of type, beside 16 px: media queries in rem follow it, too.
LARGE_TYPE = "--blink-settings=defaultFontSize=32"
FURTHER_PAGES = (
    (f"/store/{STORE}/item/glazed-ring", "[data-testid=item-page]"),
    ("/office/catalog/us/categories", "[data-testid=category]"),
    (f"/office/reports?stores={STORE},de-00001&days=7", "[data-testid=report-waste-table]"),
)


def sign_in_as_admin(page: Page) -> None:
    token = this_machines().token(["chain:admin"], subject="large", lifetime_s=3600)
    page.goto(f"/staff#token={token}")
    expect(page.get_by_test_id("staff-home")).to_be_visible()


def menu(visitor: Visitor, **options: object) -> Page:
    page = visitor(**options).new_page()
    page.goto(f"/store/{STORE}")
    page.get_by_test_id("add").nth(1).click()
    expect(page.get_by_test_id("cart-bar")).to_be_visible()
    return page


def test_a_menu_follows_less_motion_and_colours_of_its_reader(visitor: Visitor) -> None:
    page = menu(visitor, reduced_motion="reduce", forced_colors="active")
    assert page.evaluate(MOVING) == []
    page.get_by_test_id("item-filter").locator("summary").click()
    chosen = page.locator("[data-testid=diet-any] + span")
    other = page.locator("[data-testid=diet-VEGAN] + span")
    assert chosen.evaluate(BACKGROUND) != other.evaluate(BACKGROUND)
    bar = page.get_by_test_id("cart-bar")
    assert bar.evaluate("(one) => getComputedStyle(one).borderTopWidth") == "1px"


def test_no_bar_covers_what_has_the_focus_and_paper_has_none(visitor: Visitor) -> None:
    page = menu(visitor, reduced_motion="reduce")
    covered = []
    for _ in range(TAB_STOPS):
        page.keyboard.press("Tab")
        covered.append(page.evaluate(COVERED))
    assert [one for one in covered if one] == []
    page.emulate_media(media="print")
    for pressed in (".category-nav", "[data-testid=cart-bar]", "[data-testid=add]", ".picker"):
        expect(page.locator(pressed).first).to_be_hidden()
    expect(page.get_by_test_id("item-price").first).to_be_visible()


def test_no_page_scrolls_sideways_on_a_phone_with_large_type(
    browser: Browser, cloud: LocalCloud
) -> None:
    with launched(browser.browser_type, LARGE_TYPE) as large:
        viewport = {"width": 390, "height": 900}
        context, troubles = context_of(large, cloud.layout.edge_url, viewport=viewport)
        context.add_init_script(IN_GERMAN)
        page = context.new_page()
        sign_in_as_admin(page)
        assert wide_pages(page, (*STAFF_PAGES, *FURTHER_PAGES, *GUESTS_PAGES)) == []
    assert troubles == []


@pytest.mark.thorough
def test_no_page_of_staff_scrolls_sideways_at_four_times_the_size(visitor: Visitor) -> None:
    page = in_german(visitor, 320)
    sign_in_as_admin(page)
    assert wide_pages(page, (*STAFF_PAGES, *FURTHER_PAGES)) == []
