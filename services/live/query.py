"""What is evaluated for a subscription; those that are equal share one evaluation."""

import hashlib
from collections.abc import Iterable
from typing import Any, NamedTuple, Self

import orjson

from services.domain.principal import Principal


class LiveQuery(NamedTuple):
    """An operation with its variables, and the rights that it runs with.

    Attributes:
        document: The text of the document.
        operation_name: Which of its operations; None where it has one only.
        variables: As the client sent them, JSON with sorted keys.
        roles: Roles that hold, sorted; None without a token.
    """

    document: str
    operation_name: str | None
    variables: str
    roles: tuple[str, ...] | None

    @classmethod
    def of(
        cls,
        document: str,
        operation_name: str | None,
        variables: dict[str, Any],
        roles: Iterable[str] | None,
    ) -> Self:
        """Return the query of a subscription."""
        return cls(
            document,
            operation_name,
            orjson.dumps(variables, option=orjson.OPT_SORT_KEYS).decode(),
            None if roles is None else tuple(sorted(roles)),
        )

    @property
    def group(self) -> str:
        """The same text for equal queries, and for no others."""
        return hashlib.sha256(self.dump().encode()).hexdigest()[:32]

    @property
    def principal(self) -> Principal | None:
        """The roles that the operation runs with, as no field depends on the subject."""
        return None if self.roles is None else Principal("", frozenset(self.roles), decided=True)

    def dump(self) -> str:
        """Return the query as text."""
        return orjson.dumps(list(self)).decode()

    @classmethod
    def load(cls, text: str) -> Self:
        """Read `dump`'s text."""
        document, name, variables, roles = orjson.loads(text)
        return cls(document, name, variables, None if roles is None else tuple(roles))
