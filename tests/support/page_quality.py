"""What a page of the site must be for everybody: accessible by axe, and still while it loads."""

from typing import Any, Final

from playwright.sync_api import Page

from localcloud.layout import REPO_ROOT

_AXE: Final = REPO_ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
# Web Vitals, "Cumulative Layout Shift": shifts soon after an input do not count.
WATCH_SHIFTS: Final = """
window.carteShift = 0;
window.carteMoved = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (entry.hadRecentInput) continue;
    carteShift += entry.value;
    carteMoved.push(...entry.sources.map(({ node }) => node?.className || node?.nodeName));
  }
}).observe({ type: 'layout-shift', buffered: true });
"""
MOST_SHIFT: Final = 0.02
# What fades in or moves is judged when it is there: halfway, a text has too little contrast.
_RESTED: Final = """
() => Promise.allSettled(
  document.getAnimations()
    .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity)
    .map((one) => one.finished)
).then(() => null)
"""
# WebKit lets no legend float in a grid or a row, and draws it across the border.
_LOST_LEGENDS: Final = """
[...document.querySelectorAll('fieldset > legend')]
  .filter((legend) => getComputedStyle(legend).float !== 'none'
    && /grid|flex/.test(getComputedStyle(legend.parentElement).display))
  .map((legend) => legend.textContent)
"""


def violations(page: Page) -> list[str]:
    """Return what is wrong with a page as it is shown: a line for each rule of axe and legend."""
    page.evaluate(_RESTED)
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    found: Any = page.evaluate("async () => (await axe.run()).violations")
    lines = [
        f"{page.url}: {one['id']}: {one['help']}: {[node['html'][:200] for node in one['nodes']]}"
        for one in found
    ]
    lost: list[str] = page.evaluate(_LOST_LEGENDS)
    return lines + [f"{page.url}: a legend floats in a grid or a row: {one}" for one in lost]


def moved(page: Page) -> str:
    """Return the classes or names of what moved by itself, for a page with WATCH_SHIFTS."""
    return str(page.evaluate("carteMoved.join(', ')"))


def shift(page: Page) -> float:
    """Return how far the page's content moved by itself, for a page with WATCH_SHIFTS."""
    return float(page.evaluate("carteShift"))
