"""A global table's replicas are added one update after the other, and lost by no roll-back."""

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
