"""Pictures of all pages of a local cloud's site, and what the browser notices on each.

`python -m loadtests.screenshots --port 8080 --out build/pages --order ORDER --order ORDER`

Every page is opened at each width, light and dark, signed in where it wants that. Of the whole page
a PNG is written, `<page>-<width>-<scheme>.png`, and where something was tapped another one of the
window, `<page>-<width>-<scheme>-tapped.png`. The table has the worst value of all of them:

- `shift`: cumulative layout shift while the page loads and is scrolled to its end and back; shifts
  within 500 ms of an input do not count; what moved stands below the table;
- `tap`: the longest event of all taps, in ms, from the input to the next picture (the entries
  `event` of the browser that have an interactionId, as INP counts them, on this machine's CPU; in
  steps of 8, those below 16 are not told apart);
- `over`: CSS pixels by which the page is wider than its window;
- `errors`: what the console and the page's scripts report, listed below the table.
"""

import argparse
import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from loadtests.screenshots.pages import SitePage, guests_pages, staff_pages, writing

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

WIDTHS: Final = (390, 820, 1440)
SCHEMES: Final = ("light", "dark")
MOST_SHIFT: Final = 0.02
_HEIGHT: Final = 900
_PATIENCE_MS: Final = 40_000
_TAP_MS: Final = 2_000
_SETTLED_MS: Final = 400
_STEP_MS: Final = 100
_WATCH: Final = """
window.carteShift = 0; window.carteMoved = []; window.carteTap = 0;
const named = (node) =>
  node?.nodeType === 1 ? node.localName + [...node.classList].map((one) => "." + one).join("") : "";
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (entry.hadRecentInput) continue;
    carteShift += entry.value;
    carteMoved.push(...entry.sources.map(({ node }) => named(node)).filter(Boolean));
  }
}).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries())
    if (entry.interactionId) carteTap = Math.max(carteTap, entry.duration);
}).observe({ type: "event", durationThreshold: 16, buffered: true });
"""
_TO_THE_END_AND_BACK: Final = """async () => {
  for (let y = 0; y < document.body.scrollHeight; y += innerHeight) {
    scrollTo({ top: y, behavior: "instant" });
    await new Promise((drawn) => setTimeout(drawn, 60));
  }
  scrollTo({ top: 0, behavior: "instant" });
}"""
_TOO_WIDE: Final = """
document.documentElement.scrollWidth - document.documentElement.clientWidth
"""
# Pages still load what stands in for their content as "bones".
_LOADED: Final = "document.fonts.status === 'loaded' && !document.querySelector('main .bone')"


@dataclass
class PageFindings:
    """What was noticed on a page, the worst of all its visits.

    Attributes:
        shift: Cumulative layout shift.
        tap_ms: Longest event of a tap in ms; None where nothing was tapped.
        over_px: CSS pixels by which it was wider than its window.
        errors: What went wrong, each once.
        moved: Tags and classes of what moved, where the page shifts by more than `MOST_SHIFT`.
    """

    shift: float = 0.0
    tap_ms: float | None = None
    over_px: int = 0
    errors: list[str] = field(default_factory=list)
    moved: set[str] = field(default_factory=set)

    def add(self, *, shift: float, tap_ms: float | None, over_px: int) -> None:
        """Note another visit."""
        self.shift = max(self.shift, shift)
        self.over_px = max(self.over_px, over_px)
        if tap_ms is not None:
            self.tap_ms = max(self.tap_ms or 0.0, tap_ms)

    def wrong(self, what: str) -> None:
        """Note an error."""
        if what not in self.errors:
            self.errors.append(what)


def table(findings: dict[str, PageFindings]) -> str:
    """Return a table of the pages, and below it the errors."""
    lines = [f"{'page':<16}{'shift':>8}{'tap':>9}{'over':>7}{'errors':>8}"]
    for name, one in findings.items():
        tap = "-" if one.tap_ms is None else f"{one.tap_ms:.0f} ms" if one.tap_ms else "<16 ms"
        lines.append(f"{name:<16}{one.shift:>8.4f}{tap:>9}{one.over_px:>4} px{len(one.errors):>8}")
    lines += [
        f"{name}: moved: {', '.join(sorted(one.moved))}"
        for name, one in findings.items()
        if one.moved
    ]
    lines += [f"{name}: {what}" for name, one in findings.items() for what in one.errors]
    return "\n".join(lines)


class Tour:
    """Opens pages one after the other in a window of one width and scheme.

    Attributes:
        findings: What was noticed, by the names of the pages.
    """

    def __init__(self, browser: "Browser", out: Path, options: argparse.Namespace) -> None:
        self.findings: dict[str, PageFindings] = {}
        self._browser = browser
        self._out = out
        self._url = f"http://localhost:{options.port}"
        self._language = options.language

    def visit(self, pages: Sequence[SitePage], width: int, scheme: Any, token: str) -> None:
        """Photograph pages at a width, in a colour scheme."""
        for one in pages:
            findings = self.findings.setdefault(one.name, PageFindings())
            with self._context(one, width, scheme) as context:
                page = context.new_page()
                self._watch(page, one, findings)
                try:
                    self._open(page, one, token if one.staff else None)
                    self._photograph(page, one, f"{one.name}-{width}-{scheme}", findings)
                except _playwright_error() as error:
                    findings.wrong(f"at {width} px, {scheme}: {str(error).splitlines()[0]}")

    @contextmanager
    def _context(self, one: SitePage, width: int, scheme: Any) -> "Iterator[BrowserContext]":
        context = self._browser.new_context(
            base_url=self._url,
            locale=self._language,
            viewport={"width": width, "height": _HEIGHT},
            color_scheme=scheme,
            has_touch=True,
            reduced_motion="reduce",
            service_workers="allow" if one.offline else "block",
        )
        context.set_default_timeout(_PATIENCE_MS)
        context.add_init_script(_WATCH)
        if one.local_storage:
            context.add_init_script(writing(one.local_storage))
        try:
            yield context
        finally:
            context.close()

    def _watch(self, page: "Page", one: SitePage, findings: PageFindings) -> None:
        page.on("pageerror", lambda error: findings.wrong(str(error)))

        def on_console(message: Any) -> None:
            # A page that does not exist has the status 404; without a network nothing loads.
            own = str(message.location.get("url", "")).endswith(one.path)
            if message.type == "error" and not own and not one.offline:
                findings.wrong(message.text)

        page.on("console", on_console)

    def _open(self, page: "Page", one: SitePage, token: str | None) -> None:
        page.goto(one.path + (f"#token={token}" if token else ""))
        page.locator(one.shown).first.wait_for()
        if one.offline:
            page.evaluate("navigator.serviceWorker.ready.then(() => true)")
            page.reload()
            page.locator(one.shown).first.wait_for()
            page.wait_for_load_state("networkidle")
            page.context.set_offline(True)
            page.reload()
            page.locator(one.shown).first.wait_for()
        # `wait_for_function` evaluates a text in the page: the content security policy forbids it.
        for _ in range(_PATIENCE_MS // _STEP_MS):
            if page.evaluate(_LOADED):
                break
            page.wait_for_timeout(_STEP_MS)
        page.wait_for_timeout(_SETTLED_MS)

    def _photograph(self, page: "Page", one: SitePage, name: str, findings: PageFindings) -> None:
        page.evaluate(_TO_THE_END_AND_BACK)
        shift, over = page.evaluate("carteShift"), page.evaluate(_TOO_WIDE)
        if shift > MOST_SHIFT:
            findings.moved.update(page.evaluate("carteMoved"))
        page.screenshot(path=self._out / f"{name}.png", full_page=True)
        tapped = [tap for tap in one.taps if self._tap(page, tap)]
        longest = None
        if tapped:
            page.wait_for_timeout(_SETTLED_MS)
            longest, over = page.evaluate("carteTap"), max(over, page.evaluate(_TOO_WIDE))
            page.screenshot(path=self._out / f"{name}-tapped.png")
        findings.add(shift=shift, tap_ms=longest, over_px=over)

    def _tap(self, page: "Page", selector: str) -> bool:
        found = page.locator(f"{selector}:visible")
        if not found.count():
            return False
        try:
            found.first.tap(timeout=_TAP_MS)
        except _playwright_error():
            return False
        page.wait_for_timeout(_SETTLED_MS)
        return True


def _playwright_error() -> type[Exception]:
    from playwright.sync_api import Error

    return Error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--port", type=int, default=8080, help="of a local cloud that runs")
    parser.add_argument("--out", type=Path, required=True, help="folder of the pictures")
    parser.add_argument("--store", default="us-00001", help="whose pages are shown")
    parser.add_argument("--item", default="glazed-ring", help="of the store's menu")
    parser.add_argument("--order", action="append", default=[], help="id of an order; repeatable")
    parser.add_argument("--language", default="en-US", help="of the browser, such as de-DE")
    parser.add_argument("--only", default="", help="pages whose name has this regular expression")
    parser.add_argument("--width", type=int, action="append", help=f"default: {WIDTHS}; repeatable")
    parser.add_argument("--scheme", choices=SCHEMES, action="append", help="default: both")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the pictures, print the table; exit code 1 if a page is too wide or has errors."""
    parser = _parser()
    given = parser.parse_args(arguments)
    market = given.store.partition("-")[0]
    pages = (
        *guests_pages(given.store, given.item, given.order),
        *staff_pages(given.store, market),
    )
    chosen = [one for one in pages if re.search(given.only, one.name)]
    if not chosen:
        names = ", ".join(one.name for one in pages)
        parser.error(f"--only {given.only}: no page has such a name; pages are {names}")
    chromium = os.environ.get("CARTE_CHROMIUM") or shutil.which("chromium")
    if not chromium:
        parser.error("there is no chromium; `make chromium` installs it")
    from playwright.sync_api import sync_playwright

    from localcloud.issuer import this_machines

    token = this_machines().token(["chain:admin"], subject="screenshots", lifetime_s=3600)
    given.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        tour = Tour(browser, given.out, given)
        for width in given.width or WIDTHS:
            for scheme in given.scheme or SCHEMES:
                tour.visit(chosen, width, scheme, token)
                sys.stderr.write(f"{width} px, {scheme}\n")
        browser.close()
    sys.stdout.write(table(tour.findings) + "\n")
    return int(any(one.over_px > 0 or one.errors for one in tour.findings.values()))


if __name__ == "__main__":
    sys.exit(main())
