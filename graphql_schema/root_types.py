"""Makes the types `Query`, `Mutation` and `Subscription` of the fields of subjects."""

from collections.abc import Iterable
from typing import Final

from strawberry.tools import create_type
from strawberry.types import get_object_definition
from strawberry.types.field import StrawberryField

QUERY: Final = "Query"
MUTATION: Final = "Mutation"
SUBSCRIPTION: Final = "Subscription"
_DESCRIPTIONS: Final = {
    QUERY: "Everything that can be read.",
    MUTATION: "Everything that can be changed; staff only, but for a guest's own order. Every "
    "input carries an operationId: retry with the same one, in any region, and the effect happens "
    "once.",
    SUBSCRIPTION: "What can be watched over a WebSocket (graphql-transport-ws). Each field yields "
    "the current state at once and again after each change: a message that is missed heals with "
    "the next. `version` says whether anything changed in between, also from one region to "
    "another.",
}


class DuplicateFieldError(TypeError):
    """Two subjects declare a field of one name."""


def root_type(name: str, subjects: Iterable[type]) -> type:
    """Make a root type of the fields of subjects.

    Args:
        name: `QUERY`, `MUTATION` or `SUBSCRIPTION`.
        subjects: Strawberry types, whose fields are taken in their order.

    Raises:
        DuplicateFieldError: Two subjects declare a field of one name.
    """
    fields: dict[str, StrawberryField] = {}
    for subject in subjects:
        for field in get_object_definition(subject, strict=True).fields:
            if field.python_name in fields:
                raise DuplicateFieldError(f"{subject.__name__}: {name} has {field.python_name}")
            fields[field.python_name] = field
    return create_type(name, list(fields.values()), description=_DESCRIPTIONS[name])
