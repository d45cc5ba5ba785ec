"""The convergence Lambda, its rights, and how it is fed by the table's stream."""

import json
import re
from typing import Any

from tests.infra.conftest import Assembly

REGIONAL = "carte-eu-west-1"
CONVERGENCE = "services.convergence.handler.handler"
TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/carte"


def mapping(assembly: Assembly) -> dict[str, Any]:
    """The one event source mapping of a region."""
    mappings = assembly.resources(REGIONAL, "AWS::Lambda::EventSourceMapping").values()
    (found,) = (one for one in mappings if "StartingPosition" in one)
    return found


def topic(assembly: Assembly) -> str:
    """The logical id of the topic of sold-out alerts."""
    topics = assembly.resources(REGIONAL, "AWS::SNS::Topic").items()
    (found,) = (name for name, one in topics if one["TopicName"] == "carte-sold-out")
    return found


def queue(assembly: Assembly, named: str = "carte-orders.fifo") -> str:
    """The logical id of a queue."""
    queues = assembly.resources(REGIONAL, "AWS::SQS::Queue").items()
    (found,) = (name for name, one in queues if one["QueueName"] == named)
    return found


def test_the_lambda_is_what_the_contract_says(assembly: Assembly) -> None:
    function = assembly.function(REGIONAL, CONVERGENCE)
    assert function["Architectures"] == ["arm64"]
    assert function["Runtime"] == "python3.13"
    assert function["TracingConfig"] == {"Mode": "Active"}
    assert function["Environment"]["Variables"] == {
        "CARTE_REGION": "eu-west-1",
        "CARTE_TABLE": "carte",
        "CARTE_VERSION": assembly.deployment.version,
        "CARTE_STAGE": "aws",
        "CARTE_SOLD_OUT_TOPIC": {"Ref": topic(assembly)},
        "CARTE_ORDER_QUEUE": {"Ref": queue(assembly)},
        "CARTE_ALERT_QUEUE": {"Ref": queue(assembly, "carte-stock-alerts")},
        "CARTE_LIVE_QUEUE": {"Ref": queue(assembly, "carte-live.fifo")},
        "CARTE_PEOPLE_QUEUE": {"Ref": queue(assembly, "carte-people")},
    }


def test_the_reconciler_counts_what_the_stream_gave_up_and_takes_nothing_away(
    assembly: Assembly,
) -> None:
    reconciler = "services.convergence.reconciler.handler"
    letters = queue(assembly, "carte-convergence-dead-letters")
    variables = assembly.function(REGIONAL, reconciler)["Environment"]["Variables"]
    assert variables["CARTE_DEAD_LETTERS"] == {"Ref": letters}
    rights = assembly.rights(REGIONAL, reconciler)
    assert [name for name in rights if name.startswith("sqs:")] == ["sqs:GetQueueAttributes"]
    assert rights["sqs:GetQueueAttributes"] == {"Fn::GetAtt": [letters, "Arn"]}


def test_it_may_read_and_put_items_and_read_the_stream_and_no_more(assembly: Assembly) -> None:
    rights = assembly.rights(REGIONAL, CONVERGENCE)
    of_dynamodb = {name: one for name, one in rights.items() if name.startswith("dynamodb:")}
    stream = {"Ref": "StreamArn"}
    assert of_dynamodb.keys() == {
        "dynamodb:BatchGetItem",
        "dynamodb:ConditionCheckItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
    }
    for action in ("BatchGetItem", "ConditionCheckItem", "GetItem", "PutItem", "Query"):
        text = json.dumps(rights[f"dynamodb:{action}"])
        assert ":dynamodb:eu-west-1:123456789012:table/carte" in text
        assert "*" not in text
    for action in ("DescribeStream", "GetRecords", "GetShardIterator"):
        assert rights[f"dynamodb:{action}"] == stream
    assert rights["sns:Publish"] == {"Ref": topic(assembly)}
    starred = {action for action, resource in rights.items() if resource == "*"}
    # AWS knows no narrower resource for these.
    assert starred == {
        "dynamodb:ListStreams",
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
    }


def test_it_reads_the_whole_stream_and_is_retried_only_so_often(assembly: Assembly) -> None:
    found = mapping(assembly)
    assert found["EventSourceArn"] == {"Ref": "StreamArn"}
    assert found["StartingPosition"] == "TRIM_HORIZON"
    assert found["BatchSize"] == 100
    assert found["BisectBatchOnFunctionError"] is True
    assert found["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert 0 < found["MaximumRetryAttempts"] < 1000
    # Before the stream forgets, with time left to look at the dead letters.
    assert found["MaximumRecordAgeInSeconds"] <= 12 * 3600
    assert "MaximumBatchingWindowInSeconds" not in found


def test_it_gets_every_overwrite_and_every_new_operation_record_stock_and_edit(
    assembly: Assembly,
) -> None:
    filters = [json.loads(one["Pattern"]) for one in mapping(assembly)["FilterCriteria"]["Filters"]]
    assert filters == [
        {"eventName": ["MODIFY"]},
        {"eventName": ["INSERT"], "dynamodb": {"Keys": {"sk": {"S": ["OP"]}}}},
        {"eventName": ["INSERT"], "dynamodb": {"Keys": {"sk": {"S": [{"prefix": "STOCK"}]}}}},
        {
            "eventName": ["INSERT"],
            "dynamodb": {
                "Keys": {"pk": {"S": [{"prefix": "JOURNAL#"}]}},
                "NewImage": {"body": {"S": [{"prefix": '{"set":[["'}]}},
            },
        },
        {
            "eventName": ["INSERT"],
            "dynamodb": {
                "Keys": {
                    "sk": {
                        "S": [
                            *(
                                {"prefix": one}
                                for one in ("FACTS#", "DRAIN#", "VERSION#", "PERSON#")
                            ),
                            "PERSON",
                        ]
                    }
                }
            },
        },
    ]


def test_the_mapping_invokes_the_alias(assembly: Assembly) -> None:
    target = json.dumps(mapping(assembly)["FunctionName"])
    (alias,) = (
        name
        for name in assembly.resources(REGIONAL, "AWS::Lambda::Alias")
        if name.startswith("Convergence")
    )
    assert alias in target


def test_what_is_given_up_is_named_in_an_encrypted_queue_that_takes_only_tls(
    assembly: Assembly,
) -> None:
    destination = mapping(assembly)["DestinationConfig"]["OnFailure"]["Destination"]
    name = destination["Fn::GetAtt"][0]
    queue = assembly.resources(REGIONAL, "AWS::SQS::Queue")[name]
    assert queue["SqsManagedSseEnabled"] is True
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
    (policy,) = (
        one
        for one in assembly.resources(REGIONAL, "AWS::SQS::QueuePolicy").values()
        if one["Queues"] == [{"Ref": name}]
    )
    (refusal,) = policy["PolicyDocument"]["Statement"]
    assert refusal["Effect"] == "Deny"
    assert refusal["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert "sqs:SendMessage" in assembly.rights(REGIONAL, CONVERGENCE)


def test_only_a_stream_of_this_regions_table_is_taken(assembly: Assembly) -> None:
    parameter = assembly.template(REGIONAL)["Parameters"]["StreamArn"]
    assert "Default" not in parameter
    pattern = parameter["AllowedPattern"]
    good = f"{TABLE}/stream/2026-11-21T10:50:15.515"
    assert re.fullmatch(pattern, good)
    for bad in (
        TABLE,
        good.replace("eu-west-1", "us-east-1"),
        good.replace("table/carte", "table/other"),
        good.replace("123456789012", "000000000000"),
    ):
        assert not re.fullmatch(pattern, bad)
