"""The registry of active faults, which keeps every actuator in the state that the faults want.

A key (an actuator and a target) always has the combination of the values that the active faults
have for it, so faults of the same region come and go independently. Before a key leaves its normal
state, it is written to the state file as pending, and it stays there until the normal state is
back: a controller that was killed, and started again, restores what its predecessor had changed.
"""

import asyncio
import contextlib
import time
from collections import defaultdict, deque
from collections.abc import Coroutine, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from localcloud.faults.actuator import Actuator, ActuatorError
from localcloud.faults.client import Fault
from localcloud.faults.effects import Effect, EffectKey
from localcloud.faults.fault_request import effects_of, now
from localcloud.faults.kinds import GUARDS
from localcloud.json_log import EventLog

FILE: Final = "faults.json"
_TICK_S: Final = 0.1
_RETRY_S: Final = 0.5
_TIMELINE_LENGTH: Final = 500

_LOG: Final = EventLog("faults")


class FaultRegistry:
    """All faults of one cloud; used from one event loop.

    Attributes:
        faults: The active faults by id, the oldest first.
        timeline: The recent events (injected, healed, expired), the oldest first.
    """

    def __init__(
        self, actuators: Mapping[str, Actuator], regions: tuple[str, ...], state_dir: Path
    ) -> None:
        """Read the state file: whatever an earlier controller left changed is pending now.

        Args:
            actuators: The actuators by name.
            regions: The regions of the cloud.
            state_dir: The folder of the state file.
        """
        self.faults: dict[str, Fault] = {}
        self.timeline: deque[dict[str, Any]] = deque(maxlen=_TIMELINE_LENGTH)
        self._actuators = actuators
        self._regions = regions
        self._path = state_dir / FILE
        self._pending: set[EffectKey] = set()
        self._retry_at: dict[EffectKey, float] = {}
        self._locks: dict[EffectKey, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._incarnations: dict[EffectKey, object] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._restore()

    @property
    def unhealed(self) -> list[str]:
        """The keys that no active fault wants changed and that are not back in normal state yet."""
        return sorted(" ".join(key) for key in self._pending - set(self._active_keys()))

    async def inject(self, fault: Fault) -> None:
        """Add a fault; returns when all of its effects are applied.

        Raises:
            ActuatorError: An effect could not be applied; the fault is not active, and what had
                been applied is undone.
        """
        effects = effects_of(fault, self._regions)
        self.faults[fault.id] = fault
        self._pending.update(effect.key for effect in effects)
        self._record("injected", fault)
        try:
            self._save()
            for effect in effects:
                await self._apply(effect.key)
        except BaseException as error:
            _LOG.warning("fault refused", id=fault.id, error=str(error))
            await self.end(fault.id, "healed")
            raise

    async def end(self, fault_id: str, how: str) -> bool:
        """Remove a fault and undo its effects; an effect that cannot be undone now is retried.

        Args:
            fault_id: The fault.
            how: The word for the timeline, `healed` or `expired`.

        Returns:
            False if there is no such active fault.
        """
        fault = self.faults.pop(fault_id, None)
        if fault is None:
            return False
        self._record(how, fault)
        self._save()
        for effect in reversed(effects_of(fault, self._regions)):
            with contextlib.suppress(ActuatorError):
                await self._apply(effect.key)
        return True

    async def end_all(self) -> list[str]:
        """Remove all faults but the cloud's own guards concurrently; return their ids.

        The newest comes first.
        """
        ids = [id_ for id_, one in reversed(self.faults.items()) if one.kind not in GUARDS]
        await asyncio.gather(*(self.end(one, "healed") for one in ids))
        return ids

    async def watch(self) -> None:
        """End expired faults, retry pending keys, apply effects again to restarted targets."""
        while True:
            await asyncio.sleep(_TICK_S)
            moment = now()
            for fault in list(self.faults.values()):
                if fault.until <= moment:
                    self._start(self._expire(fault.id))
            active = set(self._active_keys())
            for key in (self._pending - active) | {key for key in active if self._restarted(key)}:
                rested = time.monotonic() >= self._retry_at.get(key, 0.0)
                if rested and not self._locks[key].locked():
                    self._start(self._try_apply(key))

    async def close(self) -> None:
        """Cancel what is being applied. Nothing is healed: the next controller does that."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _restarted(self, key: EffectKey) -> bool:
        """Return whether the target was restarted since its effects were applied."""
        current = self._actuators[key.actuator].incarnation(key.target)
        return key in self._incarnations and current != self._incarnations[key]

    async def _expire(self, fault_id: str) -> None:
        await self.end(fault_id, "expired")

    async def _try_apply(self, key: EffectKey) -> None:
        with contextlib.suppress(ActuatorError):
            await self._apply(key)

    async def _apply(self, key: EffectKey) -> None:
        """Apply the values that the active faults have for a key now."""
        async with self._locks[key]:
            values = [effect.value for effect in self._effects() if effect.key == key]
            actuator = self._actuators[key.actuator]
            incarnation = actuator.incarnation(key.target)
            # Limits the rate also where a process that ends again and again is the reason.
            self._retry_at[key] = time.monotonic() + _RETRY_S
            try:
                await actuator.apply(key.target, values)
            except ActuatorError as error:
                _LOG.warning(
                    "cannot apply effect", key=" ".join(key), values=values, error=str(error)
                )
                raise
            if values:
                self._incarnations[key] = incarnation
            elif not any(effect.key == key for effect in self._effects()):
                self._incarnations.pop(key, None)
                self._pending.discard(key)
                self._save()

    def _effects(self) -> Iterable[Effect]:
        for fault in self.faults.values():
            yield from effects_of(fault, self._regions)

    def _active_keys(self) -> Iterable[EffectKey]:
        return (effect.key for effect in self._effects())

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _record(self, what: str, fault: Fault) -> None:
        event = {"what": what, "id": fault.id, "kind": fault.kind, "region": fault.region}
        _LOG.info(f"fault {what}", **{name: event[name] for name in ("id", "kind", "region")})
        self.timeline.append({"at": now().isoformat(timespec="milliseconds"), **event})

    def _save(self) -> None:
        document = {
            "faults": [fault.to_json() for fault in self.faults.values()],
            "pending": [list(key) for key in sorted(self._pending)],
            "timeline": list(self.timeline),
        }
        draft = self._path.with_suffix(".draft")
        try:
            draft.write_bytes(orjson.dumps(document))
            draft.replace(self._path)
        except OSError as error:
            raise ActuatorError(
                f"the state file {self._path} cannot be written: {error}", "free space on its disk"
            ) from error

    def _restore(self) -> None:
        try:
            document = orjson.loads(self._path.read_bytes())
            faults = [Fault.from_json(one) for one in document["faults"]]
            # Until version 0.1.0 the pending keys were named "owed".
            keys = document["pending"] if "pending" in document else document["owed"]
            pending = {EffectKey(*one) for one in keys}
            timeline = list(document["timeline"])
        except FileNotFoundError:
            return
        except (ValueError, KeyError, TypeError) as error:
            _LOG.warning("state file cannot be read", path=str(self._path), error=str(error))
            return
        # The regions and kinds of the earlier controller may be others than those of this one.
        self._pending = {
            key
            for key in pending
            if key.actuator in self._actuators
            and self._actuators[key.actuator].has_target(key.target)
        }
        self.timeline.extend(timeline)
        for fault in faults:
            self._record("healed", fault)
        self._save()
