"""The table that a command reads and writes: a region of the local cloud, or of AWS."""

from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final

import typer

from cli.options import the_cloud
from localcloud.layout import TABLE
from localcloud.tables import PATIENCE_S, table_binding, use_local_key
from services.domain.errors import UnknownNameError, UnusableInputError
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
ReadRegionOption = Annotated[
    str,
    typer.Option(
        "--region",
        metavar="REGION",
        help="Region whose replica is read, such as eu-west-1; `primary` is the local cloud's "
        "first region.",
    ),
]
TableOption = Annotated[
    str | None,
    typer.Option(
        "--table",
        metavar="TABLE",
        help="Only with --aws: name of the deployed table, as `table` of the deployment file.",
        show_default=TABLE,
    ),
]
AwsOption = Annotated[
    bool,
    typer.Option(
        "--aws",
        help="Write to the deployed table in AWS, with your usual AWS credentials; needs --region.",
    ),
]


ReadAwsOption = Annotated[
    bool,
    typer.Option(
        "--aws",
        help="Read the deployed table in AWS, with your usual AWS credentials; needs --region. "
        "Nothing is written.",
    ),
]


def binding(
    region: str, *, port: int, state_dir: Path | None, aws: bool, table: str | None = None
) -> Binding:
    """Return where the table of a region is; `primary` is the local cloud's first region.

    For a table of the local cloud, this process signs with a local key from here on.

    Args:
        region: Name of the region.
        port: TCP port of the local cloud's edge.
        state_dir: The local cloud's folder; None for the one of the port.
        aws: The deployed table is meant.
        table: Name of the deployed table; None: the usual one.

    Raises:
        UnusableInputError: AWS is meant and no region is named, or one that AWS does not have; or a
            table is named and AWS is not meant.
        LocalCloudError: There is no such cloud, or it has no such region.
    """
    if aws:
        if region == PRIMARY:
            raise UnusableInputError("--aws needs a region", "add, for example, --region us-east-1")
        _check_name(region)
        return Binding(region, table or TABLE, read_timeout_s=PATIENCE_S)
    if table is not None:
        raise UnusableInputError(
            "--table names a deployed table, and --aws is not given",
            "add --aws and --region, or leave --table out",
        )
    layout = the_cloud(port, state_dir)
    use_local_key()
    return table_binding(layout, layout.primary if region == PRIMARY else region)


def _check_name(region: str) -> None:
    """Refuse a region that AWS does not have, whose name would only fail to resolve.

    Raises:
        UnusableInputError: There is no such region.
    """
    import boto3

    session = boto3.Session()
    known = {
        name
        for partition in session.get_available_partitions()
        for name in session.get_available_regions("dynamodb", partition)
    }
    if region not in known:
        alike = get_close_matches(region, sorted(known), n=3, cutoff=0.5)
        raise UnknownNameError(
            "region",
            region,
            alike or ("eu-west-1", "..."),
            where="of AWS",
            more="name one of the deployment file",
        )
