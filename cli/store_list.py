"""What a command that writes stores into a local cloud does beside that."""

from pathlib import Path
from typing import TYPE_CHECKING

from cli.options import the_cloud

if TYPE_CHECKING:
    from services.storage.binding import Binding


def list_local_stores(target: "Binding", port: int, state_dir: Path | None) -> None:
    """Write the list by which the local cloud's edge answers 404, and the sitemaps.

    Args:
        target: The table that the stores were written to.
        port: TCP port of the cloud's edge.
        state_dir: The cloud's folder; None for the one of the port.
    """
    from dataload.reaching import reaching
    from dataload.store_directory import listed_stores
    from localcloud.site_listing import list_stores
    from services.storage.table import Table

    with reaching(target):
        stores = listed_stores(Table(target))
    list_stores(the_cloud(port, state_dir), stores)


def forget_seeding(port: int, state_dir: Path | None) -> None:
    """Let no later `carte up` finish a seeding that was interrupted: other stores were written.

    Args:
        port: TCP port of the cloud's edge.
        state_dir: The cloud's folder; None for the one of the port.
    """
    from localcloud.seeding import forget_unfinished

    forget_unfinished(the_cloud(port, state_dir))
