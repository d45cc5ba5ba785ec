"""A bill as a picture: what a year costs by service, and of that by region."""

from typing import Final

from loadtests.cost.bill import WORLD, Bill
from loadtests.reports.palette import colors
from loadtests.reports.svg import drawing, rect, text

_WIDTH: Final = 860
_LABELS: Final = 150
_ROW: Final = 30
_TOP: Final = 84
_FONT: Final = 13


def svg(bill: Bill, title: str) -> str:
    """Return a stand-alone SVG."""
    sums = {name: usd for name, usd in bill.by_service().items() if usd > 0}
    regions = sorted({line.region for line in bill.lines}, key=lambda name: (name == WORLD, name))
    fill = colors(regions)
    scale = (_WIDTH - _LABELS - 110) / max(sums.values(), default=1)
    height = _TOP + _ROW * len(sums) + 20
    heading = f"{title}: ${bill.yearly_usd:,.0f} a year"
    parts = [rect(0, 0, _WIDTH, height, "#fff"), text(16, 28, heading, size=17, bold=True)]
    x = 16.0
    for name in regions:
        parts.append(rect(x, 46, 12, 12, fill[name]))
        parts.append(text(x + 17, 57, name, size=_FONT))
        x += 36 + 7.2 * len(name)
    for row, (service, total) in enumerate(sums.items()):
        y, x = _TOP + row * _ROW, float(_LABELS)
        parts.append(text(_LABELS - 10, y + 16, service, anchor="end", size=_FONT))
        for name in regions:
            usd = sum(
                line.yearly_usd
                for line in bill.lines
                if (line.service, line.region) == (service, name)
            )
            if usd > 0:
                tooltip = f"{service}, {name}: ${usd:,.0f}"
                parts.append(
                    rect(round(x, 1), y + 2, round(usd * scale, 1), 20, fill[name], title=tooltip)
                )
                x += usd * scale
        parts.append(text(round(x + 8, 1), y + 16, f"${total:,.0f}", size=_FONT))
    return drawing(_WIDTH, height, "\n".join(parts), label=heading) + "\n"
