"""Operations of a local cloud in Chromium: from the printed address, also without any region."""

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.browser import PATIENCE_MS, rest
from tests.support.local_cloud import LocalCloud, wait_until
from tests.support.page_quality import MOST_SHIFT, WATCH_SHIFTS, moved, shift, violations

STORE = "us-00001"


@pytest.fixture(scope="module")
def printed(cloud: LocalCloud) -> str:
    """The path of operations as `carte up` prints it, with what follows `#`."""
    address = cloud.up_again().stdout.split("operations")[1].split()[0]
    assert address.startswith(f"{cloud.layout.url}/ops#token=")
    return address.removeprefix(cloud.layout.url)


def test_the_printed_address_and_the_edges_old_one_lead_to_operations(
    page: Page, printed: str
) -> None:
    page.goto(printed)
    cards = page.get_by_test_id("region")
    expect(cards).to_have_count(3, timeout=PATIENCE_MS)
    expect(page).to_have_url(re.compile("/ops$"))
    page.goto("/_edge/")
    expect(page).to_have_url(re.compile("/ops$"))
    expect(cards).to_have_count(3, timeout=PATIENCE_MS)
    expect(page.get_by_test_id("edge")).to_contain_text("10 times as fast")
    expect(page.get_by_test_id("place")).to_have_count(3)
    expect(page.get_by_test_id("faults")).to_contain_text("None.")
    far = page.locator('[data-testid=place][data-place="ap-southeast-1"]')
    expect(far).to_have_attribute("data-first", "ap-southeast-1")
    card = page.locator('[data-testid=region][data-region="ap-southeast-1"]')
    card.get_by_test_id("drain").click()
    card.get_by_test_id("drain-yes").click()
    try:
        expect(far).to_contain_text("the nearest region is drained", timeout=PATIENCE_MS)
        expect(far).not_to_have_attribute("data-first", "ap-southeast-1")
        expect(page.get_by_test_id("events")).to_contain_text("region=ap-southeast-1 drained=true")
        assert violations(page) == []
    finally:
        card.get_by_test_id("drain").click()
    expect(far).to_have_attribute("data-first", "ap-southeast-1", timeout=PATIENCE_MS)


@pytest.mark.parametrize("locale", ["ja-JP", "de-DE"])
def test_nothing_moves_on_a_telephone_while_operations_load(
    visitor: Callable[..., BrowserContext], printed: str, locale: str
) -> None:
    page = visitor(viewport={"width": 390, "height": 844}, locale=locale).new_page()
    page.add_init_script(WATCH_SHIFTS)
    page.goto(printed)
    expect(page.get_by_test_id("request").first).to_be_visible(timeout=PATIENCE_MS)
    assert shift(page) <= MOST_SHIFT, moved(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.thorough
def test_an_operator_ends_the_faults_of_all_regions_while_none_answers(
    visitor: Callable[..., BrowserContext], printed: str, cloud: LocalCloud
) -> None:
    # A new tab, whose person no region has named yet.
    page = visitor(viewport={"width": 390, "height": 844}).new_page()
    page.add_init_script(WATCH_SHIFTS)
    for region in cloud.layout.region_names:
        cloud.carte("fault", "inject", "freeze", "--region", region, "--seconds", "300")
    try:
        wait_until(lambda: cloud.get("/ready")[0] == 503, "no region is usable")
        page.goto(printed)
        expect(page.get_by_test_id("alarms")).to_contain_text("No region is usable")
        expect(page.get_by_test_id("fault")).to_have_count(3)
        page.reload()
        expect(page.get_by_test_id("fault")).to_have_count(3, timeout=PATIENCE_MS)
        expect(page.get_by_role("link", name="Operations")).to_be_visible()
        rest(page)
        assert violations(page) == []
        assert shift(page) <= MOST_SHIFT, moved(page)
        # One by the keyboard: the focus goes on with the next.
        page.get_by_test_id("end-fault").first.press("Enter")
        expect(page.get_by_test_id("fault")).to_have_count(2, timeout=PATIENCE_MS)
        expect(page.get_by_test_id("end-fault").first).to_be_focused()
        page.get_by_test_id("end-all").press("Enter")
        expect(page.get_by_test_id("fault")).to_have_count(0, timeout=PATIENCE_MS)
        expect(page.get_by_test_id("heal-note")).to_contain_text("Ended.")
        expect(page.get_by_test_id("faults")).to_be_focused()
        healthy = page.locator("[data-testid=region][data-state=healthy]")
        expect(healthy).to_have_count(3, timeout=2 * PATIENCE_MS)
    finally:
        cloud.carte("fault", "heal")
        wait_until(cloud.is_ready, "all regions are back")


def test_answers_about_a_store_are_purged_and_the_focus_stays(page: Page, printed: str) -> None:
    page.goto(f"/store/{STORE}")
    expect(page.get_by_test_id("menu-item").first).to_be_visible(timeout=PATIENCE_MS)
    page.goto(printed)
    cache = page.get_by_test_id("cache")
    cache.get_by_test_id("purge-store").check()
    cache.get_by_test_id("purge-id").fill(STORE)
    cache.get_by_test_id("purge").press("Enter")
    expect(cache.get_by_role("button", name="No", exact=True)).to_be_focused()
    cache.get_by_test_id("purge-yes").press("Enter")
    expect(cache.get_by_test_id("purge-note")).to_contain_text(re.compile("purged: [1-9]"))
    expect(cache.get_by_test_id("purge")).to_be_focused()
    expect(page.get_by_test_id("events")).to_contain_text(f"tags=store:{STORE}")
    cache.get_by_test_id("purge-id").fill("us-99999")
    cache.get_by_test_id("purge").press("Enter")
    cache.get_by_test_id("purge-yes").press("Enter")
    expect(cache.get_by_test_id("purge-note")).to_contain_text("There is no store us-99999.")


def test_requests_are_chosen_and_stand_still_while_they_are_read(page: Page, printed: str) -> None:
    page.goto(printed)
    shown = page.get_by_test_id("requests")
    lines = shown.get_by_test_id("request")
    expect(lines.filter(has_text="GET /ops").first).to_be_visible(timeout=PATIENCE_MS)
    page.request.get("/graphql")
    page.request.get("/nothing-of-this-name")
    shown.get_by_test_id("request-status").select_option("4xx")
    expect(lines.first).to_be_visible()
    statuses = lines.locator("b")
    expect(statuses.first).to_have_text(re.compile("^4"))
    assert all(one.startswith("4") for one in statuses.all_inner_texts())
    with page.expect_response(re.compile("region=none&status=4xx")):
        shown.get_by_test_id("request-region").select_option("none")
    expect(lines.filter(has_text="GET /nothing-of-this-name").first).to_be_visible()
    # A list that is read stands still: it has the focus, or the mouse.
    shown.get_by_role("list").focus()
    expect(shown.get_by_test_id("held")).to_contain_text("Held")
    another = f"/another-{secrets.token_hex(4)}"
    page.request.get(another)
    with page.expect_response(re.compile("/_edge/requests")):
        pass
    expect(lines.filter(has_text=another)).to_have_count(0)
    shown.get_by_test_id("hold").focus()
    expect(lines.filter(has_text=another).first).to_be_visible()
