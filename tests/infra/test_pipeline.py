"""The workflows: linted offline, pinned, with few rights, and deploying what was tested."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra_cdk.app import ROOT as REPO_ROOT
from infra_cdk.deployment.site import BUILT
from infra_cdk.gate.workflows import FOLDER, workflow_findings

NAMES = ("deploy.yml", "drift.yml", "test.yml")
SHA = re.compile(r"[\w./-]+@[0-9a-f]{40}")
CLEAN = """
name: clean
on:
  pull_request:
permissions: {}
concurrency:
  group: clean
  cancel-in-progress: true
jobs:
  one:
    name: one
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with:
          persist-credentials: false
      - run: echo "$TITLE"
        env:
          TITLE: ${{ github.event.pull_request.title }}
"""


def workflow(name: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text())
    return read


def test_actionlint_and_zizmor_find_nothing() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == list(NAMES)
    assert workflow_findings() == []


def planted(folder: Path, before: str, after: str) -> list[str]:
    assert before in CLEAN
    (folder / "planted.yml").write_text(CLEAN.replace(before, after))
    return workflow_findings(folder)


def test_the_clean_one_is_clean(tmp_path: Path) -> None:
    assert planted(tmp_path, "name: clean", "name: clean") == []


@pytest.mark.parametrize(
    ("before", "after", "finder"),
    [
        ("08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0", "v5", "zizmor.*unpinned-uses"),
        ("persist-credentials: false", "fetch-depth: 1", "zizmor.*artipacked"),
        ("permissions: {}", "permissions: write-all", "zizmor.*excessive-permissions"),
        ("pull_request:", "pull_request_target:", "zizmor.*dangerous-triggers"),
        ('echo "$TITLE"', "echo ${{ github.event.pull_request.title }}", "zizmor.*injection"),
        ('echo "$TITLE"', "echo ${{ github.event.pull_request.title }}", "actionlint.*untrusted"),
        ('echo "$TITLE"', "echo ${{ steps.none.outputs.x }}", "actionlint.*not defined"),
        ("ubuntu-24.04", "ubuntu-10.04", "actionlint.*ubuntu-10.04"),
        ("timeout-minutes: 5", "needs: two", "actionlint.*two"),
    ],
)
def test_a_planted_fault_is_found(tmp_path: Path, before: str, after: str, finder: str) -> None:
    found = planted(tmp_path, before, after)
    assert any(re.search(finder, one) for one in found), found


@pytest.mark.parametrize("name", NAMES)
def test_every_action_is_pinned_by_its_commit(name: str) -> None:
    for job in workflow(name)["jobs"].values():
        for step in job.get("steps", []):
            if "uses" in step:
                assert SHA.fullmatch(step["uses"]), step["uses"]


@pytest.mark.parametrize("name", NAMES)
def test_a_job_may_only_read_except_those_that_assume_the_role(name: str) -> None:
    whole = workflow(name)
    assert whole["permissions"] == {}
    for key, job in whole["jobs"].items():
        may = {right for right, level in job["permissions"].items() if level == "write"}
        assert may == ({"id-token"} if key in {"deploy", "drift"} else set())


def test_what_is_deployed_was_tested_and_built_once() -> None:
    jobs = workflow("deploy.yml")["jobs"]
    assert jobs["build"]["needs"] == "test"
    assert jobs["deploy"]["needs"] == "build"
    built = [step.get("run", "") for step in jobs["build"]["steps"]]
    deployed = [step.get("run", "") for step in jobs["deploy"]["steps"]]
    assert sum("--plan" in run for run in built) == 1
    assert any("--assembly assembly" in run and "--bake" in run for run in deployed)


def test_the_artifact_holds_what_the_deploy_job_looks_for() -> None:
    jobs = workflow("deploy.yml")["jobs"]
    (upload,) = (one for one in jobs["build"]["steps"] if "upload-artifact" in one.get("uses", ""))
    wanted = {"assembly", "deployment.toml", BUILT.relative_to(REPO_ROOT).as_posix()}
    assert set(upload["with"]["path"].split()) == wanted
    assert upload["with"]["if-no-files-found"] == "error"


def test_what_was_changed_by_hand_is_looked_for_before_it_is_deployed() -> None:
    runs = [one.get("run", "") for one in workflow("deploy.yml")["jobs"]["deploy"]["steps"]]
    (looked,) = (at for at, run in enumerate(runs) if "--drift" in run)
    (deployed,) = (at for at, run in enumerate(runs) if "--bake" in run)
    assert looked < deployed


def test_every_stack_is_compared_each_day() -> None:
    whole = workflow("drift.yml")
    # YAML 1.1 reads the key `on` as a truth value.
    (triggers,) = (one for key, one in whole.items() if key is True)  # type: ignore[comparison-overlap]
    (daily,) = triggers["schedule"]
    assert re.fullmatch(r"\d+ \d+ \* \* \*", daily["cron"])
    # Of the runs that wait in a group, GitHub keeps the latest: a deployment must not be lost.
    assert whole["concurrency"]["group"] != workflow("deploy.yml")["concurrency"]["group"]
    (job,) = whole["jobs"].values()
    runs = [one.get("run", "") for one in job["steps"]]
    assert not any("--step" in run or "--region" in run for run in runs)
    assert not any(one.get("continue-on-error") for one in (job, *job["steps"]))


def test_one_step_at_a_time_and_none_after_a_failure() -> None:
    whole = workflow("deploy.yml")
    strategy = whole["jobs"]["deploy"]["strategy"]
    assert strategy["fail-fast"] is True
    assert strategy["max-parallel"] == 1
    assert whole["concurrency"]["cancel-in-progress"] is False
    assert whole["jobs"]["deploy"]["environment"] == "production"


def test_there_is_no_stored_key() -> None:
    for name in NAMES:
        text = (FOLDER / name).read_text()
        assert "secrets." not in text
        assert "aws-access-key-id" not in text
