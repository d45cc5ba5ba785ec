"""`carte audit`: print what a member of staff did, when, in which region and with which device."""

import sys
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

import typer

from cli.options import (
    DEFAULT_PORT,
    PERSON_HELP,
    WHO,
    JsonOption,
    PortOption,
    StateDirOption,
    address,
    print_json,
    the_cloud,
)
from cli.sending import data_of, send
from services.domain.errors import UnusableInputError

EXAMPLES: Final = (
    "carte audit ada",
    "carte audit ada --last 500 --json",
    "carte audit --person ada --url https://menus.example.com --token ...",
)
_QUERY: Final = """query A($person: ID!, $first: Int!, $after: String) {
  staffActions(person: $person, first: $first, after: $after) {
    edges { node { name at region device document operationId changeCount
      changes { entry value } } }
    pageInfo { hasNextPage endCursor } } }"""
_PAGE: Final = 100
_SHOWN: Final = 3  # changes of an action in the text


def command(
    *,
    who: Annotated[
        str | None, typer.Argument(metavar="PERSON", help=PERSON_HELP, show_default=False)
    ] = None,
    person: Annotated[
        str | None,
        typer.Option("--person", metavar="PERSON", help="The same, as an option."),
    ] = None,
    last: Annotated[
        int,
        typer.Option(
            "--last", min=1, metavar="N", help="How many times, at most, the person acted last."
        ),
    ] = 100,
    region: Annotated[
        str | None,
        typer.Option(
            "--region",
            metavar="REGION",
            help="Ask the API of this region, such as eu-west-1.",
            show_default="the edge",
        ),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(
            "--url",
            callback=address,
            metavar="URL",
            help="Ask this site or API instead of the local cloud.",
        ),
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(
            "--token",
            metavar="TOKEN",
            help="Staff token to send.",
            show_default="local cloud: one of an operator is signed",
        ),
    ] = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print what a member of staff did.

    It goes back a year, newest first. Sales are not in it: the edit journal keeps them under the
    store for 35 days.
    """
    if (who is None) == (person is None):
        problem = "says not whose actions to print" if who is None else "names a person twice"
        raise UnusableInputError(f"the command {problem}", f"`carte audit PERSON`; {WHO}")
    person = who or person or ""
    if region is not None and url is not None:
        raise typer.BadParameter("choose one of --region and --url")
    if url is None:
        layout = the_cloud(port, state_dir)
        url = layout.region(region).api_url if region else layout.edge_url
        token = token or _signed()
    elif token is None:
        raise UnusableInputError(
            "this needs a staff token", "give --token with the role chain:operator"
        )
    found = list(_actions(url, token, person, last, fails_over=region is None))
    if as_json:
        print_json({"person": person, "actions": found})
        return
    if not found:
        print(f"{person} did nothing in the last year, sales apart")
        print(f"next:  {WHO}", file=sys.stderr)
    for action in found:
        changed = ", ".join(f"{one['entry']}={one['value']}" for one in action["changes"][:_SHOWN])
        more = action["changeCount"] - len(action["changes"][:_SHOWN])
        print(
            f"{action['at']} {action['region']} {action['device'] or '-'} {action['name']} "
            f"{action['document']} {changed}{f' and {more} more' if more > 0 else ''}".rstrip()
        )


def _actions(
    url: str, token: str, person: str, last: int, *, fails_over: bool
) -> Iterator[Mapping[str, Any]]:
    """Yield the actions, page by page.

    Raises:
        CarteError: There is no answer, or it has errors; the first one's message.
    """
    after = None
    while last > 0:
        variables = {"person": person, "first": min(last, _PAGE), "after": after}
        body = {"query": _QUERY, "variables": variables}
        status, _, answer = send(url, body, token=token, fails_over=fails_over)
        page = data_of(status, answer)["staffActions"]
        yield from (edge["node"] for edge in page["edges"])
        last -= len(page["edges"])
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def _signed() -> str:
    from localcloud.issuer import this_machines

    return this_machines().token(["chain:operator"], subject="carte-audit")
