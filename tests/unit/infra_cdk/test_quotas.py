"""`carte deploy` refuses an account whose quotas are below what the deployment file says."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from infra_cdk.deployment.account import Account
from infra_cdk.deployment.prerequisites import of_the_account
from infra_cdk.deployment.quotas import BURST, CONCURRENCY, RATE, READS, WRITES, needs
from infra_cdk.deployment.steps import Plan, read_plan
from services.domain.errors import CarteError
from tests.unit.infra_cdk.assembly import ACCOUNT, write_assembly

REGION = "eu-west-1"
STAGE: dict[str, Any] = {
    "Type": "AWS::ApiGateway::Stage",
    "Properties": {
        "MethodSettings": [
            {"ResourcePath": "/*", "ThrottlingRateLimit": 5000, "ThrottlingBurstLimit": 2500},
            {"ResourcePath": "//ready", "ThrottlingRateLimit": 100, "ThrottlingBurstLimit": 100},
        ]
    },
}
TABLE: dict[str, Any] = {
    "Type": "AWS::DynamoDB::GlobalTable",
    "Properties": {
        "WarmThroughput": {"ReadUnitsPerSecond": 50_000, "WriteUnitsPerSecond": 20_000},
        "Replicas": [{"Region": "us-east-1"}, {"Region": REGION}],
    },
}


def alias(kept: int) -> dict[str, Any]:
    """An alias that keeps environments warm."""
    config = {"ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": kept}}
    return {"Type": "AWS::Lambda::Alias", "Properties": config if kept else {}}


def plan(folder: Path, kept: int = 0, data: Mapping[str, Any] = TABLE) -> Plan:
    """A deployment of one region and its table."""
    resources: dict[str, Mapping[str, Any]] = {
        f"carte-{REGION}": {"Stage": STAGE, "Alias": alias(kept)},
        "carte-data": {"Table": data},
    }
    return read_plan(write_assembly(folder, dict.fromkeys(resources, REGION), resources), [REGION])


class Quotas(Account):
    """An account that is bootstrapped, with these quotas; None: they cannot be read."""

    def __init__(self, values: Mapping[str, float] | None) -> None:
        self.id = ACCOUNT
        self._values = values

    def caller(self) -> str:
        return ACCOUNT

    def bootstrap_version(self, region: str) -> int:  # noqa: ARG002
        return 30

    def quota(self, service: str, code: str, region: str) -> float:
        if self._values is None:
            raise CarteError(f"the quota {code} of {service} cannot be read in {region}", "ask")
        return self._values[code]


DEFAULTS = {CONCURRENCY.code: 1000, RATE.code: 10_000, BURST.code: 5000}
UNITS = {READS.code: 40_000, WRITES.code: 40_000}


def test_what_a_deployment_needs_is_read_from_its_templates(tmp_path: Path) -> None:
    found = {(one.quota, one.region): one.least for one in needs(plan(tmp_path).steps)}
    assert found == {
        (RATE, REGION): 5000,
        (BURST, REGION): 2500,
        (CONCURRENCY, REGION): 350,
        **{(READS, region): 50_000 for region in ("us-east-1", REGION)},
        **{(WRITES, region): 20_000 for region in ("us-east-1", REGION)},
    }


def test_environments_that_are_kept_warm_count(tmp_path: Path) -> None:
    found = {one.quota: one for one in needs(plan(tmp_path, kept=600).steps)}
    assert found[CONCURRENCY].least == 700
    assert "provisioned = 600" in found[CONCURRENCY].because


def test_a_table_that_is_not_warmed_up_needs_nothing(tmp_path: Path) -> None:
    cold = {**TABLE, "Properties": {"Replicas": [{"Region": REGION}]}}
    assert not {READS, WRITES} & {one.quota for one in needs(plan(tmp_path, data=cold).steps)}


def test_a_quota_that_is_too_low_is_refused_with_the_way_to_raise_it(tmp_path: Path) -> None:
    account = Quotas({**DEFAULTS, **UNITS, CONCURRENCY.code: 10})
    missing = [one for one in of_the_account(account, plan(tmp_path).steps) if not one.met]
    assert [one.name for one in missing] == [
        *(f"read units of a table in {region}" for region in ("us-east-1", REGION)),
        f"concurrent executions in {REGION}",
    ]
    assert "10, needed 350" in missing[-1].text
    assert "--quota-code L-B99A9384 --desired-value 350" in missing[-1].remedy


def test_quotas_that_suffice_pass_and_those_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    steps = plan(tmp_path).steps
    enough = {**DEFAULTS, READS.code: 50_000, WRITES.code: 40_000}
    assert all(one.met for one in of_the_account(Quotas(enough), steps))
    found = [*of_the_account(Quotas(None), steps)]
    assert all(one.met for one in found)
    assert sum("NOT CHECKED" in one.text for one in found) == 7


@pytest.fixture
def stubbed(monkeypatch: pytest.MonkeyPatch) -> tuple[Account, Stubber]:
    """An account whose Service Quotas answers what a test says."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    client = boto3.client("service-quotas", REGION)
    account = Account(ACCOUNT)
    monkeypatch.setattr(account, "client", lambda *_: client)
    return account, Stubber(client)


def test_a_quota_without_a_value_of_the_account_has_its_default(
    stubbed: tuple[Account, Stubber],
) -> None:
    account, stub = stubbed
    wanted = {"ServiceCode": BURST.service, "QuotaCode": BURST.code}
    stub.add_client_error("get_service_quota", "NoSuchResourceException", expected_params=wanted)
    stub.add_response("get_aws_default_service_quota", {"Quota": {"Value": 5000.0}}, wanted)
    with stub:
        assert account.quota(BURST.service, BURST.code, REGION) == 5000


def test_a_quota_that_may_not_be_read_says_which_right_is_missing(
    stubbed: tuple[Account, Stubber],
) -> None:
    account, stub = stubbed
    stub.add_client_error("get_service_quota", "AccessDeniedException")
    with stub, pytest.raises(CarteError, match="cannot be read") as refused:
        account.quota(RATE.service, RATE.code, REGION)
    assert "servicequotas:GetServiceQuota" in refused.value.hint
