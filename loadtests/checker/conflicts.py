"""Rule for conflicts: `editConflicts` lists every edit that was lost unseen, once, and no other."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from loadtests.checker.findings import Kind, Violation
from loadtests.checker.history import History
from loadtests.checker.region_state import RegionState
from services.domain.documents.journal import Change
from services.domain.stamp import Stamp


@dataclass(frozen=True, slots=True, order=True)
class ListedConflict:
    """A lost edit, as an API or the journal shows it.

    Attributes:
        document: Partition and sort key with a slash between them.
        entry: Path within the document.
        operation: Id of the operation that was lost.
    """

    document: str
    entry: str
    operation: str


def check_conflicts(
    history: History, state: RegionState, listed: Sequence[ListedConflict]
) -> list[Violation]:
    """Compare what an API lists with what the journal of that region proves.

    Args:
        history: What clients did.
        state: Of any region, after the regions became equal.
        listed: Of all documents of the check, from any region's API.
    """
    times = Counter(listed)
    lost = set(_lost(state))
    found = [
        _violation("unlisted", one, "was lost unseen; editConflicts does not list it", history)
        for one in sorted(lost - times.keys())
    ]
    found += [
        _violation("unfounded", one, "is listed as lost; it was seen, or it stands", history)
        for one in sorted(times.keys() - lost)
    ]
    found += [
        _violation("unfounded", one, f"is listed {number} times", history)
        for one, number in sorted(times.items())
        if number > 1
    ]
    return found


def _lost(state: RegionState) -> Iterator[ListedConflict]:
    """Yield the edits that no later edit had seen, and whose operation does not stand.

    An operation that several regions applied is one edit, seen where one of its records was. Where
    two set the same value and the later one had not seen the earlier, only the later can be lost.
    """
    for document, entries in state.journal.items():
        operations = {entry.stamp: entry.operation_id for entry in entries}
        top: dict[str, str] = {}
        kept: set[tuple[str, str]] = set()
        made: dict[tuple[str, str], tuple[Stamp, Any]] = {}
        writes: defaultdict[str, list[tuple[Stamp, Change]]] = defaultdict(list)
        for entry in entries:  # by stamp
            for change in entry.changes:
                top[change.entry] = entry.operation_id
                made[change.entry, entry.operation_id] = entry.stamp, change.value
                writes[change.entry].append((entry.stamp, change))
                if change.seen in operations:
                    kept.add((change.entry, operations[change.seen]))
        kept |= {*top.items()}
        kept |= {
            (path, operation)
            for (path, operation), (stamp, value) in made.items()
            for later, change in writes[path]
            if later > stamp and change.value == value
            if change.seen is None or change.seen < stamp
        }
        for path, operation in made.keys() - kept:
            yield ListedConflict("/".join(document), path, operation)


def _violation(kind: Kind, one: ListedConflict, detail: str, history: History) -> Violation:
    operations = (one.operation,) if one.operation in history.operations else ()
    subject = f"{one.document} {one.entry} by {one.operation}"
    return Violation(kind, subject, detail, operations)
