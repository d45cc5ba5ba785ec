"""updateStoreClosures: on which days a store is closed, and whether lists show it."""

from datetime import date
from enum import Enum
from typing import Annotated, Any, Final, Self

import strawberry

from graphql_schema.access import for_store
from graphql_schema.cost.directives import sized
from graphql_schema.info import Info
from graphql_schema.mutations import fields
from graphql_schema.mutations.errors import MutationError
from graphql_schema.mutations.running import (
    existing_store,
    expected_failures,
    refusing_fields,
    run,
)
from graphql_schema.stores.views import StoreView
from services.domain.closing import AHEAD_DAYS, CLOSED_DAYS, OPEN_DAYS
from services.domain.closures import CLOSED_FROM, HIDDEN
from services.domain.documents.profile import StoreProfile
from services.domain.edits import edit_store, edited_fields
from services.domain.people.policy import Permission
from services.domain.stamp import Stamp
from services.domain.validation import MAX_DAYS
from services.storage import keys
from services.storage.kinds import Document
from services.storage.operations import Edited

_INPUT_NAMES: Final = {
    CLOSED_DAYS: "closeDays",
    OPEN_DAYS: "openDays",
    CLOSED_FROM: "closedFrom",
}


@strawberry.enum(description="A closure of a store that can be taken back as a whole.")
class StoreClosure(Enum):
    """A closure of a store that can be taken back as a whole."""

    CLOSED_DAYS = strawberry.enum_value(
        CLOSED_DAYS, description="All closed days: its hours hold again."
    )
    CLOSED_FROM = strawberry.enum_value(
        CLOSED_FROM, description="Being closed for good: the store opens again."
    )


@strawberry.input(
    description="Closes a store, opens it again, hides it; what is left out stays as it is."
)
class UpdateStoreClosuresInput:
    operation_id: strawberry.ID = fields.operation_id()
    store_id: strawberry.ID = fields.store_id()
    close_days: list[date] | None = strawberry.field(
        default=strawberry.UNSET,
        description=f"Days to close, by the store's calendar, at most {MAX_DAYS} at once and "
        f"{AHEAD_DAYS} days ahead; others stay closed. Null is no change.",
    )
    open_days: list[date] | None = strawberry.field(
        default=strawberry.UNSET,
        description=f"Closed days to open again, at most {MAX_DAYS} at once; null is no change.",
    )
    closed_from: date | None = strawberry.field(
        default=strawberry.UNSET,
        description="The day from which the store is closed for good; null is no change. Needs "
        "chain:admin.",
    )
    hidden: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Whether lists and searches leave the store out; null is no change. Needs "
        "chain:admin.",
    )
    clear: list[StoreClosure] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Closures to take back as a whole; null is no change. CLOSED_FROM needs "
        "chain:admin.",
    )


@strawberry.type(description="When a store is closed whatever its hours say, and whether it shows.")
class StoreClosures:
    closed_days: list[date] = strawberry.field(
        description="Days from today on which it is closed, by its own calendar, in their order.",
        directives=[sized(10)],
    )
    closed_from: date | None = strawberry.field(
        description="The day from which it is closed for good; null: it is not."
    )
    hidden: bool = strawberry.field(description="Whether lists and searches leave it out.")

    @classmethod
    def of(cls, days: list[str], closed_from: str | None, hidden: bool) -> Self:  # noqa: FBT001 - stored so
        """Return the GraphQL object of a stored answer."""
        since = None if closed_from is None else date.fromisoformat(closed_from)
        return cls(
            closed_days=[date.fromisoformat(day) for day in days], closed_from=since, hidden=hidden
        )


@strawberry.type(description="What became of updateStoreClosures.")
class UpdateStoreClosuresPayload:
    closures: StoreClosures | None = strawberry.field(
        description="The store's closures as they were right after; null on errors."
    )
    errors: list[MutationError] = fields.errors()


UpdateStoreClosures = Annotated[
    UpdateStoreClosuresInput, strawberry.argument(description="Which store, and what to set.")
]


def update_store_closures(info: Info, input: UpdateStoreClosures) -> UpdateStoreClosuresPayload:  # noqa: A002
    """Close a store: each day is a register, so two people who close two days both succeed."""
    context = info.context
    principal = for_store(context, Permission.CLOSE_DAYS, input.store_id)
    if _needs_more(input):
        for_store(context, Permission.CLOSE_STORE, input.store_id)
    errors: list[MutationError] = []
    closures: StoreClosures | None = None
    with expected_failures(errors):
        with refusing_fields(_path_of):
            changed = _fields(input)
        applied: set[Stamp] = set()

        def edit(current: Document | None, stamp: Stamp) -> Edited:
            before = current if isinstance(current, StoreProfile) else None
            if before is None:
                existing_store(context, input.store_id)
            with refusing_fields(_path_of):
                profile, changes = edit_store(before, input.store_id, changed, stamp, again=True)
            view = StoreView(profile, context.at)
            since = view.closed_from
            applied.add(stamp)
            days = [day.isoformat() for day in view.closed_days]
            return Edited(profile, [days, since and since.isoformat(), view.hidden], changes)

        answer = run(
            context,
            principal,
            operation_id=input.operation_id,
            action="updateStoreClosures",
            document=keys.profile(input.store_id),
            mutation_input=changed,
            edit=edit,
        )
        if HIDDEN in changed:
            # After the operation, and once more in a retry, which sets nothing that is right: until
            # then reads leave the store out by its profile.
            context.services.directory.list_store(input.store_id, again=bool(applied))
        closures = StoreClosures.of(*answer)
    return UpdateStoreClosuresPayload(closures=closures, errors=errors)


def _needs_more(changes: UpdateStoreClosuresInput) -> bool:
    return (
        changes.closed_from not in {None, strawberry.UNSET}
        or changes.hidden not in {None, strawberry.UNSET}
        or StoreClosure.CLOSED_FROM in (changes.clear or ())
    )


def _fields(changes: UpdateStoreClosuresInput) -> dict[str, Any]:
    values = {
        CLOSED_DAYS: [day.isoformat() for day in changes.close_days or ()] or None,
        OPEN_DAYS: [day.isoformat() for day in changes.open_days or ()] or None,
        CLOSED_FROM: changes.closed_from.isoformat() if changes.closed_from else None,
        HIDDEN: None if changes.hidden is strawberry.UNSET else changes.hidden,
    }
    return edited_fields(values, [str(one.value) for one in changes.clear or ()])


def _path_of(field: str) -> list[str]:
    return [_INPUT_NAMES.get(field, field)]


@strawberry.type
class ClosureMutations:
    """Fields of `Mutation` about closures of stores."""

    update_store_closures: UpdateStoreClosuresPayload = strawberry.mutation(
        resolver=update_store_closures,
        description="Close a store for days or for good, open it again, hide it. Days need its "
        "manager, the rest chain:admin.",
        directives=fields.weight(),
    )
