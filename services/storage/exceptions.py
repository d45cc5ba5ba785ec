"""Exceptions of the storage package."""

from typing import Final

from services.domain.errors import CarteError
from services.storage.keys import Key


class StorageError(CarteError):
    """Base of everything this package raises on purpose."""


class RevisionMovedError(StorageError):
    """Someone else wrote the document since it was read; read it again and redo the change."""


class ContentionError(StorageError):
    """A document kept moving under a writer that tried several times; try again later."""


class OperationIdReusedError(StorageError):
    """An operation id came again with another input."""

    def __init__(self, operation_id: str) -> None:
        super().__init__(
            f"operation id {operation_id!r} was used before, with another input", "use a new id"
        )
        self.operation_id = operation_id


class CatalogMissingError(StorageError):
    """No catalog was ever published for a market."""

    def __init__(self, market: str) -> None:
        super().__init__(
            f"market {market!r} has no published catalog yet",
            "staff publish one with the mutation publishCatalog, or with "
            "`carte import catalog FILE`",
        )
        self.market = market


class CatalogNotReplicatedError(StorageError):
    """A catalog was published, and this region has no version of it yet; try again soon."""

    def __init__(self, market: str) -> None:
        super().__init__(
            f"the catalog of market {market!r} has not arrived in this region yet",
            "try again in a second, or in another region",
        )
        self.market = market


class NoSuchVersionError(StorageError):
    """Nothing in this region tells of such a version of a market's catalog."""

    def __init__(self, market: str, version: str) -> None:
        super().__init__(
            f"the catalog of {market} has no version {version[:64]!r}",
            "`catalogPublications` lists the versions of a market; one that another region "
            "published just now arrives in a second",
        )


class InvalidVersionError(StorageError):
    """A text is not how a version of a catalog is written, or another spelling of one."""

    def __init__(self, version: str) -> None:
        super().__init__(
            f"{version[:64]!r} is no version of a catalog, which is 16 hexadecimal digits in lower "
            "case, @ and a region",
            "copy one from `catalogPublications`",
        )


class NoSuchStoreError(StorageError):
    """A store does not exist."""

    def __init__(self, store_id: str) -> None:
        super().__init__(f"there is no store {store_id[:64]!r}")
        self.store_id = store_id


class UnreadableItemError(StorageError):
    """A stored item has another form than this version of carte writes or reads.

    It was written by a newer version, or it is damaged; other items are not concerned.

    Attributes:
        key: Partition and sort key of the item.
    """

    def __init__(self, key: Key, why: str) -> None:
        super().__init__(f"the item {key[0]} / {key[1]} cannot be read: {why}")
        self.key = key


DECODING_ERRORS: Final = (UnreadableItemError, LookupError, TypeError, ValueError, AttributeError)
"""What decoding a damaged document raises. Whatever walks many documents notes these and goes on:
one that nobody can read must not keep all others from being worked on."""


class DeadlinePassedError(StorageError):
    """The time that a request may take was over before DynamoDB answered."""
