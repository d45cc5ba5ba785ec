"""Stock counts: a CSV file in the bucket becomes one message, taken by one Lambda, or is kept."""

import json
from typing import Any

from tests.infra.conftest import ACCOUNT, Assembly

REGIONAL = "carte-eu-west-1"
INVENTORY = "services.inventory.handler.handler"
BUCKET = f"arn:aws:s3:::carte-counts-{ACCOUNT}-eu-west-1"


def queue(assembly: Assembly, name: str) -> tuple[str, dict[str, Any]]:
    """A queue's logical id and properties."""
    found = assembly.resources(REGIONAL, "AWS::SQS::Queue").items()
    (one,) = ((key, value) for key, value in found if value["QueueName"] == name)
    return one


def test_every_new_file_below_counts_is_notified(assembly: Assembly) -> None:
    buckets = assembly.resources(REGIONAL, "AWS::S3::Bucket").values()
    (bucket,) = (
        one for one in buckets if one["BucketName"] == BUCKET.removeprefix("arn:aws:s3:::")
    )
    (notification,) = bucket["NotificationConfiguration"]["QueueConfigurations"]
    assert notification["Event"] == "s3:ObjectCreated:*"
    assert notification["Queue"] == {"Fn::GetAtt": [queue(assembly, "carte-counts")[0], "Arn"]}
    rules = {one["Name"]: one["Value"] for one in notification["Filter"]["S3Key"]["Rules"]}
    assert rules == {"prefix": "counts/"}, "a suffix would pass over NIGHT.CSV without a word"


def test_the_bucket_waits_for_the_policy_that_lets_it_notify(assembly: Assembly) -> None:
    resources = assembly.template(REGIONAL)["Resources"]
    (bucket,) = (
        one
        for one in resources.values()
        if one["Type"] == "AWS::S3::Bucket" and "NotificationConfiguration" in one["Properties"]
    )
    policies = [resources[name] for name in bucket["DependsOn"]]
    (policy,) = (one for one in policies if one["Type"] == "AWS::SQS::QueuePolicy")
    (allowed,) = (
        one
        for one in policy["Properties"]["PolicyDocument"]["Statement"]
        if one["Effect"] == "Allow"
    )
    assert allowed["Principal"] == {"Service": "s3.amazonaws.com"}
    assert allowed["Condition"] == {
        "ArnEquals": {"aws:SourceArn": BUCKET},
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
    }


def test_a_file_that_fails_five_times_is_kept_aside(assembly: Assembly) -> None:
    _, arrivals = queue(assembly, "carte-counts")
    name, aside = queue(assembly, "carte-counts-dead-letters")
    assert arrivals["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": [name, "Arn"]},
        "maxReceiveCount": 5,
    }
    assert aside["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_a_message_is_hidden_while_its_lambda_runs_and_seen_again_soon(assembly: Assembly) -> None:
    function = assembly.function(REGIONAL, INVENTORY)
    hidden = queue(assembly, "carte-counts")[1]["VisibilityTimeout"]
    assert function["Timeout"] < hidden <= function["Timeout"] + 60


def test_the_lambda_takes_one_file_at_a_time_and_reports_it(assembly: Assembly) -> None:
    source = {"Fn::GetAtt": [queue(assembly, "carte-counts")[0], "Arn"]}
    mappings = assembly.resources(REGIONAL, "AWS::Lambda::EventSourceMapping").values()
    (mapping,) = (one for one in mappings if one["EventSourceArn"] == source)
    assert mapping["BatchSize"] == 1
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    aliases = assembly.resources(REGIONAL, "AWS::Lambda::Alias")
    assert next(iter(aliases)).startswith(("MenuApi", "Convergence", "Inventory"))
    assert "InventoryAlias" in json.dumps(mapping["FunctionName"])


def test_it_reads_counts_writes_results_and_nothing_else(assembly: Assembly) -> None:
    rights = assembly.rights(REGIONAL, INVENTORY)
    of_s3 = {action: where for action, where in rights.items() if action.startswith("s3:")}
    counts, results = f"{BUCKET}/counts/*", f"{BUCKET}/results/*"
    assert of_s3 == {
        "s3:GetObject": counts,
        "s3:GetObjectVersion": counts,
        "s3:PutObject": results,
    }
    assert not {"dynamodb:Scan", "dynamodb:DeleteItem"} & rights.keys()


def test_the_lambda_is_what_the_contract_says(assembly: Assembly) -> None:
    topics = assembly.resources(REGIONAL, "AWS::SNS::Topic").items()
    (topic,) = (name for name, one in topics if one["TopicName"] == "carte-stock-imports")
    assert assembly.function(REGIONAL, INVENTORY)["Environment"]["Variables"] == {
        "CARTE_REGION": "eu-west-1",
        "CARTE_REGIONS": "us-east-1,eu-west-1,ap-southeast-1",
        "CARTE_TABLE": "carte",
        "CARTE_VERSION": assembly.deployment.version,
        "CARTE_STAGE": "aws",
        "CARTE_IMPORTS_TOPIC": {"Ref": topic},
    }
