"""A publication: one immutable item for each time that a catalog of a market came into force.

A version is written once and may come into force again; who made it so, and when, is here. The edit
journal keeps the same for 35 days only, and versions are too large to be listed.
"""

from dataclasses import dataclass
from typing import Any, Self

from services.domain.documents.layout import InvalidDocumentError
from services.domain.stamp import InvalidStampError, Stamp


@dataclass(frozen=True, slots=True)
class Publication:
    """One time that a catalog came into force.

    Attributes:
        market: Id of the market.
        stamp: Of the write of the pointer: when, and in which region.
        version: The version that came into force.
        item_count: Items in it.
        author: Subject of the token that it came with; `carte-import` and `carte-seed` of the
            command line; None: not known, as of those before they wrote their names.
        replaced: The version that was in force before; None: none was.
    """

    market: str
    stamp: Stamp
    version: str
    item_count: int
    author: str | None = None
    replaced: str | None = None

    @property
    def is_rollback(self) -> bool:
        """Whether it put an earlier version in force again."""
        return self.version != str(self.stamp)

    def dump(self) -> dict[str, Any]:
        """Return its stored layout."""
        return {
            "at": str(self.stamp),
            "version": self.version,
            "items": self.item_count,
            "by": self.author,
            "replaced": self.replaced,
        }

    @classmethod
    def load(cls, market: str, body: dict[str, Any]) -> Self:
        """Read its stored layout.

        Raises:
            InvalidDocumentError: The body has another shape.
        """
        try:
            return cls(
                market,
                Stamp.parse(body["at"]),
                body["version"],
                body["items"],
                body["by"],
                body["replaced"],
            )
        except (KeyError, TypeError, InvalidStampError) as error:
            raise InvalidDocumentError(f"not a publication: {error!r}") from error
