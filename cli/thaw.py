"""`carte thaw`: let a frozen region go on."""

from typing import Annotated, Final

import typer

from cli.options import DEFAULT_PORT, PortOption, StateDirOption, the_cloud

EXAMPLES: Final = ("carte thaw eu-west-1",)


def command(
    region: Annotated[str, typer.Argument(help="The region to thaw.")],
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
) -> None:
    """Let a frozen region go on where it was.

    Harmless where the region runs already.
    """
    from localcloud import regions

    regions.thaw(the_cloud(port, state_dir), region)
    print(f"{region} runs")
