"""updateAssortment: what a store sells, at which price, in which order."""

from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any, Final

import strawberry

from graphql_schema.access import for_store
from graphql_schema.info import Info
from graphql_schema.menu.types import AssortmentLine
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
    StoreBeside,
    check_items,
    check_lines,
    expected_failures,
    refusing_fields,
    run,
)
from services.domain.documents.assortment import Assortment
from services.domain.edits import edit_assortment, edited_fields
from services.domain.expectations import of_assortment
from services.domain.markets import MARKETS
from services.domain.people.policy import Permission
from services.domain.register import Register
from services.domain.stamp import Stamp
from services.domain.validation import MAX_RANK, InvalidFieldError
from services.storage import keys
from services.storage.kinds import Document
from services.storage.operations import Edited

_INPUT_NAMES: Final = {"price": "priceMinor"}


@strawberry.enum(description="A property of a store's item that can be emptied.")
class AssortmentProperty(Enum):
    """A property of a store's item that can be emptied."""

    PRICE = strawberry.enum_value(
        "price", description="The store's own price; the catalog's price holds then."
    )
    RANK = strawberry.enum_value(
        "rank", description="The store's own rank; the catalog's order holds then."
    )


@strawberry.input(description="What to set about one item; what is left out stays as it is.")
class AssortmentLineInput:
    item_id: strawberry.ID = strawberry.field(description="An item of the market's catalog.")
    price_minor: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="Price in minor units of the market's currency, 0 or more; null is no change.",
    )
    listed: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether the store sells it; null is no change."
    )
    rank: int | None = strawberry.field(
        default=strawberry.UNSET,
        description=f"Place within its category, 0 to {MAX_RANK}, lower first; null is no change.",
    )
    clear: list[AssortmentProperty] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Properties to empty, so that the catalog's hold again; null is no change.",
    )


@strawberry.input(description="Sets what a store sells.")
class UpdateAssortmentInput:
    operation_id: strawberry.ID = fields.operation_id()
    store_id: strawberry.ID = fields.store_id()
    lines: list[AssortmentLineInput] = fields.lines()
    expected: list[ExpectedEntryInput] | None = expected()


@strawberry.type(description="What became of updateAssortment.")
class UpdateAssortmentPayload:
    lines: list[AssortmentLine] = fields.payload_lines(
        "The lines of the input, as they are now; empty on errors."
    )
    errors: list[MutationError] = fields.errors()


UpdateAssortment = Annotated[
    UpdateAssortmentInput, strawberry.argument(description="What to set, and where.")
]


def update_assortment(info: Info, input: UpdateAssortment) -> UpdateAssortmentPayload:  # noqa: A002
    """Set what a store sells; each property of each item is a register, so two edits survive."""
    context = info.context
    principal = for_store(context, Permission.EDIT_ASSORTMENT, input.store_id)
    errors: list[MutationError] = []
    lines: list[AssortmentLine] = []
    with expected_failures(errors):
        document, store = keys.assortment(input.store_id), StoreBeside(input.store_id)
        item_ids = [str(line.item_id) for line in input.lines]
        with refusing_fields(path_of := _paths(input)):
            properties = {str(line.item_id): _properties(line) for line in input.lines}

        def edit(current: Document | None, stamp: Stamp) -> Edited:
            check_lines("lines", item_ids)
            profile = store.profile()
            catalog = context.services.catalogs.current(profile["market"])
            check_items("lines", item_ids, catalog)
            before = current if isinstance(current, Assortment) else None
            refuse_changed(
                context,
                document,
                lambda: _registers(before),
                input.expected,
                of_assortment(lambda item: item in catalog.by_id),
            )
            with refusing_fields(path_of):
                assortment, changes = edit_assortment(
                    before,
                    input.store_id,
                    properties,
                    (item.id for item in catalog.items if item.standard),
                    stamp,
                )
            rows = [
                [
                    item,
                    assortment.value(item, "price"),
                    bool(assortment.value(item, "listed")),
                    assortment.value(item, "rank"),
                ]
                for item in item_ids
            ]
            answer = {"currency": MARKETS[profile["market"]].currency, "lines": rows}
            return Edited(assortment, answer, changes)

        answer = run(
            context,
            principal,
            operation_id=input.operation_id,
            action="updateAssortment",
            document=document,
            mutation_input=properties,
            edit=edit,
            conditions=conditions_of(input.expected),
            store=store,
        )
        lines = [
            AssortmentLine(
                item_id=strawberry.ID(item),
                price=Money.maybe(price, answer["currency"]),
                listed=listed,
                rank=rank,
            )
            for item, price, listed, rank in answer["lines"]
        ]
    return UpdateAssortmentPayload(lines=lines, errors=errors)


def _registers(assortment: Assortment | None) -> dict[str, Register[Any]]:
    """Return the registers of an assortment by `<item id>/<property>`."""
    if assortment is None:
        return {}
    return {
        f"{item_id}/{name}": register
        for item_id, properties in assortment.lines.items()
        for name, register in properties.items()
    }


def _properties(line: AssortmentLineInput) -> dict[str, Any]:
    values = {"price": line.price_minor, "listed": line.listed, "rank": line.rank}
    set_ones = {name: value for name, value in values.items() if value is not strawberry.UNSET}
    try:
        return edited_fields(set_ones, [str(one.value) for one in line.clear or ()])
    except InvalidFieldError as error:
        field = f"{line.item_id}/{error.field}"
        raise InvalidFieldError(field, error.rule, error.message, error.hint) from error


def _paths(edited: UpdateAssortmentInput) -> Callable[[str], list[str]]:
    """Return the function that gives the path of `<item id>/<property>` in the input."""
    places = {str(line.item_id): str(at) for at, line in enumerate(edited.lines)}

    def path_of(field: str) -> list[str]:
        item_id, _, name = field.rpartition("/")
        return ["lines", places[item_id], _INPUT_NAMES.get(name, name)]

    return path_of


@strawberry.type
class MenuMutations:
    """Fields of `Mutation` about menus."""

    update_assortment: UpdateAssortmentPayload = strawberry.mutation(
        resolver=update_assortment,
        description="Set prices, listing and order of a store's items. Needs its manager, or an "
        "editor of its market.",
        directives=fields.weight(),
    )
