"""Regions that lose power, and clouds that go down while faults are on."""

import contextlib
import os
import signal
from collections.abc import Callable

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from localcloud.processes import marked
from services.domain.stamp import Stamp, unix_ms
from services.storage import keys
from tests.support.faulty_cloud import FaultyCloud
from tests.support.local_cloud import LocalCloud, wait_until

pytestmark = pytest.mark.slow

US, EU = "us-east-1", "eu-west-1"


@pytest.mark.thorough
def test_a_killed_region_keeps_its_disk_and_a_cloud_that_went_down_comes_back_clean(
    another_cloud: Callable[..., LocalCloud],
) -> None:
    cloud = another_cloud(regions=f"{US},{EU}")
    faulty = FaultyCloud(cloud)
    version = faulty.serving(US)

    # Acknowledged in one region, and not replicated when the power goes.
    pause = faulty.faults.inject("replication-pause", seconds=300)
    faulty.put(EU, "TEST#kept", "not replicated")
    wait_until(lambda: faulty.waiting(EU, US) > 0, "the write waits")
    kill = faulty.faults.inject("kill", EU, seconds=300)
    assert faulty.ask(EU, patience=5).status == 0
    assert not marked(cloud.layout.state_dir, f"emulator-{EU}")
    faulty.faults.heal(pause.id)
    faulty.put(US, "TEST#meanwhile", "written while it was away")
    assert faulty.body(US, "TEST#kept") is None
    faulty.faults.heal(kill.id)
    wait_until(lambda: faulty.body(US, "TEST#kept") == "not replicated", "kept", within=90)
    wait_until(lambda: holds(faulty, EU, "TEST#meanwhile"), "caught up", within=90)
    wait_until(lambda: cloud.status()["healthy"], "all is healthy", within=90)

    # A replicator that is restarted gets the active faults again.
    faulty.faults.inject("replication-pause", seconds=300)
    before = cloud.pid("replicator")
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: cloud.pid("replicator") != before, "it has a successor")
    wait_until(lambda: cloud.status()["replication"] == "paused", "it is paused again")

    # A clock that is off makes stamps that are: the heartbeat's, which `/ready` writes.
    hour_ms = 3_600_000
    faulty.faults.inject("clock-skew", US, seconds=900, skew_ms=hour_ms, stamps="yes")
    soon_ms = unix_ms() + hour_ms // 2
    wait_until(lambda: heartbeat(faulty, US).unix_ms > soon_ms, "its stamps are ahead", within=90)

    # And everything is down with faults on.
    faulty.faults.inject("bad-deployment", US, seconds=900)
    faulty.faults.inject("drain", US, seconds=900)
    faulty.faults.inject("kill", EU, seconds=900)
    cloud.carte("down")
    cloud.up_again()
    assert faulty.faults.active() == ()
    assert faulty.state["unhealed"] == []
    assert faulty.serving(US) == version
    assert faulty.ask(US).status == 200
    # The edge keeps its answers for their time, also after the flag is gone.
    wait_until(lambda: nearest(cloud) == US, "its clients are back", within=60)
    wait_until(lambda: cloud.status()["healthy"], "all is healthy", within=60)
    assert cloud.status()["replication"] != "paused"
    assert faulty.body(EU, "TEST#kept") == "not replicated"


def nearest(cloud: LocalCloud) -> str:
    """The region that answers clients near the primary one."""
    return str(cloud.graphql("{ region { name } }")["data"]["region"]["name"])


def heartbeat(faulty: FaultyCloud, region: str) -> Stamp:
    """The stamp of a region's last heartbeat."""
    faulty.ask(region, "/ready")  # answers late where the machine is busy: a cold start
    key = keys.heartbeat(region)
    found = faulty.cloud.dynamodb(region).get_item(
        TableName="carte", Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}}
    )
    return Stamp.parse(found["Item"]["rev"]["S"])


def holds(faulty: FaultyCloud, region: str, pk: str) -> bool:
    """Whether a region that may just be starting holds an item."""
    with contextlib.suppress(BotoCoreError, ClientError):
        return faulty.body(region, pk) is not None
    return False
