"""The edge's own page in a real browser: it draws what the status says, and asks nobody else."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.support.local_cloud import LocalCloud

OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture
def page(cloud: LocalCloud) -> Iterator[Page]:
    path = os.environ.get("CARTE_CHROMIUM") or shutil.which("chromium")
    assert path, "there is no chromium; `make chromium` installs it, CARTE_CHROMIUM names another"
    troubles: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        opened = browser.new_page(base_url=cloud.layout.edge_url)
        opened.set_default_timeout(20_000)
        opened.on("pageerror", lambda error: troubles.append(str(error)))
        opened.on("console", lambda said: troubles.append(said.text))
        opened.on(
            "request",
            lambda request: (
                None
                if request.url.startswith(cloud.layout.edge_url)
                else troubles.append(request.url)
            ),
        )
        yield opened
        browser.close()
    assert troubles == []


def test_the_page_shows_regions_drains_one_and_takes_it_back(page: Page) -> None:
    page.goto("/_edge/")
    cards = page.locator("#regions section")
    expect(cards).to_have_count(3)
    expect(page.locator("#times")).to_contain_text("time scale 10")
    far = cards.filter(has_text="ap-southeast-1")
    far.get_by_role("button", name="drain").click()
    try:
        expect(far.locator(".badge")).to_have_text("drained")
        expect(page.locator("#events")).to_contain_text("ap-southeast-1 is drained")
    finally:
        far.get_by_role("button", name="take back").click()
    expect(far.locator(".badge")).not_to_have_text("drained")
    expect(page.locator("#places .place")).to_have_count(3)
    expect(page.locator("#faults")).to_contain_text("None.")
