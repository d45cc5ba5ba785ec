"""Addresses from a user pool: what its client raises, and what comes of it."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from services.people_notices.accounts import AccountsAwayError, UserPoolAccounts


def refused(code: str, status: int = 400) -> ClientError:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "AdminGetUser")


def accounts(answer: dict[str, Any] | Exception) -> UserPoolAccounts:
    def admin_get_user(**parameters: str) -> dict[str, Any]:
        assert parameters == {"UserPoolId": "pool", "Username": "ada"}
        if isinstance(answer, Exception):
            raise answer
        return answer

    return UserPoolAccounts(SimpleNamespace(admin_get_user=admin_get_user), "pool")


def test_a_person_has_the_verified_address_of_the_account() -> None:
    attributes = {"email": "ada@example.com", "email_verified": "true", "locale": "de-AT"}
    found = [{"Name": name, "Value": value} for name, value in attributes.items()]
    reader = accounts({"UserAttributes": found}).reader("ada")
    assert reader is not None
    assert (reader.mail, reader.language) == ("ada@example.com", "de")
    found[1]["Value"] = "false"
    assert accounts({"UserAttributes": found}).reader("ada") is None


def test_an_account_that_does_not_exist_is_nobody() -> None:
    assert accounts(refused("UserNotFoundException")).reader("ada") is None
    assert accounts(refused("UserNotFoundException")).created_ms("ada") is None


def test_an_account_was_made_when_the_pool_says() -> None:
    made = datetime(2026, 11, 29, 12, 0, 0, 500_000, UTC)
    answer = {"UserAttributes": [], "UserCreateDate": made}
    assert accounts(answer).created_ms("ada") == 1_795_953_600_500
    assert accounts({"UserAttributes": []}).created_ms("ada") is None


@pytest.mark.parametrize(
    "error",
    [
        ConnectTimeoutError(endpoint_url="https://cognito-idp.eu-west-1.amazonaws.com"),
        refused("InternalErrorException", 500),
        refused("ServiceUnavailable", 503),
        refused("TooManyRequestsException"),
        refused("ThrottlingException"),
    ],
)
def test_a_pool_that_does_not_answer_now_is_away(error: Exception) -> None:
    with pytest.raises(AccountsAwayError):
        accounts(error).reader("ada")
    with pytest.raises(AccountsAwayError):
        accounts(error).created_ms("ada")


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException"])
def test_a_pool_that_refuses_for_good_is_no_outage(code: str) -> None:
    with pytest.raises(ClientError, match=code):
        accounts(refused(code)).reader("ada")
