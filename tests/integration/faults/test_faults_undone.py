"""Faults together, wrongly asked for, and always undone: also when their controller dies."""

import json
import os
import signal
from uuid import uuid4

import pytest

from localcloud import regions
from tests.support.faulty_cloud import FaultyCloud
from tests.support.local_cloud import wait_until

US, EU, AP = "us-east-1", "eu-west-1", "ap-southeast-1"
REGIONS = f"{US}, {EU}, {AP}"
HEALED_WITHIN = 15.0  # seconds after the controller's death; a loaded machine is given thrice that


def test_faults_of_one_region_add_up_and_heal_one_by_one(faulty: FaultyCloud) -> None:
    ids = [
        faulty.faults.inject("slow", EU, seconds=60, median_ms=500, p99_ms=500).id for _ in range(2)
    ]
    assert faulty.ask(EU).seconds >= 1.0
    faulty.faults.heal(ids[0])
    assert faulty.ask(EU).seconds >= 0.5
    assert [fault.id for fault in faulty.faults.active()] == ids[1:]
    assert faulty.faults.heal(ids[1]).healed == (ids[1],)
    assert faulty.faults.heal(ids[1]).healed == ()


def test_a_fault_ends_by_itself_and_the_timeline_shows_it(faulty: FaultyCloud) -> None:
    fault = faulty.faults.inject("fail", EU, seconds=0.5)
    wait_until(lambda: not faulty.faults.active(), "it is over")
    events = [event for event in faulty.faults.timeline() if event.id == fault.id]
    assert [event.what for event in events] == ["injected", "expired"]
    assert events[1].at >= fault.until
    assert faulty.ask(EU).status == 200


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("freeze", "--region", "mars-north-1"), f"choose from {REGIONS}"),
        (("meteor", "--region", EU), "choose from freeze, kill"),
        (("slow", "--region", EU, "--set", "speed=1"), "it takes median_ms, p99_ms"),
        (("slow", "--region", EU, "--set", "speed"), "is not NAME=VALUE"),
        (("freeze", "--region", EU, "--seconds", "1000"), "from 0.1 to 900"),
    ],
)
def test_a_wrong_fault_is_refused_with_what_to_do(
    faulty: FaultyCloud, words: tuple[str, ...], message: str
) -> None:
    done = faulty.cloud.carte("fault", "inject", *words, check=False)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not faulty.faults.active()


def test_the_command_injects_lists_and_heals(faulty: FaultyCloud) -> None:
    words = ("fault", "inject", "fail", "--region", EU, "--set", "status=429", "--json")
    made = json.loads(faulty.cloud.carte(*words).stdout)
    assert made["parameters"] == {"share": 1.0, "status": 429}
    assert json.loads(faulty.cloud.carte("fault", "list", "--json").stdout) == {"faults": [made]}
    assert made["id"] in faulty.cloud.carte("fault", "list").stdout
    assert faulty.cloud.status()["faults_on"] == [f"fail {EU}"]
    healed = json.loads(faulty.cloud.carte("fault", "heal", "--json").stdout)
    assert healed == {"healed": [made["id"]], "unhealed": []}
    assert faulty.cloud.carte("fault", "list").stdout == "no fault is active\n"


def test_what_is_killed_with_the_controller_is_healed_by_the_next(faulty: FaultyCloud) -> None:
    pk = f"TEST#{uuid4().hex}"
    before = faulty.cloud.pid("faults")
    version = faulty.serving(AP)
    for kind, region in (
        ("bad-deployment", AP),
        ("convergence-stop", AP),
        ("fulfilment-stop", AP),
        ("freeze", EU),
        ("fail", US),
        ("drain", AP),
    ):
        faulty.faults.inject(kind, region, seconds=900)
    faulty.faults.inject("replication-pause", seconds=900)
    assert not faulty.stream_is_fed(AP)
    assert not faulty.orders_are_fed(AP)
    faulty.put(US, pk)
    assert regions.frozen(faulty.cloud.layout, EU)
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: faulty.cloud.pid("faults") != before, "it has a successor")

    def all_well() -> bool:
        state = faulty.state
        return state is not None and not state["faults"] and not state["unhealed"]

    wait_until(all_well, "all is set back", within=3 * HEALED_WITHIN)
    assert not regions.frozen(faulty.cloud.layout, EU)
    assert faulty.ask(US).status == 200
    assert faulty.serving(AP) == version
    assert faulty.stream_is_fed(AP)
    assert faulty.orders_are_fed(AP)
    wait_until(lambda: faulty.body(EU, pk) == "{}", "it replicates again")
    assert [event.what for event in faulty.faults.timeline()][-7:] == ["healed"] * 7
    wait_until(lambda: faulty.cloud.status()["healthy"], "all is healthy", within=60)
