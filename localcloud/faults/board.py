"""The faults that are on, and the one place that turns handles: on, off, and off again.

A key (a handle and whom it is turned for) is always set to the join of what the faults that are on
claim for it, so faults of the same region come and go independently. Before a key is turned away
from normal it is written to the state file as owed, and stays there until setting it back worked:
whatever happens to this process, the next one knows what to put right.
"""

import asyncio
import contextlib
import time
from collections import defaultdict, deque
from collections.abc import Coroutine, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from localcloud.faults.claims import Claim, Key
from localcloud.faults.client import Fault
from localcloud.faults.event_log import say, warn
from localcloud.faults.handle import Handle, HandleError
from localcloud.faults.wishes import claims_of, now

FILE: Final = "faults.json"
_TICK_S: Final = 0.1
_RETRY_S: Final = 0.5
_REMEMBERED: Final = 500


class Board:
    """All faults of one cloud; used from one event loop."""

    def __init__(
        self, handles: Mapping[str, Handle], regions: tuple[str, ...], state_dir: Path
    ) -> None:
        """Read what an earlier process left on: all of it is owed now, and nothing is on."""
        self.faults: dict[str, Fault] = {}
        self.timeline: deque[dict[str, Any]] = deque(maxlen=_REMEMBERED)
        self._handles = handles
        self._regions = regions
        self._path = state_dir / FILE
        self._owed: set[Key] = set()
        self._retry_at: dict[Key, float] = {}
        self._locks: dict[Key, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._marks: dict[Key, object] = {}
        self._busy: set[asyncio.Task[None]] = set()
        self._take_over()

    @property
    def unhealed(self) -> list[str]:
        """What no fault claims any more and could not be set back yet."""
        return sorted(" ".join(key) for key in self._owed - set(self._claimed()))

    async def inject(self, fault: Fault) -> None:
        """Put a fault on; returns when it bites.

        Raises:
            HandleError: Something refuses; the fault is not on, what was turned is set back.
        """
        claims = claims_of(fault, self._regions)
        self.faults[fault.id] = fault
        self._owed.update(claim.key for claim in claims)
        self._note("injected", fault)
        try:
            self._save()
            for claim in claims:
                await self._set(claim.key)
        except BaseException as error:
            warn("fault refused", id=fault.id, error=str(error))
            await self.end(fault.id, "healed")
            raise

    async def end(self, fault_id: str, how: str) -> bool:
        """Take a fault off; False when it is not on. What cannot be set back now is retried."""
        fault = self.faults.pop(fault_id, None)
        if fault is None:
            return False
        self._note(how, fault)
        self._save()
        for claim in reversed(claims_of(fault, self._regions)):
            with contextlib.suppress(HandleError):
                await self._set(claim.key)
        return True

    async def end_all(self) -> list[str]:
        """Take every fault off, all at once, the newest first."""
        ids = list(reversed(self.faults))
        await asyncio.gather(*(self.end(one, "healed") for one in ids))
        return ids

    async def watch(self) -> None:
        """End what is due, retry what is owed, repeat what a restarted process has forgotten."""
        while True:
            await asyncio.sleep(_TICK_S)
            moment = now()
            for fault in list(self.faults.values()):
                if fault.until <= moment:
                    self._begin(self._expire(fault.id))
            claimed = set(self._claimed())
            for key in (self._owed - claimed) | {key for key in claimed if self._forgotten(key)}:
                rested = time.monotonic() >= self._retry_at.get(key, 0.0)
                if rested and not self._locks[key].locked():
                    self._begin(self._try(key))

    async def close(self) -> None:
        """Wait for what is being turned; nothing is healed: the next process does that."""
        for task in self._busy:
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)

    def _forgotten(self, key: Key) -> bool:
        """Whether what was turned has been restarted since, and knows nothing of it."""
        mark = self._handles[key.handle].mark(key.subject)
        return key in self._marks and mark != self._marks[key]

    async def _expire(self, fault_id: str) -> None:
        await self.end(fault_id, "expired")

    async def _try(self, key: Key) -> None:
        with contextlib.suppress(HandleError):
            await self._set(key)

    async def _set(self, key: Key) -> None:
        """Turn a key to what is claimed for it now."""
        async with self._locks[key]:
            values = [claim.value for claim in self._claims() if claim.key == key]
            handle = self._handles[key.handle]
            mark = handle.mark(key.subject)
            # At most so often, also where a process that died again and again is the reason.
            self._retry_at[key] = time.monotonic() + _RETRY_S
            try:
                await handle.turn(key.subject, values)
            except HandleError as error:
                warn("cannot turn", key=" ".join(key), values=values, error=str(error))
                raise
            if values:
                self._marks[key] = mark
            elif not any(claim.key == key for claim in self._claims()):
                self._marks.pop(key, None)
                self._owed.discard(key)
                self._save()

    def _claims(self) -> Iterable[Claim]:
        for fault in self.faults.values():
            yield from claims_of(fault, self._regions)

    def _claimed(self) -> Iterable[Key]:
        return (claim.key for claim in self._claims())

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)

    def _note(self, what: str, fault: Fault) -> None:
        event = {"what": what, "id": fault.id, "kind": fault.kind, "region": fault.region}
        say(f"fault {what}", **{name: event[name] for name in ("id", "kind", "region")})
        self.timeline.append({"at": now().isoformat(timespec="milliseconds"), **event})

    def _save(self) -> None:
        document = {
            "faults": [fault.to_json() for fault in self.faults.values()],
            "owed": [list(key) for key in sorted(self._owed)],
            "timeline": list(self.timeline),
        }
        draft = self._path.with_suffix(".draft")
        try:
            draft.write_bytes(orjson.dumps(document))
            draft.replace(self._path)
        except OSError as error:
            raise HandleError(f"what is on cannot be written down: {error}") from error

    def _take_over(self) -> None:
        try:
            document = orjson.loads(self._path.read_bytes())
            faults = [Fault.from_json(one) for one in document["faults"]]
            owed = {Key(*one) for one in document["owed"]}
            timeline = list(document["timeline"])
        except FileNotFoundError:
            return
        except (ValueError, KeyError, TypeError) as error:
            warn("what was on cannot be read", path=str(self._path), error=str(error))
            return
        # Regions and kinds may have changed with the checkout or the options of the start.
        self._owed = {
            key
            for key in owed
            if key.handle in self._handles and self._handles[key.handle].knows(key.subject)
        }
        self.timeline.extend(timeline)
        for fault in faults:
            self._note("healed", fault)
        self._save()
