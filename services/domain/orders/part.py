"""The item in which one region keeps its facts of an order, with where the item is listed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

from services.domain.documents.layout import STAMPS, Body, InvalidDocumentError
from services.domain.orders.fact_layout import AUTHORS, FACTS
from services.domain.orders.listing import Listing, listing_of
from services.domain.orders.order import Order
from services.domain.register import join_more
from services.domain.stamp import InvalidStampError, Stamp

LISTING: Final = "l"
WRITTEN: Final = "w"
_PARTS: Final = frozenset({STAMPS, AUTHORS, FACTS, LISTING, WRITTEN})


@dataclass(frozen=True, slots=True)
class OrderPart:
    """A region's item of an order; only that region writes it.

    Attributes:
        order: The facts that the region recorded.
        listing: Where the item is listed, by what the region knew when it last wrote.
        written: When that was.
        more: Parts of the stored layout that a newer version of carte added; written back.
    """

    order: Order
    listing: Listing
    written: Stamp
    more: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        order: Order,
        written: Stamp,
        regions: Sequence[str],
        now: int | None = None,
        before: Listing | None = None,
    ) -> Self:
        """Return the item that a region writes.

        Args:
            order: The order as this region has it.
            written: The stamp of the write; its region is the one that writes.
            regions: All regions of the deployment.
            now: As in `listing_of`.
            before: As in `listing_of`.
        """
        region = written.region
        listing = listing_of(order, region, regions, now, before)
        return cls(order.part_of(region), listing, written)

    def has_same_content(self, other: Self) -> bool:
        """Return whether two versions differ in nothing but when they were written."""
        return (self.order, self.listing) == (other.order, other.listing)

    def merge(self, other: Self) -> Self:
        """Return the union of the facts, listed where the later version is.

        Raises:
            NewerDocumentError: A newer version of carte stored more, which differs.
        """
        later = max(self, other, key=lambda one: (one.written, list(map(str, one.listing))))
        more = join_more(self.more, other.more)
        return type(self)(self.order.merge(other.order), later.listing, later.written, more)

    def stamps(self) -> list[Stamp]:
        """Return every stamp in it."""
        return [*self.order.stamps(), self.written]

    def dump(self) -> Body:
        """Return its stored layout: that of the facts; `l`: the listing; `w`: when written.

        Raises:
            OrderFullError: The order has more facts or bytes than an order may have.
        """
        listing = list(self.listing)
        return {**self.order.dump(), LISTING: listing, WRITTEN: str(self.written), **self.more}

    @classmethod
    def load(cls, order_id: str, body: Body) -> Self:
        """Read its stored layout.

        Raises:
            InvalidDocumentError: The body has another shape.
        """
        try:
            written = Stamp.parse(body[WRITTEN])
        except (KeyError, TypeError, AttributeError, InvalidStampError) as error:
            raise InvalidDocumentError(f"an order's item has no stamp: {error!r}") from error
        more = {name: part for name, part in body.items() if name not in _PARTS}
        return cls(Order.load(order_id, body), read_listing(body), written, more)


def read_listing(body: Body) -> Listing:
    """Return the listing of a stored item.

    Raises:
        InvalidDocumentError: It is no listing.
    """
    stored = body.get(LISTING)
    expected = len(Listing._fields)
    if not isinstance(stored, list) or len(stored) < expected:
        raise InvalidDocumentError("an order's item has no listing")
    # A newer version may list it in more indexes; it is listed anew with each write.
    stored = stored[:expected]
    if not all(one is None or isinstance(one, str) for one in stored):
        raise InvalidDocumentError(f"not a listing of an order: {stored!r}")
    return Listing(*stored)
