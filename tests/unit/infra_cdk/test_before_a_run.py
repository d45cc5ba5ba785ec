"""What `--diff` and the confirmation say of edge and regions is what their run does."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra_cdk.deployment import rollout as rollout_module
from infra_cdk.deployment import shown_secret
from infra_cdk.edge_rules import origin_secret_reference
from services.domain.errors import CarteError
from tests.unit.infra_cdk.bootstrap import bootstrapped
from tests.unit.infra_cdk.test_shown_secret import EDGE, REGIONS, STACKS, Deployer, plan_of

WARNING = "WARNING: it would be refused"


@pytest.fixture(autouse=True)
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every smoke test passes; what it asks is tested elsewhere."""
    monkeypatch.setattr(rollout_module, "smoke_test", lambda *_, **__: 3)
    with bootstrapped(monkeypatch):
        yield


def running(folder: Path, secret: int) -> Deployer:
    """Return a deployer to an account that runs a version of this secret."""
    made = Deployer(folder)
    for number in range(min(secret, 1), secret + 1):
        done = made.run(plan_of(folder / f"{number}", number, live=bool(number)))
        assert done[-1].outcome == "deployed", done[-1].text
    made.toolkit.deployed.clear()
    return made


def warnings_of(deployer: Deployer) -> list[str]:
    return [line for line in deployer.printed if WARNING in line]


@pytest.mark.parametrize("upgrade", [False, True], ids=["a first deployment", "an upgrade"])
def test_a_comparison_takes_earlier_steps_for_deployed(tmp_path: Path, *, upgrade: bool) -> None:
    deployer = running(tmp_path, 0) if upgrade else Deployer(tmp_path)
    new = plan_of(tmp_path / "new", 1)
    deployer.rollout(new).compare(new.steps)
    assert warnings_of(deployer) == []
    stacks = [one.stack for one in new.steps]
    assert deployer.toolkit.compared == [*stacks[:1], *[EDGE] * upgrade, *stacks[1:]]
    assert {one.outcome for one in deployer.run(new)} == {"deployed"}


def test_a_comparison_of_the_edge_alone_warns_of_what_its_run_refuses(tmp_path: Path) -> None:
    deployer = running(tmp_path, 0)
    new = plan_of(tmp_path / "new", 1)
    deployer.rollout(new).compare(new.chosen(["edge"]))
    assert "not in this version: eu-west-1, us-east-1" in warnings_of(deployer)[0]
    with pytest.raises(CarteError, match="not in this version: eu-west-1, us-east-1"):
        deployer.rollout(new).first_of_all(new.chosen(["secrets", "edge"]))


@pytest.mark.parametrize("secret", [0, 1])
def test_lost_names_are_refused_before_the_confirmation(tmp_path: Path, secret: int) -> None:
    deployer = running(tmp_path, secret)
    renamed = plan_of(tmp_path / "renamed", 1, domain="another.example")
    with pytest.raises(CarteError, match="would lose") as refused:
        deployer.rollout(renamed).first_of_all(renamed.steps)
    assert "--accept-outage" in refused.value.hint
    deployer.rollout(renamed).compare(renamed.steps)
    assert [line.partition(":")[0] for line in warnings_of(deployer)] == [*REGIONS[::-1]]
    accepting = deployer.rollout(renamed, accept_outage=True)
    assert len(accepting.first_of_all(renamed.steps)) == (0 if secret else 1)


def test_a_comparison_that_accepts_an_outage_does_not_warn_of_it(tmp_path: Path) -> None:
    deployer = running(tmp_path, 1)
    renamed = plan_of(tmp_path / "renamed", 1, domain="another.example")
    deployer.rollout(renamed, accept_outage=True).compare(renamed.steps)
    assert warnings_of(deployer) == []


def test_a_region_after_the_first_is_looked_at_too(tmp_path: Path) -> None:
    deployer = running(tmp_path, 0)
    new = plan_of(tmp_path / "new", 1)
    renamed = plan_of(tmp_path / "renamed", 1, domain="another.example")
    later = new.chosen(["us-east-1"])[0]
    later.template["Resources"] = renamed.chosen(["us-east-1"])[0].template["Resources"]
    with pytest.raises(CarteError, match="us-east-1 cannot be deployed"):
        deployer.rollout(new).first_of_all(new.steps)


@pytest.mark.parametrize("drifted", [0, 1])
@pytest.mark.parametrize("again", [False, True])
def test_an_edge_that_drifted_is_mended(tmp_path: Path, drifted: int, *, again: bool) -> None:
    """The regions run what they shall: no refusal of theirs would help."""
    deployer = running(tmp_path, 3)
    plan = plan_of(tmp_path / "drifted", drifted)
    deployer.cloud.running[EDGE] = plan.chosen(["edge"])[0].template
    wanted = plan_of(tmp_path / "again" / "3", 3)
    rollout = deployer.rollout(wanted, again=again)
    named = rollout.first_of_all(wanted.steps)
    deployer.printed.clear()
    rollout.compare(wanted.steps)
    assert warnings_of(deployer) == []
    deployer.toolkit.deployed.clear()
    done = {one.step: one.outcome for one in rollout.run(wanted.steps)}
    assert done["edge"] in {"deployed", "unchanged"}
    assert {done[one] for one in REGIONS} == {"unchanged" if again else "skipped"}
    assert shown_secret.shown(deployer.cloud.running[EDGE]) == {origin_secret_reference(3)}
    assert len(named) == deployer.toolkit.deployed.count(EDGE) - 1


def test_a_region_whose_names_changed_goes_back_as_its_refusal_says(tmp_path: Path) -> None:
    deployer = running(tmp_path, 1)
    renamed = plan_of(tmp_path / "renamed", 1, domain="another.example")
    before = dict(deployer.cloud.running)
    deployer.rollout(renamed, accept_outage=True).run(renamed.steps)
    region, edge = (renamed.chosen([name])[0] for name in ("us-east-1", "edge"))
    with pytest.raises(CarteError, match="what ran before in us-east-1 cannot") as refused:
        deployer.rollout(renamed).go_back(region)
    assert "deployment file" not in refused.value.hint
    assert "--roll-back --accept-outage --region us-east-1" in refused.value.hint
    # Not the edge first: what it led to before is gone.
    with pytest.raises(CarteError, match="alias that targets no record"):
        deployer.rollout(renamed).go_back(edge)
    for name in REGIONS:
        deployer.rollout(renamed, accept_outage=True).go_back(renamed.chosen([name])[0])
    deployer.rollout(renamed).go_back(edge)
    back = [f"carte-{name}" for name in (*REGIONS, "edge")]
    assert set(back) <= STACKS.keys()
    text = json.dumps([deployer.cloud.running[one] for one in back])
    assert text == json.dumps([before[one] for one in back])
