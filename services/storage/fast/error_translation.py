"""Translates failures of fast requests into PynamoDB's exceptions: callers handle one kind."""

from typing import Any

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


def as_botocore(failure: Failed, operation: str, endpoint: str) -> Exception:
    """Return the exception that botocore would raise, for those who use no PynamoDB.

    Args:
        failure: What went wrong.
        operation: DynamoDB's name of the operation.
        endpoint: The URL of DynamoDB.
    """
    from botocore import exceptions

    if isinstance(failure, NoCredentialsFoundError):
        return exceptions.NoCredentialsError()
    if isinstance(failure, RefusedError):
        response: Any = failure.refusal.response()
        return exceptions.ClientError(response, operation)
    kind: Any = getattr(exceptions, failure.broken.value)
    error: Exception = kind(endpoint_url=endpoint, error=failure)
    return error


def _cause(failure: Failed, operation: str, table: str, endpoint: str) -> Exception:
    from pynamodb.exceptions import CancellationReason, VerboseClientError

    if not isinstance(failure, RefusedError):
        return as_botocore(failure, operation, endpoint)
    refusal = failure.refusal
    return VerboseClientError(
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
