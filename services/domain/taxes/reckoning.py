"""The tax of an order's lines, in whole minor units."""

from collections.abc import Sequence
from typing import NamedTuple

from services.domain.taxes.rates import PERCENT, Rounding, TaxRate

_WHOLE = 100 * PERCENT


class TaxedLine(NamedTuple):
    """What a line costs, in minor units.

    Attributes:
        amount: What the guest pays, tax included.
        tax: The part of `amount` that is tax.
    """

    amount: int
    tax: int


class TaxTotal(NamedTuple):
    """One row of a receipt's tax summary, in minor units.

    Attributes:
        levy: Name of the tax.
        rate: Thousandths of a percent.
        net: Amount without any tax that the rate was applied to.
        tax: Tax of this levy.
    """

    levy: str
    rate: int
    net: int
    tax: int


class Reckoning(NamedTuple):
    """The tax of an order.

    Attributes:
        lines: In the order of the lines given.
        totals: By levy and rate, in this order; the sum of their taxes is that of the lines.
    """

    lines: tuple[TaxedLine, ...]
    totals: tuple[TaxTotal, ...]


def reckon(lines: Sequence[tuple[int, Sequence[TaxRate]]]) -> Reckoning:
    """Return what each line costs, and the tax in it.

    A tax that prices do not include is rounded per levy, since a receipt shows each of them. A
    price that includes several levies is split once, so that net and tax add up to it.

    Args:
        lines: For each line, price times quantity in minor units as the menu shows it, and the
            rates that hold for it, as `TaxTable.rates` returns them.
    """
    taxes = _once_per_rate(lines)
    for at, (shown, rates) in enumerate(lines):
        if rates[0].rounding is Rounding.LINE:
            taxes[at] = _taxes(shown, rates)
    taxed = [
        TaxedLine(shown if rates[0].included else shown + sum(taxes[at]), sum(taxes[at]))
        for at, (shown, rates) in enumerate(lines)
    ]
    sums: dict[tuple[str, int], tuple[int, int]] = {}
    for at, (_, rates) in enumerate(lines):
        line = taxed[at]
        for rate, tax in zip(rates, taxes[at], strict=True):
            net, known = sums.get((rate.levy, rate.rate), (0, 0))
            sums[rate.levy, rate.rate] = net + line.amount - line.tax, known + tax
    return Reckoning(
        tuple(taxed),
        tuple(TaxTotal(*key, net, tax) for key, (net, tax) in sorted(sums.items())),
    )


def half_up(amount: int, numerator: int, denominator: int) -> int:
    """Return `amount * numerator / denominator`, rounded to a whole number, a half up."""
    return (2 * amount * numerator + denominator) // (2 * denominator)


def _taxes(shown: int, rates: Sequence[TaxRate]) -> list[int]:
    """Return the tax of each levy in, or on, an amount."""
    if not rates[0].included:
        return [half_up(shown, rate.rate, _WHOLE) for rate in rates]
    together = sum(rate.rate for rate in rates)
    return _shared(half_up(shown, together, _WHOLE + together), [rate.rate for rate in rates])


def _once_per_rate(lines: Sequence[tuple[int, Sequence[TaxRate]]]) -> list[list[int]]:
    """Return the taxes of the lines that are rounded together; empty lists for other lines."""
    groups: dict[tuple[tuple[str, int, bool], ...], list[int]] = {}
    for at, (_, rates) in enumerate(lines):
        if rates[0].rounding is Rounding.RATE:
            key = tuple((rate.levy, rate.rate, rate.included) for rate in rates)
            groups.setdefault(key, []).append(at)
    taxes: list[list[int]] = [[] for _ in lines]
    for members in groups.values():
        amounts = [lines[at][0] for at in members]
        for tax in _taxes(sum(amounts), lines[members[0]][1]):
            for at, share in zip(members, _shared(tax, amounts), strict=True):
                taxes[at].append(share)
    return taxes


def _shared(total: int, weights: Sequence[int]) -> list[int]:
    """Share a total out by weight: whole parts first, then one each to the largest remainders."""
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    byrest = sorted(range(len(weights)), key=lambda at: (-(total * weights[at] % whole), at))
    for at in byrest[: total - sum(parts)]:
        parts[at] += 1
    return parts
