"""operations: figures and alarms of the regions through the schema."""

from typing import Any

import orjson
import pytest

from services.storage.cloud_figures import CloudFigures
from services.storage.table import Table
from tests.support.cloud_watch import GivenCloudWatch, alarm
from tests.support.service import Service
from tests.support.tokens import ISSUER

REGIONS = ("eu-west-1", "us-east-1")
QUERY = """query O($minutes: Int = 3) { operations(minutes: $minutes) {
  available stepSeconds
  regions { region reachable problem alarms { name since reason }
    steps { at seconds requests errors p50Ms p95Ms p99Ms replicationLagMs repairs orderSteps }
  } } }"""


@pytest.fixture
def clouds() -> dict[str, GivenCloudWatch]:
    return {
        "eu-west-1": GivenCloudWatch(Count=[60.0, 61.0], p99=[80.5], to_us_east_1=[812.25]),
        "us-east-1": GivenCloudWatch(),
    }


def ask(service: Service, role: str = "chain:operator", **variables: Any) -> Any:
    body = service.post(QUERY, ISSUER.bearer(role), variables=variables).body
    return orjson.loads(body)


def deployed(table: Table, clouds: dict[str, GivenCloudWatch]) -> Service:
    figures = CloudFigures(REGIONS, "carte", clouds.__getitem__)
    return Service(table, deployed=REGIONS, cloud_figures=figures)


def test_each_region_has_its_figures_and_alarms(
    table: Table, clouds: dict[str, GivenCloudWatch]
) -> None:
    clouds["us-east-1"].alarm_pages = [{"MetricAlarms": [alarm("carte-menu-slow", 10)]}]
    found = ask(deployed(table, clouds))["data"]["operations"]
    assert (found["available"], found["stepSeconds"]) == (True, 60)
    here, there = found["regions"]
    assert (here["region"], here["reachable"], here["problem"]) == ("eu-west-1", True, None)
    assert here["steps"][0] == {
        "at": "2026-05-04T09:57:00+00:00",
        "seconds": 60,
        "requests": 60,
        "errors": None,
        "p50Ms": None,
        "p95Ms": None,
        "p99Ms": 80.5,
        "replicationLagMs": None,
        "repairs": None,
        "orderSteps": None,
    }
    assert [one["requests"] for one in here["steps"]] == [60, 61, None]
    assert [one["replicationLagMs"] for one in there["steps"]] == [812.25, None, None]
    assert there["alarms"] == [
        {"name": "carte-menu-slow", "since": "2026-05-04T09:10:00+00:00", "reason": "it is"}
    ]


def test_a_region_that_fails_is_not_reachable_and_no_error(
    table: Table, clouds: dict[str, GivenCloudWatch]
) -> None:
    clouds["us-east-1"].fault = OSError("no route")
    answer = ask(deployed(table, clouds))
    assert "errors" not in answer
    here, there = answer["data"]["operations"]["regions"]
    assert (there["reachable"], there["problem"], there["alarms"]) == (False, "OSError", [])
    assert here["reachable"]


def test_without_a_cloudwatch_it_is_not_available(service: Service) -> None:
    assert ask(service, minutes=1440)["data"]["operations"] == {
        "available": False,
        "stepSeconds": 1440,
        "regions": [],
    }


@pytest.mark.parametrize("minutes", [0, -1, 1441, 2_147_483_647])
def test_other_times_are_refused_with_what_to_ask_for(
    table: Table, clouds: dict[str, GivenCloudWatch], minutes: int
) -> None:
    (error,) = ask(deployed(table, clouds), minutes=minutes)["errors"]
    assert error["message"] == f"`minutes` is {minutes}; ask for 1 to 1440"
    assert clouds["eu-west-1"].requests == []


def test_a_day_of_both_regions_is_within_the_limit_on_cost(
    table: Table, clouds: dict[str, GivenCloudWatch]
) -> None:
    found = ask(deployed(table, clouds), minutes=1440)["data"]["operations"]
    assert [len(one["steps"]) for one in found["regions"]] == [60, 60]


def test_a_manager_is_told_which_role_it_needs(
    table: Table, clouds: dict[str, GivenCloudWatch]
) -> None:
    (error,) = ask(deployed(table, clouds), "market:de:manager")["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert "chain:operator" in error["message"]
    assert clouds["eu-west-1"].requests == []
