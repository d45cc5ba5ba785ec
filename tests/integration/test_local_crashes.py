"""Clouds that come to harm: killed supervisors, killed regions, Ctrl-C, leftovers."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud import regions
from localcloud.layout import REPO_ROOT
from localcloud.ports import holders
from localcloud.processes import marked
from tests.support.local_cloud import LocalCloud, started, wait_until

pytestmark = pytest.mark.slow

US, EU = "us-east-1", "eu-west-1"


@pytest.fixture(scope="module")
def two_regions(tmp_path_factory: pytest.TempPathFactory, assembly: Path) -> Iterator[LocalCloud]:
    """Two regions without stores; a start takes as long as all that happens to them here."""
    options = ("--regions", f"{US},{EU}", "--stores", "0", "--assembly", str(assembly))
    with started(tmp_path_factory.mktemp("harmed"), *options) as made:
        yield made


@pytest.fixture
def harmed(two_regions: LocalCloud) -> LocalCloud:
    """The two regions, healthy: started again where the test before left them otherwise."""
    try:
        wait_until(lambda: two_regions.status()["healthy"], "the two regions are healthy")
    except AssertionError:
        two_regions.carte("down")
        two_regions.up_again()
        wait_until(lambda: two_regions.status()["healthy"], "the two regions are healthy")
    return two_regions


def nothing_left(cloud: LocalCloud) -> bool:
    return not marked(cloud.layout.state_dir) and not holders(cloud.layout.ports())


def put_item(cloud: LocalCloud, name: str) -> None:
    item = {"pk": {"S": f"TEST#{name}"}, "sk": {"S": "ONE"}, "rev": {"S": "r1"}}
    cloud.dynamodb(US).put_item(TableName="carte", Item={**item, "body": {"S": "{}"}})


def holds_item(cloud: LocalCloud, name: str, region: str = US) -> bool:
    key = {"pk": {"S": f"TEST#{name}"}, "sk": {"S": "ONE"}}
    return "Item" in cloud.dynamodb(region).get_item(TableName="carte", Key=key)


@pytest.mark.thorough
def test_down_leaves_nothing_of_a_frozen_region_and_up_has_its_data_again(
    harmed: LocalCloud,
) -> None:
    put_item(harmed, "down")
    harmed.graphql("{ region { name } }")  # so that there is a Lambda worker to leave behind
    harmed.carte("freeze", US, "--seconds", "600")
    assert "stopped" in harmed.carte("down").stdout
    assert nothing_left(harmed)
    assert "nothing was running" in harmed.carte("down").stdout
    harmed.up_again()
    wait_until(lambda: harmed.status()["healthy"], "all is healthy")
    assert holds_item(harmed, "down")


@pytest.mark.parametrize(
    "frozen", [False, pytest.param(True, marks=pytest.mark.thorough)], ids=["running", "frozen"]
)
def test_killing_the_supervisor_ends_everything_and_loses_nothing(
    harmed: LocalCloud, *, frozen: bool
) -> None:
    name = f"supervisor-{frozen}"
    put_item(harmed, name)
    harmed.graphql("{ region { name } }")
    if frozen:
        harmed.carte("freeze", US, "--seconds", "600")
    os.kill(harmed.pid("supervisor"), signal.SIGKILL)
    wait_until(lambda: nothing_left(harmed), "nothing of it is left")
    assert harmed.carte("status", check=False).returncode == 1
    harmed.up_again()
    assert holds_item(harmed, name)


def test_a_killed_process_is_restarted_and_reported(harmed: LocalCloud) -> None:
    before = harmed.pid("edge")
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: harmed.pid("edge") != before, "the edge has a successor")
    wait_until(lambda: harmed.status()["healthy"], "all is healthy again")
    log = harmed.layout.log("supervisor").read_text()
    assert "edge was ended by SIGKILL; restarting" in log


def test_a_killed_emulator_comes_back_with_its_stacks_and_what_the_others_hold(
    harmed: LocalCloud,
) -> None:
    put_item(harmed, "emulator")
    wait_until(lambda: holds_item(harmed, "emulator", EU), "the item has arrived")
    before = harmed.pid("emulator", EU)
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: harmed.pid("emulator", EU) != before, "it has a successor")
    wait_until(lambda: harmed.status()["healthy"], "all is healthy again", within=60)
    wait_until(lambda: holds_item(harmed, "emulator", EU), "the item is there again", within=60)


def test_a_region_killed_on_purpose_stays_down_until_it_is_restored(harmed: LocalCloud) -> None:
    before = harmed.pid("emulator", EU)
    regions.kill(harmed.layout, EU)
    log = harmed.layout.log("supervisor")
    wait_until(lambda: "it stays down on purpose" in log.read_text(), "the supervisor logs it")
    assert not marked(harmed.layout.state_dir, f"emulator-{EU}")
    health = {region["name"]: region["health"] for region in harmed.status()["regions"]}
    assert health == {US: "ready", EU: "down"}
    regions.restore(harmed.layout, EU)
    wait_until(lambda: harmed.pid("emulator", EU) != before, "it has a successor")
    wait_until(lambda: harmed.status()["healthy"], "all is healthy again", within=60)


def test_a_cloud_in_the_foreground_stops_cleanly_on_ctrl_c(assembly: Path, tmp_path: Path) -> None:
    own = LocalCloud(tmp_path / "own")
    options = ("--regions", "us-east-1", "--stores", "0")
    with subprocess.Popen(
        own.command("up", *options, "--assembly", str(assembly)),
        cwd=REPO_ROOT,
        stdout=subprocess.PIPE,
        text=True,
        process_group=0,
    ) as process:
        assert process.stdout is not None
        printed = []
        for line in process.stdout:
            printed.append(line)
            if line.startswith("ready: "):
                break
        assert printed[-1] == f"ready: http://localhost:{own.port}\n"
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        assert process.wait() == 0
    assert "stopping" in rest
    assert nothing_left(own)


def test_ctrl_c_while_starting_leaves_nothing(assembly: Path, tmp_path: Path) -> None:
    own = LocalCloud(tmp_path / "own")
    with subprocess.Popen(
        own.command("up", "--detach", "--stores", "0", "--assembly", str(assembly)),
        cwd=REPO_ROOT,
        stdout=subprocess.PIPE,
        text=True,
        process_group=0,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()  # the emulators run, the stacks are being deployed
        process.send_signal(signal.SIGINT)
        assert process.wait() != 0
    assert nothing_left(own)


def test_a_stack_that_fails_is_reported_with_the_resource_and_its_reason(
    assembly: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "cdk.out"
    shutil.copytree(assembly, broken)
    path = broken / "carte-us-east-1.template.json"
    template = json.loads(path.read_text())
    template["Resources"]["Odd"] = {"Type": "AWS::Odd::Thing", "Properties": {}}
    path.write_text(json.dumps(template))
    own = LocalCloud(tmp_path / "own")
    options = ("--regions", "us-east-1", "--stores", "0", "--assembly", str(broken))
    done = own.carte("up", "--detach", *options, check=False)
    assert done.returncode == 1
    assert "AWS::Odd::Thing" in done.stderr
    assert "Traceback" not in done.stderr
    assert nothing_left(own)


def test_a_folder_with_other_files_is_not_taken_for_state(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine")
    done = LocalCloud(tmp_path).carte("up", check=False)
    assert done.returncode == 1
    assert "holds other files" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["precious.txt"]
