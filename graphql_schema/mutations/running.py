"""Applies a mutation once, checks its input, and turns expected failures into typed errors."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from graphql_schema.context import Context
from graphql_schema.errors import BadInputError
from graphql_schema.mutations.errors import (
    InvalidValueError,
    MutationError,
    OperationIdReusedError,
    TooBusyError,
    UnknownItemError,
    UnknownMarketError,
    UnknownStoreError,
)
from services.domain.documents.action import MAX_DEVICE, is_device
from services.domain.documents.catalog import CatalogVersion
from services.domain.documents.operation import Applied
from services.domain.documents.profile import StoreProfile
from services.domain.ids import is_id
from services.domain.markets import MARKETS, no_such_market
from services.domain.operation_ids import (
    LONGEST,
    SHORTEST,
    is_operation_id,
    is_unguessable_id,
)
from services.domain.principal import Principal
from services.domain.validation import MAX_LINES, InvalidFieldError, InvalidFieldsError
from services.storage import exceptions, keys
from services.storage.exceptions import CatalogMissingError, ContentionError
from services.storage.keys import Key
from services.storage.operations import Edit, Operation, ReadBeside
from services.storage.replica import Stored


class RefusedError(Exception):
    """An expected failure; carries the typed errors of the payload."""

    def __init__(self, *errors: MutationError) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = list(errors)


class UnlessAppliedError(RefusedError):
    """An operation is refused, unless it was applied before in another region."""


class ExpectationError(UnlessAppliedError):
    """The document is not what the client saw of it."""


class LateError(UnlessAppliedError):
    """An operation that must be carried out soon after it was sent was not."""


@contextmanager
def expected_failures(errors: list[MutationError]) -> Iterator[None]:
    """Collect what may go wrong in the block into the payload's list; faults pass through."""
    try:
        yield
    except RefusedError as refused:
        errors += refused.errors
    except exceptions.OperationIdReusedError as reused:
        errors.append(
            OperationIdReusedError(message=f"{reused}; {reused.hint}", path=["operationId"])
        )
    except ContentionError as busy:
        errors.append(TooBusyError(message=str(busy), path=[]))
    except CatalogMissingError as missing:
        errors.append(UnknownItemError(message=f"{missing}; {missing.hint}", path=[]))


def run(
    context: Context,
    principal: Principal,
    *,
    operation_id: str,
    action: str,
    document: Key,
    mutation_input: Mapping[str, Any],
    edit: Edit,
    conditions: Mapping[str, str | None] | None = None,
    store: "StoreBeside | None" = None,
) -> Any:
    """Apply an operation once, and return its answer; a retry gets the answer of the first time.

    Args:
        context: The context of the request.
        principal: The author of the edit.
        operation_id: Made by the client; a retry repeats it.
        action: The name of the mutation.
        document: The key of the document that is edited.
        mutation_input: The input of the mutation; a retry must repeat it.
        edit: Makes the new version of the document. Where it raises `UnlessAppliedError`, the
            document may hold this very operation, applied in another region whose record of it
            has not arrived: then the journal has its answer.
        conditions: What the client saw, without which it does not want the edit; a retry must
            repeat it, too. None or empty: it sets no conditions.
        store: The store whose profile `edit` reads; it is read with the operation's record.

    Raises:
        RefusedError: The operation id has a wrong form, or `edit` refused.
        OperationIdReusedError: The id was used before, with another input.
        ContentionError: Others changed the document at every attempt.
        BadInputError: The header `x-carte-device` has another form.
    """
    check_operation_id(operation_id)
    whole = [action, list(document), mutation_input, *([conditions] if conditions else [])]
    text = json.dumps(whole, sort_keys=True, ensure_ascii=False)
    fingerprint = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
    operation = Operation(
        operation_id,
        action,
        fingerprint,
        principal.subject,
        document,
        device=device_of(context),
        by_staff=True,
    )
    try:
        return context.services.operations.apply(operation, edit, store.beside if store else None)
    except UnlessAppliedError:
        applied = _journaled(context, operation)
        if applied is None:
            raise
        return applied.answer


def _journaled(context: Context, operation: Operation) -> Applied | None:
    """Return how an operation was applied, as the journal of its document has it; else None.

    Raises:
        OperationIdReusedError: The id was used before, with another input.
    """
    entry = context.services.journals.of_operation(operation.document, operation.id)
    if entry is None or entry.applied is None:
        return None
    applied = Applied.load(entry.applied)
    if applied.fingerprint != operation.fingerprint:
        raise exceptions.OperationIdReusedError(operation.id)
    return applied


def device_of(context: Context) -> str | None:
    """Return the client's description of its device, for the record of what staff did.

    Raises:
        BadInputError: The header `x-carte-device` has another form.
    """
    device = context.device
    if device is not None and not is_device(device):
        raise BadInputError(
            f"x-carte-device is 1 to {MAX_DEVICE} letters, digits, blanks, or any of . _ : @ / + - "
            "( ); leave it out where there is nothing to say"
        )
    return device


def check_operation_id(operation_id: str, field: str = "operationId") -> None:
    """Check the form of an operation id; it becomes a part of keys.

    Args:
        operation_id: As the client sent it.
        field: What the client calls it, where it is not the id of the request itself.

    Raises:
        RefusedError: It has another form.
    """
    if not is_operation_id(operation_id):
        message = (
            f"{field} is {SHORTEST} to {LONGEST} letters, digits, or any of . _ : - "
            "(a UUID is good)"
        )
        raise RefusedError(InvalidValueError(message=message, path=[field]))


def check_unguessable_id(operation_id: str) -> None:
    """Check the form of an operation id from which a capability is made.

    Raises:
        RefusedError: It has another form.
    """
    if not is_unguessable_id(operation_id):
        message = (
            "the operationId of an order is a random UUID, or at least 32 random hexadecimal "
            "digits: whoever guesses it can read and cancel the order"
        )
        raise RefusedError(InvalidValueError(message=message, path=["operationId"]))


class StoreBeside:
    """The profile of the store whose document an operation edits, read with the operation's record.

    Otherwise it would take a request of its own at each attempt.
    """

    __slots__ = ("_store_id", "_stored", "beside")

    def __init__(self, store_id: str) -> None:
        self._store_id = store_id
        self._stored: Stored | None = None
        # An id of another form is no key.
        is_key = is_id(store_id)
        self.beside = ReadBeside(keys.profile(store_id), self._take) if is_key else None

    def _take(self, stored: Stored | None) -> None:
        self._stored = stored

    def profile(self) -> StoreProfile:
        """Return the profile as it was last read.

        Raises:
            RefusedError: The store does not exist.
        """
        if self._stored is None:
            raise unknown_store(self._store_id)
        return StoreProfile.load(self._store_id, self._stored.body)


def existing_store(context: Context, store_id: str) -> StoreProfile:
    """Return the profile of a store.

    Raises:
        RefusedError: The store does not exist.
    """
    profile = context.services.stores.profile(store_id) if is_id(store_id) else None
    if profile is None:
        raise unknown_store(store_id)
    return profile


def unknown_store(store_id: str) -> RefusedError:
    """Return the error of a store that does not exist."""
    message = f"there is no store {store_id[:64]!r}"
    return RefusedError(UnknownStoreError(message=message, path=["storeId"]))


def existing_market(market: str) -> None:
    """Check that a market exists.

    Raises:
        RefusedError: It does not.
    """
    if market not in MARKETS:
        raise RefusedError(UnknownMarketError(message=no_such_market(market), path=["market"]))


def check_lines(field: str, item_ids: Sequence[str]) -> None:
    """Check that there are 1 to `MAX_LINES` lines, each of another item.

    Raises:
        RefusedError: There are fewer or more, or an item is in two lines.
    """
    if not 1 <= len(item_ids) <= MAX_LINES:
        message = f"{field} holds 1 to {MAX_LINES} lines, not {len(item_ids)}"
        raise RefusedError(InvalidValueError(message=message, path=[field]))
    seen: set[str] = set()
    for at, item_id in enumerate(item_ids):
        if item_id in seen:
            message = f"item {item_id[:64]!r} stands in two lines"
            raise RefusedError(InvalidValueError(message=message, path=[field, str(at), "itemId"]))
        seen.add(item_id)


def check_items(field: str, item_ids: Sequence[str], catalog: CatalogVersion) -> None:
    """Check that every item is in the catalog.

    Raises:
        RefusedError: Some are not; one typed error for each.
    """
    unknown = [
        UnknownItemError(
            message=f"the catalog of {catalog.market} has no item {item_id[:64]!r}",
            path=[field, str(at), "itemId"],
        )
        for at, item_id in enumerate(item_ids)
        if item_id not in catalog.by_id
    ]
    if unknown:
        raise RefusedError(*unknown)


@contextmanager
def refusing_fields(path_of: Callable[[str], list[str]]) -> Iterator[None]:
    """Turn values that the domain refuses into errors of the payload.

    Args:
        path_of: The path in the input of a field as the domain names it.

    Raises:
        RefusedError: A value breaks a rule of `services.domain.validation`.
    """
    try:
        yield
    except InvalidFieldError as error:
        raise RefusedError(_invalid(error, path_of)) from error
    except InvalidFieldsError as several:
        raise RefusedError(*(_invalid(error, path_of) for error in several.errors)) from several


def _invalid(error: InvalidFieldError, path_of: Callable[[str], list[str]]) -> InvalidValueError:
    path = path_of(error.field)
    return InvalidValueError(message=f"{path[-1]}: {error}", path=path)
