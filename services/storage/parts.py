"""A document that is stored in parts: the stock, whose sales each region keeps in its own item.

A counter's slot may be written by its region only, and that is not enough: were it one attribute of
a shared item, another region's concurrent write would replace the item, slot included, for the
moment until the stream Lambda joins the two. A sale in that moment would count on from the older
value, and the join, which takes the larger value of a slot, would drop it. An item that only one
region ever writes has no concurrent writes: last-writer-wins cannot touch it.
"""

from services.domain.documents.layout import Body
from services.domain.documents.stock import Stock
from services.storage import keys
from services.storage.keys import Key
from services.storage.kinds import Document


def is_divided(key: Key) -> bool:
    """Return whether the document of this key is stored in parts."""
    return key.sk == keys.STOCK


def own_part(key: Key, region: str) -> Key:
    """The part of a document that only `region` writes; the document itself if it has none."""
    return Key(key.pk, keys.SALES_PREFIX + region) if is_divided(key) else key


def owner(key: Key) -> str | None:
    """Return the only region that may write the item of this key; None: all may."""
    if key.pk.startswith(keys.SLOTS_PREFIX):
        return key.sk
    for prefix in (keys.SALES_PREFIX, keys.FACTS_PREFIX):
        if key.sk.startswith(prefix):
            return key.sk.removeprefix(prefix)
    return None


def divide(
    key: Key, document: Document, region: str, before: Document | None = None
) -> dict[Key, Body]:
    """Return the items that `region` may write of a document.

    A part without content is left out, and so is one that is known to be the same as before.

    Args:
        key: Key of the document.
        document: The document.
        region: AWS region.
        before: The document that it was made from, as it is stored; None: it is not known.
    """
    if not is_divided(key) or not isinstance(document, Stock):
        return {key: document.dump()}
    found = {own_part(key, region): document.sales_in(region)}
    # A sale, which tills send all the time, need not lay out what everybody counted.
    if not (isinstance(before, Stock) and document.counts_as(before)):
        found = {key: document.counts(), **found}
    return {part: stock.dump() for part, stock in found.items() if stock.lines}
