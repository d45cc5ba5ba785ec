"""Plans edits: reads the documents and computes the changes, without writing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from dataload.progress import Progress
from services.domain.documents.assortment import Assortment
from services.domain.documents.catalog import CatalogDraft
from services.domain.documents.journal import Change
from services.domain.documents.profile import StoreProfile
from services.domain.stamp import Stamp
from services.domain.validation import InvalidFieldsError
from services.storage import bulk, keys
from services.storage.kinds import Document
from services.storage.table import Table

Edit = Callable[[Document | None, Stamp], tuple[Document, tuple[Change, ...]]]
Fate = Literal["created", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One entry of a document that gets another value.

    Attributes:
        entry: The path within the document, such as `price` or `glazed/price`.
        before: The value so far; None where there was none.
        after: The new value.
    """

    entry: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.entry}: {self.before!r} -> {self.after!r}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What an edit would make of one document.

    Attributes:
        fate: Whether the document would be created or changed, or is as it should be.
        changes: The entries that get another value.
        before: The document as it is; None where there is none.
        after: The document as it would be.
    """

    fate: Fate
    changes: tuple[ValueChange, ...]
    before: Document | None
    after: Document


def plan(
    table: Table,
    edits: Mapping[keys.Key, Edit],
    progress: Progress,
    refused: dict[keys.Key, InvalidFieldsError] | None = None,
) -> dict[keys.Key, Plan]:
    """Return the plan of each edit; nothing is written.

    Args:
        table: The table of one region.
        edits: An edit for each document.
        progress: Shows how far the work is.
        refused: Gets what the rules say of edits that the document as it stands does not allow;
            such an edit has no plan. Without it, they are raised.

    Raises:
        InvalidFieldsError: An edit breaks a rule, and `refused` is None.
    """
    planned: dict[keys.Key, Plan] = {}
    chunks = _chunks(edits)
    for chunk in progress.track(chunks, "comparing", len(edits), per_item=bulk.CHUNK):
        found = table.get_many(chunk, consistent=True)
        for key, edit in chunk.items():
            before = found[key].document() if key in found else None
            try:
                planned[key] = planned_edit(before, edit, table.clock.tick(*_stamps(before)))
            except InvalidFieldsError as error:
                if refused is None:
                    raise
                refused[key] = error
    return planned


def planned_edit(before: Document | None, edit: Edit, stamp: Stamp) -> Plan:
    """Return what an edit at a stamp makes of a document."""
    after, changes = edit(before, stamp)
    values = tuple(ValueChange(one.entry, _value(before, one.entry), one.value) for one in changes)
    fate: Fate = "created" if before is None else "changed" if values else "unchanged"
    return Plan(fate, values, before, after)


def outcome(plans: Mapping[keys.Key, Plan]) -> bulk.Outcome:
    """Return how many documents the plans would create, change and leave as they are."""
    fates = [one.fate for one in plans.values()]
    return bulk.Outcome(fates.count("created"), fates.count("changed"), fates.count("unchanged"))


def writing(edit: Edit) -> bulk.Edit:
    """Return the edit as `bulk.apply` takes it."""
    return lambda current, stamp: edit(current, stamp)[0]


def _stamps(document: Document | None) -> list[Stamp]:
    return document.stamps() if document else []


def _value(document: Document | None, entry: str) -> Any:
    if document is None:
        return None
    if isinstance(document, Assortment):
        item_id, _, name = entry.rpartition("/")
        return document.value(item_id, name)
    if isinstance(document, CatalogDraft):
        register = document.registers.get(entry.removeprefix(document.item_id + "/"))
        return None if register is None else register.value
    return document[entry] if isinstance(document, StoreProfile) else None


def _chunks(edits: Mapping[keys.Key, Edit]) -> Iterator[dict[keys.Key, Edit]]:
    rest = iter(edits.items())
    while chunk := dict(islice(rest, bulk.CHUNK)):
        yield chunk
