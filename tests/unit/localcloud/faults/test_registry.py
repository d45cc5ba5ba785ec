"""Faults come and go independently, and nothing stays on, whatever dies."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from localcloud.faults.actuator import Actuator, ActuatorError
from localcloud.faults.client import Fault
from localcloud.faults.effects import CUT, DYNAMODB_GATE, PROCESS
from localcloud.faults.fault_request import CloudScope, now, parse_fault
from localcloud.faults.registry import FaultRegistry
from tests.support.polling import until

REGIONS = ("us-east-1", "eu-west-1")


class Lever(Actuator):
    """A handle that remembers where it stands."""

    def __init__(self) -> None:
        self.stands: dict[str, list[dict[str, Any]]] = {}
        self.broken = False
        self.process = 1
        self.turns = 0

    async def apply(self, target: str, values: Sequence[dict[str, Any]]) -> None:
        self.turns += 1
        await asyncio.sleep(0)
        if self.broken:
            raise ActuatorError("it does not answer")
        self.stands[target] = list(values)

    def has_target(self, target: str) -> bool:
        return all(part in REGIONS for part in target.split(">"))

    def incarnation(self, _target: str) -> object:
        return self.process

    @property
    def on(self) -> set[str]:
        return {target for target, values in self.stands.items() if values}


class Scene:
    """A registry with two handles."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = Lever()
        self.cut = Lever()
        self.table = Lever()
        self.registry = self.again()

    def again(self) -> FaultRegistry:
        """What the next process makes of the state file."""
        actuators = {PROCESS: self.process, CUT: self.cut, DYNAMODB_GATE: self.table}
        self.registry = FaultRegistry(actuators, REGIONS, self.folder)
        return self.registry

    async def inject(self, kind: str = "freeze", seconds: float = 60, **more: Any) -> Fault:
        wish = {"kind": kind, "region": "eu-west-1", "seconds": seconds, **more}
        fault = parse_fault(wish, CloudScope(REGIONS, lambdas=True), now())
        await self.registry.inject(fault)
        return fault

    @property
    def events(self) -> list[str]:
        return [event["what"] for event in self.registry.timeline]


def play(folder: Path, story: Callable[[Scene], Awaitable[None]], *, watched: bool = True) -> None:
    async def whole() -> None:
        scene = Scene(folder)
        registry = scene.registry
        watch = asyncio.create_task(registry.watch()) if watched else None
        try:
            await story(scene)
        finally:
            if watch:
                watch.cancel()
            await registry.close()

    asyncio.run(whole())


def test_faults_of_one_region_come_and_go_independently(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        first, second = await scene.inject(), await scene.inject()
        cut = await scene.inject("region-cut", other="us-east-1")
        await scene.registry.end(first.id, "healed")
        assert scene.process.on == {"eu-west-1"}
        await scene.registry.end(second.id, "healed")
        assert scene.process.on == set()
        assert scene.cut.on == {"eu-west-1>us-east-1", "us-east-1>eu-west-1"}
        await scene.registry.end(cut.id, "healed")
        assert scene.cut.on == set()
        assert scene.registry.unhealed == []

    play(tmp_path, story)


def test_healing_all_leaves_what_the_cloud_keeps_closed_itself(tmp_path: Path) -> None:
    async def story() -> None:
        scene = Scene(tmp_path)
        guard = await scene.inject("refill")
        frozen = await scene.inject("freeze")
        assert await scene.registry.end_all() == [frozen.id]
        assert scene.table.on == {"eu-west-1"}
        assert await scene.registry.end(guard.id, "healed")
        assert scene.table.on == set()

    asyncio.run(story())


def test_healing_twice_is_fine(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        fault = await scene.inject()
        assert await scene.registry.end(fault.id, "healed")
        assert not await scene.registry.end(fault.id, "healed")
        assert scene.events == ["injected", "healed"]

    play(tmp_path, story)


def test_every_fault_ends_by_itself(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        await scene.inject(seconds=0.2)
        assert scene.process.on
        await until(lambda: not scene.process.on)
        assert scene.events == ["injected", "expired"]

    play(tmp_path, story)


def test_what_cannot_be_set_back_is_tried_until_it_works(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        fault = await scene.inject()
        scene.process.broken = True
        await scene.registry.end(fault.id, "healed")
        assert scene.registry.unhealed == ["process eu-west-1"]
        turns = scene.process.turns
        await until(lambda: scene.process.turns > turns)
        scene.process.broken = False
        await until(lambda: not scene.registry.unhealed)
        assert scene.process.on == set()

    play(tmp_path, story)


def test_what_cannot_be_put_on_whole_is_not_on_at_all(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        scene.process.broken = True
        with pytest.raises(ActuatorError, match="does not answer"):
            await scene.inject()
        scene.process.broken = False
        await until(lambda: not scene.registry.unhealed)
        assert not scene.registry.faults
        assert scene.process.on == set()

    play(tmp_path, story)


def test_faults_are_applied_again_to_a_restarted_process(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        await scene.inject()
        scene.process.stands.clear()
        scene.process.process = 2
        await until(lambda: scene.process.on == {"eu-west-1"})

    play(tmp_path, story)


def test_the_next_controller_heals_what_the_last_one_left_on(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        await scene.inject()
        await scene.inject("region-cut", other="us-east-1")
        successor = scene.again()
        assert not successor.faults
        assert len(successor.unhealed) == 3
        watch = asyncio.create_task(successor.watch())
        await until(lambda: not successor.unhealed)
        watch.cancel()
        assert scene.process.on | scene.cut.on == set()
        assert scene.events == ["injected", "injected", "healed", "healed"]
        assert scene.again().unhealed == []

    play(tmp_path, story, watched=False)


def test_a_pending_key_is_written_before_anything_is_applied(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        seen: list[bytes] = []

        async def look(target: str, values: Sequence[dict[str, Any]]) -> None:
            seen.append((tmp_path / "faults.json").read_bytes())

        scene.process.apply = look  # type: ignore[method-assign]
        await scene.inject()
        assert b'"pending":[["process","eu-west-1"]]' in seen[0]

    play(tmp_path, story)


def test_pending_keys_of_regions_that_are_gone_are_dropped(tmp_path: Path) -> None:
    (tmp_path / "faults.json").write_text(
        '{"faults": [], "owed": [["process", "eu-north-1"], ["tower", "us-east-1"]],'
        ' "timeline": []}'
    )
    assert Scene(tmp_path).registry.unhealed == []


@pytest.mark.parametrize("content", ["", "{", "[]", "{}"])
def test_a_state_file_that_cannot_be_read_does_not_stop_a_start(
    tmp_path: Path, content: str
) -> None:
    (tmp_path / "faults.json").write_text(content)
    registry = Scene(tmp_path).registry
    assert (registry.faults, registry.unhealed) == ({}, [])


def test_expired_means_by_the_clock_of_the_wish(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        fault = await scene.inject(seconds=900)
        assert fault.until - fault.since == timedelta(seconds=900)

    play(tmp_path, story)
