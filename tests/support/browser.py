"""Chromium for tests: how it is found and started, and how long its pages may take."""

import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    Page,
    Request,
    sync_playwright,
)

# Chromium must not look for hosts of its own accord: tests talk to this machine only.
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE_MS = 20_000
# A page rests when it has asked for nothing so long. Playwright's "networkidle" waits for 500 ms.
_REST_S = 0.15
_LOOK_MS = 30
# After the next frame: the last answer is drawn, and effects of it have asked for more.
_DRAWN = "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
SignIn = Callable[[str, str], Page]
"""Opens a path of the site as a ready-made person, who signs in at the user pool's own page."""


class _Traffic:
    """The requests of a context that are under way, and when one began or ended last."""

    def __init__(self, context: BrowserContext) -> None:
        self._under_way: set[Request] = set()
        self._changed = time.monotonic()
        context.on("request", self._begin)
        context.on("requestfinished", self._end)
        context.on("requestfailed", self._end)

    def rests(self) -> bool:
        """Whether nothing is under way, nor was a moment ago."""
        return not self._under_way and time.monotonic() - self._changed > _REST_S

    def _begin(self, request: Request) -> None:
        self._under_way.add(request)
        self._changed = time.monotonic()

    def _end(self, request: Request) -> None:
        self._under_way.discard(request)
        self._changed = time.monotonic()


_TRAFFIC: WeakKeyDictionary[BrowserContext, _Traffic] = WeakKeyDictionary()


def rest(page: Page) -> None:
    """Wait until the pages of a context of `context_of` have what they asked for, and drew it."""
    traffic = _TRAFFIC[page.context]
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while True:
        page.evaluate(_DRAWN)
        if traffic.rests():
            return
        assert time.monotonic() < deadline, f"{page.url} goes on asking"
        page.wait_for_timeout(_LOOK_MS)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium, and close it in the end."""
    with sync_playwright() as playwright, launched(playwright.chromium) as browser:
        yield browser


@contextmanager
def launched(kind: BrowserType, *options: str) -> Iterator[Browser]:
    """Start Chromium with further options of its command line, beside others of one Playwright."""
    path = os.environ.get("CARTE_CHROMIUM") or shutil.which("chromium")
    assert path, "there is no chromium; `make chromium` installs it, CARTE_CHROMIUM names another"
    browser = kind.launch(executable_path=path, args=[*OPTIONS, *options])
    yield browser
    browser.close()


def context_of(
    browser: Browser,
    url: str,
    *,
    also: Iterable[str] = (),
    offline_too: bool = False,
    **options: Any,
) -> tuple[BrowserContext, list[str]]:
    """Return a context of a reader at a site, and a list of what goes wrong in its pages.

    Args:
        browser: Where to open it.
        url: The site's address. Requests to other hosts go wrong.
        also: Addresses beside it that pages may ask, such as those of buckets.
        offline_too: Whether the site may install its service worker. Playwright does not see
            requests that one answers.
        options: Further options of the context.
    """
    context = browser.new_context(
        base_url=url,
        service_workers="allow" if offline_too else "block",
        **{"locale": "en-US", "viewport": {"width": 1280, "height": 900}, **options},
    )
    context.set_default_timeout(PATIENCE_MS)
    _TRAFFIC[context] = _Traffic(context)
    own = (url, "data:", "blob:", *also)
    troubles: list[str] = []
    context.on("weberror", lambda error: troubles.append(str(error.error)))
    context.on(
        "request",
        lambda request: (
            None if request.url.startswith(own) else troubles.append(f"asked for {request.url}")
        ),
    )
    return context, troubles
