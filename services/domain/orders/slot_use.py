"""How many orders each pickup slot of a store has: bounded counters, each region's part apart."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from services.domain.documents.counter_rows import dump_part, load_part
from services.domain.documents.layout import ENTRIES, Body, InvalidDocumentError, entries
from services.domain.quotes.pickup import Slot
from services.domain.rights.account import Account, Epoch, Part, merge_parts
from services.domain.rights.selling import sell
from services.domain.stamp import Stamp

# Every region derives the same epoch from the same setting.
_SETTING: Final = Stamp(0, "setting")


@dataclass(frozen=True, slots=True)
class SlotUse:
    """The slots of a store that start on one day of UTC.

    Attributes:
        store_id: The store's id.
        day: Day of UTC, `2026-11-28`.
        parts: Counter (`Slot.counter`) to region to what the region did with it.
    """

    store_id: str
    day: str
    parts: Mapping[str, Mapping[str, Part]]

    def account(self, counter: str, epoch: Epoch) -> Account:
        """Return the counter of a slot.

        Args:
            counter: Id of the counter.
            epoch: Places of the slot and their shares, as `slot_epoch` gives them.
        """
        return Account(epoch, self.parts.get(counter, {}))

    def with_account(self, counter: str, account: Account) -> Self:
        """Return this with a slot's counter replaced."""
        return replace(self, parts=dict(sorted({**self.parts, counter: account.parts}.items())))

    def part_of(self, region: str) -> Self:
        """Return only what one region did: the item that only it writes."""
        return replace(
            self,
            parts={
                counter: {region: parts[region]}
                for counter, parts in self.parts.items()
                if region in parts
            },
        )

    def merge(self, other: Self) -> Self:
        """Return the join: of each region's part the later version."""
        joined = {**self.parts}
        for counter, parts in other.parts.items():
            joined[counter] = merge_parts(joined.get(counter, {}), parts)
        return replace(self, parts=dict(sorted(joined.items())))

    def stamps(self) -> list[Stamp]:
        """Return every stamp in it: none."""
        return []

    def dump(self) -> Body:
        """Return its stored layout: counter to region to its part."""
        return {
            ENTRIES: {
                counter: {region: dump_part(part) for region, part in sorted(parts.items())}
                for counter, parts in sorted(self.parts.items())
            }
        }

    @classmethod
    def load(cls, store_id: str, day: str, body: Body) -> Self:
        """Read its stored layout.

        Raises:
            InvalidDocumentError: The body has another shape.
        """
        try:
            return cls(
                store_id,
                day,
                {
                    counter: {region: load_part(row) for region, row in rows.items()}
                    for counter, rows in entries(body).items()
                },
            )
        except (AttributeError, TypeError) as error:
            raise InvalidDocumentError(f"not the use of pickup slots: {error!r}") from error

    @classmethod
    def joined(cls, store_id: str, day: str, parts: Iterable[Self]) -> Self:
        """Return the join of all regions' items."""
        found: Self | None = None
        for part in parts:
            found = part if found is None else found.merge(part)
        return cls(store_id, day, {}) if found is None else found


@dataclass(frozen=True, slots=True)
class SlotPlaces:
    """The places that a region has left in a store's slots.

    Attributes:
        store_id: The store's id.
        use: The use of slots by day of UTC, as the region has it.
        epoch: Places of each slot and their shares, as `slot_epoch` gives them.
        region: The region.
    """

    store_id: str
    use: Mapping[str, SlotUse]
    epoch: Epoch
    region: str

    def has_place(self, slot: Slot) -> bool:
        """Return whether the region can take one more order for a slot."""
        return (self._account(slot).rights(self.region) or 0) >= 1

    def take(self, slot: Slot) -> tuple[SlotUse, int]:
        """Return the use of the slot's day with one more order, and the order's position.

        Raises:
            NoRightsError: The region has no place left.
        """
        taken = sell(self._account(slot), self.region, 1)
        return self._day(slot).with_account(slot.counter, taken), taken.part(self.region).sold

    def _account(self, slot: Slot) -> Account:
        return self._day(slot).account(slot.counter, self.epoch)

    def _day(self, slot: Slot) -> SlotUse:
        return self.use.get(slot.utc_day) or SlotUse(self.store_id, slot.utc_day, {})


def slot_epoch(places: int, nearest: Sequence[str]) -> Epoch:
    """Return the places of a slot and how they are shared out.

    Each region has a place while there are any, the nearest first: every region can take an order
    for every slot. Beyond that the next region has three tenths, the farther ones share a tenth,
    and the nearest has all that is left: three fifths of many places in three regions. That is
    flatter than the shares of stock, since a kitchen that makes an order more or less than a
    region could sell is no loss, and a region that has no place at all is one.

    Args:
        places: Orders that the kitchen can make in the slot.
        nearest: All regions, nearest to the store first; at least one.
    """
    shares = {region: int(at < places) for at, region in enumerate(nearest)}
    left = places - sum(shares.values())
    farther = max(1, len(nearest) - 2)
    for at, region in enumerate(nearest[1:]):
        wanted = places // 10 // farther if at else places * 3 // 10
        more = min(left, max(0, wanted - shares[region]))
        shares[region] += more
        left -= more
    shares[nearest[0]] += left
    return Epoch(_SETTING, places, places, shares)
