"""What the browser tests share: Chromium, and guests and staff at the local cloud's site."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from localcloud.accounts import people
from tests.support.browser import PATIENCE_MS, SignIn, chromium, context_of
from tests.support.local_cloud import LocalCloud


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; one for each module, because Playwright runs once at a time."""
    with chromium() as launched:
        yield launched


@pytest.fixture
def visitor(browser: Browser, cloud: LocalCloud) -> Iterator[Callable[..., BrowserContext]]:
    """Open contexts of different people, with storage of their own."""
    opened: list[tuple[BrowserContext, list[str]]] = []

    def visit(**options: Any) -> BrowserContext:
        opened.append(context_of(browser, cloud.layout.edge_url, **options))
        return opened[-1][0]

    yield visit
    troubles: list[str] = []
    for context, noticed in opened:
        context.close()
        troubles += noticed
    assert troubles == []


@pytest.fixture
def page(visitor: Callable[[], BrowserContext], tmp_path: Path) -> Iterator[Page]:
    """Open one page, and keep a picture of what it showed last."""
    opened = visitor().new_page()
    yield opened
    opened.screenshot(path=tmp_path / "last.png")


@pytest.fixture
def signed_in(browser: Browser, cloud: LocalCloud) -> Iterator[SignIn]:
    """Open a page as one of the ready-made people, who signs in at the pool's own page."""
    buckets = [region.endpoint for region in cloud.layout.regions]
    context, troubles = context_of(browser, cloud.layout.edge_url, also=buckets)
    passwords = {one["name"]: one["password"] for one in people(cloud.layout)}

    def sign_in(name: str, path: str) -> Page:
        page = context.new_page()
        page.goto(path)
        page.get_by_test_id("to-sign-in").click()
        page.fill("input[name=username]", name)
        page.fill("input[name=password]", passwords[name])
        page.locator("[type=submit]").click()
        expect(page).to_have_url(re.compile(re.escape(path) + "$"), timeout=PATIENCE_MS)
        return page

    yield sign_in
    context.close()
    assert troubles == []
