"""Compares two schemas: which changes break clients of the old one."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graphql import GraphQLError, GraphQLSchema, build_schema, parse, validate
from graphql.utilities import find_breaking_changes, find_dangerous_changes

from services.domain.errors import UnusableInputError

# What the message of a change leaves open: what a client sees.
_MEANING: Final = {
    "ARG_REMOVED": "queries that pass it are refused",
    "ARG_CHANGED_KIND": "queries that pass a variable of the old type are refused",
    "DIRECTIVE_REMOVED": "queries that use it are refused",
    "FIELD_CHANGED_KIND": "clients read a value that they were not written for",
    "FIELD_REMOVED": "queries that ask for it are refused",
    "REQUIRED_ARG_ADDED": "queries that do not pass it are refused",
    "REQUIRED_INPUT_FIELD_ADDED": "mutations that do not pass it are refused",
    "TYPE_REMOVED": "queries that name it are refused",
    "VALUE_REMOVED_FROM_ENUM": "queries that pass it are refused",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the schema.

    Attributes:
        kind: The name of the change in GraphQL's reference implementation.
        text: What changed.
        meaning: The effect on clients; empty where the text has it.
    """

    kind: str
    text: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two schemas, compared.

    Attributes:
        breaking: Changes after which requests of old clients fail.
        dangerous: Changes that may surprise old clients: a new enum value, a new default.
    """

    breaking: tuple[Change, ...]
    dangerous: tuple[Change, ...]


def read_schema(path: Path) -> GraphQLSchema:
    """Read an SDL file.

    Raises:
        UnusableInputError: It cannot be read or is no schema.
    """
    try:
        return build_schema(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UnusableInputError(f"there is no {path}", "name two SDL files: OLD NEW") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnusableInputError(f"{path}: {reason}", "name two SDL files: OLD NEW") from error
    except (GraphQLError, TypeError, UnicodeDecodeError) as error:
        raise UnusableInputError(
            f"{path} is no schema: {error}", "name two SDL files: OLD NEW"
        ) from error


def compare(old: GraphQLSchema, new: GraphQLSchema, operations: Sequence[Path] = ()) -> Comparison:
    """Compare two schemas.

    Args:
        old: The schema that clients were written for.
        new: The schema that would serve them.
        operations: Files of operations that must stay valid.
    """
    breaking = [
        Change(one.type.name, one.description, _MEANING.get(one.type.name, ""))
        for one in find_breaking_changes(old, new)
    ]
    for path in operations:
        document = parse(path.read_text(encoding="utf-8"))
        if validate(old, document):
            continue  # it is new itself, or was wrong before
        breaking += [
            Change(
                "OPERATION_INVALID", f"{path.name}: {error.message}", "a shipped operation fails"
            )
            for error in validate(new, document)
        ]
    dangerous = [Change(one.type.name, one.description) for one in find_dangerous_changes(old, new)]
    return Comparison(tuple(breaking), tuple(dangerous))
