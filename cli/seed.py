"""`carte seed`: fill a region's table with the chain."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli.options import DEFAULT_PORT, JsonOption, PortOption, StateDirOption, print_json, the_cloud
from cli.store_list import forget_seeding, list_local_stores
from cli.target import PRIMARY, AwsOption, RegionOption, TableOption, binding

if TYPE_CHECKING:
    from dataload.seeding import SeedReport

EXAMPLES: Final = ("carte seed", "carte seed --stores 31000", "carte seed --aws --region eu-west-1")


def command(
    *,
    stores: Annotated[
        int,
        typer.Option(
            min=0,
            max=31_000,
            metavar="STORES",
            help="How many stores the chain has; 300 are enough for stores in every market.",
        ),
    ] = 300,
    seed: Annotated[
        int,
        typer.Option(
            metavar="NUMBER",
            help="Seed number of the random generator: the same number makes the same chain.",
        ),
    ] = 1,
    region: RegionOption = PRIMARY,
    aws: AwsOption = False,
    table_name: TableOption = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fill the table with the demo chain: catalogs and stores.

    Only what is missing is created; what is there is not changed. The same seed number makes the
    same chain everywhere, and a larger chain begins with the stores of a smaller one: running the
    command again writes nothing, running it with more --stores adds the rest. Stores are in real
    cities in proportion to population; their ids are like us-00001. Another seed number makes other
    stores under the same ids, so seed it into an empty table.
    """
    target = binding(region, port=port, state_dir=state_dir, aws=aws, table=table_name)

    from dataload.progress import Bars
    from dataload.reaching import check_region, reaching
    from dataload.seeding import seed as load
    from services.domain.errors import CarteError
    from services.domain.publishing import UnpublishableError
    from services.storage.table import Table

    check_region(target)
    try:
        with reaching(target), Bars(visible=not as_json) as bars:
            report = load(
                Table(target),
                stores=stores,
                seed_number=seed,
                progress=bars,
                regions=() if aws else the_cloud(port, state_dir).region_names,
            )
    except UnpublishableError as error:
        raise CarteError(
            f"{error}", "mend these catalog items, then run the same command again"
        ) from error
    if not aws:
        list_local_stores(target, port, state_dir)
        forget_seeding(port, state_dir)
    replicating = None if aws else _replicating(port, state_dir)
    if as_json:
        print_json({**report.to_json(), "stillReplicating": replicating})
    else:
        _print(report)
        if replicating:
            print(
                f"{replicating:,} writes still replicate to the other regions; `carte status` "
                "shows when they have arrived"
            )


def _replicating(port: int, state_dir: Path | None) -> int | None:
    """Return how many writes still replicate; None if the replicator does not answer."""
    from localcloud.replicator.client import ReplicatorClient, ReplicatorError

    try:
        pairs = ReplicatorClient(the_cloud(port, state_dir)).status().get("pairs", ())
        return sum(int(one.get("pending", 0)) for one in pairs)
    except ReplicatorError:
        return None


def _print(report: "SeedReport") -> None:
    documents = report.documents
    if not documents.written:
        print(f"{report.region} holds all {report.stores:,} stores already; nothing written")
        return
    rate = documents.written / report.seconds
    print(
        f"{report.region}: {report.created:,} of {report.stores:,} stores created, "
        f"{documents.written:,} documents in {report.seconds:.1f} s ({rate:,.0f} a second)"
    )
    if report.published:
        print(f"catalogs published: {', '.join(report.published)}")
