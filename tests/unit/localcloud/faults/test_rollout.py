"""Rolling out a bad version of the Lambda and back, against a Lambda API in memory."""

import importlib
import io
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from localcloud.faults import rollout
from localcloud.faults.rollout import joined, restored, roll_out, spoiled

GOOD = {
    "services/__init__.py": b"",
    "services/menu_api/__init__.py": b"",
    "services/menu_api/handler.py": b"def handler(event, context):\n    return 'good'\n",
    "services/menu_api/__pycache__/handler.cpython-313.pyc": b"compiled",
    "services/domain/__init__.py": b"",
    "services/domain/stamp.py": b"import time\n\ndef unix_ms():\n    return time.time_ns()\n",
}
BAD = {"raise": 1.0}


def packed(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return made.getvalue()


def names(package: bytes) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return set(archive.namelist())


class Cloud:
    """As much of the Lambda API as a roll-out uses; it can break off after some calls."""

    exceptions = SimpleNamespace(ClientError=KeyError)

    def __init__(self) -> None:
        self.latest = packed(GOOD)
        self.versions: dict[str, tuple[bytes, str]] = {"1": (self.latest, "")}
        self.alias = "1"
        self.calls_left = 1000

    def get_paginator(self, _name: str) -> Any:
        functions = [{"Handler": rollout.HANDLER, "FunctionName": "menu"}]
        return SimpleNamespace(paginate=lambda: [{"Functions": functions}])

    def get_alias(self, **_: str) -> dict[str, str]:
        return {"FunctionVersion": self.alias}

    def get_function_configuration(self, *, Qualifier: str, **_: str) -> dict[str, str]:  # noqa: N803
        return {"Description": self.versions[Qualifier][1]}

    def update_function_code(self, *, ZipFile: bytes, **_: str) -> None:  # noqa: N803
        self._count()
        self.latest = ZipFile

    def publish_version(self, *, Description: str, **_: str) -> dict[str, str]:  # noqa: N803
        self._count()
        number = str(max(map(int, self.versions)) + 1)
        self.versions[number] = (self.latest, Description)
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


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Cloud:
    made = Cloud()
    monkeypatch.setattr(rollout, "_latest_code", lambda api, _name: api.latest)
    return made


def is_good(cloud: Cloud) -> bool:
    code, description = cloud.versions[cloud.alias]
    return not description and "handler_before" not in str(names(code) | names(cloud.latest))


def test_a_bad_version_serves_until_it_is_rolled_back(cloud: Cloud) -> None:
    roll_out(cloud, [BAD])
    assert cloud.alias == "2"
    assert "services/menu_api/handler_before.py" in names(cloud.versions["2"][0])
    assert "after version 1" in cloud.versions["2"][1]
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


def test_another_fault_replaces_the_bad_version_and_knows_the_good_one(cloud: Cloud) -> None:
    roll_out(cloud, [BAD])
    roll_out(cloud, [BAD, {"skew_ms": 5000.0}])
    assert set(cloud.versions) == {"1", "3"}
    assert "after version 1" in cloud.versions["3"][1]
    assert b"handler_before" not in cloud.latest
    roll_out(cloud, [])
    assert is_good(cloud)
    assert cloud.alias == "1"


def test_a_deployment_in_between_is_left_alone(cloud: Cloud) -> None:
    roll_out(cloud, [BAD])
    newer = packed({**GOOD, "services/new.py": b""})
    cloud.versions["3"], cloud.alias, cloud.latest = (newer, ""), "3", newer
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


def test_a_spoiled_package_can_be_restored() -> None:
    bad = spoiled(packed(GOOD), {"raise": 1.0, "skew_ms": 0.0})
    assert "services/menu_api/__pycache__/handler.cpython-313.pyc" not in names(bad)
    with zipfile.ZipFile(io.BytesIO(restored(bad))) as archive:
        assert archive.read("services/menu_api/handler.py") == GOOD["services/menu_api/handler.py"]
    assert restored(packed(GOOD)) == packed(GOOD)


@pytest.fixture
def unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import the handler of a package, as Lambda does; nothing of it stays imported."""
    ours = {name: module for name, module in sys.modules.items() if name.startswith("services")}
    for name in ours:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(str(tmp_path))

    def handler(package: bytes) -> ModuleType:
        zipfile.ZipFile(io.BytesIO(package)).extractall(tmp_path)
        importlib.invalidate_caches()
        return importlib.import_module("services.menu_api.handler")

    yield handler
    for name in [name for name in sys.modules if name.startswith("services")]:
        del sys.modules[name]
    sys.modules.update(ours)


def test_the_bad_handler_raises(unpacked: Any) -> None:
    module = unpacked(spoiled(packed(GOOD), {"raise": 1.0, "skew_ms": 0.0}))
    with pytest.raises(RuntimeError, match="this version of the handler is bad"):
        module.handler({}, None)


def test_a_share_of_none_passes_everything_to_the_good_handler(unpacked: Any) -> None:
    module = unpacked(spoiled(packed(GOOD), {"raise": 0.0, "skew_ms": 0.0}))
    assert module.handler({}, None) == "good"


def test_a_skewed_clock_makes_skewed_stamps(unpacked: Any) -> None:
    import time

    module = unpacked(spoiled(packed(GOOD), {"raise": 0.0, "skew_ms": 3_600_000.0}))
    assert module.handler({}, None) == "good"
    stamp = importlib.import_module("services.domain.stamp")
    ahead_ns = stamp.unix_ms() - time.time_ns()
    assert ahead_ns == pytest.approx(3_600_000 * 1_000_000, rel=0.01)
