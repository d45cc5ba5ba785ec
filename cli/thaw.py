"""`carte thaw REGION`: heal the freezes of a region that `carte fault list` shows."""

from typing import Annotated, Final

import typer

from cli.fault import end, fault_client
from cli.options import DEFAULT_PORT, JsonOption, PortOption, StateDirOption, the_cloud

EXAMPLES: Final = ("carte thaw eu-west-1",)


def command(
    region: Annotated[
        str, typer.Argument(metavar="REGION", help="The frozen region, such as eu-west-1.")
    ],
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """End the freeze of a region before its time.

    Heals every fault of the kind `freeze` in the region; does nothing where there is none.
    """
    the_cloud(port, state_dir).region(region)  # raises for a region that the cloud lacks
    client = fault_client(port, state_dir)
    freezes = [one.id for one in client.active() if (one.kind, one.region) == ("freeze", region)]
    end(client, freezes, as_json=as_json)
