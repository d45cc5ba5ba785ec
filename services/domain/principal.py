"""The author of a request, and what the author's roles allow."""

import re
from dataclasses import dataclass
from typing import Final

from services.domain.ids import ID_PATTERN

CHAIN_ADMIN: Final = "chain:admin"
_MANAGER: Final = re.compile(rf"store:(?P<store>{ID_PATTERN}):manager", re.ASCII)


@dataclass(frozen=True, slots=True)
class Principal:
    """A member of staff, as a verified token names them.

    Attributes:
        subject: The token's `sub`; the author of what they change.
        roles: `chain:admin`, and `store:<id>:manager` for each store they manage.
    """

    subject: str
    roles: frozenset[str]

    @property
    def is_admin(self) -> bool:
        """Whether the person may do everything."""
        return CHAIN_ADMIN in self.roles

    @property
    def stores(self) -> frozenset[str]:
        """Ids of the stores that the person manages."""
        found = (_MANAGER.fullmatch(role) for role in self.roles)
        return frozenset(one["store"] for one in found if one)

    @property
    def is_staff(self) -> bool:
        """Whether the person has any role here; other tokens of the same issuer have none."""
        return self.is_admin or bool(self.stores)

    def may_edit_store(self, store_id: str) -> bool:
        """Return whether they may change a store's assortment and stock."""
        return self.is_admin or store_id in self.stores


def is_role(text: str) -> bool:
    """Return whether a text is a role of carte."""
    return text == CHAIN_ADMIN or _MANAGER.fullmatch(text) is not None
