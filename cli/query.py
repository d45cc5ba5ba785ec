"""`carte query`: send a GraphQL document to the edge, or straight to one region."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from cli.options import (
    DEFAULT_PORT,
    PortOption,
    StateDirOption,
    address,
    parsed_role,
    print_json,
    the_cloud,
)
from cli.sending import send
from services.domain.errors import UnusableInputError

EXAMPLES: Final = (
    "carte query '{ region { name } }'",
    'carte query @menu.graphql --variables \'{"id": "us-00001"}\' --region eu-west-1',
    "carte query '{ markets { id currency } }' --url https://menus.example.com",
)
_BAD_STATUS: Final = 400
_HEADERS: Final = ("x-carte-region", "x-carte-edge")


def command(
    query: Annotated[
        str,
        typer.Argument(
            metavar="QUERY",
            help="GraphQL text; @FILE reads it from a file, - from standard input.",
        ),
    ],
    *,
    variables: Annotated[
        str | None,
        typer.Option(
            "--variables",
            metavar="JSON",
            help="The query's variables as a JSON object; @FILE reads them from a file.",
        ),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(
            "--region",
            metavar="REGION",
            help="Send it to the API of this region, such as eu-west-1.",
            show_default="the edge",
        ),
    ] = None,
    edge: Annotated[
        bool,
        typer.Option("--edge", help="Send it to the edge, which picks the region; the default."),
    ] = False,
    place: Annotated[
        str | None,
        typer.Option(
            "--place",
            metavar="PLACE",
            help="Where the client claims to be: a region (eu-west-1), latitude,longitude "
            "(48.86,2.35) or a country code (FR). Local cloud only.",
        ),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(
            "--url",
            callback=address,
            metavar="URL",
            help="Send it to this site or API instead of the local cloud, such as "
            "https://menus.example.com.",
        ),
    ] = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    token: Annotated[
        str | None,
        typer.Option(
            "--token", metavar="TOKEN", help="Staff token to send, as `carte token` prints it."
        ),
    ] = None,
    roles: Annotated[
        list[str] | None,
        typer.Option(
            "--role",
            metavar="ROLE",
            help="Sign and send a token with this role, such as chain:admin or store:ID:manager "
            "(`carte people roles` lists them); repeatable. Local cloud only.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print status, headers and answer as one JSON object.")
    ] = False,
) -> None:
    """Send a GraphQL query or mutation and print the answer.

    The answer is JSON on stdout; stderr says which region answered and what the edge decided.
    Exits with 1 if the answer has GraphQL errors, or is not GraphQL's.
    """
    if (region is not None) + edge + (url is not None) > 1:
        raise typer.BadParameter("choose one of --region, --edge and --url")
    body: dict[str, Any] = {"query": _text(query)}
    if variables is not None:
        body["variables"] = _variables(_content(variables))
    if token is not None and roles:
        raise typer.BadParameter("choose one of --token and --role")
    for one in roles or ():
        parsed_role(one)
    external = url is not None
    if url is None:
        layout = the_cloud(port, state_dir)
        url = layout.region(region).api_url if region else layout.edge_url
    if roles and external:
        raise typer.BadParameter("--role signs for the local cloud; send --token to another --url")
    token = _signed(roles) if roles else token
    status, headers, answer = send(url, body, place=place, token=token, fails_over=region is None)
    shown = {name: headers[name] for name in _HEADERS if name in headers}
    if as_json:
        print_json({"status": status, "headers": shown, "answer": answer})
    else:
        for name, value in shown.items():
            print(f"{name}: {value}", file=sys.stderr)
        print_json(answer)
    if status >= _BAD_STATUS or not isinstance(answer, dict) or answer.get("errors"):
        raise typer.Exit(1)


def _text(query: str) -> str:
    text = _content(query)
    if not text.strip():
        raise UnusableInputError(
            "there is no GraphQL text to send", f"write, for example, {EXAMPLES[0]}"
        )
    return text


def _content(text: str) -> str:
    if text == "-":
        return sys.stdin.read()
    if not text.startswith("@"):
        return text
    try:
        return Path(text[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableInputError(
            f"{text[1:]} cannot be read: {error}", "after @ give the path of a UTF-8 text file"
        ) from error


def _variables(text: str) -> dict[str, Any]:
    try:
        variables = json.loads(text)
    except ValueError as error:
        raise UnusableInputError(f"--variables is no JSON: {error}", _variables_hint()) from error
    if not isinstance(variables, dict):
        raise UnusableInputError("--variables is no JSON object", _variables_hint())
    return variables


def _variables_hint() -> str:
    return 'write, for example, --variables \'{"id": "us-00001"}\''


def _signed(roles: list[str]) -> str:
    from localcloud.issuer import this_machines

    return this_machines().token(roles)
