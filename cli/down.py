"""`carte down`: stop the local cloud and end all of its processes."""

from typing import Annotated, Final

import typer

from cli.options import DEFAULT_PORT, JsonOption, PortOption, StateDirOption, print_json

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
        teardown.abandon(folder)
        layout = None
    if layout is None:
        if as_json:
            print_json({"stopped": 0, "wiped": False, "foreign_ports": []})
        else:
            print(f"no cloud at port {port}: nothing to stop")
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
