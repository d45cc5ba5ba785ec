"""Loads the generated code of the persisted operations, unless it is out of date.

Imports little, because every cold start runs it.
"""

import os
import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any, Final

from graphql_schema.compiled.operation import CompiledOperation
from services.domain import log_lines

ROOT: Final = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
GENERATED: str = f"{ROOT}/compiled/generated.py"
_MODULE: Final = "graphql_schema.compiled.generated"

Makers = dict[str, Callable[[], CompiledOperation]]


class LoadedOperations:
    """The persisted operations of a process; `reset` forgets them.

    Attributes:
        makers: Functions of the generated module by document id; None before it was loaded.
        operations: What the functions returned, by document id.
    """

    def __init__(self) -> None:
        self.makers: Makers | None = None
        self.operations: dict[str, CompiledOperation] = {}

    def reset(self) -> None:
        """Forget everything; the next operation loads the generated module again."""
        self.makers = None
        self.operations.clear()


loaded: Final = LoadedOperations()


def load(
    document_id: str, log: Callable[[str], object] = sys.stderr.write
) -> CompiledOperation | None:
    """Return a persisted operation, or None if graphql-core has to run it.

    Args:
        document_id: SHA-256 of the document's text, hexadecimal.
        log: Called once with a line if the generated code is missing, broken or out of date.
    """
    operation = loaded.operations.get(document_id)
    if operation is not None:
        return operation
    if loaded.makers is None:
        loaded.makers = _makers(log)
    maker = loaded.makers.get(document_id)
    if maker is None:
        return None
    return loaded.operations.setdefault(document_id, maker())


def fingerprint(root: str = ROOT) -> str:
    """Return a digest of the sources from which the generated code is made."""
    from hashlib import blake2b

    digest = blake2b(digest_size=16)
    for path in sorted(_sources(root)):
        digest.update(path[len(root) :].encode())
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib is slow to import
            digest.update(file.read())
    return digest.hexdigest()


def _sources(folder: str) -> list[str]:
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                found += _sources(entry.path)
            elif entry.name == "persisted.json" or (
                entry.name.endswith(".py") and entry.name != "generated.py"
            ):
                found.append(entry.path)
    return found


def _makers(log: Callable[[str], object]) -> Makers:
    try:
        module = _module()
    except FileNotFoundError:
        why = "missing"
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, graphql-core can do it
        why = f"broken ({type(error).__name__})"
    else:
        if _fits(module.FINGERPRINT):
            found: Makers = module.OPERATIONS
            return found
        why = "stale"
    log(
        log_lines.warning(
            f"compiled operations are {why}: graphql-core runs everything; "
            "run python -m graphql_schema.compile",
            region=os.environ.get("CARTE_REGION", ""),
        )
    )
    return {}


def _fits(mark: str) -> bool:
    # The AWS package is built with its generated code and never edited; reading all sources
    # there would only make cold starts longer.
    return os.environ.get("CARTE_STAGE") == "aws" or mark == fingerprint()


def _module() -> Any:
    # Loaded from a path, because tests and builds keep the module elsewhere.
    spec = spec_from_file_location(_MODULE, GENERATED)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(GENERATED)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
