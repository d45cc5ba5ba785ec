"""The site in a real browser: find a store, read its menu, lose a region without noticing."""

import re

from playwright.sync_api import Page, expect

from tests.support.browser import PATIENCE_MS
from tests.support.cloud_fixtures import STORES
from tests.support.local_cloud import LocalCloud, wait_until


def open_menu(page: Page, search: str) -> None:
    page.goto("/")
    field = page.get_by_test_id("store-search")
    field.fill(search)
    field.press("Enter")  # closes the suggestions, which would cover the first stores
    page.get_by_test_id("store-result").first.click()
    expect(page.get_by_test_id("menu-item").first).to_be_visible(timeout=PATIENCE_MS)
    # It is drawn in slices.
    expect(page.locator(".menu")).to_have_attribute("aria-busy", "false")


def test_the_first_page_counts_the_stores_that_are_there(page: Page) -> None:
    page.goto("/")
    total = page.get_by_test_id("store-total")
    expect(total).to_have_text(re.compile(rf"^{STORES} stores"), timeout=PATIENCE_MS)


def test_a_newcomer_picks_a_store_and_reads_its_menu(page: Page) -> None:
    open_menu(page, "paris")
    expect(page.get_by_test_id("store-name")).to_have_text("Carte Paris")
    assert page.get_by_test_id("menu-category").count() >= 8
    assert page.get_by_test_id("menu-item").count() >= 40
    price = page.get_by_test_id("item-price").first.inner_text()
    # In the words of the reader's language and the money of the store's country.
    assert re.fullmatch(r"€\d+\.\d\d", price), price
    expect(page.get_by_test_id("opening-state")).to_be_visible()
    picture = page.get_by_test_id("menu-item").first.locator("img")
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("image => image.naturalWidth") > 0


def test_a_suggestion_is_chosen_with_keys_alone(page: Page) -> None:
    page.goto("/")
    field = page.get_by_role("combobox", name="Find a store")
    field.press_sequentially("toky")
    first = page.get_by_test_id("suggestion").first
    expect(first).to_contain_text("Tokyo", timeout=PATIENCE_MS)
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status").filter(has_text="suggestion")).to_have_count(1)
    field.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    active = field.get_attribute("aria-activedescendant")
    assert active
    assert active == first.get_attribute("id")
    field.press("Escape")
    expect(page.get_by_test_id("suggestion")).to_have_count(0)
    expect(field).to_have_value("toky")
    field.press("ArrowDown")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"\?q=Tokyo"))
    expect(page.get_by_test_id("suggestion")).to_have_count(0)
    expect(page.get_by_test_id("store-result").first).to_contain_text("Tokyo")


def test_prices_in_yen_have_no_decimals(page: Page) -> None:
    open_menu(page, "tokyo")
    price = page.get_by_test_id("item-price").first.inner_text()
    assert re.fullmatch(r"[¥￥][\d,]+", price), price


def wait_for_region(page: Page, region: str) -> None:
    """Reload until a region answers: on a busy machine another may stand in for a moment."""

    def answered() -> bool:
        page.reload()
        expect(page.get_by_test_id("menu-item").first).to_be_visible(timeout=PATIENCE_MS)
        return region in (page.get_by_test_id("region-chip").text_content() or "")

    wait_until(answered, f"{region} answers the page", within=60)


def test_the_nearest_region_answers_and_says_so(page: Page) -> None:
    open_menu(page, "paris")
    wait_for_region(page, "us-east-1")
    page.get_by_test_id("behind").locator("summary").click()
    page.get_by_test_id("place-picker").select_option(label="Tokyo")
    wait_for_region(page, "ap-southeast-1")


def test_the_menu_follows_the_language(page: Page) -> None:
    open_menu(page, "berlin")
    heading = page.get_by_test_id("menu-category").first.get_by_role("heading").first
    # A menu abroad is in the language of the page around it.
    expect(heading).to_have_attribute("lang", "en")
    picker = page.get_by_test_id("locale-picker")
    for code in ("ja", "fr", "de", "es", "it", "nl"):
        picker.select_option(code)
        expect(heading).to_have_attribute("lang", code, timeout=PATIENCE_MS)
        expect(page.locator("html")).to_have_attribute("lang", code)


def test_a_link_to_a_store_works_and_an_unknown_store_is_named(page: Page) -> None:
    page.goto("/store/jp-00001")
    expect(page.get_by_test_id("store-name")).to_have_text("Carte Tokyo")
    page.goto("/store/JP-00001?lang=de")
    expect(page).to_have_url(re.compile("/store/jp-00001[?]lang=de$"))
    for path, shown in (
        ("/store/nowhere", page.get_by_test_id("store-not-found")),
        ("/store/%E0%A4%A", page.get_by_role("heading", name="Diese Seite gibt es nicht")),
        ("/elsewhere", page.get_by_role("heading", name="Diese Seite gibt es nicht")),
    ):
        response = page.goto(path)
        assert response is not None
        assert response.status == 404, path
        expect(shown).to_be_visible()


def test_nobody_notices_that_a_region_is_gone(page: Page, cloud: LocalCloud) -> None:
    open_menu(page, "paris")
    with cloud.frozen("us-east-1"):
        cloud.purge()  # what the edge kept of the region would still be shown, and rightly so
        page.goto("/store/de-00001")
        expect(page.get_by_test_id("menu-item").first).to_be_visible(timeout=PATIENCE_MS)
        expect(page.get_by_test_id("region-chip")).not_to_contain_text("us-east-1")
        assert page.get_by_test_id("failure").count() == 0


def test_graphiql_runs_a_query(page: Page) -> None:
    page.goto("/graphiql")
    # The editor is code of its own that comes after the page; before it, there is no query to run.
    editor = page.locator(".graphiql-query-editor")
    expect(editor).to_contain_text("storeId", timeout=PATIENCE_MS)
    result = page.locator(".result-window")
    for _ in range(4):  # a busy region answers its first queries too late
        # What was answered before stays until the next answer.
        with page.expect_response("**/graphql"):
            page.get_by_role("button", name=re.compile("Execute", re.IGNORECASE)).click()
        expect(result).to_contain_text(re.compile('"menu"|"errors"'), timeout=PATIENCE_MS)
        if '"ORIGIN_TIMEOUT"' not in result.inner_text():
            break
    expect(result).to_contain_text('"menu"', timeout=PATIENCE_MS)
