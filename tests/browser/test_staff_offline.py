"""Staff without a network in a real browser: a page that is loaded anew comes back and goes on."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from localcloud.issuer import this_machines
from tests.browser.test_orders import STORE, card_of, check_out, fill_cart, order_id, sign_in
from tests.browser.test_widths import IN_GERMAN
from tests.support.browser import PATIENCE_MS, rest
from tests.support.local_cloud import LocalCloud, wait_until
from tests.support.page_quality import MOST_SHIFT, WATCH_SHIFTS, moved, shift, violations

Visitor = Callable[..., BrowserContext]
# What the service worker has to have for a till that comes back without a network.
KEPT_CODE = """navigator.serviceWorker.ready.then(async () => {
  const files = await (await caches.open('carte-files-1')).keys();
  const has = (name) => files.some(({ url }) => url.includes(`/assets/${name}-`));
  return Boolean(navigator.serviceWorker.controller)
    && ['board-page', 'stock-page'].every(has);
})"""
ALL_READ = re.compile(r"allRead\W+true")
KEPT_HERE = "Object.keys(localStorage).filter((key) => key.startsWith('carte.staff.kept.'))"
PAGES = (
    "/staff",
    f"/staff/{STORE}/stock",
    f"/staff/{STORE}/prices",
    f"/staff/{STORE}/hours",
    f"/staff/{STORE}/figures",
    "/office/catalog",
    "/office/catalog/us",
    "/office/stock",
    "/office/people",
    "/office/conflicts",
    "/office/reports",
    "/ops",
)


def place_order(visitor: Visitor) -> str:
    guest = visitor().new_page()
    fill_cart(guest)
    check_out(guest)
    guest.get_by_test_id("place-order").click()
    return order_id(guest)


def open_till(visitor: Visitor) -> Page:
    """Open the board on a tablet, as it is after some minutes: its code is kept."""
    page = visitor(offline_too=True, viewport={"width": 1280, "height": 800}).new_page()
    sign_in(page)
    wait_until(lambda: bool(page.evaluate(KEPT_CODE)), "the code of the board is kept")
    return page


def storage_of(page: Page) -> str:
    return str(page.evaluate("JSON.stringify(localStorage)"))


def test_a_board_outlives_a_reload_without_a_network_with_its_steps(
    visitor: Visitor, cloud: LocalCloud
) -> None:
    # Before the board is opened, which reads all days at first and in turns afterwards.
    order = place_order(visitor)
    board = open_till(visitor)
    card = card_of(board, order)
    expect(card).to_contain_text("Ada", timeout=2 * PATIENCE_MS)
    wait_until(lambda: order in storage_of(board), "the order is kept on the tablet")
    # What is new on a day that was never read is no news.
    wait_until(lambda: bool(ALL_READ.search(storage_of(board))), "all days were read")
    assert "Ada" not in storage_of(board), "no personal data of guests is kept"
    board.context.set_offline(True)
    card.get_by_test_id("next-step").click()
    expect(card).to_contain_text("Not sent yet")
    board.reload()
    expect(card).to_have_attribute("data-status", "ACCEPTED", timeout=PATIENCE_MS)
    expect(card).to_contain_text("Not sent yet")
    expect(board.get_by_role("heading", level=1)).not_to_have_text("Order board")
    expect(card.locator(".board-lines li").first).not_to_contain_text(re.compile("[a-z]-[a-z]"))
    expect(board.get_by_test_id("kept-orders")).to_contain_text("Orders as of", timeout=PATIENCE_MS)
    connection, lost = board.get_by_test_id("connection"), board.get_by_test_id("lost")
    expect(connection).to_have_attribute("data-live", "false")
    expect(lost).to_contain_text("1 step is not sent yet", timeout=PATIENCE_MS)
    expect(lost).to_contain_text("This device has had no network")
    assert violations(board) == []
    # By the keyboard, without a network: the next step waits behind the first one.
    card.get_by_test_id("next-step").press("Enter")
    expect(card).to_have_attribute("data-status", "READY")
    expect(card).to_be_focused()
    board.reload()
    expect(card).to_have_attribute("data-status", "READY", timeout=PATIENCE_MS)
    meanwhile = place_order(visitor)
    board.context.set_offline(False)
    expect(connection).to_have_attribute("data-live", "true", timeout=2 * PATIENCE_MS)
    changes = board.get_by_test_id("changes")
    expect(changes).to_contain_text("is new", timeout=2 * PATIENCE_MS)
    expect(changes.get_by_role("listitem")).to_have_count(1)
    expect(card_of(board, meanwhile)).to_be_visible()
    expect(card).not_to_contain_text("Not sent yet", timeout=2 * PATIENCE_MS)
    expect(card).to_have_attribute("data-status", "READY")
    expect(card).to_contain_text("Ada", timeout=PATIENCE_MS)
    expect(board.get_by_test_id("kept-orders")).to_have_count(0)
    board.get_by_test_id("sign-out").click()
    expect(board.get_by_test_id("sign-in")).to_be_visible()
    assert board.evaluate(KEPT_HERE) == []


# Where each order's button for the next step stands in the window.
PLACES = """Object.fromEntries([...document.querySelectorAll('.board-card')].map(
  (card) => [card.dataset.order, card.querySelector('.board-step').getBoundingClientRect().top]))"""


@pytest.mark.parametrize("width", [pytest.param(390, marks=pytest.mark.thorough), 1280])
def test_no_order_moves_while_the_connection_is_lost_and_comes_back(
    visitor: Visitor, cloud: LocalCloud, width: int
) -> None:
    context = visitor(offline_too=True, viewport={"width": width, "height": 800})
    context.add_init_script(IN_GERMAN)
    context.add_init_script(WATCH_SHIFTS)
    board = context.new_page()
    order = place_order(visitor)
    sign_in(board)
    wait_until(lambda: bool(board.evaluate(KEPT_CODE)), "the code of the board is kept")
    expect(card_of(board, order)).to_contain_text("Ada", timeout=2 * PATIENCE_MS)
    rest(board)
    board.evaluate("carteShift = 0; carteMoved.length = 0")
    before = board.evaluate(PLACES)
    board.context.set_offline(True)
    lost = board.get_by_test_id("lost")
    expect(lost).to_contain_text("kein Netz", timeout=PATIENCE_MS)
    assert board.evaluate(PLACES) == before
    latest = place_order(visitor)
    board.context.set_offline(False)
    changes = board.get_by_test_id("changes")
    expect(changes).to_contain_text("ist neu", timeout=2 * PATIENCE_MS)
    expect(lost).to_be_empty()
    # The guest's name comes after the order, and moves nothing either.
    expect(card_of(board, latest)).to_contain_text("Ada", timeout=2 * PATIENCE_MS)
    rest(board)
    # What is collected later stands below.
    after = board.evaluate(PLACES)
    assert latest in after
    above = {order: top for order, top in before.items() if order in after}
    moved_down = {order for order, top in above.items() if after[order] > top}
    assert moved_down <= below(board, latest)
    assert shift(board) <= MOST_SHIFT, moved(board)
    assert violations(board) == []
    before = board.evaluate(PLACES)

    def has_seen() -> bool:
        """Press until the press counts: at first it may have been meant for what is below."""
        changes.get_by_role("button").click()
        return changes.count() == 0

    wait_until(has_seen, "the news is put away")
    assert board.evaluate(PLACES) == before


def below(board: Page, order: str) -> set[str]:
    """Return the orders that stand below one, in its column or in a later one on a telephone."""
    cards = board.locator("[data-testid=board-order]").evaluate_all(
        "(cards) => cards.map((card) => card.dataset.order)"
    )
    return set(cards[cards.index(order) :])


def test_two_tabs_share_what_is_pressed_without_a_network(
    visitor: Visitor, cloud: LocalCloud
) -> None:
    context = visitor()
    first, second = context.new_page(), context.new_page()
    # The token is one person's.
    token = this_machines().token([f"store:{STORE}:manager"], subject="tabs", lifetime_s=3600)
    order = place_order(visitor)
    for tab in (first, second):
        tab.goto(f"/staff/{STORE}#token={token}")
    for tab in (first, second):
        expect(card_of(tab, order)).to_be_visible(timeout=2 * PATIENCE_MS)
    context.set_offline(True)
    card_of(first, order).get_by_test_id("next-step").click()
    for tab in (first, second):
        expect(card_of(tab, order)).to_contain_text("Not sent yet", timeout=PATIENCE_MS)
        expect(card_of(tab, order)).to_have_attribute("data-status", "ACCEPTED")
    card_of(second, order).get_by_test_id("next-step").click()
    expect(card_of(first, order)).to_have_attribute("data-status", "READY")
    context.set_offline(False)
    for tab in (first, second):
        card = card_of(tab, order)
        expect(card).not_to_contain_text("Not sent yet", timeout=2 * PATIENCE_MS)
        expect(card).to_have_attribute("data-status", "READY")
        expect(tab.get_by_test_id("connection")).to_have_attribute(
            "data-live", "true", timeout=2 * PATIENCE_MS
        )
        expect(tab.get_by_test_id("changes")).to_have_count(0)


def test_a_tab_that_is_opened_without_a_network_says_what_signing_in_needs(
    visitor: Visitor, cloud: LocalCloud
) -> None:
    board = open_till(visitor)
    context = board.context
    board.close()
    context.set_offline(True)
    tab = context.new_page()
    tab.goto(f"/staff/{STORE}")
    note, button = tab.get_by_test_id("sign-in-unreached"), tab.get_by_test_id("to-sign-in")
    expect(note).to_contain_text("This device has no network", timeout=PATIENCE_MS)
    expect(button).to_be_disabled()
    assert violations(tab) == []
    context.set_offline(False)
    expect(button).to_be_enabled(timeout=2 * PATIENCE_MS)
    expect(note).to_have_count(0)


@pytest.mark.thorough
def test_a_board_outlives_a_reload_while_no_region_answers(
    visitor: Visitor, cloud: LocalCloud
) -> None:
    order = place_order(visitor)
    board = open_till(visitor)
    card = card_of(board, order)
    expect(card).to_be_visible(timeout=2 * PATIENCE_MS)
    wait_until(lambda: order in storage_of(board), "the order is kept on the tablet")
    try:
        for region in [one.name for one in cloud.layout.regions]:
            cloud.carte("fault", "inject", "freeze", "--region", region, "--seconds", "300")
        board.reload()
        expect(board.get_by_test_id("kept-orders")).to_be_visible(timeout=PATIENCE_MS)
        card.get_by_test_id("next-step").click()
        expect(card).to_contain_text("Not sent yet")
        lost = board.get_by_test_id("lost")
        expect(lost).to_contain_text("not sent yet", timeout=3 * PATIENCE_MS)
        expect(lost).to_contain_text("The service has not answered")
    finally:
        cloud.carte("fault", "heal")
        wait_until(lambda: all_ready(cloud), "all regions are back")
    connection = board.get_by_test_id("connection")
    expect(connection).to_have_attribute("data-live", "true", timeout=3 * PATIENCE_MS)
    expect(card).not_to_contain_text("Not sent yet", timeout=2 * PATIENCE_MS)
    expect(card).to_have_attribute("data-status", "ACCEPTED")


def all_ready(cloud: LocalCloud) -> bool:
    regions = [one.name for one in cloud.layout.regions]
    return all(cloud.get("/ready", region=region)[0] == 200 for region in regions)


@pytest.mark.thorough
def test_every_page_of_staff_comes_back_without_a_network_and_goes_on_by_itself(
    visitor: Visitor, cloud: LocalCloud
) -> None:
    page = visitor(offline_too=True).new_page()
    token = this_machines().token(["chain:admin"], lifetime_s=3600)
    page.goto(f"/staff#token={token}")
    expect(page.get_by_test_id("staff-home")).to_be_visible(timeout=PATIENCE_MS)
    wait_until(lambda: bool(page.evaluate(KEPT_CODE)), "the code of the board is kept")
    wrong: list[Any] = []
    for path in PAGES:
        page.goto(path)
        expect(page.locator("main h1").first).to_be_visible(timeout=PATIENCE_MS)
        rest(page)
        heading = page.locator("main h1").first.inner_text()
        page.context.set_offline(True)
        page.reload()
        frame = page.get_by_role("navigation", name="Pages of staff")
        expect(frame, path).to_be_visible(timeout=PATIENCE_MS)
        note = page.get_by_test_id("unreached")
        expect(note, path).to_contain_text("This device has no network", timeout=PATIENCE_MS)
        expect(page.locator("main .bone"), path).to_have_count(0, timeout=PATIENCE_MS)
        wrong += violations(page)
        page.context.set_offline(False)
        expect(note, path).to_have_count(0, timeout=2 * PATIENCE_MS)
        again = page.locator("main h1").first
        expect(again, path).to_have_text(heading, timeout=2 * PATIENCE_MS)
        expect(page.get_by_test_id("failure"), path).to_have_count(0, timeout=2 * PATIENCE_MS)
    assert wrong == []
