"""updateStoreHours: the opening hours of a store's week."""

from typing import Annotated, Final

import strawberry

from graphql_schema.access import for_store
from graphql_schema.cost.directives import sized
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
    existing_store,
    expected_failures,
    refusing_fields,
    run,
)
from graphql_schema.stores.types import OpeningHours, Weekday
from graphql_schema.stores.views import week_views
from services.domain.documents.profile import StoreProfile
from services.domain.edits import edit_store
from services.domain.expectations import OF_HOURS
from services.domain.people.policy import Permission
from services.domain.setting_hours import HOURS, MAX_WEEK_SPANS, DaySpan, hours_text
from services.domain.stamp import Stamp
from services.domain.week import MAX_SPANS
from services.storage import keys
from services.storage.kinds import Document
from services.storage.operations import Edited

_TIME: Final = "Wall time `HH:MM`, in the store's own time zone"


@strawberry.input(description="One span of opening hours, in the store's own wall time.")
class OpeningHoursInput:
    weekday: Weekday = strawberry.field(description="The day on which the span begins.")
    opens: str = strawberry.field(description=f"{_TIME}.")
    closes: str = strawberry.field(
        description=f"{_TIME}; `24:00` is midnight at the end of the day, and a time before "
        "`opens` is on the next day. All day is from `00:00` to `24:00`."
    )


@strawberry.input(description="Sets the opening hours of a store: those of the whole week.")
class UpdateStoreHoursInput:
    operation_id: strawberry.ID = fields.operation_id()
    store_id: strawberry.ID = fields.store_id()
    hours: list[OpeningHoursInput] = strawberry.field(
        description=f"All spans of the week in any order, at most {MAX_SPANS} a day; those of a "
        "day do not overlap. A day without one is a day off."
    )
    expected: list[ExpectedEntryInput] | None = expected()


@strawberry.type(description="What became of updateStoreHours.")
class UpdateStoreHoursPayload:
    hours: list[OpeningHours] = strawberry.field(
        description="The store's opening hours as they were right after, from Monday to Sunday; "
        "empty on errors.",
        directives=[sized(MAX_WEEK_SPANS)],
    )
    stamp: str | None = strawberry.field(
        description="Their stamp, for `expected` of the next edit; null on errors."
    )
    errors: list[MutationError] = fields.errors()


UpdateStoreHours = Annotated[
    UpdateStoreHoursInput, strawberry.argument(description="Which store, and its hours.")
]


def update_store_hours(info: Info, input: UpdateStoreHours) -> UpdateStoreHoursPayload:  # noqa: A002
    """Set a store's opening hours; the week is one register, so of two edits the later stands."""
    context = info.context
    principal = for_store(context, Permission.SET_HOURS, input.store_id)
    errors: list[MutationError] = []
    hours: list[OpeningHours] = []
    set_at: str | None = None
    with expected_failures(errors):
        document = keys.profile(input.store_id)
        with refusing_fields(_path_of):
            text = hours_text(
                [DaySpan(one.weekday.value, one.opens, one.closes) for one in input.hours]
            )

        def edit(current: Document | None, stamp: Stamp) -> Edited:
            before = current if isinstance(current, StoreProfile) else None
            if before is None:
                existing_store(context, input.store_id)
            refuse_changed(
                context,
                document,
                lambda: {} if before is None else before.registers,
                input.expected,
                OF_HOURS,
            )
            with refusing_fields(_path_of):
                profile, changes = edit_store(
                    before, input.store_id, {HOURS: text}, stamp, again=True
                )
            return Edited(profile, [profile[HOURS], str(profile.registers[HOURS].stamp)], changes)

        text, set_at = run(
            context,
            principal,
            operation_id=input.operation_id,
            action="updateStoreHours",
            document=document,
            mutation_input={HOURS: text},
            edit=edit,
            conditions=conditions_of(input.expected),
        )
        hours = [
            OpeningHours(weekday=Weekday(one.weekday), opens=one.opens, closes=one.closes)
            for one in week_views(text)
        ]
    return UpdateStoreHoursPayload(hours=hours, stamp=set_at, errors=errors)


def _path_of(field: str) -> list[str]:
    return field.split("/")


@strawberry.type
class OpeningHoursMutations:
    """Fields of `Mutation` about opening hours."""

    update_store_hours: UpdateStoreHoursPayload = strawberry.mutation(
        resolver=update_store_hours,
        description="Set the opening hours of a store's week. Needs its manager.",
        directives=fields.weight(),
    )
