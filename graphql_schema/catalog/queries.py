"""The queries of catalogs: their state, their items, publications, and the edits of an item."""

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Annotated, Any, Final

import strawberry

from graphql_schema.access import for_market
from graphql_schema.catalog.difference import CatalogDifferenceQueries
from graphql_schema.catalog.drafts import drafts_version, edited_at
from graphql_schema.catalog.types import (
    Catalog,
    CatalogEdit,
    CatalogEntry,
    CatalogItemContent,
    CatalogItemLack,
    CatalogItemState,
    CatalogItemStateConnection,
    CatalogPublication,
    CatalogPublicationConnection,
    DraftedCategory,
)
from graphql_schema.context import Context
from graphql_schema.cost.directives import Cost, page
from graphql_schema.errors import BadInputError
from graphql_schema.info import Info
from graphql_schema.markets import check_market
from graphql_schema.pagination.arguments import After, First
from graphql_schema.pagination.reads import MAX_PAGE, check_first, page_of
from graphql_schema.pagination.views import ConnectionView, EdgeView, PageInfoView
from graphql_schema.people.types import ActionChange
from graphql_schema.stamps import moment
from services.domain.catalogs.completeness import untranslated
from services.domain.catalogs.content import (
    ItemContent,
    of_draft,
    of_drafts,
    of_published,
    of_version,
)
from services.domain.catalogs.difference import DifferenceKind, difference, field_differences
from services.domain.documents.catalog import CatalogDraft, CatalogVersion
from services.domain.documents.journal import JournalEntry
from services.domain.documents.publication import Publication
from services.domain.ids import is_id
from services.domain.markets import LOCALES, MARKETS
from services.domain.people.policy import Permission
from services.domain.publishing import CATEGORY_PREFIX, in_menu_order, menu_rank, missing
from services.domain.stamp import InvalidStampError, Stamp
from services.storage import keys
from services.storage.exceptions import CatalogNotReplicatedError

_CURSOR: Final = re.compile(r"[0-9a-f]{16}@[a-z0-9-]{1,30}", re.ASCII)

# The version in force is the newest publication's, but where regions published at once.
_LOOKED_AT: Final = 20

Market = Annotated[strawberry.ID, strawberry.argument(description="Id of the market.")]
Item = Annotated[strawberry.ID, strawberry.argument(description="Id of the item.")]


def catalog(info: Info, market: Market) -> Catalog:
    """Return the state of a market's catalog."""
    context = _reading(info, market)
    drafts, version = _both(context, market)
    content = of_drafts(drafts)
    found = difference(of_version(version), content)
    kinds = [one.kind for one in found.items]
    categories, items = in_menu_order(drafts)
    of_market = MARKETS[market]
    return Catalog(
        market=strawberry.ID(market),
        currency=of_market.currency,
        locale=of_market.locale,
        locales=list(LOCALES),
        published=None if version is None else _publication(context, version),
        drafts_version=drafts_version(drafts),
        item_count=len(items),
        added_count=kinds.count(DifferenceKind.ADDED),
        changed_count=kinds.count(DifferenceKind.CHANGED),
        withdrawn_count=kinds.count(DifferenceKind.WITHDRAWN),
        other_changes=found.reordered or bool(found.categories),
        incomplete_count=sum(bool(missing(draft, categories)) for draft in items),
        without_allergens_count=sum(one.allergens is None for one in content.items.values()),
        untranslated_count=sum(bool(untranslated(one)) for one in content.items.values()),
        edited_at=edited_at(drafts),
        categories=[DraftedCategory.of(draft) for draft in categories.values()],
        withdrawn_categories=[
            DraftedCategory.of(draft)
            for draft in sorted(drafts, key=menu_rank)
            if draft["withdrawn"] and draft.item_id.startswith(CATEGORY_PREFIX)
        ],
    )


def catalog_items(
    info: Info, market: Market, first: First = 50, after: After = None
) -> ConnectionView[CatalogItemState]:
    """Return a page of a catalog's items, drafts beside what is published."""
    context = _reading(info, market)
    check_first(first)
    drafts, version = _both(context, market)
    categories, _ = in_menu_order(drafts)
    return page_of(
        _ordered(drafts, categories),
        first=first,
        after=after,
        place=lambda draft: _place(draft, categories),
        form=(int, int, str, int, str),
        node=lambda draft: _item(draft, version, categories),
        what="these items",
    )


def catalog_item(info: Info, market: Market, item_id: Item) -> CatalogItemState | None:
    """Return an item of a catalog, or None if it has no draft."""
    context = _reading(info, market)
    stored = _stored_draft(context, market, item_id)
    if stored is None:
        return None
    version = context.services.catalogs.published(market)
    return _item(stored, version, _category_of(context, stored))


def catalog_item_history(
    info: Info, market: Market, item_id: Item, first: First = 20
) -> list[CatalogEdit]:
    """Return the newest edits of an item's draft that the journal has."""
    context = _reading(info, market)
    check_first(first)
    if not is_id(item_id):
        return []
    found = context.services.journals.latest(keys.draft(market, item_id), first)
    return [_edit(entry, item_id) for entry in found]


def _is_cursor(text: str) -> bool:
    """Return whether a text is a cursor of publications: the stamp of one, whichever it is."""
    with suppress(InvalidStampError):
        return _CURSOR.fullmatch(text) is not None and str(Stamp.parse(text)) == text
    return False


def catalog_publications(info: Info, market: Market, first: First = 20, after: After = None) -> Any:
    """Return a page of the publications of a market."""
    context = _reading(info, market)
    check_first(first)
    if after is not None and not _is_cursor(after):
        raise BadInputError("after is no cursor of publications; leave it out to start anew")
    catalogs = context.services.catalogs
    current = catalogs.in_force(market)
    newest = list(islice(catalogs.publications(market, after), max(first + 1, _LOOKED_AT)))
    found = newest[: first + 1]
    if after is None and current is not None:
        _check_recorded(context, market, current, newest)
    edges = [EdgeView(CatalogPublication.of(one, current), str(one.stamp)) for one in found[:first]]
    if not found and after is None and current is not None:
        edges = [EdgeView(CatalogPublication.unrecorded(current), current)]
    return CatalogPublicationConnection(
        edges=edges,  # type: ignore[arg-type]  # views have the attributes that the types declare
        page_info=PageInfoView.of(  # type: ignore[arg-type]
            edges, has_next=len(found) > first, has_previous=after is not None
        ),
    )


def _reading(info: Info, market: str) -> Context:
    """Return the context of a request of somebody who may read the drafts of a market.

    Raises:
        CodedError: UNAUTHENTICATED or FORBIDDEN, or there is no such market.
    """
    context = info.context
    for_market(context, Permission.READ_CATALOG, market)
    context.cache.narrow(0)
    check_market(market)
    return context


def _both(context: Context, market: str) -> tuple[list[CatalogDraft], CatalogVersion | None]:
    """Return the drafts of a market, and the version that is in force.

    Raises:
        CatalogNotReplicatedError: That version has not arrived here yet.
    """
    catalogs = context.services.catalogs
    return catalogs.drafts(market), catalogs.published(market)


def _check_recorded(
    context: Context, market: str, current: str, newest: Sequence[Publication]
) -> None:
    """Check that the publications that are here tell of the version in force.

    Raises:
        CatalogNotReplicatedError: The pointer arrived here before the publication, or the other
            way round; or nothing but the pointer arrived yet.
    """
    if not newest:
        context.services.catalogs.published(market)  # from before publications were recorded
    elif all(one.version != current for one in newest):
        raise CatalogNotReplicatedError(market)


def _publication(context: Context, version: CatalogVersion) -> CatalogPublication:
    found = context.services.catalogs.publications(version.market)
    for one in islice(found, _LOOKED_AT):
        if one.version == version.version:
            return CatalogPublication.of(one, version.version)
    return CatalogPublication.unrecorded(version.version)


def _ordered(
    drafts: Sequence[CatalogDraft], categories: Mapping[str, CatalogDraft]
) -> list[CatalogDraft]:
    """Return the items of drafts as a menu has them, withdrawn ones last.

    Args:
        drafts: All drafts of a market.
        categories: Its categories, as `in_menu_order` returns them.
    """
    items = [draft for draft in drafts if not draft.item_id.startswith(CATEGORY_PREFIX)]
    return sorted(items, key=lambda draft: _place(draft, categories))


def _place(
    draft: CatalogDraft, categories: Mapping[str, CatalogDraft]
) -> tuple[int, int, str, int, str]:
    """Return where an item stands in the list: with its category, without any, or withdrawn."""
    rank, item_id = menu_rank(draft)
    if draft["withdrawn"]:
        return 2, 0, "", 0, item_id
    category = categories.get(draft["category"] or "")
    if category is None:
        return 1, 0, "", rank, item_id
    return 0, *menu_rank(category), rank, item_id


def _stored_draft(context: Context, market: str, item_id: str) -> CatalogDraft | None:
    return context.services.catalogs.draft(market, item_id) if is_id(item_id) else None


def _category_of(context: Context, draft: CatalogDraft) -> Collection[str]:
    """Return the id of a draft's category, where the market has it; else nothing."""
    category = draft["category"]
    if category is None:
        return ()
    found = context.services.catalogs.draft(draft.market, CATEGORY_PREFIX + category)
    return () if found is None or found["withdrawn"] else (category,)


def _item(
    draft: CatalogDraft, version: CatalogVersion | None, categories: Collection[str]
) -> CatalogItemState:
    currency = MARKETS[draft.market].currency
    content = of_draft(draft)
    in_force = None if version is None else version.by_id.get(draft.item_id)
    published = None if in_force is None else of_published(in_force)
    withdrawn = bool(draft["withdrawn"])
    lacks = [] if withdrawn else missing(draft, categories)
    texts = untranslated(content)
    kind = _kind(None if withdrawn else content, published)
    return CatalogItemState(
        item_id=strawberry.ID(draft.item_id),
        draft=CatalogItemContent.of(content, currency),
        published=None if published is None else CatalogItemContent.of(published, currency),
        withdrawn=withdrawn,
        change=kind,
        missing=[CatalogItemLack(one) for one in lacks],
        untranslated_names=list(texts.names),
        untranslated_descriptions=list(texts.descriptions),
        edited_at=edited_at([draft]),
        entries=[
            CatalogEntry.of(entry, register) for entry, register in sorted(draft.registers.items())
        ],
    )


def _kind(draft: ItemContent | None, published: ItemContent | None) -> DifferenceKind | None:
    """Return what publishing makes of an item; None stands for one that is not in the catalog."""
    if draft is None:
        return None if published is None else DifferenceKind.WITHDRAWN
    if published is None:
        return DifferenceKind.ADDED
    return DifferenceKind.CHANGED if any(field_differences(published, draft)) else None


def _edit(entry: JournalEntry, item_id: str) -> CatalogEdit:
    return CatalogEdit(
        name=entry.action,
        at=moment(entry.stamp),
        region=entry.stamp.region,
        author=entry.author,
        device=entry.device,
        operation_id=strawberry.ID(entry.operation_id),
        changes=[
            ActionChange.of(change.entry.removeprefix(f"{item_id}/"), change.value)
            for change in entry.changes
        ],
    )


@strawberry.type
class CatalogQueries(CatalogDifferenceQueries):
    """Fields of `Query` about catalogs."""

    catalog: Catalog = strawberry.field(
        resolver=catalog,
        description="The state of a market's catalog: the version in force, and the drafts that "
        "the next publication takes. Needs an editor of the market, or an operator.",
        directives=[Cost(weight=3000)],
    )
    catalog_items: Any = strawberry.field(
        resolver=catalog_items,
        graphql_type=CatalogItemStateConnection,
        description="The items of a market's catalog: drafts beside what is published. Needs an "
        "editor of the market, or an operator.",
        directives=[Cost(weight=3000), page(MAX_PAGE, "edges")],
    )
    catalog_item: CatalogItemState | None = strawberry.field(
        resolver=catalog_item,
        description="An item of a market's catalog: its draft beside what is published. Null: it "
        "has no draft. Needs an editor of the market, or an operator.",
        directives=[Cost(weight=800)],
    )
    catalog_item_history: list[CatalogEdit] = strawberry.field(
        resolver=catalog_item_history,
        description="The newest edits of an item's draft, as the edit journal has them: of 35 "
        "days. Needs an editor of the market, or an operator.",
        directives=[Cost(weight=500), page(MAX_PAGE)],
    )
    catalog_publications: CatalogPublicationConnection = strawberry.field(
        resolver=catalog_publications,
        description="When which version of a market's catalog came into force, and who did it, "
        "newest first. Needs an editor of the market, or an operator.",
        directives=[Cost(weight=500), page(MAX_PAGE, "edges")],
    )
