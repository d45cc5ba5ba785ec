"""Chromium for tests: how it is found and started, and how long its pages may take."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, sync_playwright

# Chromium must not look for hosts of its own accord: tests talk to this machine only.
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE_MS = 20_000
SignIn = Callable[[str, str], Page]
"""Opens a path of the site as a ready-made person, who signs in at the user pool's own page."""


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
