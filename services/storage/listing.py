"""Rows of the store directory, brought in line with the profiles that they follow from.

A row is no fact of its own: two regions that hide and show a store at once write their rows by the
profile that each of them has, and the later row may be that of the older profile. So a row is
compared with its profile wherever one of the two changed, in every region, by the stream Lambda;
where its records were lost, by the reconciler. Whoever finds that they disagree writes the row,
at a newer stamp.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from services.domain.documents.directory import DirectoryEntry, DirectoryShard, shard_of
from services.domain.documents.profile import StoreProfile
from services.storage import keys
from services.storage.replica import Replica, Stored

if TYPE_CHECKING:
    from services.domain.stamp import Stamp
    from services.storage.kinds import Document


class Listing:
    """Keeps the directory of one region's replica true to the profiles in it."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def list_store(self, store_id: str, *, again: bool) -> None:
        """Bring the row of a store, in the shard of its market, in line with its profile.

        Does nothing where there is no such store.

        Args:
            store_id: The store's id.
            again: As in `register.assign`: whoever just hid or showed the store means it.

        Raises:
            ContentionError: Others changed the same part of the directory, every time.
        """
        stored = self._replica.get(keys.profile(store_id), consistent=True)
        entry = stored and entry_of(stored)
        if entry:
            self.bring_in_line(shard_of(entry.market, store_id), [store_id], again=again)

    def bring_in_line(
        self, shard_id: str, store_ids: Iterable[str], *, again: bool = False
    ) -> list[str]:
        """Set what a shard has of some stores to what their profiles say.

        Writes nothing, and makes no shard, where it has nothing to set.

        Args:
            shard_id: The shard.
            store_ids: Stores that belong into shards of its number. Those that this region does
                not have (yet) stay as they are.
            again: Also set rows that say it already.

        Returns:
            The ids of the stores whose rows said otherwise, ascending.

        Raises:
            ContentionError: Others changed the shard, every time.
        """
        wanted = sorted(set(store_ids))
        found: list[str] = []

        def edit(current: "Document | None", stamp: "Stamp") -> DirectoryShard:
            shard = current if isinstance(current, DirectoryShard) else DirectoryShard(shard_id, {})
            # After the shard: a profile that changes later is followed by a change of the shard
            # that this one then does not replace.
            entries = self._entries(wanted)
            found[:] = [one.store_id for one in entries if not shard.is_in_line(one)]
            wrong = {*found}
            set_now = [one for one in entries if again or one.store_id in wrong]
            rows = {one.store_id: one.row_in(shard.market) for one in set_now}
            return shard.assign(rows, stamp, again=True)

        # What changes after this look is another change, which is looked at by itself.
        if wanted and (again or self.out_of_line(shard_id, wanted)):
            self._replica.change(keys.directory(shard_id), edit)
        return found

    def out_of_line(self, shard_id: str, store_ids: Iterable[str]) -> list[str]:
        """Return the ids of those stores of which a shard says otherwise than their profiles."""
        stored = self._replica.get(keys.directory(shard_id), consistent=True)
        shard = DirectoryShard.load(shard_id, stored.body) if stored else None
        shard = shard or DirectoryShard(shard_id, {})
        return [
            one.store_id
            for one in self._entries(sorted(set(store_ids)))
            if not shard.is_in_line(one)
        ]

    def look_at(self, key: keys.Key, old: Stored | None, new: Stored) -> None:
        """Bring rows in line after a change of an item, if it may have set them apart.

        Looked at are stores that were hidden, shown or moved to another market, and stores that
        appeared in a shard or were taken out of it. An import of all stores sets names and places
        by the thousand, and the rows after them: of these the reconciler compares what stands. A
        new profile's row is still to come, and a new shard is no change.

        Raises:
            ContentionError: Others changed the same shard, every time; try again later.
        """
        if old is None or old.body == new.body:
            return
        if key.pk == keys.DIRECTORY:
            before, after = (_listed(key.sk, one) for one in (old, new))
            self.bring_in_line(key.sk, before ^ after)
        elif key.sk == keys.PROFILE:
            before_it, it = _shown(old), _shown(new)
            if before_it == it:
                return
            store_id = key.pk.removeprefix(keys.STORE_PREFIX)
            for market in sorted({str(one) for one, _ in (before_it, it) if one is not None}):
                self.bring_in_line(shard_of(market, store_id), [store_id])

    def _entries(self, store_ids: Iterable[str]) -> list[DirectoryEntry]:
        profiles = self._replica.get_many(map(keys.profile, store_ids), consistent=True)
        entries = (entry_of(stored) for stored in profiles.values())
        return sorted((one for one in entries if one), key=lambda one: one.store_id)


def entry_of(stored: Stored) -> DirectoryEntry | None:
    """Return the entry of the store of a profile's item; None where the profile lacks a place.

    Raises:
        InvalidDocumentError: The item is no profile.
    """
    profile = StoreProfile.read(stored.key.pk.removeprefix(keys.STORE_PREFIX), stored.body)
    if any(profile[one] is None for one in ("market", "name", "latitude", "longitude")):
        return None  # nobody can create such a store: it is damaged
    return DirectoryEntry.of(profile)


def _shown(stored: Stored) -> tuple[str | None, bool]:
    """Return the market that a store is in, and whether lists show it."""
    profile = StoreProfile.read("", stored.body)
    return profile["market"], not profile["hidden"]


def _listed(shard_id: str, stored: Stored) -> set[str]:
    """Return the ids of the stores that a shard shows."""
    registers = DirectoryShard.load(shard_id, stored.body).registers
    return {store_id for store_id, one in registers.items() if one.value is not None}
