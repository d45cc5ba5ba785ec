"""Drills on AWS: what would be called, and that the API's own model takes it."""

import json
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.stub import Stubber
from typer.testing import CliRunner

from cli.main import application
from loadtests.drills import experiments
from loadtests.drills.aws.calls import Call, Executor, Planner
from loadtests.drills.aws.planning import plan_of
from loadtests.drills.aws.settings import AwsSettings
from loadtests.drills.aws.target import AwsTarget
from loadtests.drills.exceptions import DrillError

SETTINGS = AwsSettings(
    account="123456789012",
    store_arn="arn:aws:cloudfront::123456789012:key-value-store/a1b2",
)
FIS = {"CreateExperimentTemplate", "StartExperiment", "ListExperiments", "StopExperiment"}


def calls(name: str) -> list[Call]:
    return plan_of(experiments.load(name))


LOCAL = [name for name in experiments.names() if experiments.load(name).is_local]


@pytest.mark.parametrize("name", LOCAL)
def test_a_drill_that_aws_has_no_counterpart_of_says_so(name: str) -> None:
    with pytest.raises(DrillError, match="on the local cloud only"):
        calls(name)
    words = ["drill", "run", "--all", "--target", "aws", "--plan", "--json"]
    done = CliRunner().invoke(application(["drill"]), words)
    assert sorted(json.loads(done.stdout)) == sorted(set(experiments.names()) - set(LOCAL))


@pytest.mark.parametrize("name", sorted(set(experiments.names()) - set(LOCAL)))
def test_every_drill_has_a_plan_without_control_planes_of_names(name: str) -> None:
    planned = calls(name)
    assert planned
    assert {call.service for call in planned} <= {"fis", "cloudfront-keyvaluestore"}
    operations = [call.operation for call in planned]
    # What is begun is also ended; and FIS ends it by itself, or on an alarm.
    assert operations.count("StopExperiment") >= operations.count("StartExperiment")
    for call in planned:
        if call.operation == "CreateExperimentTemplate":
            assert call.parameters["stopConditions"][0]["source"] == "aws:cloudwatch:alarm"
            (action,) = call.parameters["actions"].values()
            assert action["parameters"]["duration"].startswith("PT")
            assert int(action["parameters"]["duration"][2:-1]) <= 15


def test_draining_is_a_key_and_nothing_else() -> None:
    planned = calls("planned-evacuation")
    operations = [call.operation for call in planned]
    reading = ["DescribeKeyValueStore", "GetKey"]
    assert operations[:6] == [*reading, "PutKey", *reading, "DeleteKey"]
    put = planned[2].parameters
    assert (put["Key"], put["Value"]) == ("drained", "eu-west-1")


def test_pausing_replication_is_fis_own_action() -> None:
    planned = calls("replication-paused")
    assert [call.operation for call in planned[:2]] == [
        "CreateExperimentTemplate",
        "StartExperiment",
    ]
    (action,) = planned[0].parameters["actions"].values()
    assert action["actionId"] == "aws:dynamodb:global-table-pause-replication"


def test_the_bad_version_reaches_one_region_in_the_plan() -> None:
    started = [
        call.region for call in calls("bad-deployment") if call.operation == "StartExperiment"
    ]
    assert started == ["eu-west-1"]


def test_plan_prints_every_call_and_makes_none() -> None:
    words = ["drill", "run", "gray-failure", "--target", "aws", "--plan"]
    done = CliRunner().invoke(application(["drill"]), words)
    assert done.exit_code == 0
    assert "fis StartExperiment  (eu-west-1)" in done.stdout
    assert "aws:lambda:invocation-error" in done.stdout
    as_json = CliRunner().invoke(application(["drill"]), [*words, "--json"])
    planned = json.loads(as_json.stdout)["gray-failure"]
    assert {call["operation"] for call in planned} > FIS


def test_calls_satisfy_the_apis_own_model() -> None:
    """A stubbed client checks every parameter's name and type, and the order of the calls."""
    clients: dict[str, Any] = {}
    for service in ("fis", "cloudfront-keyvaluestore"):
        name: Any = service
        # The KeyValueStore signs with SigV4A, which needs botocore[crt]; a stub signs for nobody.
        signs = Config(signature_version="v4")
        clients[service] = boto3.client(name, region_name="us-east-1", config=signs)
    target = AwsTarget(SETTINGS, Executor(lambda service, _region: clients[service]))
    store = {"KvsARN": SETTINGS.store_arn}
    key = {**store, "Key": "drained"}
    changed = {"ItemCount": 1, "TotalSizeInBytes": 9, "ETag": "next"}
    described = {"ETag": "tag", "ItemCount": 0, "TotalSizeInBytes": 0, **store, "Created": 0}
    held = {"ItemCount": 1, "TotalSizeInBytes": 9, "Key": "drained"}
    with Stubber(clients["cloudfront-keyvaluestore"]) as stub:
        stub.add_response("describe_key_value_store", described, store)
        stub.add_client_error("get_key", "ResourceNotFoundException", expected_params=key)
        put = {**key, "IfMatch": "tag", "Value": "eu-west-1"}
        stub.add_response("put_key", changed, put)
        stub.add_response("describe_key_value_store", described, store)
        stub.add_response("get_key", {**held, "Value": "eu-west-1, us-east-1"}, key)
        stub.add_response("put_key", changed, {**put, "Value": "us-east-1"})
        target.inject("drain", "eu-west-1", seconds=60, parameters={})
        target.heal("drain", "eu-west-1")
        stub.assert_no_pending_responses()
    mine = {"carte-drill": "fail", "carte-region": "eu-west-1"}
    running = {
        "id": "EXP1",
        "experimentTemplateId": "EXT1",
        "state": {"status": "running"},
        "tags": mine,
    }
    others = {**running, "id": "EXP2", "tags": {"team": "other"}}
    with Stubber(clients["fis"]) as stub:
        made = {"experimentTemplate": {"id": "EXT1"}}
        stub.add_response("create_experiment_template", made, None)
        stub.add_response("start_experiment", {"experiment": {"id": "EXP1"}}, None)
        stub.add_response("list_experiments", {"experiments": [others, running]}, ANY_PAGE)
        stub.add_response("stop_experiment", {"experiment": {"id": "EXP1"}}, {"id": "EXP1"})
        stub.add_response("delete_experiment_template", made, {"id": "EXT1"})
        target.inject("fail", "eu-west-1", seconds=60, parameters={"share": 0.3})
        target.heal("fail", "eu-west-1")
        stub.assert_no_pending_responses()


ANY_PAGE = {"maxResults": 100}


def test_a_refusal_of_aws_is_shown_with_its_call() -> None:
    client = boto3.client("fis", region_name="eu-west-1")
    target = AwsTarget(SETTINGS, Executor(lambda _service, _region: client))
    stub = Stubber(client)
    stub.add_client_error("create_experiment_template", "AccessDeniedException")
    stub.activate()
    with pytest.raises(DrillError, match="CreateExperimentTemplate in eu"):
        target.inject("freeze", "eu-west-1", seconds=60, parameters={})


def test_a_fault_without_counterpart_says_so() -> None:
    with pytest.raises(DrillError, match="no counterpart"):
        AwsTarget(SETTINGS, Planner()).inject("clock-skew", "eu-west-1", seconds=9, parameters={})


def test_calls_are_only_made_for_a_deployment_that_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(DrillError, match="deployment is not known"):
        AwsTarget.of({})
    monkeypatch.setenv("CARTE_DRILL_ACCOUNT", "123456789012")
    monkeypatch.setenv("CARTE_DRILL_STORE_ARN", SETTINGS.store_arn)
    assert AwsSettings.from_environment().is_complete
    assert AwsTarget.of({})
