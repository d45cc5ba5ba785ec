"""Composes the mails to people about their accounts: welcome, a new device, changed roles.

All of them are about the security of an account, so none can be unsubscribed from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Final, NamedTuple

from services.domain.mail import Mail
from services.domain.people.notice_texts import TEXTS, Texts
from services.domain.people.roles import grant_of

MAX_LISTED: Final = 30
"""Roles that one heading lists at most; the mail says how many it leaves out."""
PAGE: Final = "/staff"
"""The page of the site for staff, which also ends all sessions."""


class Reader(NamedTuple):
    """Who gets a mail.

    Attributes:
        mail: The address.
        language: A key of `notice_texts.TEXTS`.
    """

    mail: str
    language: str


@dataclass(frozen=True, slots=True)
class RoleNews:
    """What changed in the roles of a person since the last mail about them.

    Attributes:
        granted: Text forms of roles, ascending.
        revoked: Likewise.
        everything: Whether all roles were revoked at once.
    """

    granted: tuple[str, ...] = ()
    revoked: tuple[str, ...] = ()
    everything: bool = False

    def __bool__(self) -> bool:
        return bool(self.granted or self.revoked or self.everything)


def welcome(reader: Reader, site: str) -> Mail:
    """Return the mail after the first sign-in.

    Args:
        reader: Who signed in.
        site: URL of the site, without a slash at its end.
    """
    texts = TEXTS[reader.language]
    return _mail(reader, texts.welcome, [texts.welcome_do.format(site=site + PAGE)])


def new_device(reader: Reader, site: str, at_ms: int) -> Mail:
    """Return the mail after a sign-in from a device that is new to the account.

    Args:
        reader: Whose account it is.
        site: URL of the site, without a slash at its end.
        at_ms: When it was, Unix milliseconds.
    """
    texts = TEXTS[reader.language]
    at = f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M}"
    return _mail(
        reader,
        texts.device,
        [texts.device_what.format(at=at), texts.device_do.format(site=site + PAGE)],
    )


def changed_roles(reader: Reader, news: RoleNews) -> Mail:
    """Return the mail about roles that were granted and revoked."""
    texts = TEXTS[reader.language]
    parts: list[str | tuple[str, list[str]]] = [texts.revoked_all] if news.everything else []
    for heading, roles in ((texts.granted, news.granted), (texts.revoked, news.revoked)):
        if roles:
            parts.append((heading, _listed(roles, texts)))
    return _mail(reader, texts.roles, [*parts, texts.roles_do])


def _listed(roles: Sequence[str], texts: Texts) -> list[str]:
    left_out = len(roles) - MAX_LISTED
    named = [_named(role, texts) for role in roles[:MAX_LISTED]]
    return [*named, texts.more.format(more=left_out)] if left_out > 0 else named


def _named(text: str, texts: Texts) -> str:
    grant = grant_of(text)
    if grant is None:
        return text
    return texts.places[grant.scope].format(role=texts.names[grant.role], place=grant.place)


def _mail(reader: Reader, subject: str, parts: Sequence[str | tuple[str, list[str]]]) -> Mail:
    """Return a mail of paragraphs, and of headings with their lists."""
    why = TEXTS[reader.language].why.format(mail=reader.mail)
    lines: list[str] = []
    shown: list[str] = []
    for part in parts:
        if isinstance(part, str):
            lines += [part, ""]
            shown.append(f"<p>{escape(part)}</p>")
            continue
        heading, items = part
        lines += [f"{heading}:", *(f"- {item}" for item in items), ""]
        listed = "".join(f"<li>{escape(item)}</li>" for item in items)
        shown.append(f"<h2>{escape(heading)}</h2><ul>{listed}</ul>")
    html = (
        f'<!doctype html><html lang="{reader.language}"><meta charset="utf-8">'
        f"<title>{escape(subject)}</title>"
        '<body style="font:16px/1.5 sans-serif;max-width:40em">'
        f"<h1>{escape(subject)}</h1>{''.join(shown)}<hr>"
        f"<p><small>{escape(why)}</small></p></body></html>"
    )
    return Mail(reader.mail, subject, "\n".join([*lines, "-- ", why, ""]), html)
