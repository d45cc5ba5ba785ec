"""`carte freeze REGION`: the short form of `carte fault inject freeze --region REGION`."""

from typing import Annotated, Final

import typer

from cli import fault
from cli.fault import SecondsOption
from cli.options import DEFAULT_PORT, JsonOption, PortOption, StateDirOption

EXAMPLES: Final = ("carte freeze eu-west-1", "carte freeze us-east-1 --seconds 600")


def command(
    region: Annotated[
        str, typer.Argument(metavar="REGION", help="The region to freeze, such as eu-west-1.")
    ],
    *,
    seconds: SecondsOption = fault.DEFAULT_SECONDS,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Freeze a region: short for `carte fault inject freeze`.

    The region's processes keep memory and connections and answer nothing, as in an outage. They
    go on after --seconds, or earlier with `carte thaw`. `carte fault` has more kinds of faults.
    """
    fault.inject(
        "freeze", region=region, seconds=seconds, port=port, state_dir=state_dir, as_json=as_json
    )
