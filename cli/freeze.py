"""`carte freeze`: stop a region in place, as an outage would."""

from typing import Annotated, Final

import typer

from cli.options import DEFAULT_PORT, PortOption, StateDirOption, the_cloud

EXAMPLES: Final = ("carte freeze eu-west-1", "carte freeze us-east-1 --port 9090")


def command(
    region: Annotated[str, typer.Argument(help="The region to freeze.")],
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
) -> None:
    """Freeze a region, as an outage would.

    Its processes keep memory and connections and answer nobody, until `carte thaw`.
    """
    from localcloud import regions

    regions.freeze(the_cloud(port, state_dir), region)
    print(f"{region} is frozen; `carte thaw {region}` lets it go on")
