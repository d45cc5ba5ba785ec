"""Compares the search of stores with embedded search engines.

It indexes the same stores with each engine and judges, in one run, how well and at what cost the
queries of the tests are answered. The engines run one after the other, each step in a process of
its own. tantivy is left out where `make bench` has not installed it.
"""

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from loadtests.search_engines import documents, worker
from loadtests.search_engines.judging import (
    HELD_OUT,
    QUERIES,
    Directory,
    Judgement,
    Query,
    precision,
    queries,
)
from services.storage import place_names

_ROOT: Final = Path(__file__).parents[2]
PEERS: Final = _ROOT / ".venv-peers/bin/python"
ENGINES: Final[Mapping[str, str]] = {
    "carte_index": "carte",
    "sqlite_words": "FTS5 unicode61",
    "sqlite_trigrams": "FTS5 trigram",
    "tantivy_index": "tantivy",
}
IN_PEERS: Final = ("tantivy_index",)
_PATIENCE_S: Final = 1800
_SEED: Final = 1


class EngineError(Exception):
    """An engine's process failed; the message has its last words."""


def _step(name: str, folder: Path, step: str, *more: str) -> dict[str, Any]:
    python = str(PEERS) if name in IN_PEERS else sys.executable
    command = [python, "-m", "loadtests.search_engines.worker", name, str(folder), step, *more]
    try:
        done = subprocess.run(
            command, cwd=_ROOT, capture_output=True, text=True, timeout=_PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise EngineError(f"{ENGINES[name]} does not {step} within {_PATIENCE_S} s") from error
    if done.returncode:
        raise EngineError(f"{ENGINES[name]} fails to {step}:\n{done.stderr[-2000:]}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _judged(
    directory: Directory, queries: Sequence[Query], found: Sequence[Sequence[str]]
) -> list[Judgement]:
    by_id = {one.store_id: one for one in directory.entries}
    answers = {
        (query.text, query.near): [by_id[one] for one in ids]
        for query, ids in zip(queries, found, strict=True)
    }
    return directory.judge(lambda text, near: answers[text, near], queries)


def _percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def _drawn(most: int | None) -> list[Query]:
    """Return the queries in an order drawn once, so that the first of them stand for all."""
    drawn = [*queries(QUERIES), *queries(HELD_OUT)]
    random.Random(_SEED).shuffle(drawn)
    return drawn[:most]


def compared(
    count: int,
    names: Sequence[str],
    *,
    most: int | None = None,
    limit_s: float = worker.NO_LIMIT_S,
    report: Callable[[str], object] = sys.stderr.write,
) -> dict[str, dict[str, Any]]:
    """Return the figures of each engine by its name; of one that fails, `error` alone.

    Args:
        count: How many stores of the chain are indexed; the queries need 31,000.
        names: Modules of engines.
        most: How many queries are sent, drawn from all; None: all.
        limit_s: Seconds of CPU that each engine may search; then the queries so far count.
        report: Takes a line about each engine as soon as it is done.
    """
    directory = Directory(count)
    drawn = _drawn(most)
    held_out = {*queries(HELD_OUT)}
    result: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        documents.write(
            folder / worker.DOCUMENTS, documents.documents(directory.entries, place_names.read())
        )
        documents.write(
            folder / worker.QUERIES, ({"text": one.text, "near": one.near} for one in drawn)
        )
        for engine in names:
            try:
                figures = _step(engine, folder, "build")
                figures |= _step(engine, folder, "search", str(limit_s))
            except EngineError as error:
                result[ENGINES[engine]] = {"error": str(error)}
                report(f"{error}\n")
                continue
            seconds = figures.pop("query_s")
            if not seconds:
                result[ENGINES[engine]] = {"error": f"asked nothing within {limit_s:g} s"}
                continue
            judged = _judged(directory, drawn[: len(seconds)], figures.pop("found"))
            result[ENGINES[engine]] = {
                **figures,
                "asked": len(seconds),
                "query_p50_s": _percentile(seconds, 0.5),
                "query_p99_s": _percentile(seconds, 0.99),
                "query_most_s": max(seconds),
                "precision": precision(one for one in judged if one.query not in held_out),
                "held_out": precision(one for one in judged if one.query in held_out).get("all"),
            }
            report(_line(ENGINES[engine], result[ENGINES[engine]], len(drawn)))
    return result


# What is printed of each engine: a label, a figure, and what it is multiplied with.
_COSTS: Final = (
    ("queries asked", "asked", 1),
    ("a query, p50, ms of CPU", "query_p50_s", 1e3),
    ("a query, p99", "query_p99_s", 1e3),
    ("the dearest of them", "query_most_s", 1e3),
    ("opening, with the first search, ms of CPU", "load_s", 1e3),
    ("memory of the opened index, MB", "memory_bytes", 1e-6),
    ("building, s of CPU", "build_s", 1),
    ("files, MB", "index_bytes", 1e-6),
)


def _line(name: str, one: Mapping[str, Any], queries: int) -> str:
    """Return the figures of an engine in one line, for the run that ends before its table."""
    costs = (f"{label} {one[key] * scale:.3g}" for label, key, scale in _COSTS[1:])
    share_asked = f"{one['asked']} of {queries} queries asked"
    return f"{name}: {share_asked}; {', '.join(costs)}; right {_share(one, 'all')}\n"


def table(result: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the figures of `compared` as a table in Markdown, with ratios to the first engine."""
    result = {name: one for name, one in result.items() if "error" not in one}
    if not result:
        return "no engine was measured"
    engines = list(result.values())
    first = engines[0]
    rows: list[tuple[str, list[str]]] = [
        ("right store first / among the first three", [_share(one, "all") for one in engines]),
        ("the same, held-out queries", [_shares(one["held_out"]) for one in engines]),
    ]
    for label, key, scale in _COSTS:
        rows.append((label, [_ratio(one, first, key, scale) for one in engines]))
    for kind, (count, _, _) in first["precision"].items():
        if kind != "all":
            rows.append((f"{kind} ({count})", [_share(one, kind) for one in engines]))
    lines = [f"| | {' | '.join(result)} |", "|---" * (len(result) + 1) + "|"]
    lines += [f"| {label} | {' | '.join(cells)} |" for label, cells in rows]
    return "\n".join(lines)


def _share(one: Mapping[str, Any], kind: str) -> str:
    return _shares(one["precision"].get(kind))


def _shares(found: tuple[int, float, float] | None) -> str:
    return "not asked" if found is None else f"{found[1]:.2f} / {found[2]:.2f}"


def _ratio(one: Mapping[str, Any], first: Mapping[str, Any], key: str, scale: float) -> str:
    value = one[key] * scale
    shown = f"{value:.3g}" if value < 1000 else f"{value:.0f}"  # noqa: PLR2004 - three figures
    return shown if one is first or not first[key] else f"{shown} ({one[key] / first[key]:.2g}x)"
