"""The GraphQL enum of diets; types import `Diet` from here, as they do `Allergen`."""

import strawberry

from services.domain.diets import Diet

__all__ = ["Diet"]

strawberry.enum(Diet, description="What the author of a catalog states about a diet.")
