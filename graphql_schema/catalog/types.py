"""GraphQL types of catalogs: drafts of items, what is published of them, and publications."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Self

import strawberry

from graphql_schema.allergens import Allergen
from graphql_schema.catalog.change_kinds import DifferenceKind
from graphql_schema.cost.directives import sized
from graphql_schema.diets import Diet
from graphql_schema.money import Money
from graphql_schema.pagination.types import Connection, Edge, PageInfo
from graphql_schema.people.types import ActionChange
from graphql_schema.stamps import moment
from services.domain.catalogs.content import ItemContent
from services.domain.documents.catalog import CatalogDraft
from services.domain.documents.publication import Publication
from services.domain.markets import LOCALES
from services.domain.publishing import CATEGORY_PREFIX
from services.domain.register import Register
from services.domain.stamp import Stamp


@strawberry.type(description="A catalog item as staff edit it; readers see published catalogs.")
class CatalogItemDraft:
    market: strawberry.ID = strawberry.field(description="Id of the market.")
    item_id: strawberry.ID = strawberry.field(description="Id of the item.")
    name: str | None = strawberry.field(description="Its name in the market's language.")
    category: str | None = strawberry.field(description="Id of its category.")
    price: Money | None = strawberry.field(description="Its price in this market.")
    withdrawn: bool = strawberry.field(description="Leaves the catalog with the next publication.")


@strawberry.enum(description="What an item lacks, or what is wrong with it: not published so.")
class CatalogItemLack(Enum):
    """A field that `services.domain.publishing.missing` names."""

    NAME = strawberry.enum_value("name", description="A name in any language.")
    PRICE = strawberry.enum_value("price", description="A price.")
    CATEGORY = strawberry.enum_value("category", description="A category that the market has.")
    ALLERGENS = strawberry.enum_value(
        "allergens", description="A statement of allergens, which may be that there are none."
    )
    DAYPARTS = strawberry.enum_value("dayparts", description="Parts of the day that are known.")
    DIET = strawberry.enum_value(
        "diet", description="A diet that is known, and that its allergens do not contradict."
    )


@strawberry.type(description="A text in one language.")
class LocalizedText:
    locale: str = strawberry.field(description="BCP 47 locale, such as `fr`.")
    text: str = strawberry.field(description="The text.")


def localized_texts(texts: Mapping[str, str]) -> list[LocalizedText]:
    """Return the GraphQL objects of texts by locale."""
    return [LocalizedText(locale=locale, text=text) for locale, text in sorted(texts.items())]


@strawberry.type(description="What a catalog says of an item. A draft may lack anything.")
class CatalogItemContent:
    category: strawberry.ID | None = strawberry.field(description="Id of its category.")
    names: list[LocalizedText] = strawberry.field(
        description="Its names, by locale.", directives=[sized(len(LOCALES))]
    )
    descriptions: list[LocalizedText] = strawberry.field(
        description="Its descriptions, by locale.", directives=[sized(len(LOCALES))]
    )
    price: Money | None = strawberry.field(description="Its price in this market.")
    allergens: list[Allergen] | None = strawberry.field(
        description="All allergens that it contains; empty states that there are none. Null: "
        "nobody stated anything.",
        directives=[sized(3)],
    )
    diet: Diet | None = strawberry.field(
        description="Stated by the catalog's author, never derived; null: nothing is stated."
    )
    calories: int | None = strawberry.field(description="Kilocalories of a portion. Null: unknown.")
    image_url: str | None = strawberry.field(description="Its picture. Null: none.")
    standard: bool = strawberry.field(
        description="Sold by stores that never chose an assortment of their own."
    )
    dayparts: list[str] = strawberry.field(
        description="Parts of the day in which it is served, such as `BREAKFAST`; empty: always.",
        directives=[sized(1)],
    )

    @classmethod
    def of(cls, content: ItemContent, currency: str) -> Self:
        """Return the GraphQL object of an item's content."""
        return cls(
            category=None if content.category is None else strawberry.ID(content.category),
            names=localized_texts(content.names),
            descriptions=localized_texts(content.descriptions),
            price=Money.maybe(content.price, currency),
            allergens=None
            if content.allergens is None
            else [Allergen[name] for name in content.allergens if name in Allergen.__members__],
            diet=None if content.diet is None else Diet.__members__.get(content.diet),
            calories=content.calories,
            image_url=content.image_url,
            standard=content.standard,
            dayparts=list(content.dayparts),
        )


@strawberry.type(description="A value of a draft that can be set by itself, and its latest edit.")
class CatalogEntry:
    entry: str = strawberry.field(description="Its name: `price`, `names/fr`.")
    stamp: str = strawberry.field(
        description="Stamp of the latest edit; `expected` of `editCatalogItem` takes it."
    )
    at: datetime = strawberry.field(description="When that was, by the clock of its region (UTC).")
    region: str = strawberry.field(description="AWS region that took it.")

    @classmethod
    def of(cls, entry: str, register: Register[Any]) -> Self:
        """Return the GraphQL object of a register."""
        stamp = register.stamp
        return cls(entry=entry, stamp=str(stamp), at=moment(stamp), region=stamp.region)


@strawberry.type(description="An item of a market's catalog: its draft beside what is published.")
class CatalogItemState:
    item_id: strawberry.ID = strawberry.field(description="Id of the item.")
    draft: CatalogItemContent = strawberry.field(description="What the draft says.")
    published: CatalogItemContent | None = strawberry.field(
        description="What the version in force says. Null: it does not have the item."
    )
    withdrawn: bool = strawberry.field(
        description="Whether the draft leaves the catalog with the next publication."
    )
    change: DifferenceKind | None = strawberry.field(
        description="What publishing the drafts makes of it. Null: nothing."
    )
    missing: list[CatalogItemLack] = strawberry.field(
        description="What keeps the draft from being published; empty where it is withdrawn.",
        directives=[sized(1)],
    )
    untranslated_names: list[str] = strawberry.field(
        description="Languages of the site in which the draft has no name: guests read another "
        "language there.",
        directives=[sized(3)],
    )
    untranslated_descriptions: list[str] = strawberry.field(
        description="Languages of the site in which the draft has no description, where it has "
        "one in another.",
        directives=[sized(3)],
    )
    edited_at: datetime | None = strawberry.field(
        description="When the draft was edited last (UTC). Null: never, since it was imported."
    )
    entries: list[CatalogEntry] = strawberry.field(
        description="The values of the draft, by their names.", directives=[sized(25)]
    )


@strawberry.type(description="A page of a catalog's items, in menu order; withdrawn ones last.")
class CatalogItemStateConnection(Connection[CatalogItemState]):
    """A page of items."""


@strawberry.type(description="One time that a catalog of a market came into force.")
class CatalogPublication:
    version: str = strawberry.field(description="The version that came into force.")
    at: datetime = strawberry.field(description="When, by the clock of the region (UTC).")
    region: str = strawberry.field(description="AWS region that took it.")
    author: str | None = strawberry.field(
        description="The `sub` of who did it, or a command: `carte-import`, `carte-seed`. Null: "
        "not known, as of imports by earlier versions."
    )
    item_count: int | None = strawberry.field(description="Items in it. Null: not known.")
    replaced: str | None = strawberry.field(
        description="The version that it replaced. Null: none, or not known."
    )
    rollback: bool = strawberry.field(
        description="Whether an earlier version was put in force again."
    )
    in_force: bool = strawberry.field(description="Whether its version is in force now.")

    @classmethod
    def of(cls, publication: Publication, in_force: str | None) -> Self:
        """Return the GraphQL object of a publication."""
        return cls(
            version=publication.version,
            at=moment(publication.stamp),
            region=publication.stamp.region,
            author=publication.author,
            item_count=publication.item_count,
            replaced=publication.replaced,
            rollback=publication.is_rollback,
            in_force=publication.version == in_force,
        )

    @classmethod
    def unrecorded(cls, version: str) -> Self:
        """Return the GraphQL object of a version from before publications were recorded."""
        stamp = Stamp.parse(version)
        return cls(
            version=version,
            at=moment(stamp),
            region=stamp.region,
            author=None,
            item_count=None,
            replaced=None,
            rollback=False,
            in_force=True,
        )


@strawberry.type(
    description="A page of a market's publications (Relay connection), newest first. Those from "
    "before version 0.3.0 are not listed."
)
class CatalogPublicationConnection:
    edges: list[Edge[CatalogPublication]] = strawberry.field(description="Those of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page lies.")


@strawberry.type(description="One edit of an item's draft, from the edit journal.")
class CatalogEdit:
    name: str = strawberry.field(description="Name of the mutation.")
    at: datetime = strawberry.field(description="When, by the clock of the region (UTC).")
    region: str = strawberry.field(description="AWS region that took it.")
    author: str = strawberry.field(description="The `sub` of who did it.")
    device: str | None = strawberry.field(
        description="What the client said of its device. Null: nothing."
    )
    operation_id: strawberry.ID = strawberry.field(description="The mutation's operationId.")
    changes: list[ActionChange] = strawberry.field(
        description="The values that it set, such as `names/fr`.", directives=[sized(5)]
    )


@strawberry.type(description="A category of a market's catalog, as its draft says.")
class DraftedCategory:
    id: strawberry.ID = strawberry.field(description="Id of the category.")
    names: list[LocalizedText] = strawberry.field(
        description="Its names, by locale.", directives=[sized(len(LOCALES))]
    )
    rank: int | None = strawberry.field(
        description="Its place in the menu, lower first; null: behind those that have one."
    )
    withdrawn: bool = strawberry.field(
        description="Whether it leaves the catalog with the next publication."
    )
    entries: list[CatalogEntry] = strawberry.field(
        description="The values of the draft, by their names.", directives=[sized(10)]
    )

    @classmethod
    def of(cls, draft: CatalogDraft) -> Self:
        """Return the GraphQL object of a category's draft."""
        return cls(
            id=strawberry.ID(draft.item_id.removeprefix(CATEGORY_PREFIX)),
            names=localized_texts(draft["names"] or {}),
            rank=draft["rank"],
            withdrawn=bool(draft["withdrawn"]),
            entries=[CatalogEntry.of(*one) for one in sorted(draft.registers.items())],
        )


@strawberry.type(description="The state of a market's catalog: what is in force, and its drafts.")
class Catalog:
    market: strawberry.ID = strawberry.field(description="Id of the market.")
    currency: str = strawberry.field(description="ISO 4217 code of its prices.")
    locale: str = strawberry.field(description="Language of its menus where guests choose none.")
    locales: list[str] = strawberry.field(
        description="Languages that guests can choose on the site.",
        directives=[sized(len(LOCALES))],
    )
    published: CatalogPublication | None = strawberry.field(
        description="How the version in force came there. Null: nothing was published yet."
    )
    drafts_version: str = strawberry.field(
        description="Equal while no draft of the market is edited; `expectedDrafts` of "
        "`publishCatalog` takes it."
    )
    item_count: int = strawberry.field(description="Drafts of items that are not withdrawn.")
    added_count: int = strawberry.field(description="Items that publishing adds.")
    changed_count: int = strawberry.field(
        description="Items that stay, and that publishing changes."
    )
    withdrawn_count: int = strawberry.field(description="Items that publishing withdraws.")
    other_changes: bool = strawberry.field(
        description="Whether publishing changes categories, or the order of the menu."
    )
    incomplete_count: int = strawberry.field(
        description="Items that lack something, or have something wrong: nothing can be published."
    )
    without_allergens_count: int = strawberry.field(
        description="Items of these without a statement of allergens."
    )
    untranslated_count: int = strawberry.field(
        description="Items that lack a text in a language of the site."
    )
    edited_at: datetime | None = strawberry.field(
        description="When a draft was edited last (UTC). Null: never, since they were imported."
    )
    categories: list[DraftedCategory] = strawberry.field(
        description="The categories of the drafts, in menu order.", directives=[sized(20)]
    )
    withdrawn_categories: list[DraftedCategory] = strawberry.field(
        description="Categories that leave the catalog with the next publication, or have left it.",
        directives=[sized(5)],
    )
