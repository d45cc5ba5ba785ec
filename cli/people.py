"""Show who has which roles; grant and revoke them.

A grant or revocation is sent to every region by itself, under one operationId: it takes effect in
each region that answers, also where replication between the regions is interrupted. For the local
cloud a token of an admin is signed here; elsewhere give `--url` for each region, and `--token`.
"""

import sys
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Annotated, Any, Final, TypeVar

import typer

from cli.options import (
    DEFAULT_PORT,
    PERSON_HELP,
    WHO,
    JsonOption,
    PortOption,
    StateDirOption,
    addresses,
    parsed_role,
    print_json,
    the_cloud,
)
from cli.sending import checked_token, data_of, send
from services.domain.errors import CarteError, UnusableInputError
from services.domain.people.policy import FIELDS, RULES, Permission
from services.domain.people.request_time import AHEAD_S, LATEST_S
from services.domain.people.roles import FORMS, Grant, Role, Scope

_EXAMPLES: Final = """\b
Examples:
  carte people list
  carte people grant ada store:us-00001:manager
  carte people revoke ada"""

app = typer.Typer(help=__doc__, no_args_is_help=True, rich_markup_mode=None, epilog=_EXAMPLES)

_PERSON: Final = "id revokedAt roles { name granted at region }"
_ERRORS: Final = "__typename message ... on RequestTimeTooSkewedError { serverTime }"
_PAGE: Final = 100

T = TypeVar("T")

PersonArgument = Annotated[str, typer.Argument(metavar="PERSON", help=PERSON_HELP)]
UrlOption = Annotated[
    list[str] | None,
    typer.Option(
        "--url",
        callback=addresses,
        metavar="URL",
        help="API of a region instead of the local cloud's regions, such as "
        "https://us-east-1.api.example.com; repeatable, once for each region.",
    ),
]
TokenOption = Annotated[
    str | None,
    typer.Option(
        "--token",
        metavar="TOKEN",
        help="Staff token to send.",
        show_default="local cloud: one of an admin is signed",
    ),
]


@app.command("list", epilog="\b\nExample:\n  carte people list --json")
def list_people(
    *,
    url: UrlOption = None,
    token: TokenOption = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the people whose roles were granted or revoked.

    The list is that of the first region that answers; one that does not is named on stderr.
    """
    regions, token = _regions(url, token, port, state_dir)
    found = _list(regions, token)
    if as_json:
        print_json({"people": found})
    elif not found:
        print("no roles were granted or revoked; those of tokens are groups of their issuer")
    for person in () if as_json else found:
        _print_person(person)


@app.command(epilog="\b\nExample:\n  carte people show ada")
def show(
    person: PersonArgument,
    *,
    url: UrlOption = None,
    token: TokenOption = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the roles of a person in each region; exits with 1 where one does not answer."""
    regions, token = _regions(url, token, port, state_dir)
    text = f"query P($id: ID!) {{ person(id: $id) {{ {_PERSON} }} }}"

    def look(address: str) -> dict[str, Any] | CarteError | None:
        try:
            known: dict[str, Any] | None = _ask(address, token, text, {"id": person})["person"]
        except CarteError as error:
            return error
        return known

    found = _of_each(regions, look)
    failed = [one for one in found.values() if isinstance(one, CarteError)]
    if as_json:
        print_json(
            {
                region: {"error": known.message} if isinstance(known, CarteError) else known
                for region, known in found.items()
            }
        )
    else:
        unknown = False
        for region, known in found.items():
            print(f"{region}:")
            if isinstance(known, CarteError):
                print(f"  error: {known.message}")
            elif known is None:
                print(f"  {person}: nothing was granted or revoked")
                unknown = True
            else:
                _print_person(known, indent="  ")
        if unknown:
            print(f"next:  {WHO}", file=sys.stderr)
    if failed:
        raise typer.Exit(1)


@app.command(epilog="\b\nExample:\n  carte people grant ada store:us-00001:manager")
def grant(
    person: PersonArgument,
    role: Annotated[str, typer.Argument(metavar="ROLE", help=f"One of {', '.join(FORMS)}.")],
    *,
    url: UrlOption = None,
    token: TokenOption = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Grant a role to a person, in every region at once."""
    mutation_input = _input(person, parsed_role(role))
    _everywhere("grant", mutation_input, _regions(url, token, port, state_dir), as_json=as_json)


@app.command(
    epilog="\b\nExamples:\n  carte people revoke ada chain:admin\n  carte people revoke ada"
)
def revoke(
    person: PersonArgument,
    role: Annotated[
        str | None,
        typer.Argument(
            metavar="[ROLE]",
            help="The role to revoke.",
            show_default="all, those of tokens included",
        ),
    ] = None,
    *,
    url: UrlOption = None,
    token: TokenOption = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Revoke a role of a person, or all of them, in every region at once."""
    mutation_input = _input(person, None if role is None else parsed_role(role))
    _everywhere("revoke", mutation_input, _regions(url, token, port, state_dir), as_json=as_json)


@app.command(epilog="\b\nExample:\n  carte people accounts")
def accounts(
    *,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the ready-made people of a local cloud's user pool, one of each role."""
    from localcloud.accounts import people

    found = list(people(the_cloud(port, state_dir)))
    if as_json:
        print_json({"accounts": found})
        return
    for one in found:
        groups = ", ".join(one["groups"]) or "no role"
        print(f"{one['name']:24} {one['sub']}  {groups}")
    print(f"\nPassword of all of them: {found[0]['password']}")
    print("A token: carte token --account manager@carte.example")


@app.command(epilog="\b\nExample:\n  carte people roles")
def roles(*, as_json: JsonOption = False) -> None:
    """Print what each role permits, and what each mutation and query needs."""
    permitted = {
        permission.value: [role.value for role in Role if role in RULES[permission].roles]
        for permission in Permission
    }
    needs = {field: [need.value for need in needs] for field, needs in FIELDS.items()}
    if as_json:
        print_json({"roles": list(FORMS), "permissions": permitted, "fields": needs})
        return
    print("Roles: " + ", ".join(FORMS) + "\n")
    width = max(map(len, permitted))
    print(" " * width + "  " + "  ".join(role.value for role in Role))
    for permission, having in permitted.items():
        marks = "  ".join(("x" if role in having else "-").ljust(len(role)) for role in Role)
        print(f"{permission:{width}}  {marks}")
    print("\nFields, and what they need:")
    for field, needed in needs.items():
        print(f"  {field}: {'; or to '.join(needed)}")


def _regions(
    urls: list[str] | None, token: str | None, port: int, state_dir: Any
) -> tuple[Mapping[str, str], str]:
    """Return the API of each region by name, and the token to send.

    Raises:
        CarteError: No token is given for other regions than those of a local cloud.
    """
    if urls:
        if token is None:
            raise UnusableInputError(
                "this needs a staff token", "give --token with the role chain:admin"
            )
        return {url: url for url in urls}, checked_token(token)
    layout = the_cloud(port, state_dir)
    if token is None:
        from localcloud.issuer import this_machines

        token = this_machines().token(["chain:admin"], subject="carte-people")
    return {region.name: region.api_url for region in layout.regions}, checked_token(token)


def _ask(url: str, token: str, text: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of an answer of a region.

    Raises:
        CarteError: The region does not answer, or the answer has errors; the first one's message.
    """
    body = {"query": text, "variables": dict(variables)}
    status, _, answer = send(url, body, token=token, fails_over=False)
    return data_of(status, answer)


def _list(regions: Mapping[str, str], token: str) -> list[dict[str, Any]]:
    """Return the people as the first region has them that answers.

    Raises:
        CarteError: No region answers.
    """
    failed: list[CarteError] = []
    for region, address in regions.items():
        try:
            found = _people(address, token)
        except CarteError as error:
            failed.append(error)
            continue
        for one in failed:
            print(f"warning: {one.message}; the list is that of {region}", file=sys.stderr)
        return found
    raise failed[0]


def _people(address: str, token: str) -> list[dict[str, Any]]:
    """Return all people of a region, page by page; raises as `_ask` does."""
    text = (
        f"query P($after: String) {{ people(first: {_PAGE}, after: $after) {{ "
        f"edges {{ node {{ {_PERSON} }} }} pageInfo {{ hasNextPage endCursor }} }} }}"
    )
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page = _ask(address, token, text, {"after": after})["people"]
        found += [edge["node"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found


def _of_each(regions: Mapping[str, str], ask: Callable[[str], T]) -> dict[str, T]:
    """Ask all regions at once: one that does not answer delays none of the others."""
    with ThreadPoolExecutor(len(regions)) as pool:
        return dict(zip(regions, pool.map(ask, regions.values()), strict=True))


def _input(person: str, role: Grant | None) -> dict[str, Any]:
    mutation_input: dict[str, Any] = {"operationId": str(uuid.uuid4()), "person": person}
    if role is not None:
        mutation_input["role"] = role.role.name
        if role.scope is not Scope.CHAIN:
            mutation_input["storeId" if role.scope is Scope.STORE else "market"] = role.place
    return mutation_input


def _everywhere(
    verb: str,
    mutation_input: Mapping[str, Any],
    to: tuple[Mapping[str, str], str],
    *,
    as_json: bool,
) -> None:
    """Send one edit to every region, and report each.

    Raises:
        CarteError: A region did not take it.
    """
    regions, token = to
    text = (
        f"mutation E($input: {verb.capitalize()}RoleInput!) {{ {verb}Role(input: $input) "
        f"{{ person {{ {_PERSON} }} errors {{ {_ERRORS} }} }} }}"
    )
    decided = datetime.now(UTC)

    # A region that keeps a request until its clock has come to `sentAt` would take it for new, so
    # the clock is read first, and a region that does not show it gets no decision.
    def ask(address: str, sent_at: datetime) -> dict[str, Any]:
        timed = {**mutation_input, "sentAt": sent_at.isoformat(timespec="milliseconds")}
        payload: dict[str, Any] = _ask(address, token, text, {"input": timed})[f"{verb}Role"]
        return payload

    def edit(address: str) -> tuple[str, dict[str, Any] | None]:
        try:
            payload = ask(address, decided + _clock_ahead(address, token))
            ahead = _ahead(payload["errors"])
            if ahead is not None:
                payload = ask(address, decided + ahead)
        except CarteError as error:
            return error.message, None
        refusals = "; ".join(error["message"] for error in payload["errors"])
        return refusals or "done", payload["person"]

    answers = _of_each(regions, edit)
    outcomes = {region: outcome for region, (outcome, _) in answers.items()}
    person = next((known for _, known in answers.values() if known is not None), None)
    failed = [region for region, outcome in outcomes.items() if outcome != "done"]
    if as_json:
        print_json(
            {"operationId": mutation_input["operationId"], "regions": outcomes, "person": person}
        )
    else:
        for region, outcome in outcomes.items():
            print(f"{region}: {outcome}")
        if person is not None:
            _print_person(person)
    if failed:
        raise CarteError(
            f"{', '.join(failed)} did not take it",
            f"a region that has not carried it out {LATEST_S + AHEAD_S:.0f} s after it was sent "
            "never will: run the same command again when that region answers, and look with "
            "`carte people show`",
        )


def _clock_ahead(url: str, token: str) -> timedelta:
    """Return by how much a region's clock is ahead of this machine's, too little rather than more.

    None at all where they differ by what regions allow, or its answer has no `Date` (RFC 9110,
    section 6.6.1, in whole seconds): then a refusal tells the difference.

    Raises:
        CarteError: The region does not answer.
    """
    body = {"query": "{ __typename }", "variables": {}}
    status, headers, answer = send(url, body, token=token, fails_over=False)
    data_of(status, answer)
    try:
        ahead = parsedate_to_datetime(headers["date"]) - datetime.now(UTC)
    except (KeyError, ValueError, TypeError):
        return timedelta(0)
    return ahead if abs(ahead) > timedelta(seconds=AHEAD_S) else timedelta(0)


def _ahead(errors: list[dict[str, Any]]) -> timedelta | None:
    """Return by how much a region's clock is ahead of this machine's; None: it refused for else.

    What the answer took on its way makes it too little, so that nothing is taken for newer than it
    is. Sent again by that clock, what is really too old is refused again.
    """
    for error in errors:
        if error["__typename"] == "RequestTimeTooSkewedError":
            return datetime.fromisoformat(error["serverTime"]) - datetime.now(UTC)
    return None


def _print_person(person: Mapping[str, Any], indent: str = "") -> None:
    since = person["revokedAt"]
    print(f"{indent}{person['id']}" + (f": all roles revoked at {since}" if since else ""))
    for role in person["roles"]:
        state = "granted" if role["granted"] else "revoked"
        print(f"{indent}  {role['name']:32} {state} {role['at']} in {role['region']}")
