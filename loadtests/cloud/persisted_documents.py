"""The persisted GraphQL documents of carte's site, by name.

Only the standard library is imported, so that processes with other packages can use it.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import graphql_schema


@cache
def _by_name() -> dict[str, tuple[str, str]]:
    manifest = json.loads(Path(graphql_schema.__file__).with_name("persisted.json").read_bytes())
    return {entry["name"]: (digest, entry["document"]) for digest, entry in manifest.items()}


def persisted_document(name: str) -> tuple[str, str]:
    """Return the id and the text of a persisted document.

    Raises:
        KeyError: No document has this name.
    """
    return _by_name()[name]


def persisted_path(name: str, **variables: Any) -> str:
    """Return path and query of a persisted GET, as a CDN and the stage cache key it."""
    digest, _ = persisted_document(name)
    text = quote(json.dumps(variables, separators=(",", ":"), ensure_ascii=False))
    return f"/graphql/persisted/{digest}?variables={text}"
