"""Addresses of people, from the user pool: carte itself keeps none."""

from typing import Any, Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from services.domain.people.notice_texts import language_of
from services.domain.people.notices import Reader

_UNKNOWN: Final = "UserNotFoundException"


class AccountsAwayError(Exception):
    """The user pool does not answer, or refuses to."""


class Accounts(Protocol):
    """Finds the address of a person."""

    def reader(self, subject: str) -> Reader | None:
        """Return whom to mail; None: there is no such account, or it has no verified address.

        Raises:
            AccountsAwayError: Nobody's address can be found now.
        """
        ...


class UserPoolAccounts:
    """The accounts of a user pool, whose usernames are the `sub`s of its tokens."""

    def __init__(self, cognito: Any, pool_id: str) -> None:
        """Prepare.

        Args:
            cognito: A client of `cognito-idp` in the pool's region.
            pool_id: The pool.
        """
        self._cognito = cognito
        self._pool_id = pool_id

    def reader(self, subject: str) -> Reader | None:
        """Ask the pool for a person; see `Accounts`."""
        try:
            found = self._cognito.admin_get_user(UserPoolId=self._pool_id, Username=subject)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == _UNKNOWN:
                return None
            raise AccountsAwayError from error
        except BotoCoreError as error:
            raise AccountsAwayError from error
        named = {one["Name"]: one.get("Value", "") for one in found["UserAttributes"]}
        mail = named.get("email", "")
        if not mail or named.get("email_verified") != "true":
            return None
        return Reader(mail, language_of(named.get("locale", "")))


class NoAccounts:
    """A deployment without a user pool of its own."""

    @staticmethod
    def reader(subject: str) -> Reader | None:  # noqa: ARG004 - the port's
        """Return None: nobody's address is known."""
        return None
