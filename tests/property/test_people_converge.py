"""Roles that are granted and revoked in all regions at once: regions agree on who may do what."""

from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from services.domain.documents.journal import Change
from services.domain.documents.person import EVERYTHING, PersonRoles
from services.domain.people.granting import edit_roles
from services.domain.people.request_time import LATEST_S, UntimelyError, check_timely
from services.domain.register import Register
from services.domain.stamp import HybridClock, Stamp
from services.storage import keys
from services.storage.operations import Edited
from tests.support.convergence_machine import ConvergenceMachine
from tests.support.staff_machine import NAMES, Faults, few

ROLES = ("store:de-1:till", "chain:admin", EVERYTHING)


class PeopleMachine(ConvergenceMachine):
    """Staff that also grant and revoke roles of one person."""

    @rule(region=few, process=few, role=st.sampled_from(ROLES), granted=st.booleans())
    def edit_roles(self, region: int, process: int, role: str, *, granted: bool) -> None:
        value = granted and role != EVERYTHING

        def make(current: Any, stamp: Stamp) -> tuple[Edited, tuple[Change, ...]]:
            edited, changes = edit_roles(current, "ada", {role: value}, stamp)
            return Edited(edited, edited.dump(), changes), changes

        self.ask(region, process, keys.roles_of("ada"), make)


@pytest.mark.slow
@pytest.mark.parametrize("faults", [Faults(), Faults(loses_records=True, reconciles=True)])
def test_no_grant_and_no_revocation_is_lost(faults: Faults) -> None:
    machine = type("People", (PeopleMachine,), {"faults": faults})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


stamps = st.builds(Stamp, st.integers(0, 9), st.sampled_from(("eu-west-1", "us-east-1")))


@given(
    st.dictionaries(st.sampled_from(ROLES), st.builds(Register, st.booleans(), stamps)),
    st.sets(st.sampled_from(ROLES[:2])),
    stamps,
)
@settings(max_examples=60)
def test_after_everything_was_revoked_no_role_holds_until_one_is_granted(
    registers: dict[str, Register[bool]], claimed: set[str], last: Stamp
) -> None:
    before = PersonRoles("ada", registers)
    now = Stamp(10, last.region)
    after, _ = edit_roles(before, "ada", {EVERYTHING: False}, now)
    assert after.effective(claimed) == frozenset()
    granted, _ = edit_roles(after, "ada", {ROLES[0]: True}, Stamp(11, "us-east-1"))
    assert granted.effective(claimed) == {ROLES[0]}
    # A revocation that arrives late, from before the others, brings nothing back.
    assert granted.merge(before).effective(claimed) == {ROLES[0]}


def moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 20_000),  # milliseconds after the one before was sent
            st.integers(0, 60_000),  # milliseconds for which the region kept it
            st.sampled_from(NAMES),
            # By how much the sender's clock is wrong; where it is ahead, the region may have kept
            # the decision until its own clock was there.
            st.integers(-3_000, 3_000) | st.integers(-60_000, 60_000),
            st.booleans(),
            st.booleans(),
        ),
        max_size=12,
    )
)
@example([(0, 0, NAMES[0], 40_000, True, True), (18_000, 0, NAMES[1], 0, False, False)])
@settings(max_examples=200)
def test_no_grant_beats_a_revocation_of_after_the_time_in_which_it_may_be_carried_out(
    decisions: list[tuple[int, int, str, int, bool, bool]],
) -> None:
    """Regions that hear nothing of each other keep requests for any time before they go on."""
    sent, now = 1_700_000_000_000, 0
    waiting = []
    for after, at_least, region, wrong, waits, granted in decisions:
        sent += after
        kept = max(0, wrong) + at_least % 12_000 if waits else at_least
        waiting.append((sent + kept, sent, region, wrong, granted))
    clocks = {name: HybridClock(name, lambda: now) for name in NAMES}
    documents = {name: PersonRoles("ada", {}) for name in NAMES}
    done = {}  # by stamp: when, sent when by a clock that is ahead, and what
    for now, sent, region, wrong, granted in sorted(waiting):
        stamp = clocks[region].tick(*documents[region].stamps())
        read = moment(clocks[region].now_ms())
        try:
            check_timely(moment(sent + wrong), read, timedelta(0))
        except UntimelyError:
            continue
        documents[region], _ = edit_roles(documents[region], "ada", {ROLES[0]: granted}, stamp)
        done[stamp] = (now, sent + max(wrong, 0), granted)
    joined = reduce(PersonRoles.merge, documents.values())
    revoked = [at for at, _, granted in done.values() if not granted]
    if revoked and joined.granted():
        _, latest, granted = done[joined.registers[ROLES[0]].stamp]
        assert granted
        assert latest + LATEST_S * 1000 >= max(revoked)
