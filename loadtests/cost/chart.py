"""A bill as a picture: what a year costs by service, and of that by region."""

from html import escape
from typing import Final

from loadtests.cost.bill import WORLD, Bill

_WIDTH: Final = 860
_LABELS: Final = 150
_ROW: Final = 30
_TOP: Final = 84
_COLORS: Final = ("#2f6fb0", "#e07b39", "#3d9970", "#8e5ea2", "#c0392b", "#6b8e23", "#5d6d7e")


def svg(bill: Bill, title: str) -> str:
    """A stand-alone SVG."""
    services = [name for name, usd in bill.by_service().items() if usd > 0]
    regions = sorted({line.region for line in bill.lines}, key=lambda name: (name == WORLD, name))
    color = {name: _COLORS[at % len(_COLORS)] for at, name in enumerate(regions)}
    sums = bill.by_service()
    scale = (_WIDTH - _LABELS - 110) / max(sums.values(), default=1)
    height = _TOP + _ROW * len(services) + 20
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
            f'viewBox="0 0 {_WIDTH} {height}" font-family="system-ui, sans-serif" font-size="13">'
        ),
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        (
            f'<text x="16" y="28" font-size="17" font-weight="600">{escape(title)}: '
            f"${bill.yearly_usd:,.0f} a year</text>"
        ),
    ]
    x = 16.0
    for name in regions:
        parts.append(f'<rect x="{x}" y="46" width="12" height="12" fill="{color[name]}"/>')
        parts.append(f'<text x="{x + 17}" y="57">{escape(name)}</text>')
        x += 36 + 7.2 * len(name)
    for row, service in enumerate(services):
        y = _TOP + row * _ROW
        x = float(_LABELS)
        parts.append(
            f'<text x="{_LABELS - 10}" y="{y + 16}" text-anchor="end">{escape(service)}</text>'
        )
        for name in regions:
            usd = sum(
                line.yearly_usd
                for line in bill.lines
                if (line.service, line.region) == (service, name)
            )
            if usd > 0:
                told = escape(f"{service}, {name}: ${usd:,.0f}")
                parts.append(
                    f'<rect x="{x:.1f}" y="{y + 2}" width="{usd * scale:.1f}" height="20" '
                    f'fill="{color[name]}"><title>{told}</title></rect>'
                )
                x += usd * scale
        parts.append(f'<text x="{x + 8:.1f}" y="{y + 16}">${sums[service]:,.0f}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
