"""Opening hours in a real browser: a manager sets them, and guests see and order by them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import BrowserContext, Locator, Page, expect

from localcloud.issuer import this_machines
from tests.browser.test_orders import STORE, fill_cart
from tests.support.browser import PATIENCE_MS, SignIn
from tests.support.local_cloud import wait_until
from tests.support.page_quality import violations

Visitor = Callable[[], BrowserContext]
HOURS = f"/staff/{STORE}/hours"
AHEAD = 3  # days from today to the one that is changed


def save(page: Page) -> None:
    """Press the button that lets the hours hold, and wait until they do."""
    page.get_by_test_id("apply").press("Enter")
    saving = page.get_by_test_id("hours-saving")
    expect(saving).to_have_text("The new hours hold.", timeout=PATIENCE_MS)
    # The button is gone, and the keyboard goes on from where it was.
    expect(page.locator("[aria-labelledby=hours-preview]")).to_be_focused()


@contextmanager
def open_all_day(page: Page, day: Locator) -> Iterator[None]:
    """Have a day open 24 hours, and set its times again in the end."""
    times = {end: day.get_by_test_id(end).input_value() for end in ("opens", "closes")}
    day.get_by_test_id("kind-allDay").check()
    preview = page.get_by_test_id("preview").get_by_role("listitem")
    expect(preview).to_have_count(1)
    expect(preview).to_contain_text("Open 24 hours")
    assert violations(page) == []
    save(page)
    try:
        yield
    finally:
        day.get_by_test_id("kind-open").check()
        for end, at in times.items():
            day.get_by_test_id(end).fill(at)
        save(page)


def choose_day(cart: Page, day: str) -> Locator:
    """Choose the day of a pickup anew, and return its slots or that there are none."""
    cart.get_by_test_id("pickup-day").select_option(index=0)
    cart.get_by_test_id("pickup-day").select_option(day)
    shown = cart.locator(".pickup-none, [data-testid=pickup-slot]")
    expect(shown).to_be_visible(timeout=PATIENCE_MS)
    return shown


def quarters(day: str) -> int:
    """Quarters of an hour of a day in New York: summer time begins and ends on a Sunday."""
    first = datetime.combine(date.fromisoformat(day), time(), ZoneInfo("America/New_York"))
    following = first + timedelta(days=1)
    return int(following.timestamp() - first.timestamp()) // 900


def test_guests_see_and_order_by_the_hours_that_a_manager_sets(
    signed_in: SignIn, visitor: Visitor
) -> None:
    cart, menu = visitor().new_page(), visitor().new_page()
    fill_cart(cart, pieces=1)
    cart.get_by_test_id("pickup-later").check()
    chosen = cart.get_by_test_id("pickup-day").locator("option").nth(AHEAD)
    day = chosen.get_attribute("value") or ""
    weekday = f"{date.fromisoformat(day):%A}"
    menu.goto(f"/store/{STORE}")
    menu.locator(".hours summary").click()
    row = menu.locator(".hours tr").filter(has_text=weekday)
    before = row.text_content() or ""
    assert "24 hours" not in before

    page = signed_in("manager@carte.example", HOURS)
    of_day = page.locator(f"[data-testid=day][data-day={weekday.upper()}]")
    expect(of_day).to_be_visible(timeout=PATIENCE_MS)
    with open_all_day(page, of_day):
        # The menu stays open, and is not loaded anew.
        expect(row).to_contain_text("Open 24 hours", timeout=PATIENCE_MS)
        # All quarters of an hour of a day but the first, which the kitchen needs.
        most = quarters(day) - 1
        wait_until(
            lambda: choose_day(cart, day).locator("option").count() == most,
            f"guests choose among {most} slots",
        )

        page.get_by_test_id("first-day").fill(day)
        page.get_by_test_id("close-days").click()
        closed = page.locator(f"[data-testid=closed-day][data-day='{day}']")
        expect(closed).to_be_visible(timeout=PATIENCE_MS)
        try:
            wait_until(
                lambda: choose_day(cart, day).get_attribute("class") == "pickup-none",
                "guests have no slot on that day",
            )
            assert violations(page) == []
        finally:
            closed.get_by_test_id("open-day").click()
            expect(closed).to_have_count(0, timeout=PATIENCE_MS)
    expect(row).to_have_text(before, timeout=PATIENCE_MS)


def test_two_people_who_change_the_hours_at_once_do_not_overwrite_each_other(
    signed_in: SignIn, visitor: Visitor
) -> None:
    first, second = signed_in("manager@carte.example", HOURS), visitor().new_page()
    token = this_machines().token([f"store:{STORE}:manager"])
    second.goto(f"{HOURS}#token={token}")
    monday = second.locator("[data-testid=day][data-day=MONDAY]")
    expect(monday).to_be_visible(timeout=PATIENCE_MS)
    monday.get_by_test_id("closes").fill("22:15")
    sunday = first.locator("[data-testid=day][data-day=SUNDAY]")
    expect(sunday).to_be_visible(timeout=PATIENCE_MS)
    with open_all_day(first, sunday):
        # Also where the page has not noticed yet: when it does, the button is gone.
        meanwhile = second.get_by_test_id("meanwhile")
        second.get_by_test_id("apply").or_(meanwhile).click()
        expect(meanwhile).to_contain_text("changed the hours", timeout=PATIENCE_MS)
        assert violations(second) == []
        second.get_by_test_id("take-theirs").click()
        expect(second.get_by_test_id("preview").get_by_role("listitem")).to_have_count(0)
        expect(monday.get_by_test_id("closes")).not_to_have_value("22:15")
