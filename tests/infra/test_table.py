"""The global table: each replica is protected, encrypted as chosen, and as consistent as chosen."""

from typing import Any

from infra_cdk.constructs.table_key import alias_arn
from tests.infra.conftest import ACCOUNT, Assembly

DATA = "carte-data"


def table(assembly: Assembly) -> dict[str, Any]:
    """Properties of the one table."""
    (found,) = assembly.resources(DATA, "AWS::DynamoDB::GlobalTable").values()
    return found


def test_by_default_replicas_agree_eventually_and_operation_records_expire(
    production: Assembly,
) -> None:
    found = table(production)
    assert "MultiRegionConsistency" not in found
    assert "WarmThroughput" not in found
    assert found["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}
    # AWS's own keys: nothing to pay, nothing to lose.
    assert found.get("SSESpecification", {"SSEEnabled": False}) == {"SSEEnabled": False}


def test_a_strong_table_has_three_regions_and_nothing_that_it_cannot_have(
    strong: Assembly,
) -> None:
    found = table(strong)
    assert found["MultiRegionConsistency"] == "STRONG"
    assert len(found["Replicas"]) == 3
    assert "TimeToLiveSpecification" not in found
    for replica in found["Replicas"]:
        assert replica["DeletionProtectionEnabled"] is True


def test_a_strong_deployment_loads_no_count_files_and_waits_for_no_replication(
    strong: Assembly,
) -> None:
    # Each count would be a transaction, and DynamoDB publishes no latency for such a table.
    functions = strong.resources("carte-us-east-2", "AWS::Lambda::Function").values()
    assert {one["FunctionName"] for one in functions} == {
        *("carte-menu-api", "carte-convergence"),
        *("carte-live", "carte-live-fan-out"),
    }
    alarms = strong.resources("carte-us-east-2", "AWS::CloudWatch::Alarm").values()
    assert "carte-replication-late" not in {one["AlarmName"] for one in alarms}


def test_a_customers_key_encrypts_each_replica_in_its_own_region(options: Assembly) -> None:
    found = table(options)
    assert found["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}
    keys = {one["Region"]: one["SSESpecification"]["KMSMasterKeyId"] for one in found["Replicas"]}
    assert keys == {
        region: f"arn:aws:kms:{region}:{ACCOUNT}:alias/carte-table"
        for region in ("eu-west-1", "us-east-1")
    }


def test_the_customers_key_is_there_under_that_alias_and_only_through_dynamodb(
    options: Assembly,
) -> None:
    for region in options.deployment.regions:
        stack = f"carte-keys-{region}"
        (alias,) = options.resources(stack, "AWS::KMS::Alias").values()
        assert alias["AliasName"] == "alias/carte-table"
        (key,) = options.resources(stack, "AWS::KMS::Key").values()
        assert key["EnableKeyRotation"] is True
        (open_to_all,) = (
            one for one in key["KeyPolicy"]["Statement"] if one["Principal"] in ("*", {"AWS": "*"})
        )
        assert open_to_all["Condition"] == {
            "StringEquals": {
                "kms:CallerAccount": ACCOUNT,
                "kms:ViaService": f"dynamodb.{region}.amazonaws.com",
            }
        }


def test_another_key_is_another_alias_so_that_the_template_changes() -> None:
    # Pointing the same alias to another key changes no template, and so nothing at all.
    arns = {alias_arn("aws", ACCOUNT, "eu-west-1", number) for number in (1, 2, 3)}
    assert len(arns) == 3


def test_a_table_can_be_warm_from_the_start(options: Assembly) -> None:
    assert table(options)["WarmThroughput"] == {
        "ReadUnitsPerSecond": 20_000,
        "WriteUnitsPerSecond": 8_000,
    }


def test_orders_are_found_by_two_sparse_indexes_that_hold_only_what_is_read(
    production: Assembly,
) -> None:
    found = {one["IndexName"]: one for one in table(production)["GlobalSecondaryIndexes"]}
    assert {name: one["Projection"] for name, one in found.items()} == {
        "board": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["rev", "body"]},
        "work": {"ProjectionType": "KEYS_ONLY"},
    }
    for name, one in found.items():
        keys = {key["KeyType"]: key["AttributeName"] for key in one["KeySchema"]}
        assert keys == {"HASH": name, "RANGE": f"{name}_at"}
