"""What CloudWatch says of the regions: values, pages, alarms, and regions that do not answer."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from services.domain.watching import metrics
from services.domain.watching.figures import MAX_ALARMS, RegionAnswer
from services.menu_api.application import services_of
from services.menu_api.settings import Settings
from services.storage.cloud_figures import CloudFigures, cloudwatch
from services.storage.stores import StoreRepository
from services.storage.table import Table
from tests.support.cloud_watch import GivenCloudWatch, alarm, span

HERE, THERE = "eu-west-1", "us-east-1"
Clouds = dict[str, GivenCloudWatch]


@pytest.fixture
def clouds() -> Iterator[Clouds]:
    made = {HERE: GivenCloudWatch(), THERE: GivenCloudWatch()}
    yield made
    for one in made.values():
        one.held.set()


def answers(clouds: Clouds, minutes: int = 3, timeout_s: float = 60.0) -> dict[str, RegionAnswer]:
    figures = CloudFigures([*clouds], "carte", clouds.__getitem__, timeout_s)
    return figures.region_answers(span(minutes))


def test_each_region_says_what_it_has_in_each_step(clouds: Clouds) -> None:
    clouds[HERE].values = {
        "Count": [60.0, 61.0],
        "5XXError": [0.0, 2.0],
        "p50": [7.0, 7.5],
        "p95": [40.0],
        "p99": [80.5],
        "Repairs": [1.0],
        "DutiesDone": [4.0, 5.0, 6.0],
        "to_us_east_1": [812.25],
    }
    found = answers(clouds)
    assert [*found] == [HERE, THERE]
    assert found[HERE].problem is None
    assert found[HERE].columns == {
        "requests": [60.0, 61.0, None],
        "errors": [0.0, 2.0, None],
        "p50": [7.0, 7.5, None],
        "p95": [40.0, None, None],
        "p99": [80.5, None, None],
        "repairs": [1.0, None, None],
        "order_steps": [4.0, 5.0, 6.0],
    }
    assert found[HERE].sent == {THERE: [812.25, None, None]}
    assert found[THERE].sent == {HERE: [None, None, None]}


def test_metrics_are_asked_for_as_the_dashboard_shows_them(clouds: Clouds) -> None:
    answers(clouds, minutes=120)
    (request,) = [one for one in clouds[HERE].requests if "MetricDataQueries" in one]
    stats = [one["MetricStat"] for one in request["MetricDataQueries"]]
    assert {one["Period"] for one in stats} == {120}
    found = [
        metrics.WatchedMetric(
            one["Metric"]["Namespace"],
            one["Metric"]["MetricName"],
            one["Stat"],
            tuple((part["Name"], part["Value"]) for part in one["Metric"]["Dimensions"]),
        )
        for one in stats
    ]
    assert found == [
        *(metrics.REQUESTS, metrics.ERRORS, metrics.P50, metrics.P95, metrics.P99),
        *(metrics.REPAIRS, metrics.ORDER_STEPS, metrics.replication("carte", THERE)),
    ]


def test_all_pages_of_values_and_alarms_are_read(clouds: Clouds) -> None:
    clouds[HERE].values = {"Count": [1.0, 2.0, 3.0]}
    clouds[HERE].page_size = 1
    clouds[HERE].alarm_pages = [
        {"MetricAlarms": [alarm("carte-menu-slow", 10)]},
        {"MetricAlarms": [], "CompositeAlarms": [alarm("carte-slo-menus-latency-fast", 20)]},
    ]
    found = answers(clouds)[HERE]
    assert found.columns["requests"] == [1.0, 2.0, 3.0]
    assert [one.name for one in found.alarms] == [
        *("carte-slo-menus-latency-fast", "carte-menu-slow")
    ]


def test_pages_are_bounded(clouds: Clouds) -> None:
    clouds[HERE].alarm_pages = [{"MetricAlarms": [alarm(f"carte-{n}", 10)]} for n in range(40)]
    assert answers(clouds)[HERE].problem is None
    assert len([one for one in clouds[HERE].requests if "StateValue" in one]) == 5


def test_alarms_that_notify_nobody_are_left_out_and_the_others_are_bounded(clouds: Clouds) -> None:
    many = [alarm(f"carte-{n}", 10, reason="x" * 2000) for n in range(100)]
    part = alarm("carte-slo-menus-latency-fast-1h", 30, notifies=False)
    clouds[HERE].alarm_pages = [{"MetricAlarms": [part, *many]}]
    alarms = answers(clouds)[HERE].alarms
    assert len(alarms) == MAX_ALARMS
    assert part["AlarmName"] not in [one.name for one in alarms]
    assert alarms[0].since == many[0]["StateTransitionedTimestamp"]
    assert len(alarms[0].reason) == 500
    (request,) = [one for one in clouds[HERE].requests if "StateValue" in one]
    assert (request["StateValue"], request["AlarmNamePrefix"]) == ("ALARM", "carte-")
    assert "CompositeAlarm" in request["AlarmTypes"]


def test_a_slow_region_is_not_waited_for_and_the_others_are_there(clouds: Clouds) -> None:
    clouds[THERE].held.clear()
    clouds[HERE].values = {"Count": [5.0]}
    began = time.monotonic()
    found = answers(clouds, timeout_s=2)
    assert time.monotonic() - began < 50  # it would be held for 60 s
    assert found[THERE] == RegionAnswer.missing("no answer within 2 s")
    assert found[HERE].problem is None
    assert found[HERE].columns["requests"] == [5.0, None, None]


def test_pages_that_come_too_late_are_not_asked_for(clouds: Clouds) -> None:
    clouds[HERE].alarm_pages = [{}, {}]
    assert answers(clouds, timeout_s=-1)[HERE].problem is not None
    assert clouds[HERE].requests == []


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        (
            ClientError(
                {"Error": {"Code": "AccessDenied", "Message": "arn:aws:iam::123456789012:role/x"}},
                "GetMetricData",
            ),
            "AccessDenied",
        ),
        (ReadTimeoutError(endpoint_url="https://monitoring"), "no answer within 60 s"),
        (OSError("no route"), "OSError"),
    ],
)
def test_a_region_that_refuses_says_why_and_is_no_error(
    clouds: Clouds, fault: Exception, problem: str
) -> None:
    clouds[THERE].fault = fault
    found = answers(clouds)
    assert found[THERE] == RegionAnswer.missing(problem)
    assert found[HERE].problem is None


def test_clients_are_made_once(clouds: Clouds) -> None:
    made: list[str] = []

    def client(region: str) -> Any:
        made.append(region)
        return clouds[region]

    figures = CloudFigures([HERE, THERE], "carte", client)
    assert made == []
    figures.region_answers(span())
    figures.region_answers(span())
    assert made == [HERE, THERE]


def test_the_client_tries_once_in_its_region() -> None:
    client: Any = cloudwatch(THERE)
    assert client.meta.region_name == THERE
    config = client.meta.config
    assert (config.connect_timeout, config.read_timeout) == (1.0, 2.0)
    assert config.retries["total_max_attempts"] == 1


DEPLOYED = {"CARTE_REGION": HERE, "CARTE_TABLE": "carte", "CARTE_REGIONS": f"{HERE},{THERE}"}


@pytest.mark.parametrize(
    ("variables", "exists"),
    [
        ({}, True),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}, False),
        ({"CARTE_DAX_ENDPOINT": "dax://carte.dax.example"}, False),
        ({"CARTE_REGIONS": ""}, False),
    ],
)
def test_a_process_asks_only_where_there_is_a_cloudwatch(
    table: Table, variables: dict[str, str], *, exists: bool
) -> None:
    settings = Settings.from_environment(DEPLOYED | variables)
    services = services_of(settings, table, StoreRepository(table))
    assert (services.cloud_figures is not None) is exists


def test_boto3_takes_the_questions_and_its_answers_are_understood(table: Table) -> None:
    """Against moto, whose client checks the parameters of each call as AWS's own does."""
    whole_span = span()
    client = boto3.client("cloudwatch", region_name=HERE)
    for value in (3, 4):
        client.put_metric_data(
            Namespace="carte",
            MetricData=[
                {
                    "MetricName": "Repairs",
                    "Value": value,
                    "Timestamp": datetime.fromtimestamp(whole_span.begin_s + 70, UTC),
                }
            ],
        )
    for name, actions in (("carte-menu-slow", ["arn:aws:sns:eu-west-1:1:x"]), ("carte-part", [])):
        client.put_metric_alarm(
            AlarmName=name,
            AlarmActions=actions,
            MetricName="Latency",
            Namespace="AWS/ApiGateway",
            Period=60,
            Statistic="Maximum",
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
        )
        client.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="it is slow")
    found = CloudFigures.of_regions([HERE, THERE], table.binding.table).region_answers(whole_span)
    assert [one.problem for one in found.values()] == [None, None]
    assert found[HERE].columns["repairs"] == [None, 7.0, None]
    assert [(one.name, one.reason) for one in found[HERE].alarms] == [
        ("carte-menu-slow", "it is slow")
    ]
    assert found[HERE].alarms[0].since.tzinfo is not None
    assert found[THERE].alarms == []
