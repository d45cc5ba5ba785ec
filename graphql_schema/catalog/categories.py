"""editCatalogCategory: the draft of a category of a market's catalog."""

from typing import Annotated, Any, Final

import strawberry

from graphql_schema.access import for_market
from graphql_schema.catalog.texts import LocalizedTextInput, paths_of, texts_of
from graphql_schema.catalog.types import DraftedCategory
from graphql_schema.info import Info
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
from services.domain.edits import edit_category, edited_fields
from services.domain.expectations import OF_CATEGORIES
from services.domain.people.policy import Permission
from services.domain.publishing import CATEGORY_PREFIX
from services.domain.stamp import Stamp
from services.domain.validation import MAX_CATEGORY_NAME, MAX_RANK
from services.storage import keys
from services.storage.kinds import Document
from services.storage.operations import Edited

_INPUT_NAMES: Final = {"id": "categoryId"}


@strawberry.input(description="Sets fields of a category's draft; what is left out stays as it is.")
class EditCatalogCategoryInput:
    operation_id: strawberry.ID = fields.operation_id()
    market: strawberry.ID = strawberry.field(description="Id of the market.")
    category_id: strawberry.ID = strawberry.field(
        description="Id of the category; an id that is new makes a new draft."
    )
    names: list[LocalizedTextInput] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Names by locale; locales not named stay. A name of a category has at most "
        f"{MAX_CATEGORY_NAME} characters. A new category needs one.",
    )
    rank: int | None = strawberry.field(
        default=strawberry.UNSET,
        description=f"Its place in the menu, 0 to {MAX_RANK}, lower first; null is no change.",
    )
    withdrawn: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Leaves the catalog with the next publication, for which no item may be in it; "
        "null is no change.",
    )
    expected: list[ExpectedEntryInput] | None = expected()


@strawberry.type(description="What became of editCatalogCategory.")
class EditCatalogCategoryPayload:
    category: DraftedCategory | None = strawberry.field(
        description="The draft as it was right after; null on errors."
    )
    errors: list[MutationError] = fields.errors()


EditCatalogCategory = Annotated[
    EditCatalogCategoryInput, strawberry.argument(description="What to set, and where.")
]


def edit_catalog_category(
    info: Info,
    input: EditCatalogCategory,  # noqa: A002
) -> EditCatalogCategoryPayload:
    """Set fields of a category's draft; each field, and each locale of a name, is a register."""
    context = info.context
    principal = for_market(context, Permission.EDIT_CATALOG, input.market)
    errors: list[MutationError] = []
    category: DraftedCategory | None = None
    with expected_failures(errors):
        existing_market(input.market)
        with refusing_fields(path_of := paths_of(input, _INPUT_NAMES)):
            changed = _fields(input)
        document = keys.draft(input.market, CATEGORY_PREFIX + input.category_id)

        def edit(current: Document | None, stamp: Stamp) -> Edited:
            before = current if isinstance(current, CatalogDraft) else None
            refuse_changed(
                context,
                document,
                lambda: before.registers if before else {},
                input.expected,
                OF_CATEGORIES,
            )
            with refusing_fields(path_of):
                draft, changes = edit_category(
                    before, input.market, input.category_id, changed, stamp
                )
            return Edited(draft, draft.dump(), changes)

        body = run(
            context,
            principal,
            operation_id=input.operation_id,
            action="editCatalogCategory",
            document=document,
            mutation_input=changed,
            edit=edit,
            conditions=conditions_of(input.expected),
        )
        draft = CatalogDraft.load(input.market, CATEGORY_PREFIX + input.category_id, body)
        category = DraftedCategory.of(draft)
    return EditCatalogCategoryPayload(category=category, errors=errors)


def _fields(edited: EditCatalogCategoryInput) -> dict[str, Any]:
    values = {name: getattr(edited, name) for name in ("rank", "withdrawn")}
    changed = edited_fields(
        {name: one for name, one in values.items() if one is not strawberry.UNSET}
    )
    if texts := texts_of("names", edited.names or ()):
        changed["names"] = texts
    return changed


@strawberry.type
class CategoryMutations:
    """Fields of `Mutation` about categories of catalogs."""

    edit_catalog_category: EditCatalogCategoryPayload = strawberry.mutation(
        resolver=edit_catalog_category,
        description="Set fields of a category's draft. Needs an editor of the market.",
        directives=fields.weight(),
    )
