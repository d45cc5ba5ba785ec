"""`carte deploy` refuses a hosted zone whose records cannot be changed while us-east-1 is away."""

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from infra_cdk.deployment.account import Account
from infra_cdk.deployment.prerequisites import of_the_zone
from tests.unit.infra_cdk.assembly import ACCOUNT

ZONE = "Z0123456789ABC"
PLAIN: dict[str, Any] = {"Id": ZONE, "Name": "example.com.", "CallerReference": "one"}


@pytest.fixture
def stubbed(monkeypatch: pytest.MonkeyPatch) -> tuple[Account, Stubber]:
    """An account whose Route 53 answers what a test says."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    client = boto3.client("route53", "us-east-1")
    account = Account(ACCOUNT)
    monkeypatch.setattr(account, "client", lambda *_: client)
    return account, Stubber(client)


@pytest.mark.parametrize(
    ("features", "text"),
    [
        ({}, "DISABLED"),
        ({"Features": {"AcceleratedRecoveryStatus": "ENABLING"}}, "ENABLING"),
        ({"Features": {"AcceleratedRecoveryStatus": "ENABLED"}}, "ENABLED"),
    ],
)
def test_only_a_zone_with_accelerated_recovery_passes(
    stubbed: tuple[Account, Stubber], features: dict[str, Any], text: str
) -> None:
    account, stub = stubbed
    stub.add_response("get_hosted_zone", {"HostedZone": {**PLAIN, **features}}, {"Id": ZONE})
    with stub:
        found = of_the_zone(account, ZONE)
    assert (found.met, found.text) == (text == "ENABLED", text)
    assert f"--hosted-zone-id {ZONE} --enable-accelerated-recovery" in found.remedy


def test_a_zone_that_cannot_be_read_is_refused_with_the_reason(
    stubbed: tuple[Account, Stubber],
) -> None:
    account, stub = stubbed
    stub.add_client_error("get_hosted_zone", "NoSuchHostedZone")
    with stub:
        found = of_the_zone(account, ZONE)
    assert not found.met
    assert found.text.startswith(f"NOT READ: the hosted zone {ZONE} cannot be read")
