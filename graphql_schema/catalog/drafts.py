"""What the fields about catalogs share: the drafts of a market, their version, and their edits."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from graphql_schema.stamps import moment
from graphql_schema.versions import version_of
from services.domain.documents.catalog import CatalogDraft
from services.domain.stamp import Stamp


def drafts_version(drafts: Sequence[CatalogDraft]) -> str:
    """Return the version of drafts: equal while none of them is edited."""
    return version_of(
        f"{draft.item_id}/{entry}@{register.stamp}"
        for draft in drafts
        for entry, register in draft.registers.items()
    )


def latest(drafts: Iterable[CatalogDraft]) -> tuple[CatalogDraft, Stamp] | None:
    """Return the draft that was edited last, and the stamp of that edit; None without drafts."""
    edited = [(max(draft.stamps()), draft) for draft in drafts if draft.registers]
    if not edited:
        return None
    stamp, draft = max(edited, key=lambda one: one[0])
    return draft, stamp


def edited_at(drafts: Iterable[CatalogDraft]) -> datetime | None:
    """Return when drafts were edited last; None: never."""
    found = latest(drafts)
    return None if found is None else moment(found[1])
