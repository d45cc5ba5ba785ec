"""The open loop: what is sent when does not depend on what became of anything."""

import asyncio
from collections.abc import Mapping
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import pytest

from loadtests.drills import actions
from loadtests.drills.records import Record, Route, parse, read_records
from loadtests.drills.timeline import Timeline
from loadtests.drills.traffic.arrivals import arrivals
from loadtests.drills.traffic.generator import Generator
from loadtests.drills.traffic.plan import COMMANDS, REQUESTS, SUMMARY, TrafficPlan
from loadtests.drills.traffic.sender import Reply
from loadtests.drills.traffic.writes import Operation, Writes, payload_errors, variables_of
from tests.support.drill_story import read, sale, write

STORES = ("s1", "s2", "s3")


def plan(rates: Mapping[Route, float] | None = None, *, final_retry_s: float = 20.0) -> TrafficPlan:
    return TrafficPlan(
        url="http://nowhere.invalid",
        name="t",
        places=("a", "b"),
        rates=rates or {},
        stores=STORES,
        prices={"a": ("i1",), "b": ("i2",)},
        counts=("i3",),
        sales=("i4",),
        token="",
        retry_pause_s=0.01,
        final_retry_s=final_retry_s,
    )


class EdgeClient:
    """Answers as its options say, and records the requests."""

    def __init__(self, *, hangs_s: float = 0.0, fails: int = 0) -> None:
        self.hangs_s = hangs_s
        self.fails = fails
        self.operations: list[str] = []
        self.locales: list[str | None] = []

    async def read(self, _place: str, _route: Route, _store: str, locale: str | None) -> Reply:
        self.locales.append(locale)
        await asyncio.sleep(self.hangs_s)
        return Reply(200, "")

    async def write(self, operation: Operation) -> Reply:
        self.operations.append(operation.id)
        if operation.attempts <= self.fails:
            return Reply(503, "status 503")
        return Reply(200, "")


def run(edge: EdgeClient, wanted: TrafficPlan, folder: Path, requests: int) -> list[Record]:
    async def drive() -> None:
        sender: Any = edge
        generator = Generator(wanted, sender, folder)
        work = asyncio.create_task(generator.run())
        async with asyncio.timeout(20):
            while len(edge.locales) + len(set(edge.operations)) < requests:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            generator.stop()
            await work

    asyncio.run(drive())
    return read_records(folder / REQUESTS)


def test_arrivals_keep_their_rate_and_are_spread() -> None:
    first = list(islice(arrivals(["a", "b"], {"persisted": 4.0, "mutation": 2.0}), 600))
    assert [one.at for one in first] == sorted(one.at for one in first)
    for place in ("a", "b"):
        for route, rate in (("persisted", 4.0), ("mutation", 2.0)):
            mine = [one.at for one in first if (one.place, one.route) == (place, route)]
            gaps = {round(after - before, 6) for before, after in pairwise(mine)}
            assert gaps == {1 / rate}
    assert len({one.at for one in first[:12]}) == 12  # none at the same moment as another


def test_a_hanging_edge_slows_no_request_down(tmp_path: Path) -> None:
    """A closed loop would have sent one request a second here, and hidden the other 99."""
    records = run(EdgeClient(hangs_s=1.0), plan({"persisted": 50.0}), tmp_path, 100)
    due = sorted(one.intended for one in records)
    assert len(records) >= 100
    assert due[99] - due[0] < 1.5  # 100 at 100 a second
    assert min(one.latency for one in records) >= 1.0


def test_the_generators_own_lag_is_recorded(tmp_path: Path) -> None:
    records = run(EdgeClient(), plan({"persisted": 50.0}), tmp_path, 20)
    assert all(one.sent >= one.intended for one in records)
    assert (tmp_path / SUMMARY).exists()


def test_every_other_read_asks_what_nobody_asked_before(tmp_path: Path) -> None:
    edge = EdgeClient()
    run(edge, plan({"persisted": 40.0, "get": 40.0}), tmp_path, 80)
    fresh = [locale for locale in edge.locales if locale is not None]
    assert len(fresh) == len(set(fresh)) >= 36


def test_a_mutation_is_retried_with_its_operation_id_until_acknowledged(tmp_path: Path) -> None:
    records = run(EdgeClient(fails=2), plan({"mutation": 20.0}), tmp_path, 10)
    by_operation: dict[str, list[Record]] = {}
    for one in records:
        by_operation.setdefault(one.operation, []).append(one)
    assert all([one.ok for one in tries] == [False, False, True] for tries in by_operation.values())
    assert all(len({one.cell for one in tries}) == 1 for tries in by_operation.values())


def test_what_is_never_acknowledged_is_given_up_and_reported(tmp_path: Path) -> None:
    wanted = plan({"mutation": 20.0}, final_retry_s=0.2)
    records = run(EdgeClient(fails=10**6), wanted, tmp_path, 3)
    assert records
    assert not any(one.ok for one in records)
    assert b'"unacknowledged":["t:' in (tmp_path / SUMMARY).read_bytes()


def test_a_price_is_not_set_by_two_operations_at_once() -> None:
    writes = Writes(plan())
    open_now = [writes.next("a", "price") for _ in range(len(STORES))]
    cells = {(one.cell.store, one.cell.item) for one in open_now if one}
    assert len(cells) == len(STORES)
    other = writes.next("a", "price")
    assert other is not None
    assert other.cell.kind != "price"  # all of its prices are under way
    assert open_now[0] is not None
    writes.finished(open_now[0])
    again = writes.next("a", "price")
    assert again is not None
    assert again.cell.store == open_now[0].cell.store
    assert again.cell.value > open_now[0].cell.value


def test_sales_take_a_cell_of_their_own_each_and_run_out_in_words() -> None:
    writes = Writes(plan())
    cells = [one.cell for _ in range(6) if (one := writes.next("a", "sale"))]
    sales = [(one.store, one.item) for one in cells if one.kind == "sale"]
    assert len(sales) == len(set(sales)) == len(STORES)
    assert variables_of(Operation("x", "a", sale(3)))["input"]["lines"] == [
        {"itemId": "i1", "pieces": 3}
    ]


def test_typed_errors_are_no_success() -> None:
    assert payload_errors({"recordSale": {"errors": []}}) == ""
    refused = {"recordSale": {"errors": [{"__typename": "TooBusyError"}]}}
    assert payload_errors(refused) == "TooBusyError"
    assert payload_errors(None) == "no payload"


def test_records_survive_their_file(tmp_path: Path) -> None:
    written = [read(1.5, seen={"i1": 500_001}), write(2.5, "a", sale(3))]
    assert [parse(one.line()) for one in written] == written
    path = tmp_path / "requests.jsonl"
    path.write_bytes(written[1].line() + written[0].line() + b'{"place": "half a li')
    assert read_records(path) == written


def test_a_burst_comes_beside_the_fixed_rate_within_its_time(tmp_path: Path) -> None:
    (tmp_path / COMMANDS).write_bytes(b'{"place": "a", "count": 3, "over_s": 0.3}\n')
    records = run(EdgeClient(), plan({"persisted": 10.0}), tmp_path, 6)
    burst = [one for one in records if one.burst]
    assert len(burst) == 3
    assert all(one.cell and one.cell.kind == "sale" for one in burst)
    assert burst[-1].intended - burst[0].intended == pytest.approx(0.2)


def test_commands_reach_the_traffic_through_the_action(tmp_path: Path) -> None:
    actions.burst("a", 2, over_s=0.1, configuration={"run_dir": str(tmp_path)})
    records = run(EdgeClient(), plan({"persisted": 10.0}), tmp_path, 4)
    assert sum(one.burst for one in records) == 2
    (mark,) = Timeline(tmp_path / "timeline.jsonl").read()
    assert (mark.kind, mark.text) == ("burst", "2 sales within 0.1 s")
