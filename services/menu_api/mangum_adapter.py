"""The application behind Mangum: for events that `rest_event` leaves alone."""

from collections.abc import Callable
from typing import Any

from mangum import Mangum
from mangum.adapter import DEFAULT_TEXT_MIME_TYPES

from services.menu_api.application import Application
from services.menu_api.asgi import AsgiApp
from services.menu_api.negotiation import GRAPHQL_RESPONSE


def adapter(application: Application) -> Callable[[Any, Any], dict[str, Any]]:
    """Return a Lambda handler."""
    return Mangum(
        AsgiApp(application, threads=False),
        lifespan="off",
        # Mangum takes a type it does not know for binary; API Gateway would hand on its base64.
        text_mime_types=[*DEFAULT_TEXT_MIME_TYPES, GRAPHQL_RESPONSE],
    )
