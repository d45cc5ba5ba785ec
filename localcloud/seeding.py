"""Fill an empty cloud with a chain of stores, by the command `carte seed`."""

import importlib.util
import sys
from pathlib import Path
from typing import Final

from localcloud.deployer import client
from localcloud.layout import TABLE, CloudLayout, Region

_MODULE: Final = "cli.seed"
_STORE_PREFIX: Final = "STORE#"
_PAGE: Final = 1000  # items; the first stores of a seeded table are in one of the first pages


def has_stores(region: Region) -> bool:
    """Return whether the region's table holds any store. Catalogs and heartbeats do not count."""
    pages = (
        client(region, "dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=TABLE,
            FilterExpression="begins_with(pk, :store)",
            ExpressionAttributeValues={":store": {"S": _STORE_PREFIX}},
            ProjectionExpression="pk",
            PaginationConfig={"PageSize": _PAGE},
        )
    )
    return any(page["Count"] for page in pages)


def unfinished(layout: CloudLayout) -> Path:
    """The file that is there as long as a seeding has begun and not ended well."""
    return layout.state_dir / "seeding"


def command(layout: CloudLayout, stores: int) -> list[str] | None:
    """The command that seeds this cloud, or None as long as there is no such command."""
    if importlib.util.find_spec(_MODULE) is None:
        return None
    return [
        *(sys.executable, "-m", "cli.main", "seed", "--stores", str(stores)),
        *("--port", str(layout.port), "--state-dir", str(layout.state_dir)),
    ]
