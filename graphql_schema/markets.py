"""The check of queries that a market exists; of mutations see `mutations.running`."""

from graphql_schema.errors import BadInputError
from services.domain.markets import MARKETS, no_such_market


def check_market(market: str) -> None:
    """Check that a market exists.

    Raises:
        BadInputError: It does not.
    """
    if market not in MARKETS:
        raise BadInputError(no_such_market(market))
