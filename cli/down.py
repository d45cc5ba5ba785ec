"""`carte down`: stop the local cloud and end all of its processes."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli.options import DEFAULT_PORT, JsonOption, PortOption, StateDirOption, print_json

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLES: Final = ("carte down", "carte down --port 9090 --wipe")


def command(
    port: PortOption = DEFAULT_PORT,
    wipe: Annotated[
        bool, typer.Option("--wipe", help="Also delete its data and logs, for a fresh start.")
    ] = False,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Stop the local cloud and end all of its processes.

    First the clients' writes end, and replication and repairs come to theirs, for at most half a
    minute. Works after a crash too, and checks that no process is left. Data is kept for the next
    `carte up` unless --wipe is given. Stopping what does not run is fine.
    """
    from localcloud import teardown
    from localcloud.exceptions import LocalCloudError
    from localcloud.layout import default_state_dir
    from localcloud.state_file import load_layout

    folder = (state_dir or default_state_dir(port)).resolve()
    try:
        layout = load_layout(folder)
    except LocalCloudError:
        if not wipe:
            raise
        _stop_without_layout(folder, port, wipe=True, own=True, as_json=as_json)
        return
    if layout is None:
        _stop_without_layout(folder, port, wipe=wipe, own=False, as_json=as_json)
        return
    result = teardown.stop(layout, discard=wipe)
    if wipe:
        teardown.wipe(layout.state_dir)
    if as_json:
        print_json(
            {"stopped": result.stopped, "wiped": wipe, "foreign_ports": list(result.foreign)}
        )
        return
    print(f"stopped {result.stopped} processes" if result.stopped else "nothing was running")
    for line in result.foreign:
        print(f"  not of this cloud, but on one of its ports: {line}")
    if wipe:
        print(f"removed {layout.state_dir}")


def _stop_without_layout(
    folder: "Path", port: int, *, wipe: bool, own: bool, as_json: bool
) -> None:
    """Stop the processes that carry the mark of a folder whose `cloud.json` is gone or broken.

    Args:
        folder: The cloud's folder.
        port: The port that the command names.
        wipe: Whether the folder is to be removed.
        own: Whether the folder is a cloud's for certain; running processes show it, too.
        as_json: Whether to print JSON.
    """
    from localcloud import teardown

    stopped = teardown.stop_marked(folder, discard=wipe)
    wiped = wipe and (own or stopped > 0)
    if wiped:
        teardown.wipe(folder)
    if as_json:
        print_json({"stopped": stopped, "wiped": wiped, "foreign_ports": []})
        return
    if not stopped and not wiped:
        print(f"no cloud at port {port}: nothing to stop")
        return
    print(f"stopped {stopped} processes" if stopped else "nothing was running")
    if wiped:
        print(f"removed {folder}")
    elif folder.exists():
        print(f"  its cloud.json was gone: remove {folder} before the next start")
