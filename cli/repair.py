"""`carte repair`: compare documents with their journal, and repair what they lack."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli.options import (
    DEFAULT_PORT,
    JsonOption,
    PortOption,
    StateDirOption,
    finite,
    print_json,
    the_cloud,
)

if TYPE_CHECKING:
    from localcloud.reconciliation import RegionRepair

EXAMPLES: Final = (
    "carte repair --dry-run",
    "carte repair --region eu-west-1 --since 2026-11-28T05:00:00Z --json",
)


def command(
    *,
    region: Annotated[
        list[str] | None, typer.Option(help="Only this region; may be repeated.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="Only writes since then, as 2026-11-28T05:00:00Z.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be repaired; write nothing.")
    ] = False,
    grace: Annotated[
        float,
        typer.Option(
            min=0,
            callback=finite,
            help="Leave out writes of the last so many seconds: still arriving.",
        ),
    ] = 5.0,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Repair what documents lack of their journal.

    Every document is compared with its journal entries and operation records.

    Each region's reconciler checks its own replica. Exits with 0 when nothing was found or all of
    it was repaired, else with 1; a dry run exits with 1 when it found anything. On AWS, invoke the
    Lambda carte-reconciler instead (docs/operations.md).
    """
    from localcloud import reconciliation

    layout = the_cloud(port, state_dir)
    since_ms = reconciliation.since_ms(since) if since else 0
    results = [
        reconciliation.repair(one, dry_run=dry_run, since_ms=since_ms, grace_ms=int(grace * 1000))
        for one in reconciliation.chosen(layout, region or ())
    ]
    if as_json:
        print_json({"dry_run": dry_run, "regions": [one.to_json() for one in results]})
    else:
        for one in results:
            _print(one, dry_run=dry_run)
    if any(one.left for one in results):
        raise typer.Exit(1)


def _print(result: "RegionRepair", *, dry_run: bool) -> None:
    findings = result.findings
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(findings.found.items()))
    print(
        f"{result.region}: {findings.entries:,} journal entries, "
        f"{findings.operations:,} operations, {findings.documents:,} documents compared; "
        f"found {kinds or 'nothing'}"
        + ("" if dry_run or not findings.found else f", repaired {findings.repaired}")
        + (f"; {findings.ahead:,} stamped ahead of the clock" if findings.ahead else "")
    )
    for line in findings.shown:
        print(f"  {line}")
