"""Roles of staff, the places in which they are granted, and their text form.

A role is written as `store:<id>:<role>`, `market:<id>:<role>` or `chain:<role>`. Groups of the
token issuer (the claim `cognito:groups`) and the stored documents use this form, and this module is
the only one that reads it.
"""

import re
from enum import StrEnum
from typing import Final, NamedTuple

from services.domain.ids import ID_PATTERN

MAX_SUBJECT: Final = 128
_SUBJECT: Final = re.compile(rf"[A-Za-z0-9._:@|+=-]{{1,{MAX_SUBJECT}}}", re.ASCII)
_TEXT: Final = re.compile(
    rf"(?:(?P<scope>store|market):(?P<place>{ID_PATTERN})|chain):(?P<role>[a-z]+)", re.ASCII
)


class Role(StrEnum):
    """A role of staff. Guests have none: they send no token."""

    TILL = "till"
    MANAGER = "manager"
    EDITOR = "editor"
    ADMIN = "admin"
    OPERATOR = "operator"


class Scope(StrEnum):
    """The kind of place in which a role is granted, or that a permission is about."""

    STORE = "store"
    MARKET = "market"
    CHAIN = "chain"


SCOPES: Final = {
    Role.TILL: frozenset({Scope.STORE}),
    Role.MANAGER: frozenset({Scope.STORE, Scope.MARKET}),
    Role.EDITOR: frozenset({Scope.MARKET}),
    Role.ADMIN: frozenset({Scope.CHAIN}),
    Role.OPERATOR: frozenset({Scope.CHAIN}),
}
"""Role to the kinds of places in which it can be granted."""

FORMS: Final = tuple(
    f"{scope}:{role}" if scope is Scope.CHAIN else f"{scope}:<id>:{role}"
    for role, scopes in SCOPES.items()
    for scope in sorted(scopes)
)
"""The text forms of all roles, for help and errors."""


class Grant(NamedTuple):
    """A role in a place.

    Attributes:
        role: The role.
        scope: The kind of place.
        place: Id of the store or market; empty for the chain.
    """

    role: Role
    scope: Scope
    place: str = ""

    @property
    def text(self) -> str:
        """The text form, such as `store:us-00001:manager`."""
        middle = f"{self.place}:" if self.place else ""
        return f"{self.scope}:{middle}{self.role}"

    @property
    def is_possible(self) -> bool:
        """Whether the role can be granted in such a place."""
        return self.scope in SCOPES[self.role] and bool(self.place) == (
            self.scope is not Scope.CHAIN
        )


_ROLES: Final = {str(role): role for role in Role}
ADMIN: Final = Grant(Role.ADMIN, Scope.CHAIN)


def grant_of(text: str) -> Grant | None:
    """Return the grant that a text is the form of; None where it is no role of carte."""
    found = _TEXT.fullmatch(text)
    role = None if found is None else _ROLES.get(found["role"])
    if found is None or role is None:
        return None
    grant = Grant(role, Scope(found["scope"] or Scope.CHAIN), found["place"] or "")
    return grant if grant.is_possible else None


def is_subject(text: str) -> bool:
    """Return whether a text can name a person: 1 to 128 of the characters of common issuers.

    A subject is part of a key of the table, whose separators (`/`, `#`) it must not have.
    """
    return _SUBJECT.fullmatch(text) is not None
