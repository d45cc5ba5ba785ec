"""The author of a request, as a verified token names them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Principal:
    """A member of staff, as a verified token names them.

    Attributes:
        subject: The token's `sub`; the author of what they change.
        roles: The groups of the token, as `people.roles` reads them. Which of them hold is decided
            together with the person's document, see `graphql_schema.access`.
        decided: Whether `roles` are those that hold, so that no document is read again.
    """

    subject: str
    roles: frozenset[str]
    decided: bool = False
