"""A cloud is stopped in order, also where nobody knows its processes any more."""

import contextlib
import itertools
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli import down
from localcloud import emulator, launch, stopping, teardown
from localcloud.exceptions import LocalCloudError, StartError
from localcloud.faults.actuator import ActuatorError
from localcloud.faults.process_actuator import ProcessActuator
from localcloud.layout import CloudLayout, Role
from localcloud.plan import make_layout
from localcloud.processes import Child, base_environment, marked, spawn, stop_all, supervisors
from localcloud.saving import SavedTables
from localcloud.state_file import save_layout
from tests.support.local_cloud import wait_until

# Ends as an emulator that has much to save: later than the grace of all other processes.
SAVES = """
import pathlib, signal, sys, time
def save(*_):
    time.sleep(1.3)
    pathlib.Path("saved").touch()
    sys.exit()
signal.signal(signal.SIGTERM, save)
print("runs", flush=True)
time.sleep(600)
"""
# As one on a busy machine, or with many tables: it works for longer than a hanging one is given.
SAVES_FOR_LONG = """
import pathlib, signal, sys, time
def save(*_):
    began = time.monotonic()
    while time.monotonic() - began < 2:
        worked = time.process_time()
        while time.process_time() - worked < 0.03:
            pass
        time.sleep(0.07)
    pathlib.Path("saved").touch()
    sys.exit()
signal.signal(signal.SIGTERM, save)
print("runs", flush=True)
time.sleep(600)
"""
# As one that had an invocation in its queue: it waits for it, and does nothing meanwhile.
STARTS_ONE_MORE = """
import pathlib, signal, subprocess, sys, time
def save(*_):
    time.sleep(0.5)
    subprocess.run([sys.executable, "-c", "import time; time.sleep(600)"])
    pathlib.Path("saved").touch()
    sys.exit()
signal.signal(signal.SIGTERM, save)
print("runs", flush=True)
time.sleep(600)
"""
HANGS = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("runs", flush=True)
time.sleep(600)
"""
# A supervisor in the foreground, which carries no mark. It says how it ended.
SUPERVISOR = """
import os, pathlib, signal, sys, time
from localcloud.processes import base_environment, spawn
from localcloud.plan import make_layout
folder = pathlib.Path(sys.argv[1])
layout = make_layout(9000, state_dir=folder)
child = spawn(layout, "edge", [sys.executable, "-c", "import time; time.sleep(600)"],
              environment=base_environment(layout), cwd=pathlib.Path("/"))
def stop(*_):
    child.process.terminate()
    child.process.wait()
    print("stopped in order", flush=True)
    sys.exit()
signal.signal(signal.SIGTERM, stop)
print("started", flush=True)
time.sleep(600)
"""


@pytest.fixture
def layout(tmp_path: Path) -> Iterator[CloudLayout]:
    made = make_layout(9000, state_dir=tmp_path / "cloud")
    made.state_dir.mkdir()
    yield made
    stop_all(marked(made.state_dir), grace=0)


def start(layout: CloudLayout, code: str, role: Role = "emulator") -> Child:
    """Start a process in the place of one of the cloud's; returns when it runs."""
    region = layout.primary if role == "emulator" else None
    child = spawn(
        layout,
        role,
        [sys.executable, "-c", code],
        region=region,
        environment=base_environment(layout),
        cwd=layout.state_dir,
    )
    wait_until(lambda: "runs" in layout.log(child.record.name).read_text(), "it runs")
    return child


def test_an_emulator_that_no_record_names_has_the_time_to_save(layout: CloudLayout) -> None:
    child = start(layout, SAVES)
    teardown.sweep(layout)
    child.process.wait()
    assert (layout.state_dir / "saved").exists()


def test_an_emulator_that_saves_for_long_is_waited_for(
    layout: CloudLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "IDLE_S", 0.7)
    child = start(layout, SAVES_FOR_LONG)
    saved = SavedTables(layout.with_process(child.record))
    teardown.sweep(layout)
    child.process.wait()
    assert (layout.state_dir / "saved").exists()
    assert saved.failures() == []


def test_a_power_cut_that_keeps_the_disk_waits_for_an_emulator_that_saves(
    layout: CloudLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "IDLE_S", 0.7)
    monkeypatch.setattr("localcloud.faults.process_actuator._STREAM_GRACE_S", 0.0)
    child = start(layout, SAVES_FOR_LONG)
    actuator = ProcessActuator(lambda: layout.with_process(child.record))
    actuator._apply(layout.primary, [{"killed": "kept"}])
    child.process.wait()
    assert (layout.state_dir / "saved").exists()


def test_a_worker_that_an_emulator_starts_while_it_ends_does_not_keep_it(
    layout: CloudLayout,
) -> None:
    child = start(layout, STARTS_ONE_MORE)
    teardown.sweep(layout)
    child.process.wait()
    assert (layout.state_dir / "saved").exists()


def test_an_emulator_that_had_to_be_killed_is_one_that_did_not_save(
    layout: CloudLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "IDLE_S", 0.1)
    child = start(layout, HANGS)
    saved = SavedTables(layout.with_process(child.record))
    teardown.sweep(layout.with_process(child.record))
    child.process.wait()
    (failure,) = saved.failures()
    assert failure.startswith(f"emulator-{layout.primary}: everything: ")


def test_a_power_cut_that_keeps_the_disk_fails_where_the_emulator_does_not_save(
    layout: CloudLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "IDLE_S", 0.1)
    monkeypatch.setattr("localcloud.faults.process_actuator._STREAM_GRACE_S", 0.0)
    child = start(layout, HANGS)
    actuator = ProcessActuator(lambda: layout.with_process(child.record))
    with pytest.raises(ActuatorError, match="is not kept") as raised:
        actuator._apply(layout.primary, [{"killed": "kept"}])
    child.process.wait()
    assert raised.value.hint


@pytest.fixture
def supervised(layout: CloudLayout) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", SUPERVISOR, str(layout.state_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        yield process
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)


def test_a_cloud_whose_files_were_removed_is_stopped_by_its_supervisor(
    layout: CloudLayout,
    supervised: "subprocess.Popen[str]",
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert not layout.path.exists()
    assert len(marked(layout.state_dir)) == 1
    down.command(port=9000, wipe=True, state_dir=layout.state_dir, as_json=True)
    assert json.loads(capsys.readouterr().out) == {
        "stopped": 2,
        "wiped": True,
        "foreign_ports": [],
    }
    assert supervised.stdout is not None
    assert supervised.stdout.read() == "stopped in order\n"
    assert not marked(layout.state_dir)
    assert not layout.state_dir.exists()


def test_a_supervisor_is_found_while_the_clock_of_the_machine_is_set(
    layout: CloudLayout,
    supervised: "subprocess.Popen[str]",
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The time of the boot is taken from the clock, so psutil's times of starts move with it."""
    boots = itertools.count(1_000_000_000.0)
    monkeypatch.setattr("psutil._pslinux.boot_time", lambda: next(boots))
    assert [one.pid for one in supervisors(layout.state_dir)] == [supervised.pid]
    teardown.stop_marked(layout.state_dir)


def test_where_nothing_runs_a_folder_without_a_cloud_stays_as_it_is(
    layout: CloudLayout, capsys: pytest.CaptureFixture[str]
) -> None:
    (layout.state_dir / "discard").write_text("somebody's")
    for wipe in (False, True):
        down.command(port=9000, wipe=wipe, state_dir=layout.state_dir)
        assert "nothing to stop" in capsys.readouterr().out
    assert (layout.state_dir / "discard").read_text() == "somebody's"


def test_a_start_stops_what_runs_on_a_folder_that_was_removed(
    layout: CloudLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emulator, "program", lambda: None)
    monkeypatch.setattr(launch, "require_free", lambda _: None)
    child = start(layout, HANGS.replace("SIG_IGN", "SIG_DFL"), "edge")
    log: list[str] = []
    launch.prepare(layout, log.append)
    assert child.process.wait(timeout=5) == -signal.SIGTERM
    assert "  stopped 1 processes that an earlier run left behind" in log


def test_a_stop_after_a_wipe_that_was_aborted_settles_again(layout: CloudLayout) -> None:
    (layout.state_dir / "discard").touch()
    teardown.stop(layout)
    assert not teardown.discards(layout.state_dir)


def test_a_state_file_that_cannot_be_written_leaves_nothing_and_says_why(
    layout: CloudLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(emulator, "program", lambda: None)
    monkeypatch.setattr(launch, "require_free", lambda _: None)
    with monkeypatch.context() as disk:
        disk.setattr(Path, "replace", full)
        with pytest.raises(OSError, match="No space"):
            save_layout(layout)
        with pytest.raises(StartError, match="No space left"):
            launch.prepare(layout, lambda _: None)
    assert [path.name for path in layout.state_dir.iterdir()] == ["lock"]
    # An earlier version left its draft there.
    (layout.state_dir / "cloud.json.4711").touch()
    launch.prepare(layout, lambda _: None)
    assert layout.path.exists()


def test_a_folder_with_other_files_is_no_clouds(layout: CloudLayout) -> None:
    (layout.state_dir / "thesis.tex").touch()
    with pytest.raises(LocalCloudError, match="other files"):
        launch._claim(layout.state_dir)
