"""Requests that are refused before anything runs."""

from graphql_schema.errors import BAD_REQUEST


class RefusedRequestError(ValueError):
    """A request that is no GraphQL request, or one that this endpoint does not take.

    Attributes:
        status: The HTTP status.
        code: The code in the error's extensions.
    """

    def __init__(self, message: str, *, status: int = 400, code: str = BAD_REQUEST) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


def unknown_hash() -> RefusedRequestError:
    """Return the refusal by which Apollo clients learn to send the document with its hash.

    They look for this message and code, and expect status 200 (Apollo's protocol of automatic
    persisted queries), in every media type: its server sends no other, and clients for phones do
    not read the errors of a 4xx (apollo-server 7374, apollo-kotlin 2330). GraphQL over HTTP wants
    a 4xx under `application/graphql-response+json`, as of any answer without `data`.
    """
    return RefusedRequestError(
        "PersistedQueryNotFound", status=200, code="PERSISTED_QUERY_NOT_FOUND"
    )
