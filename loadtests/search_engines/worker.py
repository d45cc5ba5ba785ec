"""`python -m loadtests.search_engines.worker ENGINE FOLDER build|search [LIMIT_S]`: one engine.

It prints one line of JSON: figures, and what was found. It imports nothing that the environment of
an engine may lack.
"""

import gc
import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any, Final

from loadtests.search_engines import documents
from loadtests.search_engines.engine import EngineModule
from services.domain.search.folding import folded_words

DOCUMENTS: Final = "documents.jsonl"
QUERIES: Final = "queries.jsonl"
_ROUNDS: Final = 3  # of which the least CPU time of each query counts
NO_LIMIT_S: Final = 1e9


def _resident_bytes() -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def build(engine: EngineModule, folder: Path, index: Path) -> dict[str, Any]:
    """Build the index and return what that cost: seconds of CPU, and bytes of files."""
    rows = list(documents.read(folder / DOCUMENTS))
    started = time.process_time()
    engine.build(rows, index)
    took = time.process_time() - started
    size = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
    return {"build_s": took, "index_bytes": size}


def search(
    engine: EngineModule, folder: Path, index: Path, limit_s: float = NO_LIMIT_S
) -> dict[str, Any]:
    """Open the index, search, and return figures and the ids that were found by query.

    Args:
        engine: The module of the engine.
        folder: Where the queries are.
        index: The folder of the index.
        limit_s: Seconds of CPU after which no further query is sent: where queries are left over
            by then, `found` and `query_s` are those of the first ones.
    """
    queries = [(folded_words(one["text"]), one["near"]) for one in documents.read(folder / QUERIES)]
    prepare = getattr(engine, "prepare", None)
    prepared = prepare(index) if prepare else index
    gc.collect()
    before = _resident_bytes()
    started = time.process_time()
    opened = engine.open_index(prepared)
    opened.search(["paris"], None)
    load = time.process_time() - started
    best = [float("inf")] * len(queries)
    found: list[list[str]] = []
    ends = time.process_time() + limit_s
    for repeated in range(_ROUNDS):
        for at, (words, near) in enumerate(queries):
            if time.process_time() >= ends:
                break
            started = time.process_time()
            ids = opened.search(words, near and tuple(near))
            best[at] = min(best[at], time.process_time() - started)
            if not repeated:
                found.append(list(ids))
    gc.collect()
    return {
        "load_s": load,
        "memory_bytes": _resident_bytes() - before,
        "query_s": best[: len(found)],
        "found": found,
    }


def main() -> int:
    """Do one step of one engine."""
    name, folder, step = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    engine: Any = importlib.import_module(f"loadtests.search_engines.{name}")
    index = folder / name
    index.mkdir(exist_ok=True)
    if step == "build":
        done = build(engine, folder, index)
    else:
        done = search(engine, folder, index, *map(float, sys.argv[4:]))
    sys.stdout.write(json.dumps(done) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
