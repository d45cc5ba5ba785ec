"""Faults come and go independently, and nothing stays on, whatever dies."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from localcloud.faults.board import Board
from localcloud.faults.claims import CUT, PROCESS
from localcloud.faults.client import Fault
from localcloud.faults.handle import Handle, HandleError
from localcloud.faults.wishes import Ground, now, read_wish
from tests.support.polling import until

REGIONS = ("us-east-1", "eu-west-1")


class Lever(Handle):
    """A handle that remembers where it stands."""

    def __init__(self) -> None:
        self.stands: dict[str, list[dict[str, Any]]] = {}
        self.broken = False
        self.process = 1
        self.turns = 0

    async def turn(self, subject: str, values: Sequence[dict[str, Any]]) -> None:
        self.turns += 1
        await asyncio.sleep(0)
        if self.broken:
            raise HandleError("it does not answer")
        self.stands[subject] = list(values)

    def knows(self, subject: str) -> bool:
        return all(part in REGIONS for part in subject.split(">"))

    def mark(self, _subject: str) -> object:
        return self.process

    @property
    def on(self) -> set[str]:
        return {subject for subject, values in self.stands.items() if values}


class Scene:
    """A board with two handles."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = Lever()
        self.cut = Lever()
        self.board = self.again()

    def again(self) -> Board:
        """What the next process makes of the state file."""
        self.board = Board({PROCESS: self.process, CUT: self.cut}, REGIONS, self.folder)
        return self.board

    async def inject(self, kind: str = "freeze", seconds: float = 60, **more: Any) -> Fault:
        wish = {"kind": kind, "region": "eu-west-1", "seconds": seconds, **more}
        fault = read_wish(wish, Ground(REGIONS, lambdas=True), now())
        await self.board.inject(fault)
        return fault

    @property
    def told(self) -> list[str]:
        return [event["what"] for event in self.board.timeline]


def play(folder: Path, story: Callable[[Scene], Awaitable[None]], *, watched: bool = True) -> None:
    async def told() -> None:
        scene = Scene(folder)
        board = scene.board
        watch = asyncio.create_task(board.watch()) if watched else None
        try:
            await story(scene)
        finally:
            if watch:
                watch.cancel()
            await board.close()

    asyncio.run(told())


def test_faults_of_one_region_come_and_go_independently(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        first, second = await scene.inject(), await scene.inject()
        cut = await scene.inject("region-cut", other="us-east-1")
        await scene.board.end(first.id, "healed")
        assert scene.process.on == {"eu-west-1"}
        await scene.board.end(second.id, "healed")
        assert scene.process.on == set()
        assert scene.cut.on == {"eu-west-1>us-east-1", "us-east-1>eu-west-1"}
        await scene.board.end(cut.id, "healed")
        assert scene.cut.on == set()
        assert scene.board.unhealed == []

    play(tmp_path, story)


def test_healing_twice_is_fine(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        fault = await scene.inject()
        assert await scene.board.end(fault.id, "healed")
        assert not await scene.board.end(fault.id, "healed")
        assert scene.told == ["injected", "healed"]

    play(tmp_path, story)


def test_every_fault_ends_by_itself(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        await scene.inject(seconds=0.2)
        assert scene.process.on
        await until(lambda: not scene.process.on)
        assert scene.told == ["injected", "expired"]

    play(tmp_path, story)


def test_what_cannot_be_set_back_is_tried_until_it_works(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        fault = await scene.inject()
        scene.process.broken = True
        await scene.board.end(fault.id, "healed")
        assert scene.board.unhealed == ["process eu-west-1"]
        turns = scene.process.turns
        await until(lambda: scene.process.turns > turns)
        scene.process.broken = False
        await until(lambda: not scene.board.unhealed)
        assert scene.process.on == set()

    play(tmp_path, story)


def test_what_cannot_be_put_on_whole_is_not_on_at_all(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        scene.process.broken = True
        with pytest.raises(HandleError, match="does not answer"):
            await scene.inject()
        scene.process.broken = False
        await until(lambda: not scene.board.unhealed)
        assert not scene.board.faults
        assert scene.process.on == set()

    play(tmp_path, story)


def test_a_restarted_process_is_told_again(tmp_path: Path) -> None:
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
        assert scene.told == ["injected", "injected", "healed", "healed"]
        assert scene.again().unhealed == []

    play(tmp_path, story, watched=False)


def test_what_is_owed_is_written_before_anything_is_turned(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        seen: list[bytes] = []

        async def look(subject: str, values: Sequence[dict[str, Any]]) -> None:
            seen.append((tmp_path / "faults.json").read_bytes())

        scene.process.turn = look  # type: ignore[method-assign]
        await scene.inject()
        assert b'"owed":[["process","eu-west-1"]]' in seen[0]

    play(tmp_path, story)


def test_regions_that_are_gone_are_owed_nothing(tmp_path: Path) -> None:
    (tmp_path / "faults.json").write_text(
        '{"faults": [], "owed": [["process", "eu-north-1"], ["tower", "us-east-1"]],'
        ' "timeline": []}'
    )
    assert Scene(tmp_path).board.unhealed == []


@pytest.mark.parametrize("content", ["", "{", "[]", "{}"])
def test_a_state_file_that_cannot_be_read_does_not_stop_a_start(
    tmp_path: Path, content: str
) -> None:
    (tmp_path / "faults.json").write_text(content)
    board = Scene(tmp_path).board
    assert (board.faults, board.unhealed) == ({}, [])


def test_expired_means_by_the_clock_of_the_wish(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        fault = await scene.inject(seconds=900)
        assert fault.until - fault.since == timedelta(seconds=900)

    play(tmp_path, story)
