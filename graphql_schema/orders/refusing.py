"""Turns what the domain refuses about an order into typed errors of a payload."""

from collections.abc import Iterator
from contextlib import contextmanager

from graphql_schema.mutations.errors import InvalidValueError
from graphql_schema.mutations.running import RefusedError
from graphql_schema.orders.errors import OrderStateError, errors_of
from services.domain.quotes.refusals import OrderRefusedError
from services.domain.taxes.goods import UnclassifiedItemError
from services.domain.taxes.rates import NoTaxRateError
from services.storage.orders import TransitionRefusedError


@contextmanager
def refusing_orders() -> Iterator[None]:
    """Turn refusals of the domain into errors of the payload.

    Raises:
        RefusedError: An order cannot be priced or placed, or a step is not allowed.
    """
    try:
        yield
    except OrderRefusedError as refused:
        raise RefusedError(*errors_of(refused.refusals)) from refused
    except (UnclassifiedItemError, NoTaxRateError) as unknown:
        message = f"this cannot be ordered yet: {unknown.message}"
        raise RefusedError(InvalidValueError(message=message, path=["lines"])) from unknown
    except TransitionRefusedError as refused:
        error = OrderStateError(message=refused.message, path=["orderId"])
        raise RefusedError(error) from refused
