"""A global table's replicas and indexes are added one an update; no roll-back loses a replica."""

from typing import Any

import pytest

from infra_cdk.deployment.replicas import refuse_to_lose_replicas, replicas, updates
from services.domain.errors import CarteError


def template(*regions: str, retention: int = 1) -> dict[str, Any]:
    """A template with a global table in these regions, and a log group beside it."""
    table = {
        "Type": "AWS::DynamoDB::GlobalTable",
        "Properties": {"Replicas": [{"Region": one, "Class": "STANDARD"} for one in regions]},
    }
    log = {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": retention}}
    return {"Resources": {"Log": log, "Table": table}}


def test_two_new_replicas_are_two_updates_and_nothing_else_changes_with_them() -> None:
    running = template("us-east-1", retention=7)
    found = list(updates(running, template("us-east-1", "eu-west-1", "sa-east-1")))
    assert [what for what, _ in found] == [
        "add the replica in eu-west-1",
        "add the replica in sa-east-1",
    ]
    before = running
    for _, after in found:
        assert len(set(replicas(after)) ^ set(replicas(before))) == 1
        assert after["Resources"]["Log"] == running["Resources"]["Log"]
        before = after
    assert replicas(running) == ("us-east-1",)


def test_a_removed_region_is_an_update_of_its_own_too() -> None:
    (found,) = updates(template("us-east-1", "eu-west-1"), template("us-east-1"))
    assert found[0] == "remove the replica in eu-west-1"
    assert replicas(found[1]) == ("us-east-1",)


@pytest.mark.parametrize("running", [None, {"Resources": {}}, template("us-east-1", "eu-west-1")])
def test_a_first_deployment_and_an_unchanged_set_need_no_update(
    running: dict[str, Any] | None,
) -> None:
    assert list(updates(running, template("eu-west-1", "us-east-1"))) == []


def test_going_back_to_fewer_replicas_is_refused() -> None:
    with pytest.raises(CarteError, match="remove the replica in eu-west-1"):
        refuse_to_lose_replicas(template("us-east-1", "eu-west-1"), template("us-east-1"))
    refuse_to_lose_replicas(template("us-east-1"), template("us-east-1", "eu-west-1"))
    refuse_to_lose_replicas(None, {"Resources": {}})


def with_indexes(*names: str) -> dict[str, Any]:
    """A template whose table has indexes, each with keys of its own."""
    found = template("us-east-1")
    found["Resources"]["Table"]["Properties"].update(
        AttributeDefinitions=[
            {"AttributeName": one, "AttributeType": "S"}
            for one in ("pk", "sk", *names, *(f"{name}_at" for name in names))
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": name,
                "KeySchema": [
                    {"AttributeName": name, "KeyType": "HASH"},
                    {"AttributeName": f"{name}_at", "KeyType": "RANGE"},
                ],
            }
            for name in names
        ],
    )
    return found


def attributes(found: dict[str, Any]) -> set[str]:
    properties = found["Resources"]["Table"]["Properties"]
    return {one["AttributeName"] for one in properties["AttributeDefinitions"]}


def test_two_new_indexes_are_two_updates_each_with_the_attributes_of_its_keys() -> None:
    running = with_indexes("a")
    found = list(updates(running, with_indexes("a", "b", "c")))
    assert [what for what, _ in found] == ["create the index b", "create the index c"]
    assert attributes(found[0][1]) == attributes(with_indexes("a", "b"))
    assert attributes(found[1][1]) == attributes(with_indexes("a", "b", "c"))
    assert attributes(running) == attributes(with_indexes("a"))


def test_a_table_without_any_index_gets_them_too() -> None:
    running = with_indexes()
    del running["Resources"]["Table"]["Properties"]["GlobalSecondaryIndexes"]
    found = list(updates(running, with_indexes("a", "b")))
    assert [what for what, _ in found] == ["create the index a", "create the index b"]
    assert list(updates(with_indexes("a", "b"), with_indexes("a", "b"))) == []
