"""The texts of notices to people: complete in seven languages, and safe whatever they quote."""

from string import Formatter

import pytest

from services.domain.markets import LOCALES
from services.domain.people.notice_texts import TEXTS, Texts, language_of
from services.domain.people.notices import (
    MAX_LISTED,
    Reader,
    RoleNews,
    changed_roles,
    new_device,
    welcome,
)
from services.domain.people.roles import Role, Scope

SITE = "https://menus.example.com"


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def flat(wording: Texts) -> dict[str, str]:
    texts = {name: text for name, text in wording._asdict().items() if isinstance(text, str)}
    return (
        texts
        | {str(role): wording.names[role] for role in Role}
        | {f"place {scope}": wording.places[scope] for scope in Scope}
    )


@pytest.mark.parametrize("language", LOCALES)
def test_every_language_fills_in_the_same(language: str) -> None:
    english, other = flat(TEXTS["en"]), flat(TEXTS[language])
    for name, text in english.items():
        assert fields(other[name]) == fields(text), name


@pytest.mark.parametrize("language", LOCALES)
def test_each_mail_is_text_and_html_in_the_language_and_says_why_it_comes(language: str) -> None:
    reader = Reader("kim@example.org", language)
    texts = TEXTS[language]
    news = RoleNews(("store:us-00001:till",), ("market:us:editor", "chain:admin"), everything=True)
    for mail, parts in (
        (welcome(reader, SITE), [f"{SITE}/staff"]),
        (new_device(reader, SITE, 0), ["1970-01-01 00:00", f"{SITE}/staff"]),
        (
            changed_roles(reader, news),
            [texts.granted, texts.revoked, "us-00001", texts.names[Role.ADMIN]],
        ),
    ):
        assert mail.to == "kim@example.org"
        assert mail.subject in {texts.welcome, texts.device, texts.roles}
        for text in (mail.text, mail.html):
            for part in (*parts, "kim@example.org"):
                assert part.replace("'", "&#x27;") in text or part in text
        assert f'lang="{language}"' in mail.html
        assert "{" not in mail.text


def test_what_stands_in_an_address_is_shown_and_never_obeyed() -> None:
    mail = welcome(Reader('"<b>"@example.org', "en"), SITE)
    assert "<b>" not in mail.html


def test_a_long_list_says_how_much_it_leaves_out() -> None:
    roles = tuple(f"store:us-{at:05}:till" for at in range(MAX_LISTED + 5))
    text = changed_roles(Reader("kim@example.org", "en"), RoleNews(roles)).text
    assert text.count("till of store") == MAX_LISTED
    assert "and 5 more" in text


@pytest.mark.parametrize(
    ("locale", "language"),
    [("de", "de"), ("de-AT", "de"), ("FR_fr", "fr"), ("", "en"), ("pt", "en"), ("deu", "en")],
)
def test_a_locale_has_the_language_of_its_first_letters(locale: str, language: str) -> None:
    assert language_of(locale) == language
