"""`carte sitemap`: the files of the site that list the stores."""

import shlex
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

import typer

from cli.options import DEFAULT_PORT, JsonOption, PortOption, StateDirOption, print_json, writing
from cli.target import PRIMARY, ReadAwsOption, ReadRegionOption, TableOption, binding
from services.domain.errors import UnusableInputError

EXAMPLES: Final = (
    "carte sitemap site-index --url http://localhost:8080",
    "carte sitemap site-index --url https://menus.example.com --aws --region eu-west-1",
)


def command(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder to write into.")],
    *,
    url: Annotated[
        str,
        typer.Option("--url", metavar="URL", help="Address of the site, without a path."),
    ],
    region: ReadRegionOption = PRIMARY,
    aws: ReadAwsOption = False,
    table_name: TableOption = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the sitemaps and the list of stores for the edge.

    By the list the edge answers 404 for a store that does not exist. FOLDER/public is uploaded
    beside the site: sitemap.xml names the sitemaps, each with at most 5,000 stores in all languages
    of the site, without hidden ones. FOLDER/stores.json is the content of CloudFront's
    KeyValueStore carte-stores (docs/site.md). A local cloud has both from `carte seed` and
    `carte import stores`.
    """
    from dataload.reaching import check_region, reaching
    from dataload.store_directory import listed_stores
    from infra_cdk.site_index import write
    from services.storage.table import Table

    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path not in {"", "/"}:
        raise UnusableInputError(
            f"{url} is no address of a site", "give one like https://menus.example.com"
        )
    target = binding(region, port=port, state_dir=state_dir, aws=aws, table=table_name)
    check_region(target)
    with reaching(target):
        stores = listed_stores(Table(target))
    with writing(folder, "FOLDER"):
        count = write(stores, f"{parts.scheme}://{parts.netloc}", folder)
    shown = sum(stores.values())
    if as_json:
        print_json({"folder": str(folder), "files": count, "stores": len(stores), "listed": shown})
    else:
        print(f"{count} files for {len(stores):,} stores, {shown:,} of them in sitemaps")
        print(f"upload {shlex.quote(str(folder / 'public'))} beside the site (docs/site.md)")
