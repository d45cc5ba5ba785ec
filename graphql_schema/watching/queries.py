"""The query of what CloudWatch has of the regions."""

from typing import Annotated, Final

import strawberry

from graphql_schema.access import for_chain
from graphql_schema.cost.directives import Cost
from graphql_schema.errors import BadInputError
from graphql_schema.info import Info
from graphql_schema.watching.types import (
    Operations,
    OperationsStep,
    RegionOperations,
    RingingAlarm,
)
from services.domain.people.policy import Permission
from services.domain.watching.figures import MAX_MINUTES, Span, steps_of

_DEFAULT: Final = 60  # minutes


def operations(
    info: Info,
    minutes: Annotated[
        int,
        strawberry.argument(
            description=f"How far to look back: 1 to {MAX_MINUTES} minutes, in steps of whole "
            "minutes that begin at multiples of their length."
        ),
    ] = _DEFAULT,
) -> Operations:
    """Return what CloudWatch says; makes at least two requests a region, and waits two seconds."""
    context = info.context
    context.cache.narrow(0)
    for_chain(context, Permission.READ_OPERATIONS)
    if not 1 <= minutes <= MAX_MINUTES:
        raise BadInputError(f"`minutes` is {minutes}; ask for 1 to {MAX_MINUTES}")
    span = Span.until(context.at, minutes)
    cloud = context.services.cloud_figures
    if cloud is None:
        return Operations(available=False, step_seconds=span.step_s, regions=[])
    answers = cloud.region_answers(span)
    return Operations(
        available=True,
        step_seconds=span.step_s,
        regions=[
            RegionOperations(
                region=name,
                reachable=one.problem is None,
                problem=one.problem,
                alarms=[RingingAlarm(**alarm._asdict()) for alarm in one.alarms],
                steps=[OperationsStep.of(step) for step in steps_of(name, span, answers)],
            )
            for name, one in answers.items()
        ],
    )


@strawberry.type
class WatchingQueries:
    """Fields of `Query` about what operators watch."""

    operations: Operations = strawberry.field(
        resolver=operations,
        description="Figures and ringing alarms of each region, as its CloudWatch has them, for "
        "`/ops`; for admins and operators. A region that does not answer within two seconds is "
        "not `reachable`, and no error.",
        directives=[Cost(weight=5000)],
    )
