"""What every query of one store's figures begins with: who asks, the store, and which days."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

import strawberry

from graphql_schema.access import for_store
from graphql_schema.context import Context
from graphql_schema.figures.days import MAX_SPAN, days_of_span
from graphql_schema.stores.existing import existing_profile
from services.domain.documents.profile import StoreProfile
from services.domain.hours import day_in
from services.domain.markets import MARKETS
from services.domain.people.policy import Permission

LastDay = Annotated[
    date | None,
    strawberry.argument(
        description=f"The last day, at most {MAX_SPAN - 1} days after `from`. Default: today."
    ),
]


@dataclass(frozen=True, slots=True)
class StoreSpan:
    """A store, and the days of which somebody who may read its figures asks for them.

    Attributes:
        profile: The store's profile.
        today: Today by the store's calendar.
        days: Days by the store's calendar, ascending; at least one.
    """

    profile: StoreProfile
    today: date
    days: list[date]

    @property
    def currency(self) -> str:
        """Return the ISO 4217 code of the store's market."""
        return MARKETS[self.profile["market"]].currency

    def next_from(self, shown: int) -> date | None:
        """Return the day at which the next request begins; None: all days are shown.

        Args:
            shown: How many of the days, from the first one on, this answer has.
        """
        return self.days[shown] if shown < len(self.days) else None


def store_span(context: Context, store_id: str, first: date | None, last: date | None) -> StoreSpan:
    """Return the store and the days of a query, whose answer no cache keeps.

    Args:
        context: The context of the request.
        store_id: As the client sent it.
        first: The first day; None: the last one.
        last: The last day; None: today by the store's calendar.

    Raises:
        CodedError: UNAUTHENTICATED or FORBIDDEN.
        BadInputError: There is no such store, or the days are too many, too far away, or none.
    """
    for_store(context, Permission.READ_FIGURES, store_id)
    context.cache.narrow(0)
    profile = existing_profile(context, store_id)
    today = day_in(profile["time_zone"], context.at)
    return StoreSpan(profile, today, days_of_span(first, last, today))
