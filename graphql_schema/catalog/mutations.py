"""editCatalogItem and publishCatalog: what a whole market can sell."""

from typing import Annotated, Any, Final

import strawberry

from graphql_schema.access import admin
from graphql_schema.allergens import Allergen
from graphql_schema.catalog.types import CatalogItemDraft
from graphql_schema.info import Info
from graphql_schema.money import Money
from graphql_schema.mutations import fields
from graphql_schema.mutations.errors import (
    InvalidValueError,
    MutationError,
    UnknownMarketError,
    UnpublishableError,
)
from graphql_schema.mutations.running import RefusedError, check_range, expected_failures, run
from services.domain import publishing
from services.domain.documents.catalog import CatalogDraft
from services.domain.edits import edit_draft
from services.domain.markets import MARKETS
from services.domain.money import MAX_MINOR
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.kinds import Document
from services.storage.operations import Edited

MAX_TEXT: Final = 500
MAX_CALORIES: Final = 10_000
_PLAIN: Final = ("category", "price_minor", "calories", "image_url", "standard", "withdrawn")
_NAMES: Final = {"price_minor": "price"}


@strawberry.input(description="A text in one language.")
class LocalizedTextInput:
    locale: str = strawberry.field(description="BCP 47 locale, such as `fr`.")
    text: str | None = strawberry.field(
        description="The text, at most 500 characters; null takes this locale's text away."
    )


@strawberry.input(description="Sets fields of an item's draft; what is left out stays as it is.")
class EditCatalogItemInput:
    operation_id: strawberry.ID = fields.operation_id()
    market: strawberry.ID = strawberry.field(description="Id of the market.")
    item_id: strawberry.ID = strawberry.field(
        description="Id of the item; an id that is new makes a new draft."
    )
    category: str | None = strawberry.field(
        default=strawberry.UNSET, description="Id of its category."
    )
    names: list[LocalizedTextInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Names by locale; locales not named stay."
    )
    descriptions: list[LocalizedTextInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Descriptions by locale; locales not named stay."
    )
    price_minor: int | None = strawberry.field(
        default=strawberry.UNSET, description="Price in minor units of the market's currency."
    )
    allergens: list[Allergen] | None = strawberry.field(
        default=strawberry.UNSET, description="All allergens it contains."
    )
    calories: int | None = strawberry.field(
        default=strawberry.UNSET, description="Kilocalories a portion."
    )
    image_url: str | None = strawberry.field(
        default=strawberry.UNSET, description="Its picture; a path is relative to the site."
    )
    standard: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Sold by stores that never chose an assortment of their own.",
    )
    withdrawn: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Leaves the catalog with the next publication."
    )


@strawberry.type(description="What became of editCatalogItem.")
class EditCatalogItemPayload:
    item: CatalogItemDraft | None = strawberry.field(
        description="The draft as it is now; null on errors."
    )
    errors: list[MutationError] = fields.errors()


@strawberry.input(description="Publishes the drafts of a market.")
class PublishCatalogInput:
    operation_id: strawberry.ID = fields.operation_id()
    market: strawberry.ID = strawberry.field(description="Id of the market.")


@strawberry.type(description="What became of publishCatalog.")
class PublishCatalogPayload:
    version: str | None = strawberry.field(
        description="The version now in force; unchanged when the drafts were; null on errors."
    )
    item_count: int | None = strawberry.field(description="Items in it; null on errors.")
    errors: list[MutationError] = fields.errors()


EditCatalogItem = Annotated[
    EditCatalogItemInput, strawberry.argument(description="What to set, and where.")
]
PublishCatalog = Annotated[
    PublishCatalogInput, strawberry.argument(description="Which market to publish.")
]


def edit_catalog_item(info: Info, input: EditCatalogItem) -> EditCatalogItemPayload:  # noqa: A002
    """Each field, and each locale of a text, is a register of its own."""
    context = info.context
    principal = admin(context)
    errors: list[MutationError] = []
    item: CatalogItemDraft | None = None
    with expected_failures(errors):
        _check_market(input.market)
        changed = _fields(input)

        def edit(current: Document | None, stamp: Stamp) -> Edited:
            _check_fields(input)
            before = current if isinstance(current, CatalogDraft) else None
            draft, changes = edit_draft(before, input.market, input.item_id, changed, stamp)
            names = draft["names"]
            name = names.get(MARKETS[input.market].locale) or names.get("en")
            answer = [name, draft["category"], draft["price"], bool(draft["withdrawn"])]
            return Edited(draft, answer, changes)

        name, category, price, withdrawn = run(
            context,
            principal,
            operation_id=input.operation_id,
            action="editCatalogItem",
            document=keys.draft(input.market, input.item_id),
            asked=changed,
            edit=edit,
        )
        item = CatalogItemDraft(
            market=input.market,
            item_id=input.item_id,
            name=name,
            category=category,
            price=Money.maybe(price, MARKETS[input.market].currency),
            withdrawn=withdrawn,
        )
    return EditCatalogItemPayload(item=item, errors=errors)


def publish_catalog(info: Info, input: PublishCatalog) -> PublishCatalogPayload:  # noqa: A002
    """Freezes the drafts this region knows into a version, and points to it."""
    context = info.context
    principal = admin(context)
    errors: list[MutationError] = []
    version: str | None = None
    count: int | None = None
    with expected_failures(errors):
        _check_market(input.market)

        def edit(current: Document | None, stamp: Stamp) -> Edited:
            try:
                return context.services.catalogs.publication(input.market, current, stamp)
            except publishing.UnpublishableError as error:
                raise RefusedError(
                    *(UnpublishableError(message=one, path=[]) for one in error.problems)
                ) from error

        version, count = run(
            context,
            principal,
            operation_id=input.operation_id,
            action="publishCatalog",
            document=keys.pointer(input.market),
            asked={},
            edit=edit,
        )
    return PublishCatalogPayload(version=version, item_count=count, errors=errors)


def _check_market(market: str) -> None:
    if market not in MARKETS:
        message = f"there is no market {market[:20]!r}; markets are {', '.join(MARKETS)}"
        raise RefusedError(UnknownMarketError(message=message, path=["market"]))


def _fields(asked: EditCatalogItemInput) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for name in _PLAIN:
        value = getattr(asked, name)
        if value is not strawberry.UNSET:
            changed[_NAMES.get(name, name)] = value
    for name in ("names", "descriptions"):
        texts = getattr(asked, name)
        if texts:
            changed[name] = {text.locale: text.text for text in texts}
    if asked.allergens is not strawberry.UNSET:
        changed["allergens"] = sorted(one.value for one in asked.allergens or [])
    return changed


def _check_fields(asked: EditCatalogItemInput) -> None:
    item_id = str(asked.item_id)
    if not item_id.replace("-", "").isalnum() or not item_id.isascii() or len(item_id) > 64:  # noqa: PLR2004
        message = "itemId is 1 to 64 letters, digits and hyphens"
        raise RefusedError(InvalidValueError(message=message, path=["itemId"]))
    if asked.price_minor:
        check_range(["priceMinor"], asked.price_minor, 0, MAX_MINOR)
    if asked.calories:
        check_range(["calories"], asked.calories, 0, MAX_CALORIES)
    for field, texts in (("names", asked.names), ("descriptions", asked.descriptions)):
        for at, one in enumerate(texts or []):
            if one.text is not None and not 0 < len(one.text.strip()) <= MAX_TEXT:
                message = f"a text is 1 to {MAX_TEXT} characters"
                raise RefusedError(
                    InvalidValueError(message=message, path=[field, str(at), "text"])
                )


@strawberry.type
class CatalogMutations:
    """Fields of `Mutation` about catalogs."""

    edit_catalog_item: EditCatalogItemPayload = strawberry.mutation(
        resolver=edit_catalog_item,
        description="Set fields of a catalog item's draft. Needs chain:admin.",
    )
    publish_catalog: PublishCatalogPayload = strawberry.mutation(
        resolver=publish_catalog,
        description="Make a market's drafts its catalog in force. Needs chain:admin.",
    )
