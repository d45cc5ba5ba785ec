"""The table that a command reads and writes: a region of the local cloud, or of AWS."""

from pathlib import Path
from typing import Annotated, Final

import typer

from cli.options import the_cloud
from localcloud.layout import TABLE
from localcloud.tables import PATIENCE_S, table_binding, use_local_key
from services.domain.errors import CarteError
from services.storage.binding import Binding

PRIMARY: Final = "primary"

RegionOption = Annotated[
    str,
    typer.Option(
        "--region",
        metavar="REGION",
        help="Region to write to, such as eu-west-1; `primary` is the local cloud's first region. "
        "Replication copies the data to the other regions.",
    ),
]
AwsOption = Annotated[
    bool,
    typer.Option(
        "--aws",
        help="Write to the deployed table in AWS, with your usual AWS credentials; needs --region.",
    ),
]


def binding(region: str, *, port: int, state_dir: Path | None, aws: bool) -> Binding:
    """Return where the table of a region is; `primary` is the local cloud's first region.

    For a table of the local cloud, this process signs with a local key from here on.

    Raises:
        CarteError: AWS is meant and no region is named.
        LocalCloudError: There is no such cloud, or it has no such region.
    """
    if aws:
        if region == PRIMARY:
            raise CarteError("--aws needs a region", "add, for example, --region us-east-1")
        return Binding(region, TABLE, read_timeout_s=PATIENCE_S)
    layout = the_cloud(port, state_dir)
    use_local_key()
    return table_binding(layout, layout.primary if region == PRIMARY else region)
