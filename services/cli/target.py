"""The table that a command reads and writes: a region of the local cloud, or of AWS."""

import os
from pathlib import Path
from typing import Annotated, Final

import typer

from services.cli.errors import CommandError
from services.cli.options import the_cloud
from services.local.layout import ANY_KEY, TABLE
from services.storage.models import Binding

PRIMARY: Final = "primary"
_PATIENCE_S: Final = 30.0  # a bulk load keeps two cores busy; slow answers are no failure here

RegionOption = Annotated[
    str, typer.Option("--region", help="Region to write to; replication brings it to the others.")
]
AwsOption = Annotated[
    bool,
    typer.Option("--aws", help="The deployed table of AWS, with your usual AWS credentials."),
]


def binding(region: str, *, port: int, state_dir: Path | None, aws: bool) -> Binding:
    """Where the table of a region is. `primary` is the cloud's first region.

    Raises:
        CommandError: AWS is meant and no region is named.
        LocalCloudError: there is no such cloud, or it has no such region.
    """
    if aws:
        if region == PRIMARY:
            raise CommandError("--aws needs a region", "add, for example, --region us-east-1")
        return Binding(region, TABLE, read_timeout_s=_PATIENCE_S)
    layout = the_cloud(port, state_dir)
    chosen = layout.region(layout.primary if region == PRIMARY else region)
    _sign_with_any_key()
    return Binding(chosen.name, layout.table, chosen.endpoint, _PATIENCE_S)


def _sign_with_any_key() -> None:
    """Keep a person's own AWS credentials, which may be expired, out of the local cloud."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        os.environ.pop(name, None)
    os.environ.update(AWS_ACCESS_KEY_ID=ANY_KEY, AWS_SECRET_ACCESS_KEY=ANY_KEY)
