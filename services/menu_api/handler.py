"""Entry point of the Lambda: an API Gateway event in, a response out."""

import gc

# Nothing that is imported becomes garbage; looking for it makes a cold start a sixth longer.
gc.disable()

from collections.abc import Callable  # noqa: E402
from typing import Any  # noqa: E402

from services.menu_api import snapshots  # noqa: E402
from services.menu_api.application import Application, assemble  # noqa: E402
from services.menu_api.rest_event import answer_of, request_of  # noqa: E402
from services.menu_api.settings import Settings  # noqa: E402
from services.storage.stores import StoreRepository  # noqa: E402
from services.storage.table import Table  # noqa: E402


class Handler:
    """Answers menus without ASGI in between; everything else, and every other event, by Mangum."""

    def __init__(self, application: Application, *, carries_bytes: bool) -> None:
        self._application = application
        self._carries_bytes = carries_bytes
        self._mangum: Callable[[Any, Any], dict[str, Any]] | None = None

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Answer an event of a REST API, an HTTP API or a load balancer."""
        request = request_of(event, carries_bytes=self._carries_bytes)
        if request is not None:
            return answer_of(self._application.respond(request))
        if self._mangum is None:
            from services.menu_api.mangum_adapter import adapter

            self._mangum = adapter(self._application)
        return self._mangum(event, context)


def entry_point(stores: Callable[[Table], StoreRepository] = StoreRepository) -> Handler:
    """Return an entry point of its own, by the environment.

    Args:
        stores: Makes the repository of stores. The local cloud's fault `bad-deployment` gives one
            whose reads fail.
    """
    settings = Settings.from_environment()
    application = assemble(settings, stores=stores)
    snapshots.register(application)
    return Handler(application, carries_bytes=settings.carries_bytes)


# Assembled while Lambda initializes, where the CPU is not throttled and nobody waits.
handler = entry_point()

# What stands now stands for ever: no collection needs to look at it again.
gc.enable()
gc.freeze()
