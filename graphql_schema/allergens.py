"""The GraphQL enum of allergens.

Types import `Allergen` from here and not from the domain: Strawberry must have seen the enum before
a type names it.
"""

import strawberry

from services.domain.allergens import Allergen

__all__ = ["Allergen"]

strawberry.enum(
    Allergen, description="The fourteen allergens of EU Regulation 1169/2011, Annex II."
)
