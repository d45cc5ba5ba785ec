"""The GraphQL type of an amount of money."""

from typing import Self

import strawberry


@strawberry.type(description="An amount of money.")
class Money:
    amount_minor: int = strawberry.field(
        description="In the currency's minor unit: cents of USD, whole yen of JPY (ISO 4217)."
    )
    currency: str = strawberry.field(description="ISO 4217 code.")

    @classmethod
    def maybe(cls, amount_minor: int | None, currency: str) -> Self | None:
        """Return the GraphQL object of an amount that may not be set."""
        return None if amount_minor is None else cls(amount_minor=amount_minor, currency=currency)
