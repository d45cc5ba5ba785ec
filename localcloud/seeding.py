"""Whether a cloud holds stores, and whether filling it with them was begun and not finished."""

from pathlib import Path
from typing import Final

from localcloud.deployer import client
from localcloud.layout import TABLE, CloudLayout, Region

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


def forget_unfinished(layout: CloudLayout) -> None:
    """Let no later start seed the cloud again: it holds all stores, or other ones."""
    unfinished(layout).unlink(missing_ok=True)
