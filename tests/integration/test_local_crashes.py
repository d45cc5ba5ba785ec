"""Clouds that come to harm: killed supervisors, killed regions, Ctrl-C, leftovers."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from localcloud import regions
from localcloud.layout import REPO_ROOT
from localcloud.ports import holders
from localcloud.processes import marked
from tests.support.local_cloud import LocalCloud, wait_until

pytestmark = pytest.mark.slow

Start = Callable[..., LocalCloud]
ITEM = {"pk": {"S": "TEST#kept"}, "sk": {"S": "ONE"}, "rev": {"S": "r1"}, "body": {"S": "{}"}}
KEY = {name: ITEM[name] for name in ("pk", "sk")}


def nothing_left(cloud: LocalCloud) -> bool:
    return not marked(cloud.layout.state_dir) and not holders(cloud.layout.ports())


def holds_item(cloud: LocalCloud, region: str = "us-east-1") -> bool:
    return "Item" in cloud.dynamodb(region).get_item(TableName="carte", Key=KEY)


def test_two_clouds_do_not_disturb_each_other(cloud: LocalCloud, another_cloud: Start) -> None:
    before = cloud.layout.processes
    other = another_cloud()
    wait_until(lambda: other.status()["healthy"], "the other is healthy")
    assert other.graphql("{ region { name } }")["data"]["region"]["name"] == "us-east-1"
    other.carte("down")
    assert nothing_left(other)
    wait_until(lambda: cloud.status()["healthy"], "the first is healthy")
    assert cloud.layout.processes == before


def test_down_leaves_nothing_of_a_frozen_region_and_up_has_its_data_again(
    another_cloud: Start,
) -> None:
    cloud = another_cloud()
    cloud.dynamodb("us-east-1").put_item(TableName="carte", Item=ITEM)
    cloud.graphql("{ region { name } }")  # so that there is a Lambda worker to leave behind
    cloud.carte("freeze", "us-east-1", "--seconds", "600")
    assert "stopped" in cloud.carte("down").stdout
    assert nothing_left(cloud)
    assert "nothing was running" in cloud.carte("down").stdout
    cloud.up_again()
    wait_until(lambda: cloud.status()["healthy"], "all is healthy")
    assert holds_item(cloud)


@pytest.mark.parametrize("frozen", [False, True], ids=["running", "frozen"])
def test_killing_the_supervisor_ends_everything_and_loses_nothing(
    another_cloud: Start, *, frozen: bool
) -> None:
    cloud = another_cloud()
    cloud.dynamodb("us-east-1").put_item(TableName="carte", Item=ITEM)
    cloud.graphql("{ region { name } }")
    if frozen:
        cloud.carte("freeze", "us-east-1", "--seconds", "600")
    os.kill(cloud.pid("supervisor"), signal.SIGKILL)
    wait_until(lambda: nothing_left(cloud), "nothing of it is left")
    assert cloud.carte("status", check=False).returncode == 1
    cloud.up_again()
    assert holds_item(cloud)


def test_a_killed_process_is_restarted_and_reported(another_cloud: Start) -> None:
    cloud = another_cloud()
    before = cloud.pid("edge")
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: cloud.pid("edge") != before, "the edge has a successor")
    wait_until(lambda: cloud.status()["healthy"], "all is healthy again")
    log = cloud.layout.log("supervisor").read_text()
    assert "edge was ended by SIGKILL; restarting" in log


def test_a_killed_emulator_comes_back_with_its_stacks_and_what_the_others_hold(
    another_cloud: Start,
) -> None:
    cloud = another_cloud(regions="us-east-1,eu-west-1")
    cloud.dynamodb("us-east-1").put_item(TableName="carte", Item=ITEM)
    wait_until(lambda: holds_item(cloud, "eu-west-1"), "the item has arrived")
    before = cloud.pid("emulator", "eu-west-1")
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: cloud.pid("emulator", "eu-west-1") != before, "it has a successor")
    wait_until(lambda: cloud.status()["healthy"], "all is healthy again", within=60)
    wait_until(lambda: holds_item(cloud, "eu-west-1"), "the item is there again", within=60)


def test_a_region_killed_on_purpose_stays_down_until_it_is_restored(another_cloud: Start) -> None:
    cloud = another_cloud(regions="us-east-1,eu-west-1")
    before = cloud.pid("emulator", "eu-west-1")
    regions.kill(cloud.layout, "eu-west-1")
    log = cloud.layout.log("supervisor")
    wait_until(lambda: "it stays down on purpose" in log.read_text(), "the supervisor knows")
    assert not marked(cloud.layout.state_dir, "emulator-eu-west-1")
    health = {region["name"]: region["health"] for region in cloud.status()["regions"]}
    assert health == {"us-east-1": "ready", "eu-west-1": "down"}
    regions.restore(cloud.layout, "eu-west-1")
    wait_until(lambda: cloud.pid("emulator", "eu-west-1") != before, "it has a successor")
    wait_until(lambda: cloud.status()["healthy"], "all is healthy again", within=60)


def test_a_cloud_in_the_foreground_stops_cleanly_on_ctrl_c(
    cloud: LocalCloud, tmp_path: Path
) -> None:
    own = LocalCloud(tmp_path / "own")
    options = ("--regions", "us-east-1", "--stores", "0")
    ready = cloud.state_dir / "cdk.out"
    with subprocess.Popen(
        own.command("up", *options, "--assembly", str(ready)),
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


def test_ctrl_c_while_starting_leaves_nothing(cloud: LocalCloud, tmp_path: Path) -> None:
    own = LocalCloud(tmp_path / "own")
    ready = cloud.state_dir / "cdk.out"
    with subprocess.Popen(
        own.command("up", "--detach", "--stores", "0", "--assembly", str(ready)),
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
    cloud: LocalCloud, tmp_path: Path
) -> None:
    broken = tmp_path / "cdk.out"
    shutil.copytree(cloud.state_dir / "cdk.out", broken)
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
