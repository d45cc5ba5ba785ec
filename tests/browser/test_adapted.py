"""A menu for readers with settings of their own: less motion, colours, the keyboard, paper."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_orders import STORE

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
