"""Translates failures of fast requests into PynamoDB's exceptions: callers handle one kind."""

from services.storage.fast.failures import (
    ConnectionBrokenError,
    NoCredentialsFoundError,
    RefusedError,
)

Failed = RefusedError | ConnectionBrokenError | NoCredentialsFoundError


def translated(failure: Failed, operation: str, table: str, endpoint: str) -> Exception:
    """Return the exception that PynamoDB would raise; PynamoDB is imported only here.

    Args:
        failure: What went wrong.
        operation: DynamoDB's name of the operation.
        table: The table's name.
        endpoint: The URL of DynamoDB.
    """
    from pynamodb.exceptions import GetError, PutError, QueryError, TransactWriteError

    cause = _cause(failure, operation, table, endpoint)
    error: Exception
    if operation == "Query":
        error = QueryError(f"Failed to query items: {cause}", cause)
    elif operation == "BatchGetItem":
        error = GetError(f"Failed to batch get items: {cause}", cause)
    elif operation == "PutItem":
        error = PutError(f"Failed to put item: {cause}", cause)
    elif operation == "TransactWriteItems":
        error = TransactWriteError("Failed to write transaction items", cause)
    else:
        error = GetError(f"Failed to get item: {cause}", cause)
    return error


def _cause(failure: Failed, operation: str, table: str, endpoint: str) -> Exception:
    from botocore import exceptions
    from pynamodb.exceptions import CancellationReason, VerboseClientError

    cause: Exception
    if isinstance(failure, NoCredentialsFoundError):
        cause = exceptions.NoCredentialsError()
    elif isinstance(failure, RefusedError):
        refusal = failure.refusal
        cause = VerboseClientError(
            refusal.response(),
            operation,
            {"request_id": refusal.request_id, "table_name": table},
            cancellation_reasons=[
                CancellationReason(code=one["Code"], message=one.get("Message"))
                if one.get("Code") not in {None, "None"}
                else None
                for one in refusal.reasons
            ],
        )
    else:
        kind = getattr(exceptions, failure.broken.value)
        cause = kind(endpoint_url=endpoint, error=failure)
    return cause
