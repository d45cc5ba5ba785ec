"""Inject faults into the local cloud, list them, heal them."""

import math
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
from localcloud.faults.kinds import GUARDS, KINDS, LONGEST_S, SHORTEST_S, described
from services.domain.errors import UnknownNameError, UnusableInputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from localcloud.faults.client import Fault, FaultClient

_EXAMPLES: Final = """\b
Examples:
  carte fault inject freeze --region eu-west-1 --seconds 60
  carte fault inject slow --region us-east-1 --seconds 120 --set median_ms=800 --set p99_ms=4000
  carte fault list
  carte fault heal"""
_KINDS: Final = "\b\nKinds, and the parameters that --set gives:\n" + "\n".join(
    f"  {name:<18} {kind.what}{described(kind)}" for name, kind in KINDS.items()
)

DEFAULT_SECONDS: Final = 60.0
SecondsOption = Annotated[
    float,
    typer.Option(
        callback=finite,
        metavar="SECONDS",
        help=f"Seconds until the fault heals by itself, from {SHORTEST_S:g} to {LONGEST_S:g}.",
    ),
]

app = typer.Typer(
    no_args_is_help=True,
    help=f"{__doc__}\n\nEvery fault heals by itself after its --seconds, also when the program "
    "that injected it has died. Needs a running cloud.",
    epilog=_EXAMPLES,
    rich_markup_mode=None,
)


@app.command("inject", epilog=f"{_KINDS}\n\n{_EXAMPLES}")
def inject(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="The kind of fault; all are listed below.")
    ],
    *,
    region: Annotated[
        str | None,
        typer.Option(
            metavar="REGION",
            help="The region that fails, such as eu-west-1. replication-pause, replication-lag and "
            "duplicate-delivery act on all regions without it; the other kinds need it.",
        ),
    ] = None,
    seconds: SecondsOption = DEFAULT_SECONDS,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="A parameter of the kind, such as median_ms=800; repeatable.",
        ),
    ] = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Inject a fault; return when it has taken effect."""
    if kind not in KINDS:
        raise UnknownNameError("fault", kind, KINDS)
    if region is not None:
        the_cloud(port, state_dir).region(region)  # raises for a region that the cloud lacks
    parameters = dict(_setting(text) for text in settings or ())
    fault = fault_client(port, state_dir).inject(kind, region, seconds=seconds, **parameters)
    if as_json:
        print_json(fault.to_json())
    else:
        print(_line(fault))
        print(f"heal it early with `carte fault heal {fault.id}`")


@app.command("list", epilog="\b\nExample:\n  carte fault list --json")
def show(
    port: PortOption = DEFAULT_PORT, state_dir: StateDirOption = None, as_json: JsonOption = False
) -> None:
    """List the active faults."""
    faults = fault_client(port, state_dir).active()
    if as_json:
        print_json({"faults": [fault.to_json() for fault in faults]})
    else:
        print("\n".join(map(_line, faults)) or "no fault is active")


@app.command("heal", epilog="\b\nExamples:\n  carte fault heal\n  carte fault heal slow-3fa9c1")
def heal(
    fault_id: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]", help="The fault, as `carte fault list` names it; all without it."
        ),
    ] = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """End one fault, or all of them.

    A fault that is over already is no error. Exits with 1 if something could not be undone yet;
    the fault controller retries until it is.
    """
    client = fault_client(port, state_dir)
    end(client, [fault_id] if fault_id else None, as_json=as_json)


def end(client: "FaultClient", fault_ids: "Sequence[str] | None", *, as_json: bool) -> None:
    """End these faults, or all for None, and print what was healed.

    Raises:
        FaultError: The fault controller does not answer.
        typer.Exit: Something could not be undone yet; the exit code is 1.
    """
    if fault_ids is None:
        results = [client.heal_all()]
    else:
        results = [client.heal(fault_id) for fault_id in fault_ids]
    healed = [one for result in results for one in result.healed]
    unhealed = list(dict.fromkeys(key for result in results for key in result.unhealed))
    if as_json:
        print_json({"healed": healed, "unhealed": unhealed})
    else:
        print(f"healed {', '.join(healed)}" if healed else "nothing to heal")
        for fault in client.active() if fault_ids is None else ():
            if fault.kind in GUARDS:
                print(f"  {fault.id} stays until the table of {fault.region} is filled again")
        if any(name.startswith("kill") for name in healed):
            print("a killed region catches up first; `carte status` shows when it is ready")
        for key in unhealed:
            print(f"  not undone yet: {key}")
    if unhealed:
        raise typer.Exit(1)


def fault_client(port: int, state_dir: "Path | None") -> "FaultClient":
    """Return a client of the fault controller of the cloud that the options name.

    Raises:
        NotRunningError: No cloud was ever started there.
    """
    from localcloud.faults.client import FaultClient

    return FaultClient(the_cloud(port, state_dir))


def _setting(text: str) -> tuple[str, str | float]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise UnusableInputError(
            f"--set {text} is not NAME=VALUE", "for example --set median_ms=800"
        )
    try:
        number = float(value)
    except ValueError:
        return name, value
    if not math.isfinite(number):
        raise UnusableInputError(
            f"--set {text} is no number that a fault takes", "write a finite one"
        )
    return name, number


def _line(fault: "Fault") -> str:
    parameters = " ".join(f"{name}={value}" for name, value in fault.parameters.items())
    words = (fault.id, fault.region or "everywhere", parameters)
    return f"{'  '.join(word for word in words if word)}  until {fault.until:%H:%M:%S} UTC"
