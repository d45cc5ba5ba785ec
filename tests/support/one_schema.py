"""One GraphQL schema for all services of a test process: to build it takes a tenth of a second."""

import copy
import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest

from graphql_schema import schema as building
from graphql_schema.document_cache import DocumentCache
from graphql_schema.schema import Schema
from services.live import evaluation
from services.menu_api import schema_in_use

MADE_PART: Final = schema_in_use._made_part
"""Makes a part of the schema, as services do outside of tests."""


def schema_of_tests() -> Schema:
    """Return the schema with a cache of documents of its own, as `build` does."""
    made = copy.copy(_built())
    made.documents = DocumentCache()
    return made


@functools.cache
def _built() -> Schema:
    made = building.build()
    assert made.weights  # else each copy would weigh the fields again
    return made


@contextmanager
def one_schema_is_built() -> Iterator[None]:
    """Give services the schema of tests, and no parts of it.

    `graphql_schema.schema.build` and `graphql_schema.parts.Part` build as ever.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema_in_use, "_made_schema", schema_of_tests)
        patch.setattr(schema_in_use, "_made_part", lambda _text: None)
        patch.setattr(evaluation, "build", schema_of_tests)
        yield
