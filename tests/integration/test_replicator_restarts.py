"""What the replicator makes of restarts: its own, and those of an emulator."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.replicator_cloud import REGIONS, Cloud, Emulator, running_cloud, wait_until


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    with running_cloud(tmp_path) as cloud:
        yield cloud
        cloud.quiet()
        assert cloud.differences() == []


def _rev(region: Emulator, pk: str) -> str | None:
    item = region.get(pk)
    return None if item is None else item["rev"]["S"]


def _resyncs(cloud: Cloud, region: str) -> int:
    compared: int = cloud.ask("/status")[1]["resync"][region]["compared"]
    return compared


def _restart(region: Emulator, *, cleanly: bool) -> None:
    if cleanly:
        region.process.stop()
    else:
        region.process.kill()
    region.start()


def test_it_stops_within_a_second_even_while_a_region_is_away(cloud: Cloud) -> None:
    cloud.regions[1].process.kill()
    cloud.regions[0].put("unsent", rev={"S": "1"})
    began = time.monotonic()
    cloud.replicator.stop()
    assert time.monotonic() - began < 2  # a second, and as much for a crowded machine
    cloud.regions[1].start()
    cloud.regions[1].create_table()
    cloud.start_replicator()


@pytest.mark.parametrize("cleanly", [True, False], ids=["stopped", "killed"])
def test_after_its_own_restart_it_delivers_what_was_written_meanwhile(
    cloud: Cloud, *, cleanly: bool
) -> None:
    us, eu, ap = cloud.regions
    us.put("item", rev={"S": "1"})
    us.put("deleted", rev={"S": "1"})
    cloud.quiet()
    eu.put("item", rev={"S": "2"})
    if cleanly:
        cloud.replicator.stop()
    else:
        cloud.replicator.kill()
    ap.put("new", rev={"S": "1"})
    eu.delete("deleted")
    us.put("item", rev={"S": "3"})
    cloud.start_replicator()
    cloud.quiet()
    assert [_rev(one, "item") for one in cloud.regions] == ["3"] * 3
    assert [_rev(one, "new") for one in cloud.regions] == ["1"] * 3
    assert [_rev(one, "deleted") for one in cloud.regions] == [None] * 3
    if cleanly:
        assert [_resyncs(cloud, name) for name in REGIONS] == [0] * 3


def test_a_region_that_was_stopped_and_started_takes_part_again(cloud: Cloud) -> None:
    us, eu, ap = cloud.regions
    for number in range(40):
        eu.put(f"old {number}", rev={"S": "1"})
    cloud.quiet()
    eu.process.stop()
    us.put("missed", rev={"S": "1"})
    us.put("old 1", rev={"S": "2"})
    ap.delete("old 2")
    eu.start()
    for number in range(10):  # fewer than were read of the stream that is gone
        eu.put(f"fresh {number}", rev={"S": "1"})
    eu.put("old 3", rev={"S": "2"})
    cloud.quiet()
    assert [_rev(eu, pk) for pk in ("missed", "old 1", "old 2")] == ["1", "2", None]
    assert [_rev(ap, pk) for pk in ("fresh 0", "fresh 9", "old 3")] == ["1", "1", "2"]


def test_a_region_that_was_killed_gets_back_what_it_had_lost(cloud: Cloud) -> None:
    us, eu, ap = cloud.regions
    for pk in ("kept", "changed", "deleted"):
        eu.put(pk, rev={"S": "1"})
    cloud.quiet()
    _restart(eu, cleanly=True)
    cloud.quiet()
    eu.put("changed", rev={"S": "2"})
    eu.put("created", rev={"S": "1"})
    us.put("from elsewhere", rev={"S": "1"})
    eu.delete("deleted")
    cloud.quiet()
    _restart(eu, cleanly=False)
    assert _rev(eu, "changed") in {"1", "2"}
    cloud.quiet()
    for region in (us, eu, ap):
        found = [_rev(region, pk) for pk in ("kept", "changed", "created", "from elsewhere")]
        assert found == ["1", "2", "1", "1"]
        assert _rev(region, "deleted") is None


def test_a_region_with_a_new_empty_table_is_filled_and_deletes_nothing(cloud: Cloud) -> None:
    us, eu, ap = cloud.regions
    eu.put("item", rev={"S": "1"})
    cloud.quiet()
    eu.process.kill()  # before it ever saved anything
    eu.start()
    wait_until(
        "it waits for the table",
        lambda: cloud.ask("/status")[1]["resync"][eu.region]["stage"] == "waiting",
    )
    eu.create_table()
    cloud.quiet()
    assert [_rev(one, "item") for one in (us, eu, ap)] == ["1"] * 3


def test_a_restart_of_everything_needs_no_deliveries(cloud: Cloud) -> None:
    for region in cloud.regions:
        region.put(f"by {region.region}", rev={"S": "1"})
    cloud.quiet()
    cloud.replicator.stop()
    for region in cloud.regions:
        _restart(region, cleanly=True)
    cloud.start_replicator()
    cloud.quiet()
    assert [one["applied"] for one in cloud.ask("/status")[1]["pairs"]] == [0] * 6
    assert [_resyncs(cloud, name) for name in REGIONS] == [1] * 3


def test_a_write_that_no_stream_showed_counts_when_the_table_is_compared(cloud: Cloud) -> None:
    us, eu, ap = cloud.regions
    us.put("item", rev={"S": "1"})
    us.put("other", rev={"S": "1"})
    us.put("removed", rev={"S": "1"})
    cloud.quiet()
    cloud.replicator.stop()
    eu.put("item", rev={"S": "2"})
    eu.delete("removed")
    _restart(eu, cleanly=True)  # the stream with both writes is gone
    cloud.start_replicator()
    cloud.quiet()
    assert [_rev(one, "item") for one in (us, eu, ap)] == ["2"] * 3
    assert [_rev(one, "removed") for one in (us, eu, ap)] == [None] * 3
