"""A check sets and heals its faults through the fault controller."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from loadtests.checker import fault_session
from loadtests.checker.fault_session import FaultSession
from loadtests.checker.schedule import FaultWindow
from loadtests.checker.settings import CheckError
from localcloud.faults.client import Fault, FaultError, Healing
from localcloud.plan import make_layout

REGIONS = ("us-east-1", "eu-west-1")
FREEZE = FaultWindow("freeze", 1.0, 4.0, "eu-west-1", {})


class Controller:
    """The client of a fault controller that keeps its requests."""

    def __init__(self) -> None:
        self.faults: dict[str, Fault] = {}
        self.unhealed: list[tuple[str, ...]] = []
        self.down = False

    def inject(
        self, kind: str, region: str | None = None, *, seconds: float, **parameters: Any
    ) -> Fault:
        now = datetime.now(UTC)
        made = Fault(f"{kind}-{len(self.faults)}", kind, region, now, now, parameters)
        self.faults[made.id] = made
        self.seconds = seconds
        return made

    def heal(self, fault_id: str) -> Healing:
        self.faults.pop(fault_id, None)
        return Healing((fault_id,), self.unhealed.pop() if self.unhealed else ())

    def active(self) -> tuple[Fault, ...]:
        if self.down:
            raise FaultError("the fault controller does not answer", "see `carte status`")
        return tuple(self.faults.values())


@pytest.fixture
def controller(monkeypatch: pytest.MonkeyPatch) -> Controller:
    made = Controller()
    monkeypatch.setattr(fault_session, "FaultClient", lambda _: made)
    monkeypatch.setattr(fault_session, "_POLL_S", 0.0)
    return made


@pytest.fixture
def session(controller: Controller, tmp_path: Path) -> FaultSession:
    assert controller
    return FaultSession(make_layout(9399, regions=list(REGIONS), state_dir=tmp_path))


def test_a_fault_outlives_its_window_only_a_little(
    session: FaultSession, controller: Controller
) -> None:
    fault_id = session.begin(FREEZE)
    assert controller.faults[fault_id].region == "eu-west-1"
    assert controller.seconds == 3.0 + 15.0
    session.end(fault_id)
    assert controller.faults == {}


def test_healing_keeps_convergence_stopped_until_everything_is_healed(
    session: FaultSession, controller: Controller
) -> None:
    session.stop_convergence()
    session.begin(FREEZE)
    session.heal()
    assert [one.kind for one in controller.faults.values()] == ["convergence-stop"] * 2
    assert session.heal_everything() == []
    assert controller.faults == {}


def test_what_is_not_set_back_yet_is_asked_for_again(
    session: FaultSession, controller: Controller
) -> None:
    session.begin(FREEZE)
    controller.unhealed = [("process eu-west-1",)] * 3
    session.heal()
    assert controller.unhealed == []


def test_what_is_never_set_back_is_an_error_that_names_it(
    session: FaultSession, controller: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.begin(FREEZE)
    controller.unhealed = [("process eu-west-1",)] * 9
    monkeypatch.setattr(fault_session, "_PATIENCE_S", -1.0)
    with pytest.raises(CheckError, match="could not set back process eu-west-1"):
        session.heal()


def test_a_controller_that_is_gone_is_a_problem_in_words(
    session: FaultSession, controller: Controller
) -> None:
    controller.down = True
    assert session.heal_everything() == [
        "not every fault is healed: the fault controller does not answer"
    ]
