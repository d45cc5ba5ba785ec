"""The texts of stock alerts: complete in seven languages, and safe whatever things are called."""

import re
from datetime import datetime, timedelta
from string import Formatter
from zoneinfo import ZoneInfo

import pytest

from services.domain.documents.subscriber import Subscriber
from services.domain.markets import LOCALES
from services.domain.stamp import Stamp
from services.domain.stock_alerts.mails import MAX_LISTED, NamedNews, compose
from services.domain.stock_alerts.news import StoreNews
from services.domain.stock_alerts.quiet_hours import NIGHT, QuietHours, quiet_hours
from services.domain.stock_alerts.subscribing import Subscription, subscribe
from services.domain.stock_alerts.texts import TEXTS, Texts
from services.domain.validation import InvalidFieldError

LINK = "https://menus.example.com/stock-alerts/opt-out?token=a-b"
BERLIN = ZoneInfo("Europe/Berlin")


def subscriber(language: str) -> Subscriber:
    wanted = Subscription("berlin", "counter@example.org", language, NIGHT)
    stamp = Stamp(1, "eu-west-1")
    return subscribe(None, wanted, stamp, link_key="ab", out=(), keeps_settings=False)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LOCALES)
def test_every_language_fills_in_the_same(language: str) -> None:
    english, other = TEXTS["en"], TEXTS[language]
    for name in Texts._fields:
        assert fields(getattr(other, name)) == fields(getattr(english, name)), name
        assert language == "en" or getattr(other, name) != getattr(english, name), name


@pytest.mark.parametrize("language", LOCALES)
def test_a_mail_names_items_stores_what_to_do_and_the_way_out(language: str) -> None:
    news = StoreNews(("echo-plus",), {"echo-dot": 12, "tap": None})
    names = {"echo-plus": "Echo Plus", "echo-dot": "Echo Dot"}
    mail = compose(subscriber(language), [NamedNews("Berlin", news, names)], LINK)
    texts = TEXTS[language]
    for text in (mail.text, mail.html):
        for part in ("Berlin", "Echo Plus", "Echo Dot", "tap", "12", LINK, "counter@example.org"):
            assert part in text
    assert texts.out_do in mail.text
    assert texts.back_do in mail.text
    assert texts.uncounted in mail.text
    assert f'lang="{language}"' in mail.html


def test_names_are_shown_and_never_obeyed() -> None:
    name = 'Echo\r\nBcc: all@example.org <script>alert("1")</script>\u202e'
    news = NamedNews(name, StoreNews(("x",), {}), {"x": name})
    mail = compose(subscriber("en"), [news], LINK)
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject + mail.text
    assert "\u202e" not in mail.subject + mail.text + mail.html
    assert "<script" not in mail.html
    assert re.search(r"^Bcc:", mail.text, re.MULTILINE) is None


def test_a_long_list_says_how_many_it_leaves_out() -> None:
    news = StoreNews(tuple(f"i{at:04d}" for at in range(200)), {})
    mail = compose(subscriber("en"), [NamedNews("Berlin", news, {})], LINK)
    assert mail.text.count("- i") == MAX_LISTED
    assert "and 150 more" in mail.text


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        ("2026-01-05T20:59", "2026-01-05T20:59"),
        ("2026-01-05T21:00", "2026-01-06T07:00"),
        ("2026-01-06T06:59", "2026-01-06T07:00"),
        ("2026-01-06T07:00", "2026-01-06T07:00"),
        ("2026-03-28T23:00", "2026-03-29T07:00"),  # the night of 23 hours
        ("2026-10-24T23:00", "2026-10-25T07:00"),  # the night of 25 hours
    ],
)
def test_quiet_hours_are_those_of_the_stores_clocks(at: str, ends: str) -> None:
    start, end = (
        datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp() for text in (at, ends)
    )
    assert NIGHT.end_after(int(start * 1000), BERLIN) == int(end * 1000)


def test_quiet_hours_end_within_a_day_and_none_are_never_quiet() -> None:
    start = datetime(2026, 3, 1, tzinfo=BERLIN)
    for hours in range(0, 24 * 60, 7):
        at = int((start + timedelta(hours=hours)).timestamp() * 1000)
        assert at <= NIGHT.end_after(at, BERLIN) <= at + 11 * 3_600_000
        assert QuietHours(60, 60).end_after(at, BERLIN) == at
        day = QuietHours(*quiet_hours("02:30", "02:29"))
        assert day.end_after(at, BERLIN) <= at + 25 * 3_600_000


@pytest.mark.parametrize(
    "text", ["", "24:00", "7:00", "07:60", "07:00 ", "\u0660\u0667:\u0660\u0660", "07.00"]
)
def test_other_texts_are_no_times_of_day(text: str) -> None:
    for given in ((text, "07:00"), ("21:00", text)):
        with pytest.raises(InvalidFieldError, match="no time of day"):
            quiet_hours(*given)


@pytest.mark.parametrize(
    ("mail", "language", "field"),
    [
        ("", "en", "mail"),
        ("a@b", "en", "mail"),
        ("a b@example.org", "en", "mail"),
        ("a@example.org\r\nBcc: b@example.org", "en", "mail"),
        (f"{'a' * 65}@example.org", "en", "mail"),
        ("a@example.org", "xx", "language"),
        ("a@example.org", "", "language"),
    ],
)
def test_wrong_subscriptions_are_refused_by_field_without_the_address(
    mail: str, language: str, field: str
) -> None:
    with pytest.raises(InvalidFieldError) as raised:
        Subscription.of("berlin", mail, language, "21:00", "07:00")
    assert raised.value.field == field
    assert "example.org" not in str(raised.value)


def test_an_address_subscribes_to_a_bounded_number_of_stores() -> None:
    one = subscriber("en")
    for number in range(19):
        wanted = Subscription(f"de-{number}", "counter@example.org", "en", NIGHT)
        one = subscribe(
            one, wanted, Stamp(2, "eu-west-1"), link_key="cd", out=(), keeps_settings=False
        )
    assert (len(one.stores), one.link_key) == (20, "ab")
    with pytest.raises(InvalidFieldError, match="at most 20 stores"):
        subscribe(
            one,
            Subscription("more", "counter@example.org", "en", NIGHT),
            Stamp(3, "eu-west-1"),
            link_key="ef",
            out=(),
            keeps_settings=False,
        )
