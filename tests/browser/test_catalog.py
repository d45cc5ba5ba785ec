"""Head office's catalog in a real browser: edit, compare, publish, and go back; guests see each."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.support.browser import PATIENCE_MS, SignIn
from tests.support.local_cloud import wait_until
from tests.support.page_quality import violations

STORE = "us-00001"
MARKET = "/office/catalog/us"
PATIENT = 2 * PATIENCE_MS


@pytest.fixture
def guest(visitor: Callable[[], BrowserContext]) -> Page:
    return visitor().new_page()


def guests_read(guest: Page, words: str, item: str, store: str = STORE) -> Callable[[], bool]:
    """Whether an item's page has some words for a guest who opens it anew.

    For a wait: each process of a region looks for a new version every few seconds, so the one that
    answers may still have the old one.
    """

    def is_there() -> bool:
        guest.goto(f"/store/{store}/item/{item}")
        page = guest.get_by_test_id("item-page")
        expect(page.or_(guest.get_by_test_id("item-not-found"))).to_be_visible()
        return words in guest.locator("main").inner_text()

    return is_there


def row(page: Page, item: str) -> Locator:
    return page.locator(f'[data-testid=catalog-item][data-item="{item}"]')


def edit_price(page: Page, item: str, price: str) -> None:
    """Save a price as a draft."""
    row(page, item).get_by_test_id("edit-item").click()
    page.get_by_test_id("item-price").fill(price)
    page.get_by_test_id("save-item").click()
    expect(page.get_by_test_id("catalog-saving")).to_contain_text("Saved as a draft")


def standard_item(page: Page) -> str:
    """The first item that the store sells at the price of the catalog."""
    first = page.get_by_test_id("catalog-item").first
    expect(first).to_be_visible(timeout=PATIENT)  # it may be the first query of a cold region
    return first.get_attribute("data-item") or ""


def test_head_office_edits_compares_publishes_and_goes_back(signed_in: SignIn, guest: Page) -> None:
    page = signed_in("admin@carte.example", MARKET)
    item = standard_item(page)
    before = page.get_by_test_id("in-force").get_attribute("data-version")
    with_new_price = guests_read(guest, "$7.77", item)
    assert not with_new_price()

    edit_price(page, item, "7.77")
    expect(row(page, item)).to_have_attribute("data-change", "CHANGED", timeout=PATIENT)
    assert violations(page) == []

    # The difference names it, and publishing asks first, with the focus on the answer "Not yet".
    page.get_by_test_id("to-publish").click()
    changed = page.locator(f'[data-testid=item-difference][data-item="{item}"]')
    expect(changed.locator("[data-aspect=PRICE]")).to_contain_text("$7.77", timeout=PATIENCE_MS)
    assert violations(page) == []
    page.get_by_test_id("publish").press("Enter")
    expect(page.get_by_role("button", name="Not yet")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("publish")).to_be_focused()
    page.get_by_test_id("publish").click()
    page.get_by_test_id("publish-yes").click()
    expect(page.get_by_test_id("catalog-saving")).to_contain_text("Published", timeout=PATIENT)
    wait_until(with_new_price, "guests see the new price", within=60)

    page.get_by_test_id("to-versions").click()
    old = page.locator(f'[data-testid=version][data-version="{before}"]').first
    old.get_by_test_id("compare").click()
    expect(old.get_by_test_id("difference")).to_contain_text("$7.77", timeout=PATIENCE_MS)
    assert violations(page) == []
    old.get_by_test_id("go-back").click()
    old.get_by_test_id("go-back-yes").click()
    expect(page.get_by_test_id("in-force")).to_have_attribute(
        "data-version", before or "", timeout=PATIENT
    )
    versions = page.get_by_test_id("version")
    expect(versions.first).to_contain_text("an earlier version, again")
    wait_until(lambda: not with_new_price(), "guests see the price of before", within=60)
    # What was taken back is in the draft still.
    page.goto(f"{MARKET}?show=changed")
    expect(row(page, item)).to_contain_text("$7.77", timeout=PATIENCE_MS)


def test_two_people_do_not_overwrite_each_other_unseen(signed_in: SignIn) -> None:
    page = signed_in("admin@carte.example", MARKET)
    item = standard_item(page)
    other = signed_in("editor@carte.example", MARKET)
    for tab in (page, other):
        row(tab, item).get_by_test_id("edit-item").click()
        expect(tab.get_by_test_id("item-price")).to_be_visible(timeout=PATIENCE_MS)
    price = "6.66" if page.get_by_test_id("item-price").input_value() == "5.55" else "5.55"
    page.get_by_test_id("item-price").fill(price)
    page.get_by_test_id("save-item").click()
    expect(page.get_by_test_id("catalog-saving")).to_contain_text("Saved", timeout=PATIENT)
    other.get_by_test_id("item-price").fill("8.88")
    other.get_by_test_id("save-item").click()
    saving_note = other.get_by_test_id("catalog-saving")
    expect(saving_note).to_have_attribute("role", "alert", timeout=PATIENT)
    expect(saving_note).to_contain_text(f"It is now: ${price}")
    expect(other.get_by_test_id("item-price")).to_have_value("8.88")
    page.reload()
    expect(row(page, item)).to_contain_text(f"${price}", timeout=PATIENT)


NEW = "gingerbread-cruller"
CATEGORY = "Winter specials"
# No other test fills a cart there: it would meet the first item of the menu until all is over.
OTHER_STORE = "gb-00001"
OTHER_MARKET = "/office/catalog/gb"


def make_category(page: Page) -> None:
    """Make a category that stands first in the menu; by the keyboard, after a mistake."""
    expect(page.get_by_test_id("category").first).to_be_visible(timeout=PATIENT)
    page.get_by_test_id("add-category").click()
    expect(page.get_by_test_id("new-category-name")).to_be_focused()
    page.keyboard.press("Enter")  # names what is missing, and goes there
    expect(page.get_by_test_id("new-category-name")).to_be_focused()
    expect(page.get_by_test_id("new-category")).to_contain_text("Write a name.")
    page.keyboard.type(CATEGORY)
    expect(page.get_by_test_id("new-category-id")).to_have_value("winter-specials")
    page.get_by_test_id("new-category-place").fill("0")
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("[data-category=winter-specials]")).to_be_visible(timeout=PATIENT)
    expect(page.get_by_test_id("add-category")).to_be_focused()


def make_item(page: Page) -> None:
    """Make an item of the new category, and state that it has no allergens."""
    page.get_by_test_id("to-items").click()
    page.get_by_test_id("add-item").click()
    page.get_by_test_id("new-name").fill("Gingerbread cruller")
    page.get_by_test_id("new-category").select_option("winter-specials")
    page.get_by_test_id("new-price").fill("3.49")
    assert violations(page) == []
    page.get_by_test_id("make-item").click()
    made = row(page, NEW)
    expect(made).to_contain_text("No statement of allergens", timeout=PATIENT)
    expect(made.get_by_test_id("edit-item")).to_be_focused()
    page.get_by_test_id("item-allergens").locator("input[value=NONE]").check()
    page.get_by_test_id("save-item").click()
    expect(page.get_by_test_id("catalog-saving")).to_contain_text("Saved", timeout=PATIENT)


def first_category(guest: Page) -> str:
    """The first category for a guest who opens the store's page anew."""
    guest.goto(f"/store/{OTHER_STORE}")
    heading = guest.locator("[data-testid=menu-category] h2").first
    expect(heading).to_be_visible()
    return heading.inner_text()


def found_by_the_store(page: Page) -> bool:
    """Whether the store that prices its items finds the new one, by the version that answers."""
    page.goto(f"/staff/{OTHER_STORE}/prices")
    page.locator(".price-add input").fill("gingerbread")
    page.locator(".price-add input").press("Enter")
    expect(page.locator(".price-add li").first).to_be_visible()
    return page.get_by_role("button", name="Gingerbread cruller").count() == 1


def publish_new_item(page: Page) -> None:
    page.get_by_test_id("to-publish").click()
    changed = page.locator(f"[data-testid=item-difference][data-item={NEW}]")
    expect(changed).to_be_visible(timeout=PATIENT)
    page.get_by_test_id("publish").click()
    page.get_by_test_id("publish-yes").click()
    expect(page.get_by_test_id("catalog-saving")).to_contain_text("Published", timeout=PATIENT)


def test_a_new_category_and_a_new_item_reach_the_guests(signed_in: SignIn, guest: Page) -> None:
    page = signed_in("admin@carte.example", f"{OTHER_MARKET}/categories")
    make_category(page)
    make_item(page)
    publish_new_item(page)
    try:
        # The store has an assortment of its own, so it takes the item up itself.
        wait_until(lambda: found_by_the_store(page), "the store finds it", within=90)
        page.get_by_role("button", name="Gingerbread cruller").click()
        page.locator(f"[data-item={NEW}]").get_by_test_id("listed").check()
        page.get_by_test_id("apply").click()
        expect(page.get_by_test_id("preview")).to_be_empty(timeout=PATIENT)
        wait_until(guests_read(guest, "£3.49", NEW, OTHER_STORE), "guests see it", within=60)
        wait_until(lambda: first_category(guest) == CATEGORY, "its category is the first")
    finally:
        page.goto(OTHER_MARKET)
        row(page, NEW).get_by_test_id("edit-item").click()
        page.get_by_test_id("withdraw").check()
        page.get_by_test_id("save-item").click()
        expect(page.get_by_test_id("catalog-saving")).to_contain_text("Saved", timeout=PATIENT)
        publish_new_item(page)
        wait_until(lambda: first_category(guest) != CATEGORY, "guests see it no more")
