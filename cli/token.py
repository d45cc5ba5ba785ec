"""`carte token`: sign a staff token that only local clouds of this machine accept."""

import sys
from typing import Annotated, Final

import typer

from cli.options import (
    DEFAULT_PORT,
    JsonOption,
    PortOption,
    StateDirOption,
    finite,
    parsed_role,
    print_json,
    the_cloud,
)
from localcloud.layout import CloudLayout
from services.domain.errors import UnknownNameError

EXAMPLES: Final = (
    "carte token --role chain:admin",
    "carte token --role store:us-00001:manager --subject till-7 --minutes 480",
    "carte token --account manager@carte.example",
    'curl ... -H "authorization: Bearer $(carte token --role chain:admin)"',
)
_YEAR_MIN: Final = 366 * 24 * 60


def command(
    *,
    role: Annotated[
        list[str] | None,
        typer.Option(
            "--role",
            metavar="ROLE",
            help="A role, such as chain:admin or store:us-00001:manager (`carte people roles` "
            "lists them); repeatable. Without it the token carries none, and may do nothing until "
            "one is granted to its subject.",
        ),
    ] = None,
    subject: Annotated[
        str,
        typer.Option(
            "--subject",
            metavar="NAME",
            help="Name of the staff member or till; the edit journal shows it as the author.",
        ),
    ] = "developer",
    minutes: Annotated[
        float,
        typer.Option(
            "--minutes",
            min=-_YEAR_MIN,
            max=_YEAR_MIN,
            callback=finite,
            metavar="MINUTES",
            help="Minutes until the token expires, a year at most; a negative number makes an "
            "expired token.",
        ),
    ] = 60,
    account: Annotated[
        str | None,
        typer.Option(
            "--account",
            metavar="NAME",
            help="Sign in as one of `carte people accounts`, by authorization code with PKCE, and "
            "print the access token of the cloud's user pool.",
        ),
    ] = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    json_output: JsonOption = False,
) -> None:
    """Sign a staff token for the local cloud.

    The key was made on this machine, and all local clouds of this checkout accept it. With --port
    or --state-dir the cloud must exist.
    """
    from localcloud.issuer import this_machines

    if account is not None:
        if role:
            raise typer.BadParameter("choose one of --role and --account")
        _require_account(account)
        _print_signed_in(account, the_cloud(port, state_dir), as_json=json_output)
        return
    roles = role or []
    for one in roles:
        parsed_role(one)
    if port != DEFAULT_PORT or state_dir is not None:
        the_cloud(port, state_dir)
    if not roles:
        _warn_of_no_role(subject)
    token = this_machines().token(roles, subject=subject, lifetime_s=round(minutes * 60))
    if json_output:
        print_json({"token": token, "subject": subject, "roles": roles, "minutes": minutes})
    else:
        print(token)


def _warn_of_no_role(subject: str) -> None:
    print(
        f"warning: the token carries no role, so it may do nothing until one is granted to "
        f"{subject!r}\n"
        "next:  add, for example, --role chain:admin; `carte people roles` lists the roles",
        file=sys.stderr,
    )


def _require_account(name: str) -> None:
    from localcloud.accounts import PEOPLE

    if name not in PEOPLE:
        raise UnknownNameError("account", name, PEOPLE)


def _print_signed_in(account: str, layout: CloudLayout, *, as_json: bool) -> None:
    from localcloud.accounts import sign_in

    tokens = sign_in(layout, account)
    if as_json:
        print_json({"token": tokens["access_token"], "account": account})
    else:
        print(tokens["access_token"])
