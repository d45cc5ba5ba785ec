"""A deployment of hours: roles are assumed anew, and what AWS refuses is a clear error."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from infra_cdk.deployment.account import Account
from infra_cdk.deployment.prerequisites import of_the_account
from infra_cdk.deployment.steps import Step
from services.domain.errors import CarteError
from tests.unit.infra_cdk.assembly import ACCOUNT

REGION = "eu-west-1"
EXPIRED = ClientError(
    {"Error": {"Code": "ExpiredToken", "Message": "The security token has expired"}}, "Any"
)
UNREACHABLE = EndpointConnectionError(endpoint_url="https://nowhere.example")


class Service:
    """A client of any service: AssumeRole gives credentials, all else raises."""

    class exceptions:  # noqa: N801 - as boto3 names it
        """The exceptions of a client."""

        ParameterNotFound = KeyError
        NoSuchResourceException = KeyError

    def __init__(self, aws: "Aws") -> None:
        self._aws = aws

    def assume_role(self, **_: str) -> dict[str, Any]:
        self._aws.assumed += 1
        return {
            "Credentials": {
                "AccessKeyId": f"key-{self._aws.assumed}",
                "SecretAccessKey": f"key-{self._aws.assumed}",
                "SessionToken": "token",
                "Expiration": datetime.now(UTC) + self._aws.lifetime,
            }
        }

    def get_caller_identity(self) -> dict[str, str]:
        return {"Account": ACCOUNT}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**_: object) -> Any:
            if self._aws.error is not None:
                raise self._aws.error
            return {"Stacks": [{"StackStatus": "ROLLBACK_COMPLETE"}], "TemplateBody": {}}

        return call


class Aws:
    """What the account answers, and how often a role was assumed."""

    def __init__(self) -> None:
        self.assumed = 0
        self.lifetime = timedelta(hours=1)
        self.error: Exception | None = None


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Aws:
    made = Aws()
    monkeypatch.setattr(boto3.Session, "client", lambda *_, **__: Service(made))
    return made


def test_a_role_is_assumed_once_while_its_credentials_last(aws: Aws) -> None:
    account = Account(ACCOUNT)
    for _ in range(3):
        account.template("carte-data", REGION)
    assert aws.assumed == 1


def test_a_role_is_assumed_anew_before_its_credentials_end(aws: Aws) -> None:
    aws.lifetime = timedelta(minutes=5)
    account = Account(ACCOUNT)
    account.release_failed_creation("carte-data", REGION)
    seen = aws.assumed
    account.release_failed_creation("carte-data", REGION)
    assert aws.assumed > seen


@pytest.mark.parametrize("error", [EXPIRED, UNREACHABLE], ids=["expired", "unreachable"])
@pytest.mark.parametrize(
    "call",
    [
        lambda account: account.template("carte-data", REGION),
        lambda account: account.release_failed_creation("carte-data", REGION),
        lambda account: account.active_alarms(REGION),
        lambda account: account.bootstrap_version(REGION),
        lambda account: account.secret("carte-origin-1", REGION),
        lambda account: account.stream("carte", REGION),
        lambda account: account.quota("lambda", "L-1", REGION),
        lambda account: account.accelerated_recovery("Z1"),
    ],
    ids=[
        "template",
        "release",
        "alarms",
        "bootstrap",
        "secret",
        "stream",
        "quota",
        "accelerated-recovery",
    ],
)
def test_what_aws_refuses_is_an_error_that_rolls_back(
    aws: Aws, call: Callable[[Account], object], error: Exception
) -> None:
    aws.error = error
    with pytest.raises(CarteError) as raised:
        call(Account(ACCOUNT))
    assert str(error) in raised.value.message
    assert raised.value.hint


def test_ended_credentials_are_not_taken_for_a_role_that_may_not_be_assumed(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise EXPIRED

    monkeypatch.setattr(Service, "assume_role", refuse)
    with pytest.raises(CarteError, match="cannot be assumed"):
        Account(ACCOUNT).template("carte-data", REGION)
    assert aws.assumed == 0


def test_a_region_that_does_not_answer_is_a_missing_prerequisite(aws: Aws) -> None:
    aws.error = UNREACHABLE
    step = Step("x", "other", "carte-x", "eu-west-9", {}, "", "")
    found = {one.name: one for one in of_the_account(Account(ACCOUNT), [step])}
    assert found["bootstrap of eu-west-9"].met is False
    assert "nowhere.example" in found["bootstrap of eu-west-9"].text
