"""`carte fault`, `freeze` and `thaw` against the real fault controller, with a recording region."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from typer.testing import CliRunner, Result

from cli.main import application
from localcloud.exceptions import NotRunningError
from localcloud.faults.actuator import Actuator
from localcloud.faults.client import FaultClient, FaultError
from localcloud.faults.control import FaultControl
from localcloud.faults.effects import DYNAMODB_GATE, PROCESS
from localcloud.faults.fault_request import CloudScope
from localcloud.faults.registry import FaultRegistry
from localcloud.plan import free_edge_port, make_layout
from localcloud.state_file import load_layout, save_layout
from services.domain.errors import UnusableInputError

REGIONS = ("us-east-1", "eu-west-1")
APPLICATION = application(["fault", "freeze", "thaw"])


class Processes(Actuator):
    """The states that faults have set, by region."""

    def __init__(self) -> None:
        self.states: dict[str, list[dict[str, Any]]] = {}

    async def apply(self, target: str, values: Sequence[dict[str, Any]]) -> None:
        self.states[target] = list(values)

    def has_target(self, target: str) -> bool:
        return target in REGIONS


Carte = Callable[..., Result]


@pytest.fixture
def processes() -> Processes:
    return Processes()


@pytest.fixture
def carte(tmp_path: Path, processes: Processes) -> Iterator[Carte]:
    layout = make_layout(free_edge_port(), regions=list(REGIONS), state_dir=tmp_path / "cloud")
    save_layout(layout)
    loop = asyncio.new_event_loop()
    registry = FaultRegistry({PROCESS: processes, DYNAMODB_GATE: Processes()}, REGIONS, tmp_path)
    control = FaultControl(registry, CloudScope(REGIONS, lambdas=True), {})
    runner = web.AppRunner(control.application(), access_log=None)

    async def start() -> None:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", urlsplit(layout.faults_url).port).start()

    loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def run(*words: str) -> Result:
        return CliRunner().invoke(APPLICATION, [*words, "--state-dir", str(layout.state_dir)])

    try:
        yield run
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.run_until_complete(runner.cleanup())
        loop.close()


def active(carte: Carte) -> list[dict[str, Any]]:
    faults: list[dict[str, Any]] = json.loads(carte("fault", "list", "--json").stdout)["faults"]
    return faults


def test_freeze_is_the_fault_of_that_name(carte: Carte, processes: Processes) -> None:
    done = carte("freeze", "eu-west-1", "--seconds", "300", "--json")
    assert done.exit_code == 0, done.output
    (fault,) = active(carte)
    assert json.loads(done.stdout) == fault
    assert (fault["kind"], fault["region"]) == ("freeze", "eu-west-1")
    assert processes.states == {"eu-west-1": [{"frozen": True}]}


def test_thaw_heals_every_freeze_of_the_region_and_nothing_else(
    carte: Carte, processes: Processes
) -> None:
    carte("freeze", "eu-west-1")
    carte("fault", "inject", "freeze", "--region", "eu-west-1")
    carte("freeze", "us-east-1")
    done = carte("thaw", "eu-west-1")
    assert done.exit_code == 0
    assert done.stdout.count("freeze-") == 2
    assert [one["region"] for one in active(carte)] == ["us-east-1"]
    assert processes.states["eu-west-1"] == []
    assert carte("thaw", "eu-west-1").stdout == "nothing to heal\n"


def test_an_injected_fault_says_until_when_and_how_to_end_it(carte: Carte) -> None:
    done = carte("fault", "inject", "freeze", "--region", "us-east-1", "--seconds", "60")
    fault_id = active(carte)[0]["id"]
    first, second = done.stdout.splitlines()
    assert first.startswith(f"{fault_id}  us-east-1")
    assert first.endswith(" UTC")
    assert second == f"heal it early with `carte fault heal {fault_id}`"
    assert carte("fault", "heal", fault_id).stdout == f"healed {fault_id}\n"
    assert carte("fault", "list").stdout == "no fault is active\n"


def test_heal_without_an_id_ends_all_faults(carte: Carte) -> None:
    carte("freeze", "eu-west-1")
    carte("freeze", "us-east-1")
    done = carte("fault", "heal", "--json")
    assert len(json.loads(done.stdout)["healed"]) == 2
    assert active(carte) == []


def test_heal_without_an_id_names_the_guard_that_it_leaves(carte: Carte, tmp_path: Path) -> None:
    layout = load_layout(tmp_path / "cloud")
    assert layout is not None
    guard = FaultClient(layout).inject("refill", "eu-west-1", seconds=60)
    done = carte("fault", "heal")
    assert "nothing to heal" in done.stdout
    assert f"{guard.id} stays until the table of eu-west-1 is filled again" in done.stdout
    assert [one["id"] for one in active(carte)] == [guard.id]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("freeze", "mars-north-1"), "choose from us-east-1, eu-west-1"),
        (("freeze", "eu-west-1", "--seconds", "1000"), "from 0.1 to 900 seconds"),
        (("fault", "inject", "freez"), "choose from freeze, kill"),
        (("fault", "inject", "freeze"), "this cloud has us-east-1, eu-west-1"),
        (("fault", "inject", "freeze", "--set", "often"), "for example --set median_ms=800"),
        (("fault", "inject", "fail", "--set", "share=nan"), "write a finite one"),
    ],
)
def test_a_refused_fault_says_what_is_allowed(
    carte: Carte, words: tuple[str, ...], hint: str
) -> None:
    error = carte(*words).exception
    assert isinstance(error, UnusableInputError)
    assert hint in error.hint
    assert active(carte) == []


def test_without_a_cloud_the_error_says_how_to_start_one(tmp_path: Path) -> None:
    words = ["freeze", "eu-west-1", "--state-dir", str(tmp_path / "none")]
    error = CliRunner().invoke(APPLICATION, words).exception
    assert isinstance(error, NotRunningError)
    assert "carte up" in error.hint


def test_without_a_controller_the_error_says_what_to_look_at(tmp_path: Path) -> None:
    layout = make_layout(free_edge_port(), regions=list(REGIONS), state_dir=tmp_path / "cloud")
    save_layout(layout)
    words = ["freeze", "eu-west-1", "--state-dir", str(layout.state_dir)]
    error = CliRunner().invoke(APPLICATION, words).exception
    assert isinstance(error, FaultError)
    assert f"carte status --port {layout.port}" in error.hint
