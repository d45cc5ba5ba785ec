"""What a run of the tests chooses at random can be repeated, and CI does not fail by luck."""

import random
import re

import pytest

from tests.support.seeds import seed_of_run
from tests.support.sources import ROOT

# The functions of the module `random` draw from a generator that nobody can seed again.
UNSEEDED = re.compile(r"\brandom\.(Random\(\)|SystemRandom|[a-z]\w*\()")
ALLOWED = {"tests/support/seeds.py", "tests/unit/menu_api/test_snapshots.py"}


def test_a_given_seed_is_the_seed() -> None:
    assert seed_of_run({"CARTE_SEED": "7", "CI": "true"}) == 7


def test_runs_for_a_change_have_one_seed_and_others_new_ones() -> None:
    assert seed_of_run({"CI": "true"}) == seed_of_run({"CI": "true"})
    for environment in ({}, {"CI": "true", "THOROUGH": "1"}):
        assert len({seed_of_run(environment) for _ in range(5)}) > 1


@pytest.mark.parametrize("given", ["x", "-1", "1.5", str(2**32), "²"])
def test_what_is_no_seed_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match=r"CARTE_SEED is .* give a number from 0 to 4294967295"):
        seed_of_run({"CARTE_SEED": given})


def test_this_run_has_a_seed_that_it_printed() -> None:
    assert seed_of_run() == seed_of_run()
    random.Random(seed_of_run())


def test_tests_choose_by_the_seed_of_the_run() -> None:
    found = [
        f"{name}: {line.strip()}"
        for path in (ROOT / "tests").rglob("*.py")
        if (name := path.relative_to(ROOT).as_posix()) not in ALLOWED
        for line in path.read_text().splitlines()
        if UNSEEDED.search(line)
    ]
    assert found == []
