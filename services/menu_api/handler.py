"""Entry point of the Lambda: an API Gateway event in, a response out."""

from mangum import Mangum
from mangum.adapter import DEFAULT_TEXT_MIME_TYPES

from services.menu_api.application import assemble
from services.menu_api.asgi import AsgiApp
from services.menu_api.negotiation import GRAPHQL_RESPONSE
from services.menu_api.settings import Settings

# Assembled while Lambda initializes, where the CPU is not throttled and nobody waits.
handler = Mangum(
    AsgiApp(assemble(Settings.from_environment()), threads=False),
    lifespan="off",
    # Mangum takes a type it does not know for binary; API Gateway would hand on its base64.
    text_mime_types=[*DEFAULT_TEXT_MIME_TYPES, GRAPHQL_RESPONSE],
)
