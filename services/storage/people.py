"""The roles of people in one region's replica, remembered for a moment."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

from services.domain.documents.person import PersonRoles
from services.storage import keys
from services.storage.replica import Replica

MAX_AGE_S: Final = 20.0
"""Seconds for which the roles of a person are remembered, so how long a change that has arrived in
a region is at most unknown to a process there."""
_MAX_REMEMBERED: Final = 1_000  # people: 20 kB each at worst, usually under 1 kB


class PeopleRepository:
    """Reads the documents of people's roles."""

    def __init__(
        self,
        replica: Replica,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        max_age_s: float = MAX_AGE_S,
    ) -> None:
        """Take the replica, and remember no documents yet.

        Args:
            replica: The region's replica.
            monotonic: Returns seconds.
            max_age_s: Seconds for which a document is remembered.
        """
        self._replica = replica
        self._monotonic = monotonic
        self._max_age_s = max_age_s
        self._remembered: OrderedDict[str, tuple[float, PersonRoles | None]] = OrderedDict()

    def roles(self, subject: str) -> PersonRoles | None:
        """Return a person's roles, at most `max_age_s` old; None: nothing was ever granted.

        A fault of the table is raised: what a process remembers is never used for longer, so that
        a role that was revoked does not outlive the bound.
        """
        now = self._monotonic()
        known = self._remembered.get(subject)
        if known is not None and now - known[0] < self._max_age_s:
            return known[1]
        found = self.read(subject)
        # One operation each: threads may do so at once, and forget a person at worst.
        self._remembered[subject] = now, found
        if len(self._remembered) > _MAX_REMEMBERED:
            with suppress(KeyError):
                self._remembered.popitem(last=False)
        return found

    def read(self, subject: str) -> PersonRoles | None:
        """Return a person's roles as last acknowledged in this region.

        Consistent, because an accelerator in front of the table does not see other regions' writes.
        """
        stored = self._replica.get(keys.roles_of(subject), consistent=True)
        return None if stored is None else PersonRoles.load(subject, stored.body)

    def forget(self, subject: str) -> None:
        """Read a person's roles anew at the next use, as after an edit by this process."""
        self._remembered.pop(subject, None)

    def onward(self, after: str | None = None) -> Iterator[PersonRoles]:
        """Yield everyone whose roles were ever edited, from the one after a subject on.

        In the order of the shards and of the subjects in each; one Query for each shard and MB.
        """
        begin = None if after is None else keys.roles_of(after)
        for pk in keys.people_partitions():
            if begin is not None and pk < begin.pk:
                continue
            start = begin.sk if begin is not None and pk == begin.pk else keys.PERSON_PREFIX
            for stored in self._replica.onward(pk, start):
                subject = stored.key.sk.removeprefix(keys.PERSON_PREFIX)
                if subject != after:
                    yield PersonRoles.load(subject, stored.body)
