"""`carte token`: sign a staff token that the local cloud believes, and nobody else."""

from typing import Annotated, Final

import typer

from cli.options import DEFAULT_PORT, JsonOption, PortOption, StateDirOption, print_json, the_cloud
from services.domain.errors import CarteError

EXAMPLES: Final = (
    "carte token --role chain:admin",
    "carte token --role store:us-00001:manager --subject till-7 --minutes 480",
    'curl ... -H "authorization: Bearer $(carte token --role chain:admin)"',
)


def command(
    *,
    role: Annotated[
        list[str], typer.Option("--role", help="A role: chain:admin, or store:<id>:manager.")
    ],
    subject: Annotated[
        str, typer.Option("--subject", help="Who it is for: the author in the journal.")
    ] = "developer",
    minutes: Annotated[
        float, typer.Option("--minutes", help="How long it is good; negative: it has expired.")
    ] = 60,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    json_output: JsonOption = False,
) -> None:
    """Sign a staff token for the local cloud.

    The key was made on this machine, and all local clouds of this checkout accept it. With --port
    or --state-dir the cloud must exist.
    """
    from localcloud.issuer import this_machines
    from services.domain.principal import is_role

    if port != DEFAULT_PORT or state_dir is not None:
        the_cloud(port, state_dir)
    for one in role:
        if not is_role(one):
            raise CarteError(f"{one!r} is no role", "roles are chain:admin and store:<id>:manager")
    token = this_machines().token(role, subject=subject, lifetime_s=round(minutes * 60))
    if json_output:
        print_json({"token": token, "subject": subject, "roles": role, "minutes": minutes})
    else:
        print(token)
