"""The shared cloud, looked at from outside: what runs, what freezing does, what is refused."""

import json
import os
import socket
from collections.abc import Callable
from typing import Any

import pytest

from loadtests.cloud.lambda_log import MENU_HANDLER, LambdaLog
from localcloud.plan import free_edge_port
from localcloud.ports import holders
from localcloud.processes import marked
from tests.support.local_cloud import LocalCloud, wait_until

REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-1")


def test_one_worker_starts_the_cloud_for_all_files_that_share_it(
    cloud: LocalCloud, request: pytest.FixtureRequest
) -> None:
    # pytest-xdist appends the group when it collects; a mark that comes later has no effect.
    beside_others = "PYTEST_XDIST_WORKER" in os.environ
    assert request.node.nodeid.endswith("@the shared cloud") is beside_others


def test_status_shows_three_ready_regions_with_the_same_items(cloud: LocalCloud) -> None:
    seen: list[dict[str, Any]] = []

    def at_rest() -> bool:
        # Heartbeats are always on their way: a moment without any is waited for.
        seen.append(cloud.status())
        regions = seen[-1]["regions"]
        items = {region["items"] for region in regions}
        pending = sum(region["lag_to"]["pending"] for region in regions)
        return bool(seen[-1]["healthy"]) and len(items) == 1 and items != {None} and not pending

    wait_until(at_rest, "every region is healthy, holds as many items, and waits for none")
    status = seen[-1]
    assert status["edge"] == "ready"
    assert status["replicator"] == "ready"
    assert [region["name"] for region in status["regions"]] == list(REGIONS)
    for region in status["regions"]:
        assert region["health"] == "ready"
        assert region["memory_bytes"] > 10_000_000
    assert {(pair["from"], pair["to"]) for pair in status["pairs"]} == {
        (one, other) for one in REGIONS for other in REGIONS if one != other
    }


def test_status_for_people_has_a_line_for_each_region(cloud: LocalCloud) -> None:
    printed = cloud.carte("status").stdout
    for region in REGIONS:
        assert region in printed
    assert "lag" in printed


@pytest.mark.parametrize("region", REGIONS)
def test_every_region_answers_as_itself(cloud: LocalCloud, region: str) -> None:
    status, headers, body = cloud.get("/ready", region=region)
    assert status == 200
    assert headers["x-carte-region"] == region
    assert json.loads(body)["status"] == "ready"
    assert cloud.graphql("{ region { name } }", region=region) == {
        "data": {"region": {"name": region}}
    }


@pytest.mark.parametrize("region", REGIONS)
def test_requests_of_the_menu_lambda_go_past_botocore(cloud: LocalCloud, region: str) -> None:
    """With a botocore that the fast client was not tested with, only a line in the log says it."""
    cloud.graphql("{ region { name } }", region=region)
    log = LambdaLog(cloud.layout.region(region), MENU_HANDLER)
    wait_until(lambda: any(log.lines(0, "region")), "the Lambda has logged its invocation")
    lines = log.lines(0, "fast")  # also metrics and requests, which have no message
    assert [line for line in lines if "fast reads are off" in str(line.get("message"))] == []


def test_a_write_in_one_region_arrives_in_the_others(cloud: LocalCloud) -> None:
    key = {"pk": {"S": "TEST#replication"}, "sk": {"S": "ONE"}}
    cloud.dynamodb("eu-west-1").put_item(
        TableName="carte", Item={**key, "rev": {"S": "r1"}, "body": {"S": "{}"}}
    )
    for region in REGIONS:
        reader = cloud.dynamodb(region)
        wait_until(
            lambda reader=reader: "Item" in reader.get_item(TableName="carte", Key=key),  # type: ignore[misc]
            f"the item is in {region}",
        )
    cloud.dynamodb("us-east-1").delete_item(TableName="carte", Key=key)


def test_a_frozen_region_answers_nobody_and_goes_on_when_thawed(cloud: LocalCloud) -> None:
    cloud.graphql("{ region { name } }", region="eu-west-1")  # so that it has a Lambda worker
    cloud.carte("freeze", "eu-west-1", "--seconds", "600")
    try:
        status = cloud.status()
        frozen = next(r for r in status["regions"] if r["name"] == "eu-west-1")
        assert frozen["health"] == "frozen"
        assert not status["healthy"]
        name = "emulator-eu-west-1"
        states = {process.status() for process in marked(cloud.layout.state_dir, name)}
        assert states == {"stopped"}  # the emulator and its Lambda workers
    finally:
        cloud.carte("thaw", "eu-west-1")
    wait_until(lambda: cloud.status()["healthy"], "all is healthy again")
    assert cloud.graphql("{ region { name } }", region="eu-west-1")["data"]


def test_up_leaves_a_running_cloud_alone(cloud: LocalCloud) -> None:
    before = cloud.layout
    assert "already running and healthy" in cloud.up_again().stdout
    assert cloud.layout == before


def test_up_refuses_to_change_a_running_cloud(cloud: LocalCloud) -> None:
    done = cloud.carte("up", "--regions", "us-east-1", check=False)
    assert done.returncode == 1
    assert "carte down" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_start_names_who_holds_the_port_and_what_to_change(
    cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = LocalCloud(tmp_path_factory.mktemp("other"))
    taken = cloud.layout.regions[0].port
    done = other.carte("up", "--detach", "--region-port", str(taken), check=False)
    assert done.returncode == 1
    assert f"port {taken} (emulator us-east-1) is taken by" in done.stderr
    assert f"pid {cloud.pid('emulator', 'us-east-1')}" in done.stderr
    assert "--region-port" in done.stderr
    assert not marked(other.state_dir)


def test_a_foreign_program_on_the_edge_port_is_named(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    port = free_edge_port()
    other = LocalCloud(tmp_path_factory.mktemp("other"), port)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", port))
        listener.listen()
        done = other.carte("up", check=False)
    assert done.returncode == 1
    assert f"port {port} (edge) is taken by" in done.stderr
    assert "--port" in done.stderr


def test_every_port_is_on_the_loopback_address_only(cloud: LocalCloud) -> None:
    address = _address_of_this_machine()
    if address is None:
        pytest.skip("this machine has no other address")
    for port in cloud.layout.ports():
        with socket.socket() as probe:
            probe.settimeout(1)
            assert probe.connect_ex((address, port)) != 0


def test_the_direct_runtime_serves_without_gateway_and_lambda_and_disturbs_no_other_cloud(
    cloud: LocalCloud, another_cloud: Callable[..., LocalCloud]
) -> None:
    before = cloud.layout.processes
    direct = another_cloud("--runtime", "direct")
    region = direct.layout.region("us-east-1")
    assert region.api_url == f"http://127.0.0.1:{direct.port + 20100}"
    wait_until(lambda: direct.status()["healthy"], "all is healthy")
    assert direct.graphql("{ region { name } }")["data"]["region"]["name"] == "us-east-1"
    commands = [" ".join(process.cmdline()) for process in marked(direct.layout.state_dir)]
    assert not [one for one in commands if "lambda-carte-menu-api" in one]
    direct.carte("freeze", "us-east-1", "--seconds", "600")
    (frozen,) = direct.status()["regions"]
    assert frozen["health"] == "frozen"
    direct.carte("thaw", "us-east-1")
    wait_until(lambda: direct.status()["healthy"], "all is healthy again")
    direct.carte("down")
    assert not marked(direct.layout.state_dir)
    assert not holders(direct.layout.ports())
    wait_until(lambda: cloud.status()["healthy"], "the other cloud is healthy")
    assert cloud.layout.processes == before


def test_nothing_is_thawed_or_frozen_under_a_wrong_name(cloud: LocalCloud) -> None:
    done = cloud.carte("freeze", "mars-north-1", check=False)
    assert done.returncode == 2
    assert "there is no region 'mars-north-1'" in done.stderr
    assert "us-east-1, eu-west-1, ap-southeast-1" in done.stderr


def _address_of_this_machine() -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1; nothing is sent
        except OSError:
            return None
        address = str(probe.getsockname()[0])
        return None if address.startswith("127.") else address
