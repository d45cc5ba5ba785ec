"""Roles that are granted and revoked in all regions at once: regions agree on who may do what."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from services.domain.documents.journal import Change
from services.domain.documents.person import EVERYTHING, PersonRoles
from services.domain.people.granting import edit_roles
from services.domain.register import Register
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.operations import Edited
from tests.support.convergence_machine import ConvergenceMachine
from tests.support.staff_machine import Faults, few

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
