"""Start a cloud from a command: in the foreground until Ctrl-C, or as a daemon."""

import argparse
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO, Final

from localcloud import emulator, teardown
from localcloud.exceptions import LocalCloudError, StartError
from localcloud.layout import REPO_ROOT, STATE_FILE, CloudLayout
from localcloud.lock import only_one
from localcloud.ports import require_free
from localcloud.processes import MARK, find
from localcloud.regions import release_all
from localcloud.startup import StartOptions
from localcloud.state_file import load_layout, save_layout, unwritable
from localcloud.supervisor import Supervisor

_SITE: Final = REPO_ROOT / "web" / "dist" / "index.html"

Say = Callable[[str], None]


def running(state_dir: Path) -> CloudLayout | None:
    """The cloud whose supervisor runs on this state folder, or None.

    Raises:
        LocalCloudError: `cloud.json` cannot be read.
    """
    layout = load_layout(state_dir)
    supervisor = layout.process("supervisor") if layout else None
    return layout if supervisor and find(supervisor) else None


def same_shape(one: CloudLayout, other: CloudLayout) -> bool:
    """Return whether two layouts ask for the same cloud, whatever processes run it."""
    return replace(one, processes=()) == replace(other, processes=())


def prepare(layout: CloudLayout, say: Say) -> None:
    """Check what a start needs, and clear away what a crashed cloud left behind.

    Raises:
        LocalCloudError: A start cannot work; nothing was changed but leftovers stopped.
    """
    emulator.program()
    stopped = 0
    if load_layout(layout.state_dir) is None:
        # Somebody removed the folder beside a running cloud. What that wrote since is its own.
        stopped = teardown.stop_marked(layout.state_dir)
        if not stopped:
            _claim(layout.state_dir)
    with only_one(layout):
        earlier = load_layout(layout.state_dir)
        if earlier is not None:
            stopped += teardown.stop(earlier).stopped
        if stopped:
            say(f"  stopped {stopped} processes that an earlier run left behind")
        require_free(layout)
        try:
            _rotate(layout.logs)
            release_all(layout)
            save_layout(layout)
        except OSError as error:
            raise unwritable(layout, error) from error
    if not _SITE.exists():
        say("  the site is not built, so only the API answers; `make setup` builds it")


def run_foreground(
    layout: CloudLayout, options: StartOptions, say: Say, ready: Callable[[], None]
) -> None:
    """Run the cloud in this process until SIGINT or SIGTERM.

    Raises:
        LocalCloudError: It could not start.
    """
    prepare(layout, say)
    Supervisor(layout, say).run(options, ready)


def run_detached(layout: CloudLayout, options: StartOptions, say: Say) -> None:
    """Start a daemon that runs the cloud; returns when all is ready.

    Raises:
        LocalCloudError: It could not start.
    """
    prepare(layout, say)
    reader, writer = os.pipe()
    layout.logs.mkdir(parents=True, exist_ok=True)
    with layout.log("supervisor").open("ab") as log:
        daemon = subprocess.Popen(
            [
                *(sys.executable, "-m", "localcloud.launch", "--config", str(layout.path)),
                *("--report", str(writer), "--stores", str(options.stores)),
                *(("--assembly", str(options.assembly.resolve())) if options.assembly else ()),
                *("--", *options.seeding),
            ],
            cwd=REPO_ROOT,
            env={**os.environ, MARK: str(layout.state_dir)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(writer,),
        )
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as reports:
        try:
            _follow(reports, layout, say)
        except BaseException:
            daemon.terminate()
            daemon.wait()
            raise
    # It goes on without us; waiting for it is no longer our business.
    daemon.returncode = 0


def _follow(reports: IO[str], layout: CloudLayout, say: Say) -> None:
    """Pass on what the daemon reports until it is ready."""
    for line in reports:
        report = json.loads(line)
        if "say" in report:
            say(report["say"])
        elif "error" in report:
            raise LocalCloudError(report["error"], report["hint"], detail=report["detail"])
        else:
            return
    raise StartError(
        "the supervisor ended while starting", f"its log is {layout.log('supervisor')}"
    )


def _daemon(arguments: argparse.Namespace) -> int:
    """Run the cloud in the detached process; return its exit code."""
    layout = load_layout(arguments.config.parent)
    if layout is None:
        raise FileNotFoundError(arguments.config)
    options = StartOptions(arguments.stores, tuple(arguments.seeding), arguments.assembly)
    reports = os.fdopen(arguments.report, "w", encoding="utf-8")

    def report(**what: str | bool) -> None:
        # The command that started this daemon may have ended; the log has every line.
        with contextlib.suppress(BrokenPipeError):
            if not reports.closed:
                reports.write(json.dumps(what) + "\n")
                reports.flush()

    def say(line: str) -> None:
        print(line, flush=True)  # noqa: T201 - the daemon's output is its log
        report(say=line)

    def ready() -> None:
        report(ready=True)
        with contextlib.suppress(BrokenPipeError):
            reports.close()

    try:
        Supervisor(layout, say).run(options, ready)
    except LocalCloudError as error:
        print(f"{error.message}\n{error.hint}\n{error.detail}", flush=True)  # noqa: T201
        report(error=error.message, hint=error.hint, detail=error.detail)
        return 1
    return 0


def _claim(state_dir: Path) -> None:
    """Refuse a folder that holds something else: `carte down --wipe` removes it whole."""
    if not state_dir.exists():
        return
    if not state_dir.is_dir():
        raise LocalCloudError(f"{state_dir} is not a folder", "choose another --state-dir")
    try:
        names = {path.name for path in state_dir.iterdir()}
    except OSError as error:
        raise LocalCloudError(
            f"{state_dir} cannot be read: {error.strerror}", "choose another --state-dir"
        ) from error
    # A start on a full disk could leave the drafts of a `cloud.json` and nothing else.
    others = {name for name in names if name != "lock" and not name.startswith(f"{STATE_FILE}.")}
    if others and STATE_FILE not in names:
        raise LocalCloudError(
            f"{state_dir} holds other files than a cloud's state",
            "choose an empty or new folder with --state-dir",
        )


def _rotate(logs: Path) -> None:
    """Keep the logs of the run before, so that a crash can be looked into after a restart."""
    for log in logs.glob("*.log"):
        log.replace(log.with_suffix(".log.1"))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Supervise a cloud that `carte up` prepared.")
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--report", type=int, required=True, help="descriptor to report to")
    parser.add_argument("--stores", type=int, required=True)
    parser.add_argument("--assembly", type=Path)
    parser.add_argument("seeding", nargs="*", help="what seeds an empty cloud; after --")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(_daemon(_arguments()))
