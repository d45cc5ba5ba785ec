"""Rule for counters: each sale counts once, in whichever region and however often it was sent."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from loadtests.checker.findings import Kind, Violation, distinct
from loadtests.checker.history import History, OperationOutcome
from loadtests.checker.region_state import RegionState
from services.domain.documents.journal import JournalEntry
from services.storage import keys

Line = tuple[str, str, str]
"""Store, item, region."""


def check_counters(history: History, regions: Mapping[str, RegionState]) -> list[Violation]:
    """Acknowledged sales count once, unknown ones at most once, refused ones never.

    Two steps: the journal and the marks of what was undone must show so many effects, and the
    counters must be their sum.
    """
    found = []
    outcomes = history.outcomes()
    for region, state in regions.items():
        applied = state.applications()
        found += [
            *_each_once(history, outcomes, applied, state, region),
            *_sums(history, applied, state, region),
        ]
    return distinct(found)


def check_refusals(history: History, regions: Mapping[str, RegionState]) -> list[Violation]:
    """Check that refused operations had no effect."""
    outcomes = history.outcomes()
    found = [
        Violation(
            "refused", name, f"was refused, and the journal of {region} has an entry of it", (name,)
        )
        for region, state in regions.items()
        for name in state.applications()
        if outcomes.get(name) == "refused"
    ]
    return distinct(found)


def _each_once(
    history: History,
    outcomes: Mapping[str, OperationOutcome],
    applied: Mapping[str, list[JournalEntry]],
    state: RegionState,
    region: str,
) -> Iterator[Violation]:
    for operation in history.operations.values():
        if not operation.sold:
            continue
        effects = applied.get(operation.id, [])
        undone = state.undone.get(operation.id, set())
        times = len(effects) - len(undone)
        where = ", ".join(str(entry.stamp) for entry in effects) or "nowhere"
        detail = (
            f"{dict(operation.sold)} was {outcomes[operation.id]}, applied at {where}, undone in "
            f"{', '.join(sorted(undone)) or 'no region'}: it counts {times} times in {region}"
        )
        subject = f"{operation.document.pk} sale {operation.id}"
        if times > 1:
            yield Violation("duplicated", subject, detail, (operation.id,))
        elif times < (outcomes[operation.id] == "ok"):
            yield Violation("lost", subject, detail, (operation.id,))


def _sums(
    history: History, applied: Mapping[str, list[JournalEntry]], state: RegionState, region: str
) -> Iterator[Violation]:
    sold: Counter[Line] = Counter()
    undone: Counter[Line] = Counter()
    by_line: defaultdict[Line, list[str]] = defaultdict(list)
    for name, entries in applied.items():
        for entry in entries:
            store = entry.document[0].removeprefix(keys.STORE_PREFIX)
            for item, pieces in entry.sold:
                line = (store, item, entry.stamp.region)
                sold[line] += pieces
                by_line[line].append(name)
                if entry.stamp.region in state.undone.get(name, ()):
                    undone[line] += pieces
    counted = {
        (store, item, owner)
        for store, lines in state.stock.items()
        for item, stock in lines.items()
        for owner in stock.slots
    }
    for line in sorted(counted | sold.keys()):
        slot = state.slot(*line)
        if (slot.sold, slot.undone) == (sold[line], undone[line]):
            continue
        surplus = slot.net - (sold[line] - undone[line])
        kind: Kind = "duplicated" if surplus > 0 else "lost" if surplus < 0 else "arithmetic"
        store, item, owner = line
        yield Violation(
            kind,
            f"{keys.stock(store).pk} {item} sold in {owner}",
            f"journal: {sold[line]} sold, {undone[line]} undone; "
            f"counter in {region}: {slot.sold} sold, {slot.undone} undone",
            tuple(name for name in dict.fromkeys(by_line[line]) if name in history.operations),
        )
