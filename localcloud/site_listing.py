"""Writes the list of a local cloud's stores, by which its edge answers 404, and its sitemaps."""

from collections.abc import Mapping
from pathlib import Path

from infra_cdk import site_index
from localcloud.layout import CloudLayout


def site_index_dir(state_dir: Path) -> Path:
    """Return the folder of the files that depend on which stores there are."""
    return state_dir / "site-index"


def list_stores(layout: CloudLayout, stores: Mapping[str, bool]) -> None:
    """Write the files for the edge of a cloud; a running edge reads them at once.

    Args:
        layout: The cloud.
        stores: The ids of all stores; whether search engines should find the store.

    Raises:
        OSError: A file cannot be written.
    """
    site_index.write(stores, layout.edge_url, site_index_dir(layout.state_dir))
