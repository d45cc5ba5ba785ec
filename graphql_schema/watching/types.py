"""GraphQL types of what CloudWatch has of the regions of a deployment."""

from datetime import datetime
from typing import Self

import strawberry

from graphql_schema.cost.directives import sized
from services.domain.watching import figures


@strawberry.type(description="An alarm of CloudWatch that rings and notifies somebody.")
class RingingAlarm:
    name: str = strawberry.field(description="Its name, such as `carte-menu-errors`.")
    since: datetime = strawberry.field(description="When it began to ring (UTC).")
    reason: str = strawberry.field(
        description="What CloudWatch says of it, in English, at most "
        f"{figures.MAX_REASON} characters."
    )


@strawberry.type(
    description="Figures of a region in one step of time. Null: CloudWatch has no value, as where "
    "there was no request, or where it has not counted the latest minutes yet."
)
class OperationsStep:
    at: datetime = strawberry.field(description="When the step begins (UTC).")
    seconds: int = strawberry.field(
        description="How long it is; the last one may be shorter than `stepSeconds`."
    )
    requests: int | None = strawberry.field(
        description="Requests to the region's API; what an edge answers by itself is not among "
        "them."
    )
    errors: int | None = strawberry.field(description="Those that were answered 5xx.")
    p50_ms: float | None = strawberry.field(
        description="Median of the answer times at the region's API, in milliseconds."
    )
    p95_ms: float | None = strawberry.field(description="Their 95th percentile, in milliseconds.")
    p99_ms: float | None = strawberry.field(description="Their 99th percentile, in milliseconds.")
    replication_lag_ms: float | None = strawberry.field(
        description="Milliseconds that writes of another region took to arrive here, on average; "
        "of the slowest of the other regions, which measure it."
    )
    repairs: int | None = strawberry.field(
        description="Documents in which convergence repaired what last-writer-wins had dropped."
    )
    order_steps: int | None = strawberry.field(
        description="Steps of orders that were done here, such as taking a payment."
    )

    @classmethod
    def of(cls, step: figures.Step) -> Self:
        """Return the GraphQL object of a step."""
        return cls(
            at=step.at,
            seconds=step.seconds,
            requests=step.requests,
            errors=step.errors,
            p50_ms=step.p50,
            p95_ms=step.p95,
            p99_ms=step.p99,
            replication_lag_ms=step.lag,
            repairs=step.repairs,
            order_steps=step.order_steps,
        )


@strawberry.type(description="What CloudWatch says of a region.")
class RegionOperations:
    region: str = strawberry.field(description="AWS region, such as `eu-west-1`.")
    reachable: bool = strawberry.field(
        description="Whether the CloudWatch of the region answered within two seconds. False says "
        "nothing of whether the region serves guests."
    )
    problem: str | None = strawberry.field(
        description="Why it did not: an error code of AWS, such as `AccessDenied`, or that it was "
        "late. Null: it answered."
    )
    alarms: list[RingingAlarm] = strawberry.field(
        description=f"Alarms that ring, the latest first, at most {figures.MAX_ALARMS}.",
        directives=[sized(10)],
    )
    steps: list[OperationsStep] = strawberry.field(
        description=f"Its figures, the oldest first, at most {figures.MAX_STEPS}.",
        directives=[sized(figures.MAX_STEPS)],
    )


@strawberry.type(description="What CloudWatch says of the regions of a deployment.")
class Operations:
    available: bool = strawberry.field(
        description="Whether there is a CloudWatch to ask. False in a local cloud, whose edge has "
        "the figures, and where DAX keeps the API in a network without a way to it."
    )
    step_seconds: int = strawberry.field(description="Seconds of a step, a multiple of 60.")
    regions: list[RegionOperations] = strawberry.field(
        description="Each region of the deployment, in its order; none where `available` is false.",
        directives=[sized(3)],
    )
