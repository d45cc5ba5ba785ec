"""Floods of requests by strangers leave the process small, as its resident memory says."""

import json
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from graphql_schema.compiled.fast_checks import written

ROOT = Path(__file__).parents[2]
MB = 1024 * 1024
# Most that the process may grow by: what its caches may hold, and half as much for the allocator.
# Without the bounds in bytes (`python -m tests.fuzz.flood KIND --unbounded`) each grows more.
BOUNDS_MB = {
    "documents": 45,
    "compiled": 32,
    "literals": 45,
    "automatic": 60,
    "small_responses": 75,
    "large_responses": 90,
    "headers": 20,
    "varied": 60,
}
# Of the kind `varied`; a million takes minutes, and the whole process has to stay under 128 MB.
VARIED_REQUESTS = os.environ.get("CARTE_FLOOD_REQUESTS", "10000")
MAX_RESIDENT_MB = 128


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
@pytest.mark.parametrize("kind", BOUNDS_MB)
def test_a_flood_leaves_no_more_than_the_caches_may_hold(kind: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.flood", kind, "--requests", VARIED_REQUESTS],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    expected = {"200", "400"} if kind == "varied" else {"200"}
    assert set(report["statuses"]) <= expected
    assert report["grew"] <= BOUNDS_MB[kind] * MB
    if kind == "varied":
        assert report["resident"] <= MAX_RESIDENT_MB * MB


def test_written_parts_of_menus_keep_no_spare_memory() -> None:
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = [written({"id": f"item-{at}", "name": "x" * 200}) for at in range(500)]
    held = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert len(kept) == 500
    assert held <= 500 * 500
