"""What the supervisor does about a process that ended."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud import recovery
from localcloud.layout import CloudLayout
from localcloud.plan import make_layout
from localcloud.processes import Child, base_environment, spawn
from localcloud.recovery import Program, Recovery
from localcloud.regions import hold_marker
from tests.support.local_cloud import wait_until


class Watch:
    """A recovery that looks after one program."""

    def __init__(self, layout: CloudLayout, code: str) -> None:
        self.log: list[str] = []
        self.starts = 0
        self.faults: list[Exception] = []
        self._layout = layout
        self._code = code
        self._program = Program(self._start)
        self._recovery = Recovery(layout, self.log.append)
        self.child = self._start()

    def look(self) -> None:
        self.child = self._recovery.look_at(self.child, self._program) or self.child

    def look_until_logged(self, words: str) -> None:
        def is_logged() -> bool:
            self.look()
            return any(words in line for line in self.log)

        wait_until(is_logged, f"{words!r} was logged, not {self.log}")

    def _start(self) -> Child:
        self.starts += 1
        if self.faults:
            raise self.faults.pop()
        return spawn(
            self._layout,
            "edge",
            [sys.executable, "-c", self._code],
            environment=base_environment(self._layout),
            cwd=self._layout.state_dir,
        )

    def close(self) -> None:
        self._recovery.close()
        self.child.process.kill()
        self.child.process.wait()


@pytest.fixture
def layout(tmp_path: Path) -> CloudLayout:
    return make_layout(9000, state_dir=tmp_path)


@pytest.fixture
def failing(layout: CloudLayout) -> Iterator[Watch]:
    watch = Watch(layout, "raise SystemExit(3)")
    yield watch
    watch.close()


def test_what_runs_is_left_alone(layout: CloudLayout) -> None:
    watch = Watch(layout, "import time; time.sleep(60)")
    watch.look()
    assert (watch.log, watch.starts) == ([], 1)
    watch.close()


def test_what_fails_again_is_restarted_later_each_time(failing: Watch) -> None:
    failing.look_until_logged("edge exited with code 3; restarting in 0.5 s")
    assert "edge.log" in failing.log[0]
    before = time.monotonic()
    failing.look_until_logged("edge restarted")
    assert time.monotonic() - before < 10
    failing.look_until_logged("restarting in 1 s")
    assert failing.starts == 2


def test_what_was_ended_on_purpose_waits_for_its_release(
    layout: CloudLayout, failing: Watch
) -> None:
    marker = hold_marker(layout, "edge")
    marker.parent.mkdir()
    marker.touch()
    failing.look_until_logged("it stays down on purpose")
    failing.look()
    assert (len(failing.log), failing.starts) == (1, 1)
    marker.unlink()
    failing.look_until_logged("edge restarted")
    assert failing.starts == 2


def test_a_process_that_cannot_be_started_is_tried_again_and_the_others_run_on(
    failing: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "_FIRST_DELAY", 0.1)
    failing.faults = [OSError(28, "No space left on device")]
    failing.look_until_logged("edge cannot be started: [Errno 28] No space left on device")
    failing.look_until_logged("edge restarted")
    assert failing.starts == 3
