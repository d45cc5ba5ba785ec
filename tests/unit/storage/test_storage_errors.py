"""What storage raises on purpose is an expected failure: a message, and what to do next."""

import pytest

from services.domain.errors import CarteError
from services.storage import exceptions
from services.storage.exceptions import StorageError
from services.storage.keys import Key


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (exceptions.CatalogMissingError("de"), "carte import catalog"),
        (exceptions.CatalogNotReplicatedError("de"), "another region"),
        (exceptions.OperationIdReusedError("one"), "new id"),
        (exceptions.NoSuchVersionError("de", "x" * 5000), "catalogPublications"),
        (exceptions.InvalidVersionError("x" * 5000), "catalogPublications"),
        (exceptions.NoSuchStoreError("s1"), ""),
        (exceptions.UnreadableItemError(Key("pk", "sk"), "damaged"), ""),
    ],
)
def test_the_message_is_one_line_and_the_hint_beside_it(error: StorageError, hint: str) -> None:
    assert isinstance(error, CarteError)
    assert str(error) == error.message
    assert "\n" not in error.message
    assert hint in error.hint
