"""Quotes of random orders: nothing appears or disappears, and slots lie in opening hours."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.hours import opening_state, parse_hours
from services.domain.menu import assemble
from services.domain.quotes.limits import RequestedLine
from services.domain.quotes.pickup import OpeningTimes, PickupRules, Slot, chosen_slot, slots
from services.domain.quotes.quote import QuoteRequest, quote
from services.domain.quotes.refusals import OrderRefusedError, PriceChanged, SoldOut
from tests.support.order_story import NOON, RULES, catalog, documents

IDS = ("ring", "berliner", "flat-white", "porridge", "nothing")
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Kolkata", "Asia/Tokyo")
HOURS = ("24/7", "Mo-Su 07:00-20:00", "Mo-Fr 05:40-21:10; Sa-Su 18:00-03:00", "We 00:00-04:00")

orders = st.lists(
    st.builds(RequestedLine, st.sampled_from(IDS), st.integers(-1, 12)), max_size=5
).map(tuple)
stocks = st.dictionaries(st.sampled_from(IDS), st.integers(0, 15), min_size=1)
moments = st.integers(0, 366 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(orders, stocks, st.none() | st.integers(0, 9_000))
def test_a_quote_is_the_menus_prices_and_its_parts_add_up(
    lines: tuple[RequestedLine, ...], counted: dict[str, int], expected: int | None
) -> None:
    store, prices = documents(counted=counted), catalog()
    try:
        found = quote(
            *(QuoteRequest(lines, None, expected), store, prices, RULES, NOON),
            has_place=lambda _slot: True,
        )
    except OrderRefusedError as refused:
        for one in refused.refusals:
            if isinstance(one, SoldOut):
                wanted = sum(line.quantity for line in lines if line.item_id == one.item_id)
                assert 0 <= one.left < wanted
            if isinstance(one, PriceChanged):
                assert one.total != expected
                again = QuoteRequest(lines, None, one.total)
                quote(again, store, prices, RULES, NOON, has_place=lambda _slot: True)
        return
    menu = assemble(store, prices, at=NOON, locale=None)
    shown = {one.id: one.price.amount_minor for part in menu.categories for one in part.items}
    assert [line.price for line in found.lines] == [shown[line.item_id] for line in lines]
    assert found.total == sum(line.price * line.quantity for line in found.lines)
    assert found.total == sum(one.net + one.tax for one in found.taxes)
    assert expected in {None, found.total}
    for name, pieces in found.pieces.items():
        assert pieces <= counted.get(name, pieces)


@given(st.sampled_from(ZONES), st.sampled_from(HOURS), moments, st.integers(0, 8))
def test_every_slot_lies_in_opening_hours_of_its_day_and_has_an_id_of_its_own(
    zone: str, hours: str, now: datetime, ahead: int
) -> None:
    opening, rules = OpeningTimes(hours, zone), PickupRules()
    day = opening.today(now) + timedelta(days=ahead)
    found = slots(opening, day, now, rules)
    week = parse_hours(hours)
    for slot in found:
        start = datetime.fromtimestamp(slot.start, ZoneInfo(zone))
        assert slot.day == day == start.date()
        assert start.minute % 15 == 0
        assert slot.start >= now.timestamp() + rules.preparation(1)
        for second in (slot.start, slot.start + 450, slot.end - 1):
            assert opening_state(week, zone, datetime.fromtimestamp(second, UTC)).open
    assert [one.id for one in found] == sorted({one.id for one in found})
    midnight = int(datetime.combine(day, datetime.min.time(), UTC).timestamp())
    chosen = {
        one.start: one
        for start in range(midnight - 86_400, midnight + 172_800, 450)
        if isinstance(one := chosen_slot(opening, str(start), now, rules, 1), Slot)
    }
    assert [chosen[start] for start in sorted(chosen) if chosen[start].day == day] == found


@pytest.mark.parametrize("zone", ZONES)
def test_no_quarter_of_an_hour_in_which_a_store_is_open_lacks_a_slot(zone: str) -> None:
    for hours in HOURS:
        opening, rules = OpeningTimes(hours, zone), PickupRules(preparation_s=0, piece_s=0)
        week = parse_hours(hours)
        for first in (date(2026, 3, 28), date(2026, 10, 24), date(2026, 4, 4), date(2026, 11, 1)):
            now = datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(zone))
            for ahead in range(3):
                day = first + timedelta(days=ahead)
                starts = {one.start for one in slots(opening, day, now, rules)}
                begin = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
                for start in range(begin - 12 * 3600, begin + 30 * 3600, 900):
                    local = datetime.fromtimestamp(start, ZoneInfo(zone))
                    whole = all(
                        opening_state(week, zone, datetime.fromtimestamp(at, UTC)).open
                        for at in (start, start + 600)  # all hours are whole tens of minutes
                    )
                    expected = whole and local.date() == day and start >= now.timestamp()
                    assert (start in starts) is expected, (hours, local)
