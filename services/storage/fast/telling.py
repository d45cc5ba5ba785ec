"""Failures in the words of PynamoDB, so that whoever reads need not know which way it went."""

from services.storage.fast.failures import (
    ConnectionBrokenError,
    NoCredentialsFoundError,
    RefusedError,
)

Failed = RefusedError | ConnectionBrokenError | NoCredentialsFoundError


def told(failure: Failed, operation: str, table: str, endpoint: str) -> Exception:
    """The exception that PynamoDB raises in this case; imported only now, when it is needed.

    Args:
        failure: what went wrong.
        operation: DynamoDB's name of the operation.
        table: the table's name.
        endpoint: URL that was asked.
    """
    from pynamodb.exceptions import GetError, QueryError

    cause = _cause(failure, operation, table, endpoint)
    error: Exception
    if operation == "Query":
        error = QueryError(f"Failed to query items: {cause}", cause)
    elif operation == "BatchGetItem":
        error = GetError(f"Failed to batch get items: {cause}", cause)
    else:
        error = GetError(f"Failed to get item: {cause}", cause)
    return error


def _cause(failure: Failed, operation: str, table: str, endpoint: str) -> Exception:
    from botocore import exceptions
    from pynamodb.exceptions import VerboseClientError

    cause: Exception
    if isinstance(failure, NoCredentialsFoundError):
        cause = exceptions.NoCredentialsError()
    elif isinstance(failure, RefusedError):
        refusal = failure.refusal
        cause = VerboseClientError(
            refusal.response(),
            operation,
            {"request_id": refusal.request_id, "table_name": table},
        )
    else:
        kind = getattr(exceptions, failure.broken.value)
        cause = kind(endpoint_url=endpoint, error=failure)
    return cause
