"""Pages of staff in a real browser: signing in at the user pool, the stock of a store."""

import re

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from tests.support.browser import PATIENCE_MS, SignIn, rest
from tests.support.local_cloud import LocalCloud, wait_until
from tests.support.page_quality import violations

STORE = "us-00001"
PAGES = {
    "/staff": "staff-home",
    f"/staff/{STORE}": "board",
    f"/staff/{STORE}/stock": "stock-row",
    f"/staff/{STORE}/prices": "price-row",
    f"/staff/{STORE}/hours": "day",
    f"/staff/{STORE}/figures": "figures-shown",
    "/office/catalog": "market",
    "/office/catalog/us": "catalog-item",
    "/office/catalog/us/publish": "publish-view",
    "/office/catalog/us/versions": "version",
    "/office/stock": "market-stock",
    "/office/conflicts": "conflicts",
    "/office/reports": "report-market",
    "/ops": "region",
}


def test_a_manager_signs_in_sees_what_the_roles_permit_and_signs_out(
    sign_in_at_pool: SignIn,
) -> None:
    page = sign_in_at_pool("manager@carte.example", f"/staff/{STORE}")
    live = page.get_by_test_id("connection")
    expect(live).to_have_attribute("data-live", "true", timeout=PATIENCE_MS)
    pages = page.get_by_role("navigation", name="Pages of staff").get_by_role("link")
    expect(pages).to_have_text(["Overview", "Orders", "Stock", "Prices", "Hours", "Figures"])
    # A reload keeps the session, another store is refused.
    page.goto("/staff/de-00001")
    expect(page.get_by_test_id("board-refused")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_test_id("sign-out").click()
    expect(page.get_by_test_id("to-sign-in")).to_be_visible(timeout=PATIENCE_MS)
    expect(page).to_have_url(re.compile("/signin$"))
    page.goto(f"/staff/{STORE}")
    expect(page.get_by_test_id("to-sign-in")).to_be_visible(timeout=PATIENCE_MS)


@pytest.mark.thorough
def test_a_session_goes_on_while_the_region_of_the_pool_is_frozen(
    sign_in_at_pool: SignIn, cloud: LocalCloud
) -> None:
    page = sign_in_at_pool("manager@carte.example", f"/staff/{STORE}/stock")
    stock = page.get_by_test_id("stock")
    expect(stock).to_be_visible(timeout=PATIENCE_MS)
    primary = cloud.layout.primary
    cloud.carte("freeze", primary)
    try:
        page.reload()
        row = page.get_by_test_id("stock-row").first
        expect(row).to_be_visible(timeout=2 * PATIENCE_MS)
        count(page, row.get_attribute("data-item") or "", 31)
        other = page.context.browser
        assert other
        visitor = other.new_context(base_url=cloud.layout.edge_url).new_page()
        answer = visitor.request.get("/oauth2/authorize?client_id=x")
        assert answer.status == 503
        visitor.context.close()
    finally:
        cloud.carte("thaw", primary)
        wait_until(lambda: cloud.get("/ready", region=primary)[0] == 200, "the region is back")


def count(page: Page, item: str, pieces: int) -> None:
    """Count an item by hand, and wait until the table says so."""
    row = page.locator(f'[data-testid=stock-row][data-item="{item}"]')
    row.get_by_test_id("count").click()
    page.get_by_test_id("pieces").fill(str(pieces))
    page.get_by_test_id("save-count").click()
    expect(row).to_have_attribute("data-left", str(pieces), timeout=2 * PATIENCE_MS)


def test_stock_is_counted_by_hand_and_by_a_file_that_is_answered_row_by_row(
    signed_in: SignIn,
) -> None:
    page = signed_in("manager@carte.example", f"/staff/{STORE}/stock")
    rows = page.get_by_test_id("stock-row")
    expect(rows.first).to_be_visible(timeout=PATIENCE_MS)
    first, second = (rows.nth(at).get_attribute("data-item") or "" for at in (0, 1))
    count(page, first, 12)
    page.get_by_test_id("stock-file").set_input_files(
        {
            "name": "Friday night.CSV",
            "mimeType": "text/csv",
            "buffer": f"store,item,count\n{STORE},{second},7\n{STORE},{first},many\n".encode(),
        }
    )
    imported = page.get_by_test_id("import").first
    expect(imported).to_contain_text("Friday night.CSV", timeout=2 * PATIENCE_MS)
    expect(imported).to_have_attribute("data-loaded", "1")
    expect(imported).to_have_attribute("data-refused", "1")
    imported.locator("summary").click()
    expect(imported.locator("tbody tr")).to_have_count(1)
    expect(imported.locator("tbody td").first).to_have_text("3")
    # On a telephone the table of refused rows scrolls for itself.
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    row = page.locator(f'[data-testid=stock-row][data-item="{second}"]')
    expect(row).to_have_attribute("data-left", "7", timeout=PATIENCE_MS)
    expect(page.get_by_test_id("upload")).to_have_count(0)


def test_the_head_office_gives_a_role_and_takes_it_away_and_every_page_passes_axe(
    signed_in: SignIn,
) -> None:
    page = signed_in("admin@carte.example", "/office/people")
    page.get_by_test_id("grant-person").fill("browser-till")
    page.get_by_test_id("grant-store").fill("nowhere-1")
    page.get_by_test_id("grant").click()
    saving_note = page.get_by_test_id("grant-form").get_by_test_id("saving")
    expect(saving_note).to_have_attribute("role", "alert", timeout=2 * PATIENCE_MS)
    page.get_by_test_id("grant-store").fill(STORE)
    page.get_by_test_id("grant").click()
    expect(saving_note).to_contain_text("is given", timeout=2 * PATIENCE_MS)
    person = page.locator('[data-testid=person][data-person="browser-till"]')
    expect(person.locator("[data-granted=true]")).to_contain_text(
        re.compile(rf"Till · .+ \({STORE}\)")
    )
    # The question has the focus, on the answer that takes nothing.
    take = person.get_by_role("button", name="Take away: Till")
    take.press("Enter")
    expect(person.get_by_role("button", name="Keep")).to_be_focused()
    page.keyboard.press("Enter")
    expect(take).to_be_focused()
    expect(person.locator("[data-granted=true]")).to_have_count(1)
    take.click()
    person.get_by_test_id("take-role-yes").click()
    expect(person.locator("[data-granted=false]")).to_have_count(1, timeout=2 * PATIENCE_MS)
    everything = person.get_by_role("button", name="Take everything away")
    everything.press("Enter")
    expect(person.get_by_role("button", name="Keep")).to_be_focused()
    page.keyboard.press("Enter")
    expect(everything).to_be_focused()
    wrong = violations(page)
    for path, shown in PAGES.items():
        page.goto(path)
        expect(page.get_by_test_id(shown).first).to_be_visible(timeout=PATIENCE_MS)
        rest(page)
        wrong += violations(page)
    assert wrong == []


def test_an_operator_drains_a_region_after_a_second_press_and_changes_nothing_else(
    signed_in: SignIn,
) -> None:
    page = signed_in("operator@carte.example", "/ops")
    far = page.locator('[data-testid=region][data-region="ap-southeast-1"]')
    expect(far).to_have_attribute("data-state", "healthy", timeout=PATIENCE_MS)
    # The question has the focus, on the answer that changes nothing, and gives it back.
    far.get_by_test_id("drain").press("Enter")
    expect(far.get_by_role("button", name="No", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(far.get_by_test_id("drain")).to_be_focused()
    far.get_by_test_id("drain").click()
    expect(far).to_have_attribute("data-state", "healthy")
    far.get_by_test_id("drain-yes").click()
    try:
        expect(far).to_have_attribute("data-state", "drained", timeout=PATIENCE_MS)
    finally:
        far.get_by_test_id("drain").click()
    expect(far).to_have_attribute("data-state", "healthy", timeout=PATIENCE_MS)
    page.goto("/office/people")
    expect(page.get_by_test_id("people")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_test_id("grant-form")).to_have_count(0)


def test_operations_show_a_fault_on_the_map_and_in_the_history_of_each_span(
    signed_in: SignIn, cloud: LocalCloud
) -> None:
    page = signed_in("operator@carte.example", "/ops")
    charts = page.get_by_test_id("chart")
    expect(charts).to_have_count(4, timeout=2 * PATIENCE_MS)
    expect(page.get_by_test_id("map-region")).to_have_count(3)
    with cloud.frozen("ap-southeast-1"):
        place = page.get_by_test_id("map-region").filter(has_text="ap-southeast-1")
        expect(place).to_have_attribute("data-state", "unhealthy", timeout=2 * PATIENCE_MS)
        # The edge samples every ten seconds.
        bands = charts.first.locator(".ops-fault-band")
        expect(bands).not_to_have_count(0, timeout=2 * PATIENCE_MS)
        expect(page.get_by_test_id("alarms")).to_contain_text("ap-southeast-1 has not been healthy")
        assert violations(page) == []
    healed = page.get_by_test_id("events").get_by_text("what=healed fault=freeze")
    expect(healed.first).to_be_visible(timeout=2 * PATIENCE_MS)
    # By the keyboard: another span, an earlier moment, the figures in writing.
    page.get_by_test_id("span-60").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_test_id("span-15")).to_be_checked()
    expect(charts).to_have_count(4, timeout=PATIENCE_MS)
    slider = page.get_by_test_id("moment")
    before = slider.get_attribute("aria-valuetext")
    slider.press("ArrowLeft")
    expect(slider).not_to_have_attribute("aria-valuetext", before or "")
    page.get_by_test_id("figures").locator("summary").press("Enter")
    expect(page.get_by_test_id("figures").locator("tbody tr").first).to_be_visible()
    assert violations(page) == []


def test_a_price_and_a_listing_change_together_after_a_preview(signed_in: SignIn) -> None:
    page = signed_in("manager@carte.example", f"/staff/{STORE}/prices")
    rows = page.get_by_test_id("price-row")
    expect(rows.first).to_be_visible(timeout=PATIENCE_MS)
    first, second = (rows.nth(at).get_attribute("data-item") or "" for at in (0, 1))

    def row(item: str) -> Locator:
        return page.locator(f'[data-testid=price-row][data-item="{item}"]')

    field = row(first).get_by_test_id("new-price")
    price = "5.55" if field.input_value() == "4.44" else "4.44"
    field.fill(price)
    row(second).get_by_test_id("listed").uncheck()
    preview = page.get_by_test_id("preview").get_by_role("listitem")
    expect(preview).to_have_count(2)
    expect(preview.first).to_contain_text(f"${price}")
    page.get_by_test_id("apply").click()
    try:
        expect(row(first)).to_contain_text(f"${price}", timeout=2 * PATIENCE_MS)
        expect(row(second)).to_contain_text("not on the menu", timeout=2 * PATIENCE_MS)
        expect(preview).to_have_count(0)
    finally:
        row(second).get_by_test_id("listed").check()
        page.get_by_test_id("apply").click()
    expect(row(second)).not_to_contain_text("not on the menu", timeout=2 * PATIENCE_MS)


def test_back_and_forward_ask_before_typed_prices_are_lost(signed_in: SignIn) -> None:
    page = signed_in("manager@carte.example", f"/staff/{STORE}/stock")
    pages = page.get_by_role("navigation", name="Pages of staff")
    pages.get_by_role("link", name="Prices").click()
    field = page.get_by_test_id("price-row").first.get_by_test_id("new-price")
    field.fill("7.77")
    dialogs: list[str] = []

    def answer(dialog: Dialog) -> None:
        """Stay on the page at first, and leave it when asked once more."""
        dialogs.append(dialog.message)
        if len(dialogs) == 1:
            dialog.dismiss()
        else:
            dialog.accept()

    page.on("dialog", answer)
    with page.expect_event("dialog"):
        page.evaluate("history.back()")
    expect(page).to_have_url(re.compile("/prices$"))
    expect(field).to_have_value("7.77")
    page.wait_for_timeout(600)  # within half a second it is the same press of an impatient person
    page.evaluate("history.back()")
    expect(page.get_by_test_id("stock-row").first).to_be_visible(timeout=PATIENCE_MS)
    expect(page).to_have_url(re.compile("/stock$"))
    assert len(dialogs) == 2
    # Nothing is typed any more, so nothing is asked, and the way forward is there.
    page.evaluate("history.forward()")
    expect(field).to_be_visible(timeout=PATIENCE_MS)
    assert len(dialogs) == 2
