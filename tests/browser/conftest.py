"""What the browser tests share: Chromium, and readers that visit the local cloud's site."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.browser import chromium, context_of
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
