"""Orders in a real browser: from a menu to the counter, with the board in another window."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from localcloud.issuer import this_machines
from tests.support.browser import PATIENCE_MS

STORE = "us-00001"
ORDER = re.compile(r"/order/[a-z2-7]{26}$")
Visitor = Callable[[], BrowserContext]


def fill_cart(page: Page, pieces: int = 2) -> None:
    """Put the first items of the store's menu into the cart, and open it."""
    page.goto(f"/store/{STORE}")
    steppers = page.get_by_test_id("stepper")
    expect(steppers.first).to_be_visible(timeout=PATIENCE_MS)
    for at in range(pieces):
        steppers.nth(at).get_by_test_id("add").click()
    page.get_by_test_id("cart-bar").click()
    expect(page.get_by_test_id("cart-line")).to_have_count(pieces)


def choose_slot(page: Page) -> None:
    """Choose a pickup on one of the next days: the store may be closed now."""
    page.get_by_test_id("pickup-later").check()
    order = page.get_by_test_id("place-order")
    for day in (1, 2, 3):
        page.get_by_test_id("pickup-day").select_option(index=day)
        slot_or_none = page.locator(".pickup-none, [data-testid=pickup-slot]")
        expect(slot_or_none.first).to_be_visible(timeout=PATIENCE_MS)
        if page.get_by_test_id("pickup-slot").count():
            break
    expect(order).to_have_attribute("aria-disabled", "false", timeout=PATIENCE_MS)


def check_out(page: Page) -> None:
    """Fill in the checkout of an open cart."""
    choose_slot(page)
    page.get_by_test_id("contact-name").fill("Ada")


def sign_in(page: Page) -> None:
    """Open the board of the store."""
    token = this_machines().token([f"store:{STORE}:manager"])
    page.goto(f"/staff/{STORE}#token={token}")
    live = page.get_by_test_id("connection")
    expect(live).to_have_attribute("data-live", "true", timeout=PATIENCE_MS)


def order_id(page: Page) -> str:
    expect(page).to_have_url(ORDER, timeout=PATIENCE_MS)
    return page.url.rsplit("/", 1)[1]


def card_of(board: Page, order: str) -> Locator:
    return board.locator(f'[data-testid=board-order][data-order="{order}"]')


def test_an_order_goes_from_the_menu_to_the_counter(visitor: Visitor) -> None:
    guest, board = visitor().new_page(), visitor().new_page()
    sign_in(board)
    fill_cart(guest)
    check_out(guest)
    guest.get_by_test_id("place-order").dblclick()
    order = order_id(guest)
    state = guest.get_by_test_id("order")
    expect(state).to_have_attribute("data-status", "PLACED")
    card = card_of(board, order)
    expect(card).to_be_visible(timeout=PATIENCE_MS)
    expect(card).to_contain_text("Ada")
    # Leaving the form of a rejection keeps the place on the board.
    card.get_by_role("button", name="Reject").press("Enter")
    expect(card.get_by_role("textbox")).to_be_focused()
    board.keyboard.press("Escape")
    expect(card).to_be_focused()
    # The second click of a double click may hit an order that moved up.
    card.get_by_test_id("next-step").dispatch_event("click", {"detail": 2})
    expect(card).to_have_attribute("data-status", "PLACED")
    for status, shown in (("ACCEPTED", True), ("READY", True), ("COLLECTED", False)):
        card.get_by_test_id("next-step").press("Enter")
        if shown:
            expect(card).to_have_attribute("data-status", status)
        expect(card if shown else board.get_by_test_id("column-ready")).to_be_focused()
        expect(state).to_have_attribute("data-status", status, timeout=PATIENCE_MS)
    # Back leads to the menu: the cart is no more, so it cannot be ordered twice.
    guest.go_back()
    expect(guest.get_by_test_id("menu-item").first).to_be_visible(timeout=PATIENCE_MS)
    assert guest.get_by_test_id("cart-bar").count() == 0
    guest.goto(f"/order/{order}")
    guest.get_by_test_id("order-again").click()
    expect(guest.get_by_test_id("cart-line")).to_have_count(2)


def test_two_tabs_make_one_order_and_the_guest_takes_it_back(visitor: Visitor) -> None:
    context = visitor()
    first, second = context.new_page(), context.new_page()
    fill_cart(first, pieces=1)
    second.goto(f"/store/{STORE}/cart")
    for tab in (first, second):
        check_out(tab)
    # At once: the second tab shows at any moment that the first one ordered.
    for tab in (first, second):
        tab.evaluate("document.querySelector('[data-testid=place-order]')?.click()")
    order = order_id(first)
    other = second.get_by_test_id("order").or_(second.get_by_test_id("empty-cart"))
    expect(other).to_be_visible(timeout=PATIENCE_MS)
    if second.get_by_test_id("empty-cart").count():
        second.get_by_role("link", name="See your order").click()
    assert order_id(second) == order
    first.get_by_test_id("cancel-order").press("Enter")
    expect(first.get_by_test_id("cancel-no")).to_be_focused()
    first.get_by_test_id("cancel-no").press("Enter")
    expect(first.get_by_test_id("cancel-order")).to_be_focused()
    first.get_by_test_id("cancel-order").click()
    first.get_by_test_id("cancel-yes").click()
    for tab in (first, second):
        expect(tab.get_by_test_id("order")).to_have_attribute(
            "data-status", "CANCELLED", timeout=PATIENCE_MS
        )


def test_a_reload_while_it_is_sent_and_a_lost_region_make_one_order(page: Page) -> None:
    sent: list[str] = []
    slots: list[object] = []

    def lost(route: Route) -> None:
        """Break off whatever sends an order.

        Not only leave it without an answer: Chromium may let what waits go on when a page is left.
        """
        body = route.request.post_data_json or {}
        if body.get("operationName") != "PlaceOrder":
            route.continue_()
            return
        sent.append(body["variables"]["input"]["operationId"])
        slots.append(body["variables"]["input"]["pickup"])
        route.abort()

    fill_cart(page, pieces=1)
    check_out(page)
    page.route("**/graphql**", lost)
    page.get_by_test_id("place-order").click(no_wait_after=True)
    sending = page.get_by_test_id("sending")
    expect(sending).to_have_attribute("data-again", "true", timeout=PATIENCE_MS)
    # Stopped after a reload: the form has the choices of before.
    page.reload()
    expect(sending).to_have_attribute("data-again", "true", timeout=PATIENCE_MS)
    page.get_by_role("button", name="Do not send it").click()
    expect(page.get_by_test_id("pickup-later")).to_be_checked(timeout=PATIENCE_MS)
    expect(page.get_by_test_id("contact-name")).to_have_value("Ada")
    expect(page.get_by_test_id("place-order")).to_have_attribute("aria-disabled", "false")
    page.get_by_test_id("place-order").click(no_wait_after=True)
    expect(sending).to_be_visible()
    page.route("**/graphql", lost)
    page.reload()
    # Not before: the page that is left could place the order, and be left before it shows it.
    page.unroute("**/graphql**", lost)
    order_id(page)
    assert all(slot == slots[0] and slot is not None for slot in slots)
    assert len(set(sent)) == 1, "all attempts carry one operationId"
    assert len(sent) > 1


def test_a_tab_that_gets_no_answer_shows_the_order_of_the_other_tab(visitor: Visitor) -> None:
    context = visitor()
    first, second = context.new_page(), context.new_page()
    fill_cart(first, pieces=1)
    second.goto(f"/store/{STORE}/cart")
    expect(second.get_by_test_id("cart-line")).to_have_count(1, timeout=PATIENCE_MS)

    def unanswered(route: Route) -> None:
        if (route.request.post_data_json or {}).get("operationName") != "PlaceOrder":
            route.continue_()

    second.route("**/graphql**", unanswered)
    check_out(first)
    first.get_by_test_id("place-order").click()
    order = order_id(first)
    assert order_id(second) == order


def test_every_way_back_to_the_cart_leads_to_the_order_that_it_became(page: Page) -> None:
    fill_cart(page, pieces=1)
    page.locator(".back-link").click()
    page.get_by_test_id("cart-bar").click()
    expect(page.get_by_test_id("cart-line")).to_have_count(1)
    check_out(page)
    page.get_by_test_id("place-order").click()
    order = order_id(page)
    # To the menu, and on to the cart as it was opened first.
    page.go_back()
    expect(page.get_by_test_id("menu-item").first).to_be_visible(timeout=PATIENCE_MS)
    page.go_back()
    empty = page.get_by_test_id("empty-cart")
    expect(empty).to_be_visible(timeout=PATIENCE_MS)
    assert page.get_by_test_id("place-order").count() == 0
    empty.get_by_role("link", name="See your order").click()
    assert order_id(page) == order
