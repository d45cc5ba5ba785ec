"""What became of mutations, and how stale reads were."""

import math
from typing import Any

from loadtests.drills.analysis.evidence import Switch
from loadtests.drills.analysis.findings import figures_of, find
from loadtests.drills.analysis.staleness import staleness
from loadtests.drills.analysis.writes import TableContents, doubled, missing, operations
from tests.support.drill_story import (
    LOST,
    OTHER,
    evidence,
    failed,
    fault,
    heal,
    price,
    read,
    sale,
    write,
)

BROKEN: dict[str, Any] = {"status": 504, "error": "status 504"}


def test_attempts_of_one_operation_are_one_write() -> None:
    records = [
        write(11, "a", sale(3), **BROKEN),
        write(12, "a", sale(3), attempt=2, region=OTHER),
    ]
    (found,) = operations(records)
    assert found.acknowledged == 12.01
    assert found.region == OTHER
    assert found.attempts == 2
    assert found.failed_first
    assert found.intended == 11


def test_a_write_that_one_region_misses_is_lost() -> None:
    written = operations([write(11, "a", price(500_001))])
    holds: TableContents = {("price", "s1", "i1"): 500_001}
    lacks: TableContents = {("price", "s1", "i1"): 500_000}
    assert missing(written, {LOST: holds, OTHER: holds}, before=math.inf) == []
    assert missing(written, {LOST: holds, OTHER: lacks}, before=math.inf) == written
    assert missing(written, {LOST: holds, OTHER: {}}, before=math.inf) == written


def test_a_later_price_overtakes_and_a_wrong_count_does_not() -> None:
    written = operations([write(11, "a", price(500_001))])
    assert missing(written, {LOST: {("price", "s1", "i1"): 500_009}}, before=math.inf) == []
    counted = operations([write(11, "b", price(7).__class__("count", "s1", "i1", 7))])
    assert missing(counted, {LOST: {("count", "s1", "i1"): 8}}, before=math.inf) == counted


def test_what_was_never_acknowledged_cannot_be_lost() -> None:
    written = operations([write(11, "a", price(500_001), **BROKEN)])
    assert missing(written, {LOST: {}}, before=math.inf) == []


def test_a_sale_that_counts_twice_is_found() -> None:
    written = operations([write(11, "a", sale(3))])
    assert doubled(written, {LOST: {("sale", "s1", "i1"): 3}}) == []
    assert doubled(written, {LOST: {("sale", "s1", "i1"): 6}}) == written


def test_rpo_is_what_survivors_miss_when_clients_come() -> None:
    records = [
        write(8, "seen", price(500_001, item="i1")),
        write(9.5, "unseen", price(500_002, item="i2")),
        write(9.6, "elsewhere", price(500_003, item="i3"), region=OTHER),
    ]
    survivors: TableContents = {("price", "s1", "i1"): 500_001}
    story = evidence(
        records,
        [fault(10), heal(20)],
        switches=[Switch(12.0, LOST, {OTHER: survivors})],
        contents={name: {} for name in (LOST, OTHER)},
    )
    found = find(story)
    assert [one.id for one in found.lost_at_switch] == ["unseen"]
    assert round(found.rpo_seconds, 2) == 0.49
    assert figures_of(found, story)["lost_writes"].value == 3


def test_staleness_counts_from_the_acknowledgement_of_what_was_missed() -> None:
    writes = operations(
        [
            write(10, "a", price(500_001)),
            write(12, "b", price(500_002)),
            write(14, "c", price(500_003)),
        ]
    )
    reads = [
        read(10.5, seen={"i1": 500_001}),  # up to date
        read(13.01, seen={"i1": 500_001}),  # 500_002 is known since 12.01
        read(15.01, seen={"i1": 500_001}),  # and still: 3 s, though 500_003 is 1 s old
        read(15.02, seen={"i1": 500_003}),
    ]
    assert [round(one, 3) for one in staleness(reads, writes, from_cache=False)] == [0, 1, 3, 0]


def test_a_price_that_is_not_shown_at_all_is_stale_and_cached_answers_are_apart() -> None:
    writes = operations([write(10, "a", price(500_001))])
    reads = [read(12.01, seen={}), read(13.01, seen={}, cache="hit"), failed(14)]
    assert [round(one, 3) for one in staleness(reads, writes, from_cache=False)] == [2]
    assert [round(one, 3) for one in staleness(reads, writes, from_cache=True)] == [3]


def test_a_write_acknowledged_after_the_read_began_makes_nothing_stale() -> None:
    writes = operations([write(10, "a", price(500_001), took=5.0)])
    assert staleness([read(12, seen={})], writes, from_cache=False) == [0.0]
