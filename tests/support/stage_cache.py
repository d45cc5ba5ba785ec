"""API Gateway's stage cache as AWS documents it, in front of an application."""

from services.menu_api.application import Application
from services.menu_api.messages import Request, Response

Key = tuple[str, str | None, str | None]


class StageCache:
    """Keeps every answer to a GET under its path and the declared parts of its key.

    Source: AWS, "Cache settings for REST APIs in API Gateway": the key is what the method declares
    (infra_cdk/constructs/rest_api.py: documentId, variables, Accept); Cache-Control of the answer
    is not looked at, and any status is kept.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._kept: dict[Key, Response] = {}

    def ask(self, request: Request) -> Response:
        """Return what is kept for the key of a request, else ask and keep the answer."""
        key = (request.path, request.query.get("variables"), request.headers.get("accept"))
        if key not in self._kept:
            self._kept[key] = self._application.respond(request)
        return self._kept[key]
