"""What all mutations share: run an operation once, and tell expected failures from faults."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from graphql_schema.context import Context
from graphql_schema.mutations.errors import (
    InvalidValueError,
    MutationError,
    OperationIdReusedError,
    TooBusyError,
    UnknownItemError,
    UnknownStoreError,
)
from graphql_schema.stores.ids import is_store_id
from services.domain.documents.catalog import CatalogVersion
from services.domain.documents.profile import StoreProfile
from services.domain.principal import Principal
from services.storage import exceptions
from services.storage.exceptions import CatalogMissingError, ContentionError
from services.storage.keys import Key
from services.storage.operations import Edit, Operation

MAX_LINES: Final = 100
_OPERATION_ID: Final = re.compile(r"[A-Za-z0-9._:-]{8,100}", re.ASCII)


class RefusedError(Exception):
    """An expected failure; carries the typed errors of the payload."""

    def __init__(self, *errors: MutationError) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = list(errors)


@contextmanager
def expected_failures(errors: list[MutationError]) -> Iterator[None]:
    """Collect what may go wrong in the block into the payload's list; faults pass through."""
    try:
        yield
    except RefusedError as refused:
        errors += refused.errors
    except exceptions.OperationIdReusedError as reused:
        errors.append(
            OperationIdReusedError(message=f"{reused}; use a new id", path=["operationId"])
        )
    except ContentionError as busy:
        errors.append(TooBusyError(message=str(busy), path=[]))
    except CatalogMissingError as missing:
        errors.append(UnknownItemError(message=str(missing), path=[]))


def run(
    context: Context,
    principal: Principal,
    *,
    operation_id: str,
    action: str,
    document: Key,
    asked: Mapping[str, Any],
    edit: Edit,
) -> Any:
    """Apply an operation once; `asked` is its input, which a retry must repeat.

    Raises:
        RefusedError: the operation id is none, or what `edit` refuses.
        exceptions.OperationIdReusedError, ContentionError: see `OperationRepository.apply`.
    """
    if not _OPERATION_ID.fullmatch(operation_id):
        message = "operationId is 8 to 100 letters, digits, or any of . _ : - (a UUID is good)"
        raise RefusedError(InvalidValueError(message=message, path=["operationId"]))
    text = json.dumps([action, list(document), asked], sort_keys=True, ensure_ascii=False)
    fingerprint = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
    operation = Operation(operation_id, action, fingerprint, principal.subject, document)
    return context.services.operations.apply(operation, edit)


def the_store(context: Context, store_id: str) -> StoreProfile:
    """A store that exists.

    Raises:
        RefusedError: there is none.
    """
    profile = context.services.stores.profile(store_id) if is_store_id(store_id) else None
    if profile is None:
        message = f"there is no store {store_id[:64]!r}"
        raise RefusedError(UnknownStoreError(message=message, path=["storeId"]))
    return profile


def check_lines(field: str, item_ids: Sequence[str]) -> None:
    """Between 1 and 100 lines, each about another item.

    Raises:
        RefusedError: otherwise.
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
    """Every item is in the catalog.

    Raises:
        RefusedError: naming each that is not.
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


def check_range(path: Sequence[str], value: int, low: int, high: int) -> None:
    """A number within its bounds.

    Raises:
        RefusedError: it is not.
    """
    if not low <= value <= high:
        message = f"{path[-1]} is {low} to {high}, not {value}"
        raise RefusedError(InvalidValueError(message=message, path=list(path)))
