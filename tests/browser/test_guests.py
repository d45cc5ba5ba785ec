"""Guests in a real browser: no network, keys alone, changing prices, a lost region, axe."""

import json
import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from localcloud.issuer import this_machines
from tests.browser.test_orders import STORE, check_out, choose_slot, fill_cart, order_id
from tests.support.browser import PATIENCE_MS, rest
from tests.support.local_cloud import LocalCloud, wait_until
from tests.support.page_quality import MOST_SHIFT, WATCH_SHIFTS, moved, shift, violations

Visitor = Callable[..., BrowserContext]
SET = """mutation Set($input: UpdateAssortmentInput!) {
  updateAssortment(input: $input) { errors { message } } }"""
WORKER = """navigator.serviceWorker.ready.then(async () => {
  const menus = await caches.open('carte-menus-1');
  const files = await caches.open('carte-files-1');
  return Boolean(navigator.serviceWorker.controller)
    && (await menus.keys()).length > 0
    && (await files.keys()).some(({ url }) => /pages-/.test(url));
})"""
# As the service worker does it, which tests with routes must not have.
KEEP = """async (address) => {
  const answer = await fetch(address);
  const headers = new Headers(answer.headers);
  headers.set('x-carte-kept', String(Date.now()));
  headers.delete('content-encoding');
  const menus = await caches.open('carte-menus-1');
  await menus.put(address, new Response(await answer.text(), { headers }));
}"""


def show_menu(page: Page, store: str = STORE) -> None:
    page.goto(f"/store/{store}")
    expect(page.get_by_test_id("menu-item").first).to_be_visible(timeout=PATIENCE_MS)
    # It is drawn in slices.
    expect(page.locator(".menu")).to_have_attribute("aria-busy", "false")


def set_price(cloud: LocalCloud, item: str, price: int) -> None:
    """Set an item's price as the store's manager does."""
    token = this_machines().token([f"store:{STORE}:manager"])
    line = {"itemId": item, "priceMinor": price, "listed": True}
    wanted = {"operationId": str(uuid.uuid4()), "storeId": STORE, "lines": [line]}
    headers = {"authorization": f"Bearer {token}"}

    def is_set() -> bool:
        answer = cloud.graphql(SET, {"input": wanted}, headers=headers).get("data")
        return bool(answer) and answer["updateAssortment"]["errors"] == []

    wait_until(is_set, f"the price is {price}", within=60)


def test_a_menu_and_a_cart_last_without_a_network_and_the_order_is_sent_once(
    visitor: Visitor,
) -> None:
    context = visitor(offline_too=True)
    page = context.new_page()
    show_menu(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    show_menu(page)
    wait_until(lambda: bool(page.evaluate(WORKER)), "menu and files are kept")
    context.set_offline(True)
    page.reload()
    kept = page.get_by_test_id("kept-menu")
    expect(kept).to_contain_text("as of", timeout=PATIENCE_MS)
    page.get_by_test_id("add").first.click()
    page.get_by_test_id("cart-bar").click()
    expect(page.get_by_test_id("cart-line")).to_have_count(1)
    context.set_offline(False)
    page.reload()
    expect(kept).to_have_count(0)
    check_out(page)
    context.set_offline(True)
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST" and "PlaceOrder" in (request.post_data or ""):
            sent.append(json.loads(request.post_data or "")["variables"]["input"]["operationId"])

    context.on("request", note)
    page.get_by_test_id("place-order").click(no_wait_after=True)
    expect(page.get_by_test_id("sending")).to_contain_text("offline", timeout=PATIENCE_MS)
    # Sent on by whatever page of the site is open when the network is back.
    page.goto("/")
    context.set_offline(False)
    expect(page.get_by_test_id("placed-order")).to_have_count(1, timeout=2 * PATIENCE_MS)
    assert len(set(sent)) == 1, "all attempts carry one operationId"


def test_a_price_changes_in_the_open_menu_and_in_the_open_cart(
    visitor: Visitor, cloud: LocalCloud
) -> None:
    context = visitor()
    menu, cart = context.new_page(), context.new_page()
    fill_cart(cart, pieces=1)
    line = cart.get_by_test_id("cart-line")
    item = line.get_attribute("data-item")
    assert item
    choose_slot(cart)  # a store that is closed now tells no total of an order for now
    show_menu(menu)
    set_price(cloud, item, 12_345)
    card = menu.locator(f'[data-testid=menu-item][data-item="{item}"]').first
    expect(card.get_by_test_id("item-price")).to_contain_text("123.45", timeout=2 * PATIENCE_MS)
    expect(line.get_by_test_id("price-changed")).to_contain_text("was", timeout=2 * PATIENCE_MS)
    # With the tax of the place.
    total = re.compile(r"^\$1[2-4]\d\.\d\d$")
    expect(cart.get_by_test_id("total")).to_have_text(total, timeout=PATIENCE_MS)


def press_until(page: Page, key: str, test_id: str, *, most: int = 60) -> None:
    """Press a key until the focus is in an element with this test id."""
    inside = f"Boolean(document.activeElement?.closest('[data-testid={test_id}]'))"
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate(inside):
            return
    raise AssertionError(f"{most} times {key} do not lead to {test_id}")


def test_an_order_is_placed_by_keys_alone(page: Page) -> None:
    page.goto(f"/store/{STORE}")
    expect(page.get_by_test_id("add").first).to_be_visible(timeout=PATIENCE_MS)
    press_until(page, "Tab", "add")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("cart-bar")).to_be_visible()
    page.get_by_test_id("cart-bar").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("cart-line")).to_have_count(1)
    expect(page.locator("#main")).to_be_focused()
    press_until(page, "Tab", "pickup-soon")
    page.keyboard.press("ArrowDown")
    press_until(page, "Tab", "pickup-day")
    slots = page.get_by_test_id("pickup-slot")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
        expect(slots.or_(page.locator(".pickup-none"))).to_be_visible(timeout=PATIENCE_MS)
        if slots.count():
            break
    press_until(page, "Tab", "contact-name")
    page.keyboard.type("Ada")
    order = page.get_by_test_id("place-order")
    expect(order).to_have_attribute("aria-disabled", "false", timeout=PATIENCE_MS)
    page.keyboard.press("Enter")
    order_id(page)


def test_a_region_freezes_while_a_guest_pays(page: Page, cloud: LocalCloud) -> None:
    fill_cart(page, pieces=1)
    check_out(page)
    with cloud.frozen("us-east-1"):
        page.get_by_test_id("place-order").click(no_wait_after=True)
        order_id(page)


def test_without_scripts_the_page_says_what_is_missing(visitor: Visitor) -> None:
    page = visitor(java_script_enabled=False).new_page()
    page.goto(f"/store/{STORE}")
    # Not by its text: Playwright looks for no text in `noscript`.
    missing = page.locator(".no-script")
    expect(missing).to_be_visible()
    expect(missing).to_contain_text("JavaScript")


def test_back_shows_the_stores_and_the_place_that_were_left(page: Page) -> None:
    page.goto("/?market=us")
    results = page.get_by_test_id("store-result")
    expect(results.first).to_be_visible(timeout=PATIENCE_MS)
    before = results.count()
    more = page.get_by_role("button", name="Show more")
    if more.count():
        more.click()
        expect(results.nth(before)).to_be_focused(timeout=PATIENCE_MS)
    shown = results.count()
    last = results.nth(shown - 1)
    last.scroll_into_view_if_needed()
    left = page.evaluate("scrollY")
    last.click()
    expect(page.get_by_test_id("menu-item").first).to_be_visible(timeout=PATIENCE_MS)
    wait_until(lambda: page.evaluate("scrollY") == 0, "the menu is shown from its top")
    page.go_back()
    expect(results).to_have_count(shown)
    wait_until(lambda: abs(page.evaluate("scrollY") - left) < 200, "it is where it was left")
    # "All stores" leads to the search that the guest came from.
    last.click()
    page.locator(".back-link").click()
    expect(page).to_have_url(re.compile(r"\?market=us$"))


def test_a_menu_is_searched_and_favorites_are_kept(page: Page) -> None:
    show_menu(page)
    items = page.get_by_test_id("menu-item")
    every = items.count()
    name = items.nth(3).get_by_role("heading").inner_text()
    items.nth(3).get_by_test_id("favorite").click()
    page.get_by_test_id("menu-search").fill(name)
    expect(items).not_to_have_count(every)
    expect(items.first).to_contain_text(name)
    page.get_by_test_id("menu-search").fill("zzzz")
    expect(items).to_have_count(0)
    page.get_by_role("button", name="Show everything").click()
    expect(items).to_have_count(every)
    page.get_by_test_id("only-favorites").check(force=True)
    expect(items).to_have_count(1)
    page.reload()
    expect(items).to_have_count(1, timeout=PATIENCE_MS)
    expect(items.first).to_contain_text(name)


def test_a_kept_menu_says_that_the_service_is_in_trouble_and_is_read_again_by_itself(
    page: Page,
) -> None:
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    show_menu(page)
    (menu, *_) = [url for url in urls if "/graphql/persisted/" in url and "storeId" in url]
    page.evaluate(KEEP, menu)

    def fails(route: Route) -> None:
        route.fulfill(status=503, json={}, headers={"retry-after": "1"})

    page.route("**/graphql**", fails)
    page.reload()
    kept = page.get_by_test_id("kept-menu")
    expect(kept).to_contain_text("in trouble", timeout=PATIENCE_MS)
    expect(kept).not_to_contain_text("connection")
    expect(page.get_by_test_id("menu-item").first).to_be_visible()
    page.unroute("**/graphql**", fails)
    expect(kept).to_have_count(0, timeout=3 * PATIENCE_MS)


def test_a_menu_is_filtered_by_diet_in_all_stores(page: Page) -> None:
    show_menu(page)
    items = page.get_by_test_id("menu-item")
    every = items.count()
    choices = page.get_by_test_id("item-filter")
    choices.locator("summary").click()
    expect(choices).to_contain_text("Items without a statement are hidden")
    page.get_by_test_id("diet-VEGETARIAN").check(force=True)
    vegetarian = items.count()
    page.get_by_test_id("diet-VEGAN").check(force=True)
    vegan = items.count()
    chosen = page.get_by_test_id("diet-VEGAN").locator("xpath=following-sibling::span")
    # As what is left out, a struck name would say the opposite.
    expect(chosen).to_have_css("text-decoration-line", "none")
    assert 0 < vegan < vegetarian < every
    expect(items.filter(has_text="Vegan")).to_have_count(vegan)
    page.reload()
    expect(items).to_have_count(vegan, timeout=PATIENCE_MS)
    show_menu(page, "us-00002")
    expect(choices).to_contain_text("hidden")
    choices.locator("summary").click()
    page.get_by_role("button", name="Show everything").click()
    show_menu(page)
    expect(items).to_have_count(every)


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.thorough)])
def test_every_page_of_guests_passes_axe_and_stays_where_it_is(
    visitor: Visitor, width: int
) -> None:
    context = visitor(viewport={"width": width, "height": 900})
    context.add_init_script(WATCH_SHIFTS)
    page = context.new_page()
    item = page.get_by_test_id("item-page")
    pages = (
        ("/", page.get_by_test_id("market").first),
        ("/?q=paris", page.get_by_test_id("store-result").first),
        ("/?near=52.52,13.4", page.get_by_test_id("store-result").first),
        (f"/store/{STORE}", page.get_by_test_id("menu-item").first),
        ("/store/nowhere", page.get_by_test_id("store-not-found")),
        ("/privacy", page.get_by_test_id("privacy")),
        ("/imprint", page.get_by_test_id("operator-unstated")),
        ("/elsewhere", page.get_by_role("heading", name="There is no such page")),
    )
    wrong: list[str] = []

    def judge() -> None:
        rest(page)
        wrong.extend(violations(page))
        by = shift(page)
        if by > MOST_SHIFT:
            wrong.append(f"{page.url} moved by {by:.3f}: {moved(page)}")

    for path, shown in pages:
        page.goto(path)
        expect(shown).to_be_visible(timeout=PATIENCE_MS)
        judge()
    page.goto(f"/store/{STORE}")
    page.locator(".item-link").first.click()
    expect(item).to_be_visible(timeout=PATIENCE_MS)
    page.reload()
    expect(item).to_be_visible(timeout=PATIENCE_MS)
    judge()
    item.get_by_test_id("add").click()
    page.goto(f"/store/{STORE}/cart")
    expect(page.get_by_test_id("cart-line")).to_have_count(1, timeout=PATIENCE_MS)
    check_out(page)
    wrong.extend(violations(page))
    page.get_by_test_id("place-order").click()
    order_id(page)
    page.reload()
    expect(page.get_by_test_id("order-status")).to_be_visible(timeout=PATIENCE_MS)
    judge()
    assert wrong == []


@pytest.mark.parametrize("language", ["fr-FR", pytest.param("ja-JP", marks=pytest.mark.thorough)])
def test_the_first_page_stays_where_it_is_when_the_number_of_stores_arrives(
    visitor: Visitor, language: str
) -> None:
    context = visitor(locale=language, viewport={"width": 390, "height": 900})
    context.add_init_script(WATCH_SHIFTS)
    page = context.new_page()
    page.goto("/")
    expect(page.get_by_test_id("store-total")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_test_id("market").first).to_be_visible(timeout=PATIENCE_MS)
    rest(page)
    assert shift(page) <= MOST_SHIFT, moved(page)
