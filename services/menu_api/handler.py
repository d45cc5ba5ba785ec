"""Entry point of the Lambda: an API Gateway event in, a response out."""

from mangum import Mangum

from services.menu_api.application import assemble
from services.menu_api.asgi import AsgiApp
from services.menu_api.settings import Settings

# Assembled while Lambda initializes, where the CPU is not throttled and nobody waits.
handler = Mangum(
    AsgiApp(assemble(Settings.from_environment()), threads=False),
    lifespan="off",
)
