"""Messages of the queue of notices to people: each names a person to look at, or who signed in.

A message about roles carries no facts: its receiver compares the roles with what was mailed. One
about a sign-in carries what the user pool said, which is asked for the age of the account alone,
and at the first sign-in.
"""

import json
from typing import Any, Final, NamedTuple

from services.domain.people.roles import is_subject
from services.domain.queue_messages import InvalidMessageError, delayed_entry

GATHERED_S: Final = 5
"""Seconds that a message about roles waits, so that what is edited together is in one mail."""
_MOST_MAIL: Final = 254  # RFC 5321, 4.5.3.1.3, less the brackets
_PERSON: Final = "person"
_SINCE: Final = "sinceMs"
_SIGN_IN: Final = "signIn"


class InvalidNoticeMessageError(InvalidMessageError):
    """A message names nobody."""


class SignIn(NamedTuple):
    """A sign-in, as the user pool reports it.

    Attributes:
        mail: Address of the account.
        locale: Of the account, such as `de-AT`; empty: it has none.
        is_new_device: Whether the account was not used from there before.
    """

    mail: str
    locale: str
    is_new_device: bool


class PersonToLookAt(NamedTuple):
    """What a message says.

    Attributes:
        subject: The person.
        since_ms: When it happened, Unix milliseconds.
        sign_in: None: the roles may have changed.
    """

    subject: str
    since_ms: int
    sign_in: SignIn | None = None

    @property
    def title(self) -> str:
        """What the log calls it."""
        return self.subject


def body_of(person: PersonToLookAt) -> str:
    """Return the body of a message."""
    content: dict[str, Any] = {_PERSON: person.subject, _SINCE: person.since_ms}
    if person.sign_in is not None:
        content[_SIGN_IN] = list(person.sign_in)
    return json.dumps(content)


def entry(number: int, person: PersonToLookAt, wait_ms: int = GATHERED_S * 1000) -> dict[str, Any]:
    """Return the entry of a `SendMessageBatch` request.

    Args:
        number: Its place in the request.
        person: What it says.
        wait_ms: Milliseconds after which it is to be looked at; see `delayed_entry`.
    """
    return delayed_entry(number, body_of(person), wait_ms)


def person_of(body: str) -> PersonToLookAt:
    """Return what a message says.

    Raises:
        InvalidNoticeMessageError: It names nobody. The text quotes no body, which has an address.
    """
    try:
        content = json.loads(body)
        subject, since_ms = content[_PERSON], content[_SINCE]
        row = content.get(_SIGN_IN)
        sign_in = None if row is None else SignIn(*row)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise InvalidNoticeMessageError("not a message about a person") from error
    if not isinstance(subject, str) or not is_subject(subject) or not isinstance(since_ms, int):
        raise InvalidNoticeMessageError("not a message about a person")
    if sign_in is not None and not _is_sign_in(sign_in):
        raise InvalidNoticeMessageError("not a message about a sign-in")
    return PersonToLookAt(subject, since_ms, sign_in)


def _is_sign_in(sign_in: SignIn) -> bool:
    return (
        isinstance(sign_in.mail, str)
        and 0 < len(sign_in.mail) <= _MOST_MAIL
        and isinstance(sign_in.locale, str)
        and isinstance(sign_in.is_new_device, bool)
    )
