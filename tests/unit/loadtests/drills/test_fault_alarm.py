"""The alarm on faults in a drill: the share of a region's calls, against the template's bound."""

import json
from pathlib import Path
from typing import Any

import pytest

from loadtests.drills import fault_alarm
from loadtests.drills.exceptions import DrillError
from loadtests.drills.fault_alarm import ALARM, FaultShare, share_of_faults
from services.domain import log_lines


class Log:
    """The lines of a menu Lambda, as CloudWatch Logs returns them."""

    def __init__(self, *_: object) -> None:
        faulty = log_lines.fault_counts(0, log_lines.MENU_API, "THROTTLED")
        self._lines = [
            *({"method": "GET", "status": 200},) * 97,
            *({"method": "GET", "status": 503, **faulty},) * 3,
            # The second fault of one request has a line without the request.
            {"level": "ERROR", **faulty},
        ]

    def lines(self, _since_ms: int, _containing: str) -> list[dict[str, Any]]:
        return self._lines


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(fault_alarm, "LambdaLog", Log)
    monkeypatch.setattr(fault_alarm, "cloud_assembly", lambda _layout: tmp_path)

    class Layout:
        def region(self, name: str) -> str:
            return name

    return Layout()


def deploy(folder: Path, name: str, bound: float) -> None:
    alarm = {"Properties": {"AlarmName": name, "Threshold": bound}}
    path = folder / "carte-eu-west-1.template.json"
    path.write_text(json.dumps({"Resources": {"Alarm": alarm, "Empty": {}}}))


def test_requests_are_counted_once_and_faults_all(layout: Any, tmp_path: Path) -> None:
    deploy(tmp_path, ALARM, 0.01)
    found = share_of_faults(layout, "eu-west-1", 0.0)
    assert found == FaultShare(4, 100, 0.01)
    assert found.rings


def test_the_bound_is_the_deployed_alarms(layout: Any, tmp_path: Path) -> None:
    deploy(tmp_path, ALARM, 0.5)
    assert not share_of_faults(layout, "eu-west-1", 0.0).rings
    deploy(tmp_path, "carte-other", 0.5)
    with pytest.raises(DrillError, match="has no alarm"):
        share_of_faults(layout, "eu-west-1", 0.0)


def test_without_calls_nothing_rings() -> None:
    assert not FaultShare(0, 0, 0.0).rings
