"""`carte cost`: what a year costs on AWS, line by line."""

from pathlib import Path
from typing import Annotated, Final

import typer

from cli.options import DEFAULT_PORT, JsonOption, PortOption, StateDirOption, print_json, the_cloud
from services.domain.errors import CarteError

EXAMPLES: Final = (
    "carte cost --scenario global",
    "carte cost --scenario national --add-region sa-east-1 --chart cost.svg",
    "carte cost --scenario my-traffic.toml --config deployment.toml --csv cost.csv",
    "carte cost --measure   # bytes, units and milliseconds anew, from a running local cloud",
)


def command(
    scenario: Annotated[
        str, typer.Option("--scenario", help="pilot, national, global, or a traffic file of yours.")
    ] = "global",
    *,
    config: Annotated[
        Path | None,
        typer.Option("--config", help="The deployment; the example's shape if none is given."),
    ] = None,
    add_region: Annotated[
        list[str] | None, typer.Option("--add-region", help="One region more.")
    ] = None,
    dax: Annotated[
        bool, typer.Option("--dax", help="With a DAX cluster before the table, in each region.")
    ] = False,
    hit_ratio: Annotated[
        float | None, typer.Option("--hit-ratio", help="Share of GETs that CloudFront answers.")
    ] = None,
    to_csv: Annotated[Path | None, typer.Option("--csv", help="Write all lines there.")] = None,
    chart: Annotated[Path | None, typer.Option("--chart", help="Write an SVG there.")] = None,
    measure: Annotated[
        bool,
        typer.Option("--measure", help="Measure on the local cloud (edits some of its stores)."),
    ] = False,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Estimate a year's bill of AWS for a traffic scenario.

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
    deployment = deployment_of(config, add_region or [], dax=dax)
    list_of_prices = prices.load()
    for region in deployment.regions:
        list_of_prices.place(region)  # says so before the seconds that a synthesis takes
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
        report.write_csv(to_csv, bill)
    if chart:
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

    binding(PRIMARY, port=port, state_dir=state_dir, aws=False)  # any credentials, that is
    found = measure(the_cloud(port, state_dir))
    try:
        MEASURED.write_text(dump(found), encoding="utf-8")
    except OSError as error:
        raise CarteError(f"{MEASURED.name} cannot be written: {error}") from error
    print(dump(found))
