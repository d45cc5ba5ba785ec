"""Rule for registers: the highest stamp wins, and every acknowledged write is in the journal."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from loadtests.checker.findings import Kind, Violation, distinct
from loadtests.checker.history import History
from loadtests.checker.region_state import RegionState, RegisterValue
from services.domain.stamp import Stamp
from services.storage.keys import Key

# Registers whose False (of `listed`) or True (of `withdrawn`) is a tombstone.
_TOMBSTONES: Final = {"listed": False, "withdrawn": True}
# What the items of a check's stores are before anyone edits them.
_INITIAL: Final = {"listed": True}

Entry = tuple[Key, str]


@dataclass(frozen=True, slots=True)
class RegisterWrite:
    """A write of a register, as the journal recorded it."""

    stamp: Stamp
    value: Any
    operation: str


def check_registers(history: History, regions: Mapping[str, RegionState]) -> list[Violation]:
    """Every acknowledged write stands, or is beaten by a higher stamp and in the journal.

    A write of the value that stood already changes nothing and leaves no journal entry of its own;
    then the journal must have the write that set the value, unless it stood from the beginning.
    """
    found = []
    for region, state in regions.items():
        written = _written(state)
        found += [
            *_without_trace(history, written, region),
            *_not_standing(history, written, state, region),
        ]
    return distinct(found)


def _written(state: RegionState) -> dict[Entry, list[RegisterWrite]]:
    found: defaultdict[Entry, list[RegisterWrite]] = defaultdict(list)
    for document, entries in state.journal.items():
        for entry in entries:
            for change in entry.changes:
                one = RegisterWrite(entry.stamp, change.value, entry.operation_id)
                found[document, change.entry].append(one)
    return dict(found)


def _without_trace(
    history: History, written: Mapping[Entry, list[RegisterWrite]], region: str
) -> Iterator[Violation]:
    for operation in history.acknowledged():
        for path, value in operation.sets.items():
            traces = written.get((operation.document, path), ())
            as_it_was = _INITIAL.get(path.rpartition("/")[2]) == value
            if not as_it_was and not any(one.value == value for one in traces):
                yield Violation(
                    "lost",
                    f"{_name((operation.document, path))} by {operation.id}",
                    f"was acknowledged as {value!r}; the journal of {region} has no entry of it",
                    (operation.id,),
                )


def _not_standing(
    history: History, written: Mapping[Entry, list[RegisterWrite]], state: RegionState, region: str
) -> Iterator[Violation]:
    for entry, writes in written.items():
        top = max(writes, key=lambda one: one.stamp)
        standing = state.registers.get(entry[0], {}).get(entry[1])
        if standing is not None and (standing.stamp, standing.value) == (top.stamp, top.value):
            continue
        source = (
            "acknowledged" if history.outcomes().get(top.operation) == "ok" else "in the journal"
        )
        shown = f"{standing.value!r} at {standing.stamp}" if standing else "nothing"
        yield Violation(
            _kind(entry, top, standing),
            _name(entry),
            f"{top.value!r} at {top.stamp} ({top.operation}, {source}) should stand; "
            f"in {region} stands {shown}",
            tuple(dict.fromkeys(one.operation for one in writes)),
        )


def _kind(entry: Entry, top: RegisterWrite, standing: RegisterValue | None) -> Kind:
    name = entry[1].rpartition("/")[2]
    buried = name in _TOMBSTONES and top.value is _TOMBSTONES[name]
    return "resurrected" if buried and standing and standing.value is not top.value else "lost"


def _name(entry: Entry) -> str:
    return f"{entry[0].pk}/{entry[0].sk} {entry[1]}"
