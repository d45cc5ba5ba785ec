"""Rolling out a bad version of the Lambda and back, against a Lambda API in memory."""

import importlib.util
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from localcloud.faults.kinds import KINDS
from localcloud.faults.rollout import BAD_HANDLER, HANDLER, joined, roll_out
from services.domain import stamp
from services.storage.stores import StoreRepository
from services.storage.table import Table
from tests.support.chain import add_store, publish_small_catalog
from tests.unit.menu_api.test_adapters import rest_event

BAD = {"raise": 1.0}
VARIABLES = {"CARTE_TABLE": "carte"}


class Cloud:
    """As much of the Lambda API as a roll-out uses; it can break off after some calls."""

    exceptions = SimpleNamespace(ClientError=KeyError)

    def __init__(self) -> None:
        self.latest = {"Handler": HANDLER, "Environment": {"Variables": VARIABLES}}
        self.versions: dict[str, dict[str, Any]] = {"1": dict(self.latest)}
        self.alias = "1"
        self.calls_left = 1000

    def get_paginator(self, _name: str) -> Any:
        functions = [{**self.latest, "FunctionName": "menu"}]
        return SimpleNamespace(paginate=lambda: [{"Functions": functions}])

    def get_alias(self, **_: str) -> dict[str, str]:
        return {"FunctionVersion": self.alias}

    def get_function_configuration(
        self,
        *,
        Qualifier: str | None = None,  # noqa: N803 - as boto3 names it
        **_: str,
    ) -> dict[str, Any]:
        return self.versions[Qualifier] if Qualifier else self.latest

    def update_function_configuration(
        self,
        *,
        Handler: str,  # noqa: N803 - as boto3 names it
        Environment: Any,  # noqa: N803
        **_: str,
    ) -> None:
        self._count()
        self.latest = {"Handler": Handler, "Environment": Environment}

    def publish_version(self, *, Description: str, **_: str) -> dict[str, str]:  # noqa: N803
        self._count()
        number = str(max(map(int, self.versions)) + 1)
        self.versions[number] = {**self.latest, "Description": Description}
        return {"Version": number}

    def update_alias(self, *, FunctionVersion: str, **_: str) -> None:  # noqa: N803
        self._count()
        self.alias = FunctionVersion

    def delete_function(self, *, Qualifier: str, **_: str) -> None:  # noqa: N803
        self._count()
        del self.versions[Qualifier]

    def _count(self) -> None:
        if not self.calls_left:
            raise ConnectionError("the controller died")
        self.calls_left -= 1

    def fault(self) -> Any:
        """The fault of the version that serves."""
        return json.loads(self.versions[self.alias]["Environment"]["Variables"]["CARTE_FAULT"])


@pytest.fixture
def cloud() -> Cloud:
    return Cloud()


def is_good(cloud: Cloud) -> bool:
    good = {"Handler": HANDLER, "Environment": {"Variables": VARIABLES}}
    return cloud.latest == good and cloud.versions[cloud.alias] == good


def test_a_bad_version_serves_until_it_is_rolled_back(cloud: Cloud) -> None:
    roll_out(cloud, [BAD])
    assert cloud.alias == "2"
    assert cloud.versions["2"]["Handler"] == BAD_HANDLER
    assert cloud.fault() == {"raise": 1.0, "skew_ms": 0, "handler": HANDLER}
    assert "after version 1" in cloud.versions["2"]["Description"]
    assert cloud.latest["Handler"] == HANDLER
    roll_out(cloud, [])
    assert is_good(cloud)
    assert set(cloud.versions) == {"1"}


def test_rolling_out_again_changes_nothing(cloud: Cloud) -> None:
    roll_out(cloud, [BAD])
    roll_out(cloud, [BAD])
    assert set(cloud.versions) == {"1", "2"}
    roll_out(cloud, [])
    roll_out(cloud, [])
    assert is_good(cloud)


def test_another_fault_replaces_the_bad_version_and_finds_the_good_one(cloud: Cloud) -> None:
    roll_out(cloud, [BAD])
    roll_out(cloud, [BAD, {"skew_ms": 5000.0}])
    assert set(cloud.versions) == {"1", "3"}
    assert "after version 1" in cloud.versions["3"]["Description"]
    assert cloud.fault()["skew_ms"] == 5000
    roll_out(cloud, [])
    assert is_good(cloud)
    assert cloud.alias == "1"


def test_a_deployment_in_between_is_left_alone(cloud: Cloud) -> None:
    roll_out(cloud, [BAD])
    newer = {"Handler": HANDLER, "Environment": {"Variables": {"CARTE_NEW": "1"}}}
    cloud.versions["3"], cloud.alias, cloud.latest = dict(newer), "3", dict(newer)
    roll_out(cloud, [])
    assert cloud.alias == "3"
    assert cloud.latest == newer


@pytest.mark.parametrize("calls", range(6))
def test_wherever_a_roll_out_breaks_off_rolling_back_makes_it_good(
    cloud: Cloud, calls: int
) -> None:
    cloud.calls_left = calls
    try:
        roll_out(cloud, [BAD])
        roll_out(cloud, [])
    except ConnectionError:
        cloud.calls_left = 1000
        roll_out(cloud, [])
    assert is_good(cloud)


def test_shares_are_independent_and_skews_add_up() -> None:
    assert joined([]) == {}
    assert joined([{"raise": 0.5}, {"raise": 0.5}, {"skew_ms": 3.0}, {"skew_ms": 4.0}]) == {
        "raise": 0.75,
        "skew_ms": 7.0,
    }


def test_resolvers_that_raise_are_a_fault_of_their_own() -> None:
    fault = joined([{"raise_in_resolvers": 0.5}, {"raise_in_resolvers": 0.5}])
    assert fault == {"raise": 0.0, "skew_ms": 0, "raise_in_resolvers": 0.75}


def test_the_kind_says_where_a_bad_version_raises() -> None:
    effects = KINDS["bad-deployment"].effects
    (in_resolvers,) = effects("eu-west-1", {"canary_share": 0.5, "where": "resolvers"}, ())
    (in_handler,) = effects("eu-west-1", {"canary_share": 0.5, "where": "handler"}, ())
    assert in_resolvers.value == {"raise_in_resolvers": 0.5}
    assert in_handler.value == {"raise": 0.5}


@pytest.fixture
def bad_handler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Load the bad version as Lambda does: a top-level module beside the good entry point."""
    source = Path(bad_version_file()).read_text()
    (tmp_path / "bad_version.py").write_text(source)
    (tmp_path / "good_entry.py").write_text("def handler(event, context):\n    return 'good'\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    def load(good: str = "good_entry.handler", **fault: float) -> Any:
        text = json.dumps({"raise": 0.0, "skew_ms": 0.0, **fault, "handler": good})
        monkeypatch.setenv("CARTE_FAULT", text)
        importlib.invalidate_caches()
        return importlib.import_module("bad_version").handler

    yield load
    stamp.unix_ms.skew_ms = 0
    for name in ("bad_version", "good_entry"):
        sys.modules.pop(name, None)


def bad_version_file() -> str:
    found = importlib.util.find_spec("localcloud.faults.bad_version")
    assert found is not None
    assert found.origin is not None
    return found.origin


def test_the_bad_handler_raises(bad_handler: Any) -> None:
    with pytest.raises(RuntimeError, match="this version of the handler is bad"):
        bad_handler(**{"raise": 1.0})({}, None)


def test_bad_resolvers_raise_where_a_store_is_read(
    bad_handler: Any, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_small_catalog(table)
    add_store(table, "de-1")
    monkeypatch.setenv("CARTE_REGION", table.region)
    monkeypatch.setenv("CARTE_TABLE", table.binding.table)
    good_rows = StoreRepository.rows
    handler = bad_handler(HANDLER, raise_in_resolvers=1.0)
    assert StoreRepository.rows is good_rows, "the good version's class stays as it is"
    event = rest_event("GET", "/graphql", {"query": '{ store(id: "de-1") { name } }'}, None, "*/*")
    assert handler(event, None)["statusCode"] == 200, "a store's profile is not what fails"
    menu = '{ menu(storeId: "de-1") { version } }'
    answer = handler(rest_event("GET", "/graphql", {"query": menu}, None, "*/*"), None)
    assert answer["statusCode"] == 503
    assert "data" not in json.loads(answer["body"])


def test_a_share_of_none_passes_everything_to_the_good_handler(bad_handler: Any) -> None:
    assert bad_handler()({}, None) == "good"


def test_a_skewed_clock_makes_skewed_stamps(bad_handler: Any) -> None:
    assert bad_handler(skew_ms=3_600_000.0)({}, None) == "good"
    made = stamp.HybridClock("eu-west-1").tick()
    ahead_ms = made.unix_ms - time.time_ns() // 1_000_000
    assert ahead_ms == pytest.approx(3_600_000, rel=0.01)
