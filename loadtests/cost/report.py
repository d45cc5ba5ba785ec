"""Prints a bill in the terminal, and writes it as JSON and CSV."""

import csv
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from loadtests.cost.bill import Bill
from loadtests.cost.estimate import Estimate
from loadtests.cost.savings import Saving

_WIDE: Final = 150  # columns of a terminal that has room for reasons
_SMALL: Final = 0.005  # lines below this share of the bill are summed up


def to_json(estimate: Estimate, bill: Bill, found: list[Saving]) -> dict[str, Any]:
    """Return the estimate, its bill and possible savings as one JSON object."""
    checked = bill.prices.checked
    return {
        "scenario": estimate.traffic.name,
        "yearly_usd": round(bill.yearly_usd, 2),
        "yearly_usd_under_free_tier": round(bill.yearly_usd - bill.free_usd, 2),
        "regions": list(estimate.regions),
        "prices_checked": checked.isoformat(),
        "measured_on": estimate.measured.on.isoformat(),
        "by_service": {name: round(usd, 2) for name, usd in bill.by_service().items()},
        "by_region": {name: round(usd, 2) for name, usd in bill.by_region().items()},
        "lines": [line.to_json(checked) for line in bill.lines],
        "savings": [
            {"change": one.change, "yearly_usd": round(one.yearly_usd, 2)} for one in found
        ],
    }


def write_csv(path: Path, bill: Bill) -> None:
    """Write every line of the bill as CSV."""
    rows = [line.to_json(bill.prices.checked) for line in bill.lines]
    with path.open("w", encoding="utf-8", newline="") as file:
        names = [name for name in rows[0] if name != "usd_per_unit"] if rows else []
        writer = csv.DictWriter(file, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def show(console: Console, estimate: Estimate, bill: Bill, found: list[Saving]) -> None:
    """Print the largest lines, sums by service and region, and what changes would save."""
    console.print(f"[bold]{estimate.traffic.title}[/], regions {', '.join(estimate.regions)}")
    console.print(_lines(bill, explained=console.width >= _WIDE))
    console.print(_sums(bill))
    taken = bill.free_usd
    console.print(
        f"[bold]${bill.yearly_usd:,.0f} a year[/], ${bill.yearly_usd / 12:,.0f} a month; "
        f"${bill.yearly_usd - taken:,.0f} a year under the free tier (takes off ${taken:,.0f})"
    )
    console.print(_savings(found))
    secondary = sum(line.yearly_usd for line in bill.lines if line.price.source == "secondary")
    console.print(
        f"Prices of {bill.prices.checked}, before tax and discounts; "
        f"{secondary / max(bill.yearly_usd, 1):.0%} of the sum rests on prices that AWS's own "
        f"pages were not read for. Quantities measured on {estimate.measured.on} "
        f"({estimate.measured.how}) and counted in the templates.",
        style="dim",
    )


def _lines(bill: Bill, *, explained: bool) -> Table:
    table = Table("service", "what", "region", box=None)
    table.add_column("quantity a year", justify="right")
    table.add_column("$ a year", justify="right")
    if explained:
        table.add_column("because")
    small = 0.0
    for line in bill.largest(len(bill.lines)):
        if line.yearly_usd < _SMALL * bill.yearly_usd:
            small += line.yearly_usd
            continue
        quantity = f"{line.quantity:,.0f} {line.unit}" if line.quantity >= 1 else line.unit
        cells = [line.service, line.item, line.region, quantity, f"{line.yearly_usd:,.0f}"]
        table.add_row(*cells, *([line.because] if explained else []))
    table.add_row("", f"lines below {_SMALL:.1%}", "", "", f"{small:,.0f}", style="dim")
    return table


def _sums(bill: Bill) -> Table:
    table = Table("service", box=None)
    table.add_column("$ a year", justify="right")
    table.add_column("share", justify="right")
    table.add_column("region")
    table.add_column("$ a year", justify="right")
    regions = list(bill.by_region().items())
    for at, (service, usd) in enumerate(bill.by_service().items()):
        region, spent = regions[at] if at < len(regions) else ("", 0.0)
        share = f"{usd / max(bill.yearly_usd, 1e-9):.1%}"
        table.add_row(service, f"{usd:,.0f}", share, region, f"{spent:,.0f}" if region else "")
    return table


def _savings(found: list[Saving]) -> Table:
    table = Table("a change", box=None)
    table.add_column("saves $ a year", justify="right")
    for one in found:
        table.add_row(one.change, f"{one.yearly_usd:,.0f}")
    return table
