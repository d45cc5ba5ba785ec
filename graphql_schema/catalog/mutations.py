"""editCatalogItem: the draft of what a whole market can sell."""

from enum import Enum
from typing import Annotated, Any, Final

import strawberry

from graphql_schema.access import for_market
from graphql_schema.allergens import Allergen
from graphql_schema.catalog.texts import LocalizedTextInput, paths_of, texts_of
from graphql_schema.catalog.types import CatalogItemDraft
from graphql_schema.diets import Diet
from graphql_schema.info import Info
from graphql_schema.money import Money
from graphql_schema.mutations import fields
from graphql_schema.mutations.errors import MutationError
from graphql_schema.mutations.expecting import (
    ExpectedEntryInput,
    conditions_of,
    expected,
    refuse_changed,
)
from graphql_schema.mutations.running import (
    existing_market,
    expected_failures,
    refusing_fields,
    run,
)
from services.domain.documents.catalog import CatalogDraft
from services.domain.edits import edit_item, edited_fields
from services.domain.expectations import OF_DRAFTS
from services.domain.markets import MARKETS
from services.domain.people.policy import Permission
from services.domain.stamp import Stamp
from services.domain.validation import MAX_CALORIES
from services.storage import keys
from services.storage.kinds import Document
from services.storage.operations import Edited

_PLAIN: Final = ("category", "price_minor", "calories", "image_url", "standard", "withdrawn")
_NAMES: Final = {"price_minor": "price"}
_INPUT_NAMES: Final = {"price": "priceMinor", "image_url": "imageUrl", "id": "itemId"}


@strawberry.enum(description="A field of a catalog item that can be emptied.")
class CatalogItemField(Enum):
    """A field of a catalog item that can be emptied."""

    CALORIES = strawberry.enum_value("calories", description="Kilocalories: then unknown.")
    DIET = strawberry.enum_value("diet", description="The diet: then nothing is stated.")
    IMAGE_URL = strawberry.enum_value("image_url", description="The picture: then none.")


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
        default=strawberry.UNSET,
        description="All allergens it contains; an empty list states that it contains none. An "
        "item without a statement cannot be published. Null is no change.",
    )
    diet: Diet | None = strawberry.field(
        default=strawberry.UNSET,
        description="What is stated about a diet. An item whose allergens contradict it cannot be "
        "published. Null is no change; clear it to state nothing.",
    )
    calories: int | None = strawberry.field(
        default=strawberry.UNSET,
        description=f"Kilocalories a portion, 0 to {MAX_CALORIES}; null is no change.",
    )
    image_url: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Its picture: https, or a path on the site beginning with /.",
    )
    standard: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Sold by stores that never chose an assortment of their own; a new item is, "
        "unless it says false. Null is no change.",
    )
    withdrawn: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Leaves the catalog with the next publication; null is no change.",
    )
    clear: list[CatalogItemField] | None = strawberry.field(
        default=strawberry.UNSET, description="Fields to empty; null is no change."
    )
    expected: list[ExpectedEntryInput] | None = expected()


@strawberry.type(description="What became of editCatalogItem.")
class EditCatalogItemPayload:
    item: CatalogItemDraft | None = strawberry.field(
        description="The draft as it is now; null on errors."
    )
    errors: list[MutationError] = fields.errors()


EditCatalogItem = Annotated[
    EditCatalogItemInput, strawberry.argument(description="What to set, and where.")
]


def edit_catalog_item(info: Info, input: EditCatalogItem) -> EditCatalogItemPayload:  # noqa: A002
    """Set fields of an item's draft; each field, and each locale of a text, is a register."""
    context = info.context
    principal = for_market(context, Permission.EDIT_CATALOG, input.market)
    errors: list[MutationError] = []
    item: CatalogItemDraft | None = None
    with expected_failures(errors):
        existing_market(input.market)
        with refusing_fields(path_of := paths_of(input, _INPUT_NAMES)):
            changed = _fields(input)
        document = keys.draft(input.market, input.item_id)

        def edit(current: Document | None, stamp: Stamp) -> Edited:
            before = current if isinstance(current, CatalogDraft) else None
            refuse_changed(
                context,
                document,
                lambda: before.registers if before else {},
                input.expected,
                OF_DRAFTS,
            )
            with refusing_fields(path_of):
                draft, changes = edit_item(before, input.market, input.item_id, changed, stamp)
            names = draft["names"]
            name = names.get(MARKETS[input.market].locale) or names.get("en")
            answer = [name, draft["category"], draft["price"], bool(draft["withdrawn"])]
            return Edited(draft, answer, changes)

        name, category, price, withdrawn = run(
            context,
            principal,
            operation_id=input.operation_id,
            action="editCatalogItem",
            document=document,
            mutation_input=changed,
            edit=edit,
            conditions=conditions_of(input.expected),
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


def _fields(edited: EditCatalogItemInput) -> dict[str, Any]:
    values = {_NAMES.get(name, name): getattr(edited, name) for name in _PLAIN}
    if edited.allergens:
        values["allergens"] = sorted(one.value for one in edited.allergens)
    else:
        values["allergens"] = edited.allergens
    if edited.diet:
        values["diet"] = edited.diet.value
    set_ones = {name: value for name, value in values.items() if value is not strawberry.UNSET}
    changed = edited_fields(set_ones, [str(one.value) for one in edited.clear or ()])
    for name in ("names", "descriptions"):
        texts = texts_of(name, getattr(edited, name) or ())
        if texts:
            changed[name] = texts
    return changed


@strawberry.type
class CatalogMutations:
    """Fields of `Mutation` about catalogs."""

    edit_catalog_item: EditCatalogItemPayload = strawberry.mutation(
        resolver=edit_catalog_item,
        description="Set fields of a catalog item's draft. Needs an editor of the market.",
        directives=fields.weight(),
    )
