"""catalogDifference: what publishing the drafts, or going back to a version, changes for guests."""

import json
from enum import Enum
from typing import Annotated, Any, Self

import strawberry

from graphql_schema.access import for_market
from graphql_schema.catalog.change_kinds import DifferenceKind
from graphql_schema.catalog.drafts import drafts_version
from graphql_schema.catalog.types import LocalizedText, localized_texts
from graphql_schema.cost.directives import Cost, page, sized
from graphql_schema.errors import BadInputError
from graphql_schema.info import Info
from graphql_schema.markets import check_market
from graphql_schema.pagination.arguments import After, First
from graphql_schema.pagination.reads import MAX_PAGE, Place, check_first, page_of
from graphql_schema.pagination.types import Edge, PageInfo
from services.domain.catalogs.content import NOTHING, CatalogContent, of_drafts, of_version
from services.domain.catalogs.difference import (
    CatalogDifference as DomainDifference,
)
from services.domain.catalogs.difference import (
    CategoryDifference,
    FieldDifference,
    ItemDifference,
    difference,
)
from services.domain.documents.catalog import CatalogVersion
from services.domain.markets import LOCALES
from services.domain.people.policy import Permission
from services.domain.publishing import MAX_PROBLEMS
from services.storage.catalogs import CatalogRepository
from services.storage.exceptions import InvalidVersionError, NoSuchVersionError

From = Annotated[
    str | None, strawberry.argument(description="The version before. Default: that in force.")
]
To = Annotated[str | None, strawberry.argument(description="The version after. Default: drafts.")]


@strawberry.enum(description="A field of a catalog item that guests see.")
class CatalogItemAspect(Enum):
    """A field of `services.domain.catalogs.difference.FIELDS`."""

    CATEGORY = strawberry.enum_value("category", description="Id of its category, as JSON.")
    NAME = strawberry.enum_value("names", description="A name in one language, as JSON.")
    DESCRIPTION = strawberry.enum_value(
        "descriptions", description="A description in one language, as JSON."
    )
    IMAGE_URL = strawberry.enum_value("image_url", description="Its picture, as JSON.")
    PRICE = strawberry.enum_value("price", description="Its price in minor units, as JSON.")
    ALLERGENS = strawberry.enum_value("allergens", description="All its allergens, as JSON.")
    DIET = strawberry.enum_value("diet", description='Its diet, as JSON: `"VEGAN"`, `null`.')
    CALORIES = strawberry.enum_value("calories", description="Kilocalories, as JSON.")
    STANDARD = strawberry.enum_value(
        "standard", description="Whether stores without a choice of their own sell it, as JSON."
    )
    DAYPARTS = strawberry.enum_value("dayparts", description="When it is served, as JSON.")


@strawberry.type(description="A value that differs.")
class CatalogFieldDifference:
    aspect: CatalogItemAspect = strawberry.field(description="What differs.")
    locale: str | None = strawberry.field(description="Language of a text; null: no text.")
    before: str = strawberry.field(description="Its value before, as JSON: `249`, `null`.")
    after: str = strawberry.field(description="Its value after, as JSON.")

    @classmethod
    def of(cls, found: FieldDifference) -> Self:
        """Return the GraphQL object of a field that differs."""
        return cls(
            aspect=CatalogItemAspect(found.field),
            locale=found.locale,
            before=json.dumps(found.before, ensure_ascii=False),
            after=json.dumps(found.after, ensure_ascii=False),
        )


@strawberry.type(description="An item that differs.")
class CatalogItemDifference:
    item_id: strawberry.ID = strawberry.field(description="Id of the item.")
    kind: DifferenceKind = strawberry.field(description="What becomes of it.")
    names: list[LocalizedText] = strawberry.field(
        description="Its names afterwards, or before where it is withdrawn.",
        directives=[sized(len(LOCALES))],
    )
    fields: list[CatalogFieldDifference] = strawberry.field(
        description="What differs; of an added item all that it says, of a withdrawn one nothing.",
        directives=[sized(5)],
    )


@strawberry.type(description="A category that differs. One without items is on no menu.")
class CatalogCategoryDifference:
    id: strawberry.ID = strawberry.field(description="Id of the category.")
    kind: DifferenceKind = strawberry.field(description="What becomes of it.")
    names: list[CatalogFieldDifference] = strawberry.field(
        description="The names that differ.", directives=[sized(len(LOCALES))]
    )

    @classmethod
    def of(cls, found: CategoryDifference) -> Self:
        """Return the GraphQL object of a category that differs."""
        return cls(
            id=strawberry.ID(found.category_id),
            kind=found.kind,
            names=[CatalogFieldDifference.of(one) for one in found.names],
        )


@strawberry.type(description="What differs between two catalogs of a market.")
class CatalogDifference:
    from_version: str | None = strawberry.field(
        description="The version before. Null: nothing was published."
    )
    to_version: str | None = strawberry.field(description="The version after. Null: the drafts.")
    drafts_version: str = strawberry.field(
        description="The drafts that were read; `expectedDrafts` of `publishCatalog` takes it."
    )
    total_count: int = strawberry.field(description="Items that differ.")
    added_count: int = strawberry.field(description="Items that are added.")
    changed_count: int = strawberry.field(description="Items of which something changes.")
    withdrawn_count: int = strawberry.field(description="Items that are withdrawn.")
    price_count: int = strawberry.field(description="Items of which the price changes.")
    allergen_count: int = strawberry.field(description="Items of which the allergens change.")
    reordered: bool = strawberry.field(description="Whether the order of the menu changes.")
    edges: list[Edge[CatalogItemDifference]] = strawberry.field(
        description="Items that differ, withdrawn ones first, then in menu order."
    )
    page_info: PageInfo = strawberry.field(description="Where this page of items lies.")
    categories: list[CatalogCategoryDifference] = strawberry.field(
        description="Categories that differ.", directives=[sized(10)]
    )
    problems: list[str] = strawberry.field(
        description="What keeps the drafts from being published, for people; at most "
        f"{MAX_PROBLEMS}. Empty where a version is compared.",
        directives=[sized(10)],
    )


def catalog_difference(  # noqa: PLR0917 - arguments of a field are named
    info: Info,
    market: Annotated[strawberry.ID, strawberry.argument(description="Id of the market.")],
    from_version: From = None,
    to_version: To = None,
    first: First = 50,
    after: After = None,
) -> CatalogDifference:
    """Return what differs between two versions; by default the one in force and the drafts."""
    context = info.context
    for_market(context, Permission.READ_CATALOG, market)
    context.cache.narrow(0)
    check_first(first)
    check_market(market)
    catalogs = context.services.catalogs
    drafts = catalogs.drafts(market)
    seen = drafts_version(drafts)
    if from_version is None:
        begin = catalogs.published(market)
    else:
        begin = _version(catalogs, market, from_version)
    before = of_version(begin)
    problems: tuple[str, ...] = ()
    if to_version is None:
        target, problems = of_drafts(drafts), catalogs.problems(market, drafts, seen)
    else:
        target = of_version(_version(catalogs, market, to_version))
    found = difference(before, target)
    # By the menu that an item is looked up in: where it stands there stays, also when it differs no
    # more.
    orders = [{item: at for at, item in enumerate(one.items)} for one in (before, target)]

    def place(one: ItemDifference) -> Place:
        menu = int(one.kind is not DifferenceKind.WITHDRAWN)
        return menu, orders[menu][one.item_id], one.item_id

    def now(last: Place) -> Place:
        menu, at, item_id = last
        known = orders[menu].get(item_id) if menu in {0, 1} else None
        # Of one that is in the menu no more, what stands there by now comes behind.
        return (menu, at, "") if known is None else (menu, known, item_id)

    listed: Any = page_of(
        found.items,
        first=first,
        after=after,
        place=place,
        form=(int, int, str),
        now=now,
        node=lambda one: _item(one, before, target),
        what="this difference",
    )
    return CatalogDifference(
        from_version=None if begin is None else begin.version,
        to_version=to_version,
        drafts_version=seen,
        total_count=len(found.items),
        added_count=_count(found, DifferenceKind.ADDED),
        changed_count=_count(found, DifferenceKind.CHANGED),
        withdrawn_count=_count(found, DifferenceKind.WITHDRAWN),
        price_count=_touching(found, "price"),
        allergen_count=_touching(found, "allergens"),
        reordered=found.reordered,
        edges=listed.edges,
        page_info=listed.page_info,
        categories=[CatalogCategoryDifference.of(one) for one in found.categories],
        problems=list(problems),
    )


def _version(catalogs: CatalogRepository, market: str, version: str) -> CatalogVersion:
    """Return a version.

    Raises:
        BadInputError: There is none of this name.
        CatalogNotReplicatedError: It was published, and has not arrived here yet.
    """
    try:
        return catalogs.version(market, version)
    except (InvalidVersionError, NoSuchVersionError) as error:
        raise BadInputError(f"{error}; {error.hint}") from error


def _item(
    found: ItemDifference, before: CatalogContent, target: CatalogContent
) -> CatalogItemDifference:
    content = target.items.get(found.item_id) or before.items.get(found.item_id) or NOTHING
    return CatalogItemDifference(
        item_id=strawberry.ID(found.item_id),
        kind=found.kind,
        names=localized_texts(content.names),
        fields=[CatalogFieldDifference.of(one) for one in found.fields],
    )


def _count(found: DomainDifference, kind: DifferenceKind) -> int:
    return sum(one.kind is kind for one in found.items)


def _touching(found: DomainDifference, field: str) -> int:
    """Return how many items stay and differ in a field."""
    return sum(
        one.kind is DifferenceKind.CHANGED and any(change.field == field for change in one.fields)
        for one in found.items
    )


@strawberry.type
class CatalogDifferenceQueries:
    """The field of `Query` about differences of catalogs."""

    catalog_difference: CatalogDifference = strawberry.field(
        resolver=catalog_difference,
        description="What changes for guests when the drafts of a market are published, or when "
        "another version comes into force. Needs an editor of the market, or an operator.",
        directives=[Cost(weight=3000), page(MAX_PAGE, "edges")],
    )
