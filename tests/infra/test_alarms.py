"""The alarms: what they look at, whom they wake, and what they say."""

import json
import re
from pathlib import Path
from typing import Any

from services.convergence.report import Report
from tests.infra.conftest import Assembly

REGIONAL = "carte-eu-west-1"
OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


def alarms(assembly: Assembly, stack: str = REGIONAL) -> dict[str, dict[str, Any]]:
    """A stack's alarms, by name, without the parts of burn-rate alarms."""
    found = assembly.resources(stack, "AWS::CloudWatch::Alarm").values()
    return {one["AlarmName"]: one for one in found if "AlarmActions" in one}


def test_everything_that_can_go_wrong_in_a_region_has_its_alarm(production: Assembly) -> None:
    assert alarms(production).keys() == {
        "carte-alert-mails-refused",
        "carte-alert-mails-too-late",
        "carte-alerts-errors",
        "carte-alerts-gave-up",
        "carte-api-errors",
        "carte-api-slow",
        "carte-canary-failed",
        "carte-convergence-behind",
        "carte-convergence-errors",
        "carte-convergence-gave-up",
        "carte-convergence-skipped",
        "carte-convergence-throttled",
        "carte-fulfilment-errors",
        "carte-fulfilment-gave-up",
        "carte-live-behind",
        "carte-live-errors",
        "carte-live-gave-up",
        "carte-live-posts-failed",
        "carte-live-throttled",
        "carte-notices-failed",
        "carte-orders-contradict",
        "carte-orders-overdue",
        *("carte-people-notices-errors", "carte-people-notices-gave-up"),
        *("carte-people-mails-refused", "carte-people-notices-too-late"),
        "carte-payment-webhook-errors",
        "carte-sweeper-errors",
        "carte-count-files-gave-up",
        "carte-drain",
        "carte-inventory-errors",
        "carte-menu-errors",
        "carte-menu-faults",
        "carte-menu-slow",
        "carte-menu-throttled",
        "carte-reconciler-behind",
        "carte-reconciler-errors",
        "carte-reconciler-found",
        "carte-region-silent",
        "carte-region-unheard",
        "carte-repairs",
        "carte-replication-late",
        "carte-sold-out-alerts-failed",
    }


def test_each_wakes_the_people_who_are_named(production: Assembly) -> None:
    topics = production.resources(REGIONAL, "AWS::SNS::Topic")
    (topic,) = (name for name, one in topics.items() if one["TopicName"] == "carte-alarms")
    for alarm in alarms(production).values():
        assert alarm["AlarmActions"] == [{"Ref": topic}]
    subscribers = {
        one["Endpoint"]
        for one in production.resources(REGIONAL, "AWS::SNS::Subscription").values()
        if one["TopicArn"] == {"Ref": topic}
    }
    assert subscribers == set(production.deployment.alarm_addresses)


def test_cloudwatch_may_publish_to_the_topic(production: Assembly) -> None:
    policies = json.dumps([*production.resources(REGIONAL, "AWS::SNS::TopicPolicy").values()])
    assert "cloudwatch.amazonaws.com" in policies
    assert "aws:SecureTransport" in policies


def test_each_says_what_happened_and_then_what_to_do(production: Assembly) -> None:
    doing = re.compile(
        r"\. (If|Look|Ask|The|Compare|See|Within|Nothing|To|Its|Find|Deploy)\b|: aws |To end it"
    )
    for stack in (REGIONAL, "carte-edge"):
        for name, alarm in alarms(production, stack).items():
            text = alarm["AlarmDescription"]
            assert doing.search(text), f"{name}: {text}"
            assert len(text) <= 1024, name  # what CloudWatch takes


def test_replication_is_watched_towards_every_region_without_naming_one(
    production: Assembly,
) -> None:
    (metric,) = alarms(production)["carte-replication-late"]["Metrics"]
    assert "ReceivingRegion" in metric["Expression"]
    assert "TableName = 'carte'" in metric["Expression"]
    assert not re.search(r"\w\w-\w+-\d", metric["Expression"])


def test_what_the_lambdas_count_is_what_the_alarms_look_at(production: Assembly) -> None:
    counted = json.loads(next(Report("eu-west-1").lines(0, 0.0)))
    for name, metric in (
        ("carte-repairs", "Repairs"),
        ("carte-convergence-skipped", "Skipped"),
        ("carte-sold-out-alerts-failed", "AlertsFailed"),
    ):
        alarm = alarms(production)[name]
        assert alarm["Namespace"] == "carte"
        assert alarm["MetricName"] == metric
        assert "Dimensions" not in alarm
        assert metric in counted


def test_queues_of_what_was_given_up_ring_at_the_first_message(production: Assembly) -> None:
    queues = production.resources(REGIONAL, "AWS::SQS::Queue")
    watched = set()
    for name in (
        *("carte-convergence-gave-up", "carte-count-files-gave-up"),
        *("carte-fulfilment-gave-up", "carte-alerts-gave-up", "carte-live-gave-up"),
        "carte-people-notices-gave-up",
    ):
        alarm = alarms(production)[name]
        assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
        assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")
        queue = alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
        watched.add(queues[queue]["QueueName"])
    assert watched == {
        "carte-convergence-dead-letters",
        "carte-counts-dead-letters",
        "carte-orders-dead-letters.fifo",
        "carte-stock-alerts-dead-letters",
        "carte-live-dead-letters.fifo",
        "carte-people-dead-letters",
    }


def test_the_edge_has_its_alarms_where_cloudfront_publishes(production: Assembly) -> None:
    assert alarms(production, "carte-edge").keys() == {
        "carte-edge-errors",
        "carte-edge-function-errors",
        "carte-edge-slow",
    }
