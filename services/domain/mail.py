"""One mail, and the port to the service that sends it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from services.domain.errors import CarteError


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one address.

    Attributes:
        to: The address.
        subject: One line.
        text: Lines of plain text.
        html: The same as HTML; empty: there is plain text only.
        headers: Further headers by name.
    """

    to: str
    subject: str
    text: str
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class MailRefusedError(CarteError):
    """The mail service refuses a mail for good, such as for its address."""


class MailsLimitedError(CarteError):
    """The mail service takes no more mails for now: its rate or its quota is reached."""


class MailUnansweredError(CarteError):
    """The mail service failed, or its answer did not arrive; it may have taken the mail."""


class MailSender(Protocol):
    """The port to the service that sends mails."""

    def send(self, mail: Mail) -> None:
        """Hand a mail over.

        Raises:
            MailRefusedError: It will never be taken.
            MailsLimitedError: It may be taken some minutes later.
            MailUnansweredError: It may have been taken. Every other exception: it was not taken
                now.
        """
        ...
