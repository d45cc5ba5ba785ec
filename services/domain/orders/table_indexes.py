"""The table's secondary indexes: sparse, an item is in one while it has the index's attributes."""

from typing import Final, NamedTuple


class Index(NamedTuple):
    """A secondary index of the table.

    Attributes:
        name: Its name.
        partition: Attribute that is its partition key, a text.
        sort: Attribute that is its sort key, a text.
        projected: Attributes that it holds besides keys.
    """

    name: str
    partition: str
    sort: str
    projected: tuple[str, ...]


BOARD: Final = Index("board", "board", "board_at", ("rev", "body"))
WORK: Final = Index("work", "work", "work_at", ())
INDEXES: Final = (BOARD, WORK)
