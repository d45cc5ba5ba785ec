"""Mechanical edits of the constructs: the gate finds those that break a deployment silently.

A few, named, by default; CARTE_MUTATIONS=100 also tries as many at random (0: all of them), and
prints what survives.
"""

import os
import sys
from multiprocessing import get_context
from pathlib import Path

import pytest

from infra_cdk.checks.model import Cloud, Stack
from infra_cdk.gate.mutation_run import NO_MATTER, checks_that_find, report
from infra_cdk.gate.mutation_run import measure as measure_at_random
from infra_cdk.gate.mutations import Mutation, mutations
from infra_cdk.gate.value_run import EQUIVALENT, edits_of, outcome_of, report_values

pytestmark = pytest.mark.xdist_group("gate")

# The file, the edit, and the check that finds it: each was deployed in silence before the gate
# derived what it wants. Edits of different files are made together, because each synthesis costs
# ten seconds; each has a check of its own.
SILENT = (
    (
        ("menu_api.py", "delete item 'dynamodb:PutItem'", "lambdas-may-do-what-their-code-does"),
        (
            "inventory.py",
            "delete report_batch_item_failures of EventSourceMapping",
            "failures-named-by-handlers-are-heard",
        ),
        ("serving_alarms.py", "_SHARE: Final = 0.01 becomes 2.0", "alarms-ring-in-time"),
        (
            "canary.py",
            "handler='menu_canary.handler' becomes 'menu_canary.handlerx'",
            "canaries-have-a-handler",
        ),
    ),
    (
        (
            "menu_api.py",
            "delete entry 'CARTE_OIDC_ISSUER'",
            "settings-reach-the-templates",
        ),
        (
            "site_bucket.py",
            "drop bucket.add_to_resource_policy",
            "buckets-are-read-by-who-must",
        ),
        (
            "edge_alarms.py",
            "drop alarm(self, 'Errors'",
            "every-alarm-that-people-expect-is-there",
        ),
    ),
)


def named(file: str, edit: str) -> Mutation:
    """The mutation of a file that begins with these words."""
    found = [one for one in mutations(only=f"/{file}") if one.what.startswith(edit)]
    assert found, f"{file} has no edit {edit!r}"
    return found[0]


def test_edits_that_break_a_deployment_in_silence_are_caught(tmp_path: Path) -> None:
    work = [
        ([named(file, edit) for file, edit, _ in batch], tmp_path / str(number))
        for number, batch in enumerate(SILENT)
    ]
    # In a process of its own, because the modules of the last mutation stay loaded.
    with get_context("spawn").Pool(1) as pool:
        found = pool.map(checks_that_find, work)
    missing = [{check for *_, check in batch} - by for batch, by in zip(SILENT, found, strict=True)]
    assert missing == [set(), set()]


def test_mutations_at_random(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample = os.environ.get("CARTE_MUTATIONS")
    if sample is None:
        pytest.skip("set CARTE_MUTATIONS to the number of mutations to try")
    results = [*measure_at_random(tmp_path, int(sample), seed=1)]
    with capsys.disabled():
        sys.stdout.writelines(f"{line}\n" for line in report(results))
    matters = [one for one in results if one.verdict not in NO_MATTER]
    caught = [one for one in matters if one.verdict != "survived"]
    assert len(caught) >= 0.8 * len(matters)


def test_values_of_templates_are_edited_once_for_all_regions() -> None:
    bucket = {
        "Type": "AWS::S3::Bucket",
        "Properties": {
            "BucketName": {"Ref": "Name"},
            "Rules": [{"Days": 30, "Enabled": True, "Description": "for people"}],
        },
    }
    cloud = Cloud(
        tuple(
            Stack(f"carte-{region}", "123456789012", region, {"Resources": {"Files": bucket}})
            for region in ("us-east-1", "eu-west-1")
        )
    )
    edits = list(edits_of("production", cloud))
    assert [(one.stack, ".".join(map(str, one.path)), one.value) for one in edits] == [
        ("carte-us-east-1", "BucketName", None),
        ("carte-us-east-1", "Rules.0.Days", None),
        ("carte-us-east-1", "Rules.0.Days", 3001),
        ("carte-us-east-1", "Rules.0.Enabled", None),
        ("carte-us-east-1", "Rules.0.Enabled", False),
    ]
    first, second = edits[2].into(cloud).stacks
    assert first.template["Resources"]["Files"]["Properties"]["Rules"][0]["Days"] == 3001
    assert second.template["Resources"]["Files"] == bucket
    report = list(
        report_values(
            [
                (edits[0], ""),
                (edits[1], "a-check"),
                (edits[2], "cfn-lint: E1"),
                (edits[3], EQUIVALENT),
            ]
        )
    )
    assert report[0] == (
        "4 values, 1 of which matter to nothing; of the other 3, the gate catches 2 (66.7%): "
        "1 by own checks, 1 by cfn-lint"
    )
    assert report[1].endswith("carte-us-east-1 Files (AWS::S3::Bucket): BucketName deleted")


def test_what_is_declared_equivalent_counts_as_such_and_nothing_beside_it() -> None:
    rule = {"Id": "site", "Status": "Enabled", "Priority": 1}
    bucket = {
        "Type": "AWS::S3::Bucket",
        "Properties": {"ReplicationConfiguration": {"Rules": [rule]}},
    }
    stack = Stack("carte-edge", "123456789012", "us-east-1", {"Resources": {"Site": bucket}})
    cloud = Cloud((stack,))
    outcomes = {str(one.path[-1]): outcome_of(one, cloud) for one in edits_of("production", cloud)}
    assert outcomes["Id"] == EQUIVALENT
    assert EQUIVALENT not in {outcomes["Status"], outcomes["Priority"]}
