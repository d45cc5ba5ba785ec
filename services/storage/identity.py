"""A copy of the token issuer's public keys, in every region."""

from typing import Any, Final

from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.kinds import Document, Settings
from services.storage.table import Table

_KEYS: Final = "jwks"


class IssuerKeyRepository:
    """Keeps a copy of the issuer's keys (JWKS) in the table, for when the issuer is unreachable."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def load(self) -> dict[str, Any] | None:
        """Return the copy, if there is one."""
        stored = self._table.get(keys.ISSUER_KEYS)
        document = stored.document() if stored else None
        found: dict[str, Any] | None = document[_KEYS] if isinstance(document, Settings) else None
        return found

    def save(self, issuer_keys: dict[str, Any]) -> None:
        """Keep a copy; the same keys again write nothing."""

        def edit(current: Document | None, stamp: Stamp) -> Settings:
            settings = current if isinstance(current, Settings) else Settings({})
            return settings.assign({_KEYS: issuer_keys}, stamp)

        self._table.change(keys.ISSUER_KEYS, edit)
