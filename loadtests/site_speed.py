"""Times of a guest's visit on a slow phone: home, stores, menu, item, checkout, order placed.

`python -m loadtests.site_speed --url http://localhost:8080 --visits 5`

Chromium is slowed down as Lighthouse does it for a mid-range phone: a quarter of this machine's
CPU, and its "slow 4G". Each visit begins with empty caches. A step's time is that from the guest's
action until the page shows what the guest waits for; choosing and typing are not counted. Each
visit places an order, so point it at a site whose orders nobody makes.
"""

import argparse
import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

# Lighthouse 12, core/config/constants.js, mobileSlow4G: 150 ms and 1.6 Mbit/s down, 750 kbit/s up,
# adjusted to what DevTools does with them, which is to slow down each request.
_LATENCY_MS: Final = 150 * 3.75
_DOWN_BYTES: Final = 1.6 * 1024 * 0.9 * 1024 / 8
_UP_BYTES: Final = 750 * 0.9 * 1024 / 8
_CPU_SLOWDOWN: Final = 4
# A Moto G, as Lighthouse 12 emulates it.
_SCREEN: Final = {"width": 412, "height": 823}
_PIXEL_RATIO: Final = 1.75
_PATIENCE_MS: Final = 120_000
_DAYS_TRIED: Final = 4
STEPS: Final = ("home", "stores", "menu", "item", "checkout", "placed")

Times = Mapping[str, float]


def table(visits: Sequence[Times]) -> str:
    """Return a table of the steps, with the median and the longest time of all visits.

    Args:
        visits: Step to seconds; at least one visit, with all of `STEPS`.
    """
    lines = [f"{'step':<10}{'median':>10}{'longest':>10}"]
    for step in STEPS:
        times = [one[step] for one in visits]
        lines.append(f"{step:<10}{statistics.median(times):>8.2f} s{max(times):>8.2f} s")
    lines.append(f"{len(visits)} visit(s), CPU slowed down {_CPU_SLOWDOWN} times, slow 4G")
    return "\n".join(lines)


def visit(browser: "Browser", url: str, market: str) -> dict[str, float]:
    """Visit the site from its first page to an order; return the seconds of each step.

    Raises:
        playwright.sync_api.TimeoutError: A page did not show what a guest waits for in two minutes.
    """
    context = browser.new_context(
        base_url=url,
        locale="en-US",
        viewport=_SCREEN,  # type: ignore[arg-type]  # a ViewportSize
        device_scale_factor=_PIXEL_RATIO,
        is_mobile=True,
        has_touch=True,
    )
    context.set_default_timeout(_PATIENCE_MS)
    try:
        page = context.new_page()
        _slow_down(page)
        return _walk(page, market)
    finally:
        context.close()


def _slow_down(page: "Page") -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": _LATENCY_MS,
            "downloadThroughput": _DOWN_BYTES,
            "uploadThroughput": _UP_BYTES,
        },
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": _CPU_SLOWDOWN})


def _walk(page: "Page", market: str) -> dict[str, float]:
    times: dict[str, float] = {}

    def step(name: str, act: Callable[[], object], shown: "Locator") -> None:
        started = time.perf_counter()
        act()
        shown.wait_for(state="visible")
        times[name] = time.perf_counter() - started

    first = page.get_by_test_id("market").first
    step("home", lambda: page.goto("/", wait_until="commit"), first)
    chosen = page.locator(f'[data-testid=market][href$="market={market}"]')
    results = page.get_by_test_id("store-result")
    step("stores", chosen.click, results.first)
    step("menu", results.first.click, page.get_by_test_id("menu-item").first)
    item = page.get_by_test_id("item-page")
    step("item", page.locator(".item:not(.item-sold-out) .item-link").first.click, item)
    item.get_by_test_id("add").click()
    step("checkout", page.get_by_test_id("cart-bar").click, page.get_by_test_id("checkout"))
    _choose(page)
    order = page.get_by_test_id("place-order")
    step("placed", order.click, page.get_by_test_id("order-status"))
    return times


def _choose(page: "Page") -> None:
    """Choose a pickup on one of the next days: the store may be closed now."""
    page.get_by_test_id("pickup-later").check()
    for day in range(1, _DAYS_TRIED):
        page.get_by_test_id("pickup-day").select_option(index=day)
        page.locator(".pickup-none, [data-testid=pickup-slot]").first.wait_for()
        if page.get_by_test_id("pickup-slot").count():
            break
    page.get_by_test_id("contact-name").fill("Ada")
    page.locator("[data-testid=place-order][aria-disabled=false]").wait_for()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--url", default="http://localhost:8080", help="the site's address")
    parser.add_argument("--visits", type=int, default=5, help="how many, one after the other")
    parser.add_argument("--market", default="us", help="in which a store is looked for")
    given = parser.parse_args(arguments)
    if given.visits < 1:
        parser.error("--visits must be at least 1")
    chromium = os.environ.get("CARTE_CHROMIUM") or shutil.which("chromium")
    if not chromium:
        parser.error("there is no chromium; `make chromium` installs it")
    from playwright.sync_api import sync_playwright

    visits: list[Times] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for number in range(given.visits):
            visits.append(visit(browser, given.url, given.market))
            sys.stderr.write(f"visit {number + 1} of {given.visits}\n")
        browser.close()
    sys.stdout.write(table(visits) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
