"""`python -m graphql_schema.export [--check]`: writes what clients build on.

Writes schema.graphql (the SDL), persisted.json (the operations of `operations/`, by the SHA-256 of
their text), root_fields.json (which subject declares each root field), web/policy.json (which roles
have which permission, for the pages of staff), web/dayparts.json (when dayparts begin and end, for
the site) and web/limits.json (what its forms take at most). All are committed, and checked by the
tests. Each operation is there twice: as it is written, and under the name
`<name> with __typename` as clients with a normalized cache send it.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Final

import strawberry
from graphql import (
    DocumentNode,
    FieldNode,
    NameNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Visitor,
    parse,
    print_ast,
    validate,
    visit,
)

from graphql_schema.parts import TABLE
from graphql_schema.root_fields import table
from graphql_schema.schema import build
from graphql_schema.site_limits import site_limits
from services.domain.dayparts import Daypart
from services.domain.people.policy import RULES

HERE: Final = Path(__file__).parent
SDL: Final = HERE / "schema.graphql"
MANIFEST: Final = HERE / "persisted.json"
OPERATIONS: Final = HERE / "operations"
POLICY: Final = HERE.parent / "web" / "policy.json"
DAYPARTS: Final = HERE.parent / "web" / "dayparts.json"
LIMITS: Final = HERE.parent / "web" / "limits.json"


class InvalidOperationError(ValueError):
    """A file in `operations/` is not one valid, named operation."""


def sdl(schema: strawberry.Schema) -> str:
    """Return the schema definition language of a schema."""
    return schema.as_str().rstrip() + "\n"


def manifest(schema: strawberry.Schema, folder: Path = OPERATIONS) -> str:
    """JSON of the persisted operations: {sha256 of document: {name, document}}.

    Those with `__typename` follow all others. An id is a hash of the text, so both ids of an
    operation last as long as its text does.

    Raises:
        InvalidOperationError: A file holds no single named operation, or is not valid.
    """
    entries: dict[str, dict[str, str]] = {}
    normalized: dict[str, dict[str, str]] = {}
    for path in sorted(folder.glob("*.graphql")):
        document = parse(path.read_text())
        operations = [
            one for one in document.definitions if isinstance(one, OperationDefinitionNode)
        ]
        if len(operations) != 1 or operations[0].name is None:
            raise InvalidOperationError(f"{path.name} must hold one operation with a name")
        if errors := validate(schema._schema, document):  # noqa: SLF001 - no public way
            raise InvalidOperationError(f"{path.name}: {errors[0].message}")
        name = operations[0].name.value
        entries |= _entry(name, document)
        normalized |= _entry(f"{name} with __typename", with_typenames(document))
    return json.dumps({**entries, **normalized}, indent=2, ensure_ascii=False) + "\n"


def policy() -> str:
    """JSON of the policy: {permission: {scope, roles}}; the site shows what a person may do."""
    rules = {
        permission.name: {"scope": str(rule.scope), "roles": sorted(map(str, rule.roles))}
        for permission, rule in RULES.items()
    }
    return json.dumps(rules, indent=2) + "\n"


def dayparts() -> str:
    """JSON of the dayparts: {name: [first minute of the day, minute after the last]}."""
    return json.dumps({one.name: one.value for one in Daypart}, indent=2) + "\n"


def with_typenames(document: DocumentNode) -> DocumentNode:
    """Return a document as Apollo Client and urql send it: each object says its type.

    Both add `__typename` as the last field of each selection set that lacks it, but for the
    operation's own (`addTypenameToDocument` of @apollo/client, `formatDocument` of @urql/core).
    """
    changed: DocumentNode = visit(document, _Typenames())
    return changed


class _Typenames(Visitor):
    def leave_selection_set(
        self, node: SelectionSetNode, _key: object, parent: object, *_: object
    ) -> SelectionSetNode | None:
        fields = [one for one in node.selections if isinstance(one, FieldNode)]
        known = any(one.name.value == "__typename" for one in fields)
        if isinstance(parent, OperationDefinitionNode) or known:
            return None
        typename = FieldNode(name=NameNode(value="__typename"))
        return SelectionSetNode(selections=(*node.selections, typename))


def _entry(name: str, document: DocumentNode) -> dict[str, dict[str, str]]:
    text = print_ast(document)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {digest: {"name": name, "document": text}}


def main() -> int:
    """Write the files, or with --check only report whether they are up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if out of date")
    check = parser.parse_args().check
    schema = build()
    stale = []
    wanted = {
        SDL: sdl(schema),
        MANIFEST: manifest(schema),
        TABLE: table(schema),
        POLICY: policy(),
        DAYPARTS: dayparts(),
        LIMITS: site_limits(),
    }
    for path, text in wanted.items():
        if path.exists() and path.read_text() == text:
            continue
        stale.append(path.name)
        if not check:
            path.write_text(text)
    if check and stale:
        files = " and ".join(stale)
        sys.stderr.write(f"{files}: out of date; run .venv/bin/python -m graphql_schema.export\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
