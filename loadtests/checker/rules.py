"""Applies all rules to the history and the tables of a check."""

from collections.abc import Mapping, Sequence

from loadtests.checker.answers import Inventories, check_arithmetic, check_refused, check_retries
from loadtests.checker.conflicts import ListedConflict, check_conflicts
from loadtests.checker.counters import check_counters, check_refusals
from loadtests.checker.dataset import Dataset
from loadtests.checker.findings import Violation
from loadtests.checker.history import History
from loadtests.checker.region_state import read_state
from loadtests.checker.registers import check_registers
from loadtests.checker.sessions import Sessions, check_sessions
from loadtests.checker.tables import Snapshot, check_equal
from loadtests.checker.waste import check_known_waste, check_taking_back, check_waste
from localcloud.replicator.images import parse


def judge(
    history: History,
    dataset: Dataset,
    snapshots: Mapping[str, Snapshot],
    shown: Inventories,
    listed: Sequence[ListedConflict],
) -> tuple[list[Violation], Sessions]:
    """Every violation of every rule.

    Args:
        history: What clients did and saw.
        dataset: What they wrote.
        snapshots: What the regions' tables held in the end; the first is the primary's.
        shown: What the regions' APIs showed then.
        listed: The edit conflicts that the primary's API showed then.
    """
    regions = {
        region: read_state(parse(image) for key, image in table.items() if dataset.has(*key))
        for region, table in snapshots.items()
    }
    primary = next(iter(regions.values()))
    sessions = check_sessions(history, primary, dataset.own)
    violations = [
        *check_equal(snapshots),
        *check_registers(history, regions),
        *check_counters(history, regions),
        *check_refusals(history, regions),
        *check_waste(history, regions),
        *check_taking_back(history, regions),
        *check_known_waste(history, regions),
        *check_arithmetic(shown, regions),
        *check_retries(history, primary),
        *check_refused(history),
        *check_conflicts(history, primary, listed),
        *sessions.violations,
    ]
    return violations, sessions
