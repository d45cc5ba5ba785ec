"""`carte cost`: estimate the yearly AWS bill, line by line."""

from pathlib import Path
from typing import Annotated, Final

import typer

from cli.options import (
    DEFAULT_PORT,
    SCENARIO_HELP,
    JsonOption,
    PortOption,
    StateDirOption,
    finite,
    print_json,
    the_cloud,
    writing,
)
from services.domain.errors import CarteError

EXAMPLES: Final = (
    "carte cost --scenario global",
    "carte cost --scenario national --add-region sa-east-1 --chart cost.svg",
    "carte cost --scenario my-traffic.toml --config deployment.toml --csv cost.csv",
    "carte cost --scenario national --orders 40",
    "carte cost --measure   # bytes, units and milliseconds anew, from a running local cloud",
)


def command(
    scenario: Annotated[
        str,
        typer.Option("--scenario", metavar="NAME|FILE", help=SCENARIO_HELP),
    ] = "global",
    *,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="FILE",
            help="Deployment file whose regions and settings are priced.",
            show_default="the settings of infra_cdk/deployment.example.toml",
        ),
    ] = None,
    add_region: Annotated[
        list[str] | None,
        typer.Option(
            "--add-region",
            metavar="REGION",
            help="Price one more region, such as sa-east-1; repeatable.",
        ),
    ] = None,
    dax: Annotated[
        bool, typer.Option("--dax", help="Add a DAX cluster in front of the table in each region.")
    ] = False,
    hit_ratio: Annotated[
        float | None,
        typer.Option(
            "--hit-ratio",
            callback=finite,
            metavar="SHARE",
            help="Share of GET requests, from 0 to 1, that CloudFront answers from its cache.",
            show_default="the scenario's",
        ),
    ] = None,
    orders: Annotated[
        float | None,
        typer.Option(
            "--orders",
            callback=finite,
            metavar="NUMBER",
            help="Orders by card that guests place in a store on a day; without the fees of the "
            "payment provider.",
            show_default="the scenario's, none in the delivered ones",
        ),
    ] = None,
    to_csv: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="Write all lines of the bill to this CSV file."),
    ] = None,
    chart: Annotated[
        Path | None,
        typer.Option("--chart", metavar="FILE", help="Draw the bill as SVG into this file."),
    ] = None,
    measure: Annotated[
        bool,
        typer.Option(
            "--measure",
            help="Measure bytes, request units and milliseconds anew on the running local cloud, "
            "and write loadtests/cost/measured.toml; edits some of the cloud's stores.",
        ),
    ] = False,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Estimate the yearly AWS bill of a traffic scenario.

    Quantities are measured on carte itself and counted in the synthesized templates; prices and
    their date come from one file, loadtests/cost/prices.toml. Before tax and discounts.
    """
    if measure:
        _measure(port, state_dir)
        return
    from loadtests.cost import chart as picture
    from loadtests.cost import measured, prices, report, traffic
    from loadtests.cost.estimate import Estimate
    from loadtests.cost.savings import savings
    from loadtests.cost.synthesis import deployment_of, templates_of

    chosen = traffic.load(scenario)
    if hit_ratio is not None:
        chosen = chosen.with_edge_hits(hit_ratio)
    if orders is not None:
        chosen = chosen.with_orders(orders)
    list_of_prices = prices.load()
    for region in add_region or ():
        list_of_prices.place(region)  # the error names the regions that have prices
    deployment = deployment_of(config, add_region or [], dax=dax)
    for region in deployment.regions:
        list_of_prices.place(region)  # raises before the seconds that a synthesis takes
    estimate = Estimate(
        traffic=chosen,
        measured=measured.load(),
        templates=templates_of(deployment),
        prices=list_of_prices,
        regions=deployment.regions,
    )
    bill = estimate.bill()
    found = savings(estimate, bill)
    if to_csv:
        with writing(to_csv, "--csv"):
            report.write_csv(to_csv, bill)
    if chart:
        with writing(chart, "--chart"):
            chart.write_text(picture.svg(bill, chosen.title), encoding="utf-8")
    if as_json:
        print_json(report.to_json(estimate, bill, found))
        return
    from rich.console import Console

    report.show(Console(highlight=False), estimate, bill, found)


def _measure(port: int, state_dir: Path | None) -> None:
    from cli.target import PRIMARY, binding
    from loadtests.cost.measured import MEASURED, dump
    from loadtests.cost.measuring import measure

    binding(PRIMARY, port=port, state_dir=state_dir, aws=False)  # hides one's own AWS credentials
    found = measure(the_cloud(port, state_dir))
    try:
        MEASURED.write_text(dump(found), encoding="utf-8")
    except OSError as error:
        raise CarteError(
            f"{MEASURED.name} cannot be written: {error}", "run it in a checkout that you own"
        ) from error
    print(dump(found))
