"""The AWS CDK's own command line, and `carte deploy` on top of it, against one emulated account.

The tests build on each other in the order of the file, as an operator's day would.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra_cdk.checks.model import Cloud, Stack
from tests.support.aws_front import AwsFront, serving
from tests.support.cdk_account import (
    BROKEN,
    REGION,
    SECOND,
    CdkAccount,
    api_id,
    built_cli,
    built_package,
    repackaged,
    running,
    with_handler,
)

pytestmark = [pytest.mark.cloud, pytest.mark.xdist_group("cdk")]

STACK = f"carte-{REGION}"
# Without a domain, the default host is the way in.
API = {"Type": "AWS::ApiGateway::RestApi", "Properties": {}}
CONFIG = f'account = "000000000000"\nregions = ["{REGION}"]\n'
HASH = re.compile(r"[0-9a-f]{32,64}")
VERSION = re.compile(r"\w+CurrentVersion[0-9A-F]{8}[0-9a-f]{32}")


def templates(assembly: Path, instead: str | None = None) -> dict[str, Any]:
    """The templates of an assembly by their files, perhaps with a text instead of all hashes."""
    texts = {path.name: path.read_text() for path in assembly.glob("*.template.json")}
    return {
        name: json.loads(HASH.sub(instead, text) if instead else text)
        for name, text in texts.items()
    }


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CdkAccount]:
    """An account with the CDK's bootstrap stack in it."""
    built_cli()
    folder = tmp_path_factory.mktemp("account")
    (folder / "deployment.toml").write_text(CONFIG)
    with running(folder) as made:
        assert "bootstrapped" in made.cdk("bootstrap", f"aws://000000000000/{REGION}")
        stack = Stack(f"carte-{REGION}", "000000000000", REGION, {"Resources": {"Api": API}})
        front = AwsFront(Cloud((stack,)), made.endpoint, api_id, lambda _key: b"")
        with serving(front) as made.front:
            yield made


@pytest.fixture(scope="module")
def package() -> Path:
    """The Lambdas' package for this machine."""
    return built_package()


@pytest.fixture(scope="module")
def first(account: CdkAccount, package: Path) -> Path:
    """The assembly of today, as far as the emulator takes it."""
    return account.assembly("first", package)


@pytest.fixture(scope="module")
def second(account: CdkAccount, package: Path) -> Path:
    """The same with a changed Lambda."""
    changed = with_handler(package, account.folder / "second.zip", SECOND)
    return account.assembly("second", changed)


@pytest.fixture(scope="module")
def broken(account: CdkAccount, first: Path, package: Path) -> Path:
    """The same with a Lambda that does not start."""
    changed = with_handler(package, account.folder / "broken.zip", BROKEN)
    return repackaged(first, account.folder / "broken", changed)


def options(account: CdkAccount, assembly: Path, *more: str, patience: int = 60) -> tuple[str, ...]:
    """The command line; a cold start takes long where many tests run at once."""
    config = str(account.folder / "deployment.toml")
    given = ("--config", config, "--assembly", str(assembly), "--bake", "0")
    return (*given, "--smoke-front", account.front, "--patience", str(patience), *more)


def test_what_the_emulator_cannot_take_is_said(
    account: CdkAccount, first: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [f"{one.stack}: {one.logical_id} ({one.type})" for one in account.dropped]
    lines += [f"output {name}" for name in account.dropped_outputs]
    with capsys.disabled():
        sys.stdout.writelines(f"\nnot in the emulator: {line}" for line in lines)
    assert not any(one.type.startswith("AWS::Lambda") for one in account.dropped)


def test_an_assembly_with_another_package_is_what_synthesis_makes(
    account: CdkAccount, first: Path, second: Path
) -> None:
    made = repackaged(first, account.folder / "copied", account.folder / "second.zip")
    assert templates(made, "#") == templates(second, "#")
    assert templates(made) != templates(first)
    versions = [{*VERSION.findall(str(templates(one)))} for one in (first, second, made)]
    assert len(versions[0] & versions[1]) == len(versions[0] & versions[2]) < len(versions[0])


def test_every_stack_is_deployed_by_the_cdk_and_a_second_time_changes_nothing(
    account: CdkAccount, first: Path
) -> None:
    app: tuple[str, ...] = ("--app", str(first), "--require-approval", "never")
    assert "✅  carte-data" in account.cdk("deploy", "carte-data", "--exclusively", *app)
    stream = account.client("dynamodb").describe_table(TableName="carte")["Table"]
    app = (*app, "--parameters", f"{STACK}:StreamArn={stream['LatestStreamArn']}")
    output = account.cdk("deploy", "--all", *app)
    stacks = json.loads((first / "manifest.json").read_text())["artifacts"]
    names = {name for name, one in stacks.items() if one["type"] == "aws:cloudformation:stack"}
    for name in names:
        assert f"✅  {name}" in output, output
    assert account.get("/health")[0] == 200
    again = account.cdk("deploy", "--all", *app)
    for name in names:
        assert f"✅  {name} (no changes)" in again, again


def test_carte_deploy_finds_everything_in_place(account: CdkAccount, first: Path) -> None:
    done = account.carte(*options(account, first, "--json"))
    assert done.returncode == 0, done.stdout + done.stderr
    outcomes = {one["step"]: one["outcome"] for one in json.loads(done.stdout)["done"]}
    assert {"data", "identity", REGION} <= outcomes.keys()
    assert set(outcomes.values()) == {"unchanged"}
    assert "4 probes answered" in done.stderr


@pytest.mark.thorough
def test_a_changed_lambda_is_rolled_out(account: CdkAccount, second: Path) -> None:
    assert "x-build" not in account.get("/health")[1]
    done = account.carte(*options(account, second, "--region", REGION))
    assert done.returncode == 0, done.stdout + done.stderr
    assert account.get("/health")[1]["x-build"] == "second"


@pytest.mark.thorough
def test_what_is_finished_is_skipped(account: CdkAccount, second: Path) -> None:
    done = account.carte(*options(account, second))
    assert f"{REGION}: skipped" in done.stdout, done.stdout + done.stderr


@pytest.mark.thorough
def test_a_lambda_that_does_not_start_is_taken_back_and_nothing_goes_on(
    account: CdkAccount, broken: Path
) -> None:
    done = account.carte(*options(account, broken, "--json", patience=0))
    assert done.returncode == 1
    last = json.loads(done.stdout)["done"][-1]
    assert (last["step"], last["outcome"]) == (REGION, "rolled back"), done.stdout + done.stderr
    assert "/health answers" in last["text"]
    status, headers = account.get("/health")
    assert (status, headers.get("x-build")) == (200, "second")


@pytest.mark.thorough
def test_a_region_goes_back_by_hand(account: CdkAccount, first: Path, second: Path) -> None:
    assert account.carte(*options(account, first, "--region", REGION)).returncode == 0
    assert "x-build" not in account.get("/health")[1]
    done = account.carte(*options(account, first, "--region", REGION, "--roll-back"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert account.get("/health")[1]["x-build"] == "second"


def test_a_foreign_account_is_refused(account: CdkAccount, first: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    for path in first.iterdir():
        if path.suffix == ".json":
            text = path.read_text().replace("aws://000000000000", "aws://123456789012")
            (foreign / path.name).write_text(text)
    done = account.carte(*options(account, foreign))
    assert done.returncode == 1
    assert "the deployment file names 123456789012" in done.stdout
    assert "nothing was deployed" in done.stderr
