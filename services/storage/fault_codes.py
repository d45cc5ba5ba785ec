"""The code of a fault for each exception, whether the table was read by PynamoDB or past it."""

from collections.abc import Iterator
from typing import Any, Final

from services.domain import faults
from services.domain.documents.layout import InvalidDocumentError
from services.domain.stamp import InvalidStampError
from services.storage.exceptions import (
    CatalogNotReplicatedError,
    ContentionError,
    DeadlinePassedError,
    UnreadableItemError,
)
from services.storage.fast.retrying import THROTTLED_CODES

# All that botocore retries as throttling; the last is the status of an answer without a code.
_THROTTLED: Final = THROTTLED_CODES | {"429"}
_REFUSED: Final = frozenset(
    {
        "AccessDeniedException",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "UnrecognizedClientException",
        "InvalidClientTokenId",
    }
)
_MISSING: Final = frozenset({"ResourceNotFoundException"})
_BROKEN_REQUEST: Final = frozenset({"ValidationException", "SerializationException"})
_NO_CREDENTIALS: Final = frozenset(
    {"NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError"}
)
_OURS: Final[dict[type[Exception], str]] = {
    UnreadableItemError: faults.ITEM_UNREADABLE,
    InvalidDocumentError: faults.ITEM_UNREADABLE,
    InvalidStampError: faults.ITEM_UNREADABLE,
    ContentionError: faults.CONTENTION,
    DeadlinePassedError: faults.TABLE_UNAVAILABLE,
    CatalogNotReplicatedError: faults.TABLE_UNAVAILABLE,
}
_MAX_CAUSES: Final = 8


def code_of(error: BaseException) -> str:
    """Return the code of `services.domain.faults.CODES` that an exception stands for.

    PynamoDB's and botocore's exceptions are recognized by their content and not by their class: a
    process that never imported these libraries need not do so to name a fault.
    """
    for cause in _causes(error):
        code = _code(cause)
        if code is not None:
            return code
    return faults.INTERNAL


def _causes(error: BaseException) -> Iterator[BaseException]:
    current: Any = error
    for _ in range(_MAX_CAUSES):
        if not isinstance(current, BaseException):
            return
        yield current
        current = getattr(current, "cause", None) or current.__cause__


def _code(error: BaseException) -> str | None:
    for kind, code in _OURS.items():
        if isinstance(error, kind):
            return code
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        return _of_answer(response, {*_reasons(error, response)})
    names = {kind.__name__ for kind in type(error).__mro__}
    if names & _NO_CREDENTIALS:
        return faults.TABLE_ACCESS_REFUSED
    if "BotoCoreError" in names or isinstance(error, OSError):
        return faults.TABLE_UNAVAILABLE
    return None


def _reasons(error: BaseException, response: dict[str, Any]) -> Iterator[str]:
    """Yield the codes of why a transaction was canceled."""
    for reason in response.get("CancellationReasons") or ():
        if isinstance(reason, dict):
            yield str(reason.get("Code"))
    # PynamoDB moves them from the answer into an attribute of its own.
    for reason in getattr(error, "cancellation_reasons", None) or ():
        yield str(getattr(reason, "code", None))


def _of_answer(response: dict[str, Any], reasons: set[str]) -> str | None:
    code = str((response.get("Error") or {}).get("Code", ""))
    named = {code, *reasons}
    if named & _THROTTLED or "ThrottlingError" in named:
        return faults.THROTTLED
    if named & _REFUSED:
        return faults.TABLE_ACCESS_REFUSED
    if named & _MISSING:
        return faults.TABLE_MISSING
    if named & _BROKEN_REQUEST:
        return faults.INTERNAL
    return faults.TABLE_UNAVAILABLE
