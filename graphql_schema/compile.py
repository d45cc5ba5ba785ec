"""`python -m graphql_schema.compile [--check]`: the persisted operations as Python code.

Writes graphql_schema/compiled/generated.py, from which `graphql_schema.compiled.load` takes them.
An operation that the compiler does not support, or whose cost may be above the limit, is reported
and left out: graphql-core runs it, and its cost is counted with the variables of each request. The
others need no check per request.
"""

import argparse
import contextlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Final

from graphql import GraphQLSchema, parse, validate

from graphql_schema.compiled.persisted import GENERATED as _GENERATED
from graphql_schema.compiled.persisted import fingerprint
from graphql_schema.compiled.plan import NotCompilableError
from graphql_schema.compiler.codegen import HEADER, write_portable
from graphql_schema.cost.directives import MAX_COST
from graphql_schema.cost.estimate import cost_of
from graphql_schema.cost.weights import weights
from graphql_schema.export import MANIFEST
from graphql_schema.schema import build

GENERATED = Path(_GENERATED)
_DRAFT: Final = ".draft"
_STALE_S: Final = 60.0  # a draft is written in milliseconds
_TITLE: Final = '''"""Made by `python -m graphql_schema.compile`; do not edit."""
# ruff: noqa
# mypy: ignore-errors
'''


def generated(schema: GraphQLSchema, documents: dict[str, str], mark: str) -> tuple[str, list[str]]:
    """Return the text of the module, and the reason for each operation that is not in it.

    Args:
        schema: The schema of the operations.
        documents: Texts by document id.
        mark: The fingerprint of the sources.
    """
    texts: list[str] = []
    entries: list[str] = []
    left: list[str] = []
    known = weights(schema)
    for at, (document_id, text) in enumerate(documents.items()):
        document = parse(text)
        if errors := validate(schema, document):
            left.append(f"{document_id}: {errors[0].message}")
            continue
        if (cost := cost_of(schema, known, document, None, None)) > MAX_COST:
            left.append(f"{document_id}: it may cost {cost}, and the limit is {MAX_COST}")
            continue
        try:
            written = write_portable(schema, document, document_id, at)
        except NotCompilableError as error:
            left.append(f"{document_id}: {error}")
            continue
        texts.append(written)
        entries.append(f"    {document_id!r}: operation_{at},\n")
    body = "\n\n".join(texts)
    table = f"OPERATIONS = {{\n{''.join(entries)}}}\n"
    return f"{_TITLE}{HEADER}\nFINGERPRINT = {mark!r}\n\n\n{body}\n\n{table}", left


def main() -> int:
    """Write the file, or with --check only report whether it is up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if out of date")
    check = parser.parse_args().check
    if not check:
        _remove_stale_drafts()
    manifest = json.loads(MANIFEST.read_text())
    documents = {key: entry["document"] for key, entry in manifest.items()}
    text, left = generated(build()._schema, documents, fingerprint())  # noqa: SLF001 - no public way
    for why in left:
        sys.stderr.write(f"not compiled, graphql-core runs it: {why}\n")
    if GENERATED.exists() and GENERATED.read_text() == text:
        return 0
    if check:
        sys.stderr.write("generated.py: out of date; run python -m graphql_schema.compile\n")
        return 1
    draft = GENERATED.with_suffix(f"{_DRAFT}{os.getpid()}")  # another may compile at once
    draft.write_text(text)
    draft.replace(GENERATED)  # never a part of it, which would pass for up to date
    return 0


def _remove_stale_drafts() -> None:
    """Remove what a compile that was killed left, not the draft of one that may be at work."""
    for draft in GENERATED.parent.glob(f"{GENERATED.stem}{_DRAFT}*"):
        with contextlib.suppress(FileNotFoundError):  # another, which compiles at once, was first
            if time.time() - draft.stat().st_mtime > _STALE_S:
                draft.unlink()


if __name__ == "__main__":
    sys.exit(main())
