"""Addresses and ages of accounts, from the user pool: carte itself keeps none."""

from typing import Any, Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from services.domain.people.notice_texts import language_of
from services.domain.people.notices import Reader

_UNKNOWN: Final = "UserNotFoundException"
# What passes by itself (Amazon Cognito API reference, "Common Errors" and AdminGetUser).
_PASSES: Final = frozenset({"TooManyRequestsException", "ThrottlingException"})
_SERVER_ERROR: Final = 500


class AccountsAwayError(Exception):
    """The user pool does not answer, fails, or takes no more requests now."""


class Accounts(Protocol):
    """Finds the address of a person, and since when there is an account."""

    def reader(self, subject: str) -> Reader | None:
        """Return whom to mail; None: there is no such account, or it has no verified address.

        Raises:
            AccountsAwayError: Nobody's address can be found now.
            ClientError: The request is refused, as it will be the next time: a right is missing, or
                the pool.
        """
        ...

    def created_ms(self, subject: str) -> int | None:
        """Return when an account was made, Unix milliseconds; None: it is not known.

        Raises what `reader` does.
        """
        ...


class UserPoolAccounts:
    """The accounts of a user pool, whose usernames are the `sub`s of its tokens."""

    def __init__(self, cognito: Any, pool_id: str) -> None:
        """Take the user pool; nothing is requested yet.

        Args:
            cognito: A client of `cognito-idp` in the pool's region.
            pool_id: The pool.
        """
        self._cognito = cognito
        self._pool_id = pool_id

    def reader(self, subject: str) -> Reader | None:
        """Ask the pool for a person; see `Accounts`."""
        found = self._found(subject)
        if found is None:
            return None
        named = {one["Name"]: one.get("Value", "") for one in found["UserAttributes"]}
        mail = named.get("email", "")
        if not mail or named.get("email_verified") != "true":
            return None
        return Reader(mail, language_of(named.get("locale", "")))

    def created_ms(self, subject: str) -> int | None:
        """Ask the pool for a person; see `Accounts`."""
        found = self._found(subject)
        created = found.get("UserCreateDate") if found else None
        return round(created.timestamp() * 1000) if created else None

    def _found(self, subject: str) -> dict[str, Any] | None:
        """Return the answer of the pool; None: there is no such account."""
        try:
            found: dict[str, Any] = self._cognito.admin_get_user(
                UserPoolId=self._pool_id, Username=subject
            )
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code")
            if code == _UNKNOWN:
                return None
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            if code in _PASSES or status >= _SERVER_ERROR:
                raise AccountsAwayError from error
            raise
        except BotoCoreError as error:
            raise AccountsAwayError from error
        return found


class NoAccounts:
    """A deployment without a user pool of its own."""

    @staticmethod
    def reader(subject: str) -> Reader | None:  # noqa: ARG004 - the port's
        """Return None: nobody's address is known."""
        return None

    @staticmethod
    def created_ms(subject: str) -> int | None:  # noqa: ARG004 - the port's
        """Return None: no account is known."""
        return None
