"""Taxes of orders agree with decimal arithmetic, and no minor unit appears or disappears."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.domain.taxes.goods import Goods
from services.domain.taxes.rates import Rounding, Source, TaxRate
from services.domain.taxes.reckoning import reckon

SOURCE = Source("test", "https://example.org", primary=True)


def rate(percent: int, levy: str, *, included: bool, rounding: Rounding) -> TaxRate:
    day = date(2026, 1, 1)
    return TaxRate("us", "", levy, Goods.PASTRY, percent, included, rounding, day, SOURCE)


@st.composite
def orders(draw: st.DrawFn) -> list[tuple[int, tuple[TaxRate, ...]]]:
    included, rounding = draw(st.booleans()), draw(st.sampled_from(Rounding))
    levies = draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=3, unique=True))
    kinds = draw(
        st.lists(
            st.tuples(*(st.sampled_from((0, 1_000, 4_875, 8_000, 9_975, 20_000)) for _ in levies)),
            min_size=1,
            max_size=3,
        )
    )
    rates = [
        tuple(
            rate(one, levy, included=included, rounding=rounding)
            for one, levy in zip(kind, sorted(levies), strict=True)
        )
        for kind in kinds
    ]
    amounts = st.integers(0, 2_000) | st.integers(0, 10**7)
    return draw(st.lists(st.tuples(amounts, st.sampled_from(rates)), max_size=8))


def exact(shown: int, rates: tuple[TaxRate, ...]) -> Decimal:
    """Return the tax of a line before rounding."""
    share = Decimal(sum(one.rate for one in rates)) / 100_000
    return Decimal(shown) * share / ((1 + share) if rates[0].included else 1)


def rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


@given(orders())
def test_lines_and_totals_add_up_and_prices_with_tax_are_what_is_paid(
    lines: list[tuple[int, tuple[TaxRate, ...]]],
) -> None:
    found = reckon(lines)
    assert len(found.lines) == len(lines)
    for (shown, rates), line in zip(lines, found.lines, strict=True):
        assert 0 <= line.tax <= line.amount
        assert line.amount == (shown if rates[0].included else shown + line.tax)
    assert sum(one.tax for one in found.totals) == sum(line.tax for line in found.lines)
    assert len({(one.levy, one.rate) for one in found.totals}) == len(found.totals)
    for total in found.totals:
        expected = sum(
            line.amount - line.tax
            for (_, rates), line in zip(lines, found.lines, strict=True)
            if (total.levy, total.rate) in [(one.levy, one.rate) for one in rates]
        )
        assert total.net == expected


@given(orders())
def test_tax_per_line_is_the_exact_tax_rounded_half_up(
    lines: list[tuple[int, tuple[TaxRate, ...]]],
) -> None:
    found = reckon(lines)
    for (shown, rates), line in zip(lines, found.lines, strict=True):
        if rates[0].rounding is Rounding.RATE:
            continue
        if rates[0].included:
            assert line.tax == rounded(exact(shown, rates))
        else:  # a receipt shows each levy
            assert line.tax == sum(rounded(exact(shown, (one,))) for one in rates)


@given(orders())
def test_tax_per_rate_is_rounded_once_for_all_lines_and_shared_out_fairly(
    lines: list[tuple[int, tuple[TaxRate, ...]]],
) -> None:
    groups: dict[tuple[int, ...], list[int]] = {}
    for at, (_, rates) in enumerate(lines):
        if rates[0].rounding is Rounding.RATE:
            groups.setdefault(tuple(one.rate for one in rates), []).append(at)
    found = reckon(lines)
    for members in groups.values():
        rates = lines[members[0]][1]
        whole = sum(lines[at][0] for at in members)
        taxes = sum(found.lines[at].tax for at in members)
        if rates[0].included:
            assert taxes == rounded(exact(whole, rates))
        else:
            assert taxes == sum(rounded(exact(whole, (one,))) for one in rates)
        for at in members:
            off = abs(found.lines[at].tax - exact(lines[at][0], rates))
            assert off < 2 * len(rates)


def test_a_japanese_receipt_is_rounded_once_per_rate() -> None:
    eight = rate(8_000, "consumption tax", included=True, rounding=Rounding.RATE)
    found = reckon([(108, (eight,)), (50, (eight,)), (50, (eight,)), (50, (eight,))])
    # 258 x 8/108 = 19.11; by the line it would be 8 + 4 + 4 + 4 = 20.
    assert sum(line.tax for line in found.lines) == 19
    assert found.totals[0].net == 239


def test_taxes_that_are_added_are_rounded_per_levy() -> None:
    gst = rate(5_000, "GST", included=False, rounding=Rounding.LINE)
    qst = rate(9_975, "QST", included=False, rounding=Rounding.LINE)
    found = reckon([(330, (gst, qst))])
    assert [(one.levy, one.net, one.tax) for one in found.totals] == [
        ("GST", 330, 17),  # 16.5
        ("QST", 330, 33),  # 32.9175
    ]
    assert found.lines[0] == (380, 50)
