"""Comparing deployed stacks with what was deployed: a few at a time, reported in their order."""

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Barrier, Lock
from types import SimpleNamespace
from typing import Any, cast

import pytest

from infra_cdk.deployment.account import Account
from infra_cdk.deployment.drift import AT_ONCE, compare
from infra_cdk.deployment.steps import Step
from infra_cdk.deployment.toolkit import Toolkit
from services.domain.errors import CarteError

REGION = "eu-west-1"
NO_WAY = CarteError("there is no way to the account", "connect")
PATIENCE_S = 30


class Deployed(Account):
    """An account in which only stacks named `absent` are not there."""

    def __init__(self, *, silent: bool = False) -> None:
        self._silent = silent

    def template(self, stack: str, region: str) -> dict[str, Any] | None:
        if self._silent:
            raise NO_WAY
        return None if stack == "absent" else {"Description": region}

    def reading_credentials(self, region: str) -> dict[str, str]:
        return {"AWS_SESSION_TOKEN": region}


class Comparing(Toolkit):
    """A command line that ends when as many are running as may run at once."""

    full = Barrier(AT_ONCE)
    running = 0
    most = 0
    counting = Lock()

    def refuse_drift(self, assembly: Path, stack: str, credentials: Mapping[str, str]) -> None:
        assert credentials == {"AWS_SESSION_TOKEN": REGION}
        with self.counting:
            Comparing.running += 1
            Comparing.most = max(self.most, self.running)
        self.full.wait(PATIENCE_S)
        self._say(f"Stack {stack} of {assembly}")
        with self.counting:
            Comparing.running -= 1
        if stack.startswith("changed"):
            raise CarteError(f"{stack} was changed by hand", "change it back")


def steps(*names: str) -> list[Step]:
    return [cast("Step", SimpleNamespace(name=one, stack=one, region=REGION)) for one in names]


def test_as_many_are_compared_at_once_as_may_be_and_reported_in_their_order() -> None:
    names = [f"changed-{number}" for number in range(AT_ONCE)]
    names[1:1] = [f"same-{number}" for number in range(AT_ONCE)]
    found = list(compare(Deployed(), Path("out"), steps(*names), Comparing))
    assert [one.step.name for one in found] == names
    assert [one.lines for one in found] == [(f"Stack {name} of out",) for name in names]
    refused = [one for one in found if one.outcome == "refused"]
    assert [str(one.error) for one in refused] == [
        f"changed-{number} was changed by hand" for number in range(AT_ONCE)
    ]
    assert Comparing.most == AT_ONCE


def test_what_is_not_deployed_is_not_compared() -> None:
    def nothing_runs(_say: Callable[[str], None]) -> Toolkit:
        raise AssertionError

    (found,) = compare(Deployed(), Path("out"), steps("absent"), nothing_runs)
    assert (found.outcome, found.error) == ("not deployed", None)


def test_an_account_that_does_not_answer_ends_the_comparison() -> None:
    with pytest.raises(CarteError, match="no way to the account"):
        list(compare(Deployed(silent=True), Path("out"), steps("data", "identity"), Comparing))
