"""Take something away from the local cloud for a while, and give it back."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cli.options import DEFAULT_PORT, JsonOption, PortOption, StateDirOption, print_json, the_cloud
from localcloud.faults.kinds import KINDS, described
from services.domain.errors import CarteError

if TYPE_CHECKING:
    from localcloud.faults.client import Fault, FaultClient

_EXAMPLES: Final = """\b
Examples:
  carte fault inject freeze --region eu-west-1 --seconds 60
  carte fault inject slow --region us-east-1 --seconds 120 --set median_ms=800 --set p99_ms=4000
  carte fault list
  carte fault heal"""
_KINDS: Final = "\b\nKinds, and what they take by --set:\n" + "\n".join(
    f"  {name:<18} {kind.what}{described(kind)}" for name, kind in KINDS.items()
)

app = typer.Typer(
    no_args_is_help=True,
    help=f"{__doc__}\n\nEvery fault heals by itself, also when what set it has died.",
    epilog=_EXAMPLES,
    rich_markup_mode=None,
)


@app.command("inject", epilog=f"{_KINDS}\n\n{_EXAMPLES}")
def inject(
    kind: Annotated[str, typer.Argument(help="What goes wrong.")],
    *,
    region: Annotated[str | None, typer.Option(help="Whom it hits.")] = None,
    seconds: Annotated[
        float, typer.Option(help="After how long it heals by itself; at most 900.")
    ] = 60.0,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="A parameter of the kind, as NAME=VALUE.")
    ] = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a fault on; returns when it bites."""
    parameters = dict(_setting(text) for text in settings or ())
    fault = _client(port, state_dir).inject(kind, region, seconds=seconds, **parameters)
    if as_json:
        print_json(fault.to_json())
    else:
        print(_line(fault))
        print(f"heal it early with `carte fault heal {fault.id}`")


@app.command("list", epilog="\b\nExample:\n  carte fault list --json")
def show(
    port: PortOption = DEFAULT_PORT, state_dir: StateDirOption = None, as_json: JsonOption = False
) -> None:
    """Show the faults that are on."""
    faults = _client(port, state_dir).active()
    if as_json:
        print_json({"faults": [fault.to_json() for fault in faults]})
    else:
        print("\n".join(map(_line, faults)) or "no fault is on")


@app.command("heal", epilog="\b\nExamples:\n  carte fault heal\n  carte fault heal slow-3fa9c1")
def heal(
    fault_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Which one; all when left out.")
    ] = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Heal one fault, or all; one that is over already is fine.

    Exits with 1 while something could not be set back yet; that is tried again until it works.
    """
    client = _client(port, state_dir)
    healing = client.heal(fault_id) if fault_id else client.heal_all()
    if as_json:
        print_json({"healed": list(healing.healed), "unhealed": list(healing.unhealed)})
    else:
        print(f"healed {', '.join(healing.healed)}" if healing.healed else "nothing to heal")
        for key in healing.unhealed:
            print(f"  not set back yet: {key}")
    if healing.unhealed:
        raise typer.Exit(1)


def _client(port: int, state_dir: Any) -> "FaultClient":
    from localcloud.faults.client import FaultClient

    return FaultClient(the_cloud(port, state_dir))


def _setting(text: str) -> tuple[str, str | float]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise CarteError(f"--set {text} is not NAME=VALUE", "for example --set median_ms=800")
    try:
        return name, float(value)
    except ValueError:
        return name, value


def _line(fault: "Fault") -> str:
    parameters = " ".join(f"{name}={value}" for name, value in fault.parameters.items())
    words = (fault.id, fault.region or "everywhere", parameters)
    return f"{'  '.join(word for word in words if word)}  until {fault.until:%H:%M:%S} UTC"
