"""What the browser tests share: Chromium, and guests and staff at the local cloud's site."""

import json
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from localcloud.accounts import people
from tests.support.browser import PATIENCE_MS, SignIn, chromium, context_of
from tests.support.local_cloud import LocalCloud

# Playwright's own five seconds are too few where a busy region is given up, and another answers.
expect.set_options(timeout=PATIENCE_MS)


_FAILED = pytest.StashKey[bool]()
# Takes up, once in each tab, the session of a person who signed in before.
_TAKE_UP = """
if (location.origin === %s && !sessionStorage.getItem("taken-up")) {
  for (const [name, value] of Object.entries(%s)) sessionStorage.setItem(name, value);
  sessionStorage.setItem("taken-up", "yes");
}
"""
_STARTED: list[Browser] = []
_END = ExitStack()


@pytest.fixture
def browser() -> Browser:
    """Chromium, one for all tests of this folder that run in a row."""
    if not _STARTED:
        _STARTED.append(_END.enter_context(chromium()))
    return _STARTED[0]


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """Close Chromium before a test of another folder: beside Playwright's, no event loop runs."""
    if nextitem is None or not nextitem.path.is_relative_to(Path(__file__).parent):
        _close_chromium()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Close it also where a run ended before its last test."""
    _close_chromium()


def _close_chromium() -> None:
    _STARTED.clear()
    _END.close()


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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Note that a test failed, for the end of its fixtures."""
    report = yield
    item.stash[_FAILED] = report.failed or item.stash.get(_FAILED, False)
    return report


@pytest.fixture
def page(
    visitor: Callable[[], BrowserContext], tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """Open one page; where the test fails, keep a picture of what it showed last."""
    opened = visitor().new_page()
    yield opened
    if request.node.stash.get(_FAILED, False):
        opened.screenshot(path=tmp_path / "last.png")


@pytest.fixture(scope="session")
def sessions(cloud: LocalCloud) -> dict[str, str]:
    """What tabs have of the people who signed in at the shared cloud: name to `sessionStorage`."""
    return {}


@pytest.fixture
def staff(browser: Browser, cloud: LocalCloud) -> Iterator[BrowserContext]:
    """A context for the tabs of staff, which also ask the regions' buckets."""
    buckets = [region.endpoint for region in cloud.layout.regions]
    context, troubles = context_of(browser, cloud.layout.edge_url, also=buckets)
    yield context
    context.close()
    assert troubles == []


@pytest.fixture
def sign_in_at_pool(staff: BrowserContext, cloud: LocalCloud) -> SignIn:
    """Open a page as one of the ready-made people, who signs in at the pool's own page."""
    passwords = {one["name"]: one["password"] for one in people(cloud.layout)}

    def sign_in(name: str, path: str) -> Page:
        page = staff.new_page()
        page.goto(path)
        page.get_by_test_id("to-sign-in").click()
        page.fill("input[name=username]", name)
        page.fill("input[name=password]", passwords[name])
        page.locator("[type=submit]").click()
        expect(page).to_have_url(re.compile(re.escape(path) + "$"), timeout=PATIENCE_MS)
        return page

    return sign_in


@pytest.fixture
def signed_in(
    staff: BrowserContext, sign_in_at_pool: SignIn, sessions: dict[str, str], cloud: LocalCloud
) -> SignIn:
    """Open a page as one of the ready-made people, who signs in once for all tests."""

    def sign_in(name: str, path: str) -> Page:
        if name not in sessions:
            page = sign_in_at_pool(name, path)
            sessions[name] = page.evaluate("JSON.stringify(sessionStorage)")
            return page
        page = staff.new_page()
        page.add_init_script(_TAKE_UP % (json.dumps(cloud.layout.edge_url), sessions[name]))
        page.goto(path)
        return page

    return sign_in
