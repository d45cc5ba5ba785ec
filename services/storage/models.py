"""The one PynamoDB model of the table, and its binding to a region."""

import zlib
from typing import Any

import orjson
from pynamodb.attributes import Attribute, BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.constants import STRING
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection
from pynamodb.models import Model

from services.domain.documents.layout import Body
from services.domain.orders.table_indexes import BOARD, WORK
from services.storage.binding import (
    CONNECT_TIMEOUT_S,
    MAX_CONNECTIONS,
    TOTAL_ATTEMPTS,
    Binding,
)


class JsonAttribute(Attribute[Body]):
    """A document as compact JSON in one string: one attribute decodes faster than sixty."""

    attr_type = STRING

    def serialize(self, value: Body) -> str:
        """JSON text, keys in the order given."""
        return orjson.dumps(value).decode()

    def deserialize(self, value: str) -> Body:
        """Return the document's body."""
        body: Body = orjson.loads(value)
        return body


class PackedAttribute(BinaryAttribute):
    """A large document, compressed with zlib: catalog versions, directory shards."""

    def __init__(self, **keywords: Any) -> None:
        super().__init__(legacy_encoding=False, **keywords)

    def serialize(self, value: Any) -> bytes:
        """Compressed JSON."""
        packed = zlib.compress(orjson.dumps(value), 9)
        return bytes(super().serialize(packed))  # type: ignore[no-untyped-call]

    def deserialize(self, value: Any) -> Any:
        """Return the document's body."""
        packed = super().deserialize(value)  # type: ignore[no-untyped-call]
        return orjson.loads(zlib.decompress(packed))


class BoardIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]  # PynamoDB has no types there
    """Orders by store and day of their pickup; see `orders.listing`."""

    class Meta:
        """The settings of the index, in the class that PynamoDB reads them from."""

        index_name = BOARD.name
        projection = IncludeProjection(list(BOARD.projected))

    board = UnicodeAttribute(hash_key=True)
    board_at = UnicodeAttribute(range_key=True)


class WorkIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]  # PynamoDB has no types there
    """Orders for which something is due, by when; see `orders.listing`."""

    class Meta:
        """The settings of the index, in the class that PynamoDB reads them from."""

        index_name = WORK.name
        projection = KeysOnlyProjection()

    work = UnicodeAttribute(hash_key=True)
    work_at = UnicodeAttribute(range_key=True)


class Item(Model):
    """An item of the table: a document's key, revision and body.

    Attributes:
        rev: Text of the stamp of the write that made this revision; unique, so that a condition on
            it cannot mistake another region's write for the one that was read.
        body: The document, when small.
        packed: The document, when large.
        expires: Unix seconds after which DynamoDB may delete the item; operation records and
            personal data only.
        board: Partition of the index `board`; orders only, as all that follow.
        board_at: Sort key in it.
        work: Partition of the index `work`.
        work_at: Sort key in it.
    """

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    rev = UnicodeAttribute()
    body = JsonAttribute(null=True)
    packed = PackedAttribute(null=True)
    expires = NumberAttribute(null=True)
    board = UnicodeAttribute(null=True)
    board_at = UnicodeAttribute(null=True)
    work = UnicodeAttribute(null=True)
    work_at = UnicodeAttribute(null=True)
    board_index = BoardIndex()
    work_index = WorkIndex()


def bind(binding: Binding) -> type[Item]:
    """A model class for one region's replica; each call makes one with connections of its own."""
    meta = type(
        "Meta",
        (),
        {
            "table_name": binding.table,
            "region": binding.region,
            "host": binding.endpoint,
            "connect_timeout_seconds": CONNECT_TIMEOUT_S,
            "read_timeout_seconds": binding.read_timeout_s,
            "max_pool_connections": MAX_CONNECTIONS,
            # PynamoDB takes no `retry_configuration` here; with this it uses the standard mode.
            "max_retry_attempts": TOTAL_ATTEMPTS - 1,
        },
    )
    bound: type[Item] = type("Item", (Item,), {"Meta": meta})
    return bound
