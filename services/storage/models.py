"""The one PynamoDB model of the table, and its binding to a region."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import orjson
from pynamodb.attributes import Attribute, BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.constants import STRING
from pynamodb.models import Model

from services.domain.documents.layout import Body

# A menu that cannot be read within these is answered by another region.
CONNECT_TIMEOUT_S: Final = 1.0
READ_TIMEOUT_S: Final = 3.0


class JsonAttribute(Attribute[Body]):
    """A document as compact JSON in one string: one attribute decodes faster than sixty."""

    attr_type = STRING

    def serialize(self, value: Body) -> str:
        """JSON text, keys in the order given."""
        return orjson.dumps(value).decode()

    def deserialize(self, value: str) -> Body:
        """The document's body."""
        body: Body = orjson.loads(value)
        return body


def unpack(packed: bytes) -> Any:
    """What `PackedAttribute` compressed."""
    return orjson.loads(zlib.decompress(packed))


class PackedAttribute(BinaryAttribute):
    """A large document, compressed with zlib: catalog versions, directory shards."""

    def __init__(self, **keywords: Any) -> None:
        super().__init__(legacy_encoding=False, **keywords)

    def serialize(self, value: Any) -> bytes:
        """Compressed JSON."""
        packed = zlib.compress(orjson.dumps(value), 9)
        return bytes(super().serialize(packed))  # type: ignore[no-untyped-call]

    def deserialize(self, value: Any) -> Any:
        """The document's body."""
        packed = super().deserialize(value)  # type: ignore[no-untyped-call]
        return unpack(packed)


class Item(Model):
    """An item of the table: a document's key, revision and body.

    Attributes:
        rev: text of the stamp of the write that made this revision; unique, so that a condition on
            it cannot mistake another region's write for the one that was read.
        body: the document, when small.
        packed: the document, when large.
        expires: Unix seconds after which DynamoDB may delete the item; operation records only.
    """

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    rev = UnicodeAttribute()
    body = JsonAttribute(null=True)
    packed = PackedAttribute(null=True)
    expires = NumberAttribute(null=True)


@dataclass(frozen=True, slots=True)
class Binding:
    """Which table, where.

    Attributes:
        region: AWS region of the table's replica.
        table: name of the table.
        endpoint: URL of DynamoDB where it is not the region's own (the local cloud).
        read_timeout_s: seconds to wait for an answer; a seed has more patience than a menu.
    """

    region: str
    table: str = "carte"
    endpoint: str | None = None
    read_timeout_s: float = READ_TIMEOUT_S

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """From the variables that infra_cdk gives every Lambda.

        Raises:
            KeyError: one is missing; it names the variable.
        """
        endpoint = environment.get("AWS_ENDPOINT_URL_DYNAMODB")
        return cls(
            environment["CARTE_REGION"],
            environment["CARTE_TABLE"],
            endpoint or environment.get("AWS_ENDPOINT_URL"),
        )


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
            "max_pool_connections": 50,
            "retry_configuration": {"total_max_attempts": 3, "mode": "standard"},
        },
    )
    bound: type[Item] = type("Item", (Item,), {"Meta": meta})
    return bound
