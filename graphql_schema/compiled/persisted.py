"""The persisted operations' generated code: loaded when it fits the sources, else not at all.

Imports next to nothing: every cold start runs this.
"""

import os
import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any, Final

from graphql_schema.compiled.operation import CompiledOperation

ROOT: Final = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
GENERATED: str = f"{ROOT}/compiled/generated.py"
_MODULE: Final = "graphql_schema.compiled.generated"

Makers = dict[str, Callable[[], CompiledOperation]]


class Kept:
    """What was loaded: the generated functions, and the operations that they made."""

    def __init__(self) -> None:
        self.makers: Makers | None = None
        self.operations: dict[str, CompiledOperation] = {}


_kept = Kept()


def load(
    document_id: str, log: Callable[[str], object] = sys.stderr.write
) -> CompiledOperation | None:
    """The persisted operation of this id; None: there is none, graphql-core has to run it.

    Args:
        document_id: SHA-256 of its text.
        log: gets one line when there is no usable code at all.
    """
    kept = _kept
    operation = kept.operations.get(document_id)
    if operation is not None:
        return operation
    if kept.makers is None:
        kept.makers = _makers(log)
    maker = kept.makers.get(document_id)
    if maker is None:
        return None
    return kept.operations.setdefault(document_id, maker())


def fingerprint(root: str = ROOT) -> str:
    """Of everything that the generated code is made from, as far as it is packaged."""
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
        f'{{"level": "WARNING", "compiled operations": "{why}: graphql-core runs everything; '
        'run python -m graphql_schema.compile"}\n'
    )
    return {}


def _fits(mark: str) -> bool:
    # A package for AWS is made in one go from its sources, generated code included, and nobody
    # edits it; there, reading all sources again would only make cold starts longer.
    return os.environ.get("CARTE_STAGE") == "aws" or mark == fingerprint()


def _module() -> Any:
    # By its place and not by its name: a test, or a build, may have it elsewhere.
    spec = spec_from_file_location(_MODULE, GENERATED)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(GENERATED)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
