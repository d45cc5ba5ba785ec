"""The pipeline's deploy job, all its steps on a production assembly, against an emulated account.

The commands are those of `.github/workflows/deploy.yml`, run in a fresh clone with what the job
installs and the artifact that the build job uploads, and nothing else. Before the emulator stands
what AWS has there: with a domain, API Gateway refuses its own default host.
"""

import json
import re
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra_cdk.checks.model import Cloud
from infra_cdk.config import Deployment
from infra_cdk.deployment.assembly import replace_template
from infra_cdk.deployment.journal import FOLDER
from infra_cdk.deployment.steps import read_plan
from localcloud.layout import ACCOUNT_ID
from tests.support.aws_front import AwsFront, refused, serving
from tests.support.cdk_account import (
    BROKEN,
    ROOT,
    SECOND,
    CdkAccount,
    api_id,
    built_cli,
    built_package,
    live_id,
    repackaged,
    running,
    with_handler,
)

pytestmark = [
    pytest.mark.cloud,
    pytest.mark.thorough,  # `test_cdk_cli.py` deploys the small deployment at each run
    pytest.mark.xdist_group("production-deploy"),
]

REGIONS = ("us-east-1", "eu-west-1")
CONFIG = f"""
account = "{ACCOUNT_ID}"
regions = {json.dumps(REGIONS)}
alarm_addresses = ["oncall@example.com"]
monthly_budget_usd = 2000
canary_store = "us-0001"

[domain]
name = "menus.example.com"
zone_id = "Z0123456789ABC"
zone_name = "example.com"

[operator]
name = "Example Donuts Ltd"
address = "1 Example Street, Example City"
mail = "contact@example.com"

[pipeline]
repository = "example/carte"
make_provider = false
"""
WORKFLOWS = ROOT / ".github" / "workflows"
FAILING = {
    "Type": "AWS::Cognito::UserPoolGroup",
    "Properties": {"UserPoolId": "us-east-1_Missing", "GroupName": "nobody"},
}


def job(name: str, workflow: str = "deploy.yml") -> list[dict[str, Any]]:
    """The steps of a job of a workflow."""
    whole = yaml.safe_load((WORKFLOWS / workflow).read_text())
    steps: list[dict[str, Any]] = whole["jobs"][name]["steps"]
    return steps


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CdkAccount]:
    """An account with the CDK's bootstrap stack in both regions, and the hosted zone."""
    built_cli()
    folder = tmp_path_factory.mktemp("production")
    with running(folder) as made:
        zone = made.client("route53").create_hosted_zone(Name="example.com", CallerReference="1")
        zone_id = zone["HostedZone"]["Id"].rpartition("/")[2]
        (folder / "deployment.toml").write_text(CONFIG.replace("Z0123456789ABC", zone_id))
        for region in REGIONS:
            made.cdk("bootstrap", f"aws://{ACCOUNT_ID}/{region}")
        yield made


@pytest.fixture(scope="module")
def assembly(account: CdkAccount) -> Path:
    """The production assembly, as far as the emulator takes it."""
    package = built_package()
    deployment = Deployment.from_toml(account.folder / "deployment.toml")
    return account.assembly("assembly", package, deployment)


@pytest.fixture(scope="module")
def clone(account: CdkAccount, assembly: Path) -> Path:
    """A fresh clone with what the deploy job installs and downloads, and nothing else."""
    root = account.folder / "clone"
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, root / name)
    (install,) = (step["run"] for step in job("deploy") if "make " in step.get("run", ""))
    for target in re.findall(r"(\S+)/\.ready", install):
        (root / target).symlink_to(ROOT / target)
    (upload,) = (step for step in job("build") if "upload-artifact" in step.get("uses", ""))
    made = {
        "assembly": assembly,
        "deployment.toml": account.folder / "deployment.toml",
        "web/dist": ROOT / "web" / "dist",
    }
    for name in upload["with"]["path"].split():
        if made[name].is_dir():
            shutil.copytree(made[name], root / name)
        else:
            shutil.copyfile(made[name], root / name)
    return root


@pytest.fixture(scope="module")
def front(account: CdkAccount, assembly: Path) -> Iterator[tuple[AwsFront, str]]:
    """The hosts of the deployment, and the URL where they are served."""

    def page(key: str) -> bytes:
        bucket = f"carte-site-{ACCOUNT_ID}-us-east-1"
        content: bytes = account.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        return content

    def secret(name: str, region: str) -> str:
        """The value of a secret, which the emulator holds in its own region alone."""
        client = account.client("secretsmanager", region)
        return str(client.get_secret_value(SecretId=name)["SecretString"])

    made = AwsFront(
        Cloud.of_assembly(assembly), account.endpoint, api_id, page, secret=secret, live_id=live_id
    )
    with serving(made) as url:
        yield made, url


def run_step(
    account: CdkAccount, clone: Path, name: str, url: str, words: str = "--bake"
) -> "subprocess.CompletedProcess[str]":
    """Run the deploy job's command with these words for one step of the matrix."""
    (deploy,) = (step for step in job("deploy") if words in step.get("run", ""))
    wanted = {key: name if key == "STEP" else "0" for key in deploy["env"]}
    return subprocess.run(
        ["bash", "-e", "-c", deploy["run"]],
        cwd=clone,
        env={
            **account.environment,
            **wanted,
            "PYTHONPATH": str(clone),
            "CARTE_SMOKE_FRONT": url,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def fill_replicas(account: CdkAccount) -> None:
    """Make the replicas, which the emulator leaves out of a global table."""
    table = account.client("dynamodb").describe_table(TableName="carte")["Table"]
    for region in REGIONS[1:]:
        account.client("dynamodb", region).create_table(
            TableName="carte",
            KeySchema=table["KeySchema"],
            AttributeDefinitions=table["AttributeDefinitions"],
            GlobalSecondaryIndexes=[
                {name: one[name] for name in ("IndexName", "KeySchema", "Projection")}
                for one in table["GlobalSecondaryIndexes"]
            ],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification=table["StreamSpecification"],
        )


def names_of(assembly: Path) -> list[str]:
    return [step.name for step in read_plan(assembly, REGIONS).steps]


def test_a_failed_first_creation_is_repeated_without_a_hand(
    account: CdkAccount, clone: Path, assembly: Path, front: tuple[AwsFront, str]
) -> None:
    # The stack is protected from deletion; what is left of it is empty.
    name = "carte-identity"
    template = Cloud.of_assembly(assembly)
    (stack,) = (one for one in template.stacks if one.name == name)
    whole = clone / "assembly"
    kept = clone / "kept"
    shutil.copytree(whole, kept)
    failing = {**FAILING, "DependsOn": [*stack.template["Resources"]]}
    resources = {**stack.template["Resources"], "Failing": failing}
    replace_template(whole, name, {**stack.template, "Resources": resources})
    done = run_step(account, clone, "identity", front[1])
    assert done.returncode == 1, done.stdout + done.stderr
    assert "CloudFormation did not take carte-identity" in done.stderr
    shutil.rmtree(whole)
    kept.rename(whole)
    done = run_step(account, clone, "identity", front[1])
    assert done.returncode == 0, done.stdout + done.stderr
    assert "replacing the empty stack" in done.stdout


def test_the_deploy_job_deploys_every_step(
    account: CdkAccount, clone: Path, assembly: Path, front: tuple[AwsFront, str]
) -> None:
    names = names_of(assembly)
    assert names[:2] == ["data", "identity"]
    assert {"eu-west-1", "us-east-1", "health", "site", "edge", "operations"} < {*names}
    for name in names:
        done = run_step(account, clone, name, front[1])
        assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}{refused(front[0])}"
        if name == "data":
            fill_replicas(account)
    hosts = {line.split()[0] for line, _ in front[0].requests}
    regional = {f"{region}.{api}" for region in REGIONS for api in ("api", "live")}
    assert hosts == {f"{name}.menus.example.com" for name in regional} | {"menus.example.com"}
    assert refused(front[0]) == []


def test_the_default_host_of_the_api_is_closed(front: tuple[AwsFront, str]) -> None:
    status, _ = front[0].answer("carte.execute-api.us-east-1.amazonaws.com", "/live/health", None)
    assert status == 403


def test_the_api_takes_requests_of_the_edge_alone(front: tuple[AwsFront, str]) -> None:
    question = b'{"query": "{ region { name } }"}'
    host = "us-east-1.api.menus.example.com"
    assert front[0].answer(host, "/graphql", question)[0] == 403
    assert front[0].answer("api.menus.example.com", "/graphql", question)[0] == 403
    assert front[0].answer(host, "/graphql", question, "guessed")[0] == 403
    assert front[0].answer(host, "/ready", None)[0] == 200
    assert front[0].answer("menus.example.com", "/graphql", question)[0] == 200


def test_a_repeated_deployment_changes_nothing(
    account: CdkAccount, clone: Path, front: tuple[AwsFront, str]
) -> None:
    # The journal is in the account: nothing of an earlier job is on the machine.
    assert not (clone / ".carte").exists()
    done = run_step(account, clone, "eu-west-1", front[1])
    assert "eu-west-1: skipped" in done.stdout, done.stdout + done.stderr
    bucket = f"cdk-hnb659fds-assets-{ACCOUNT_ID}-eu-west-1"
    note = {"Bucket": bucket, "Key": f"{FOLDER}carte-eu-west-1.json"}
    account.client("s3", "eu-west-1").delete_object(**note)
    done = run_step(account, clone, "eu-west-1", front[1])
    assert "eu-west-1: unchanged" in done.stdout, done.stdout + done.stderr


def test_what_was_changed_by_hand_is_named_by_the_daily_job_and_refused_until_it_is_changed_back(
    account: CdkAccount, clone: Path, assembly: Path, front: tuple[AwsFront, str]
) -> None:
    kept = {region: keep_messages(account, region, "60") for region in REGIONS}
    done = run_daily_job(account, clone)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "2 stacks were changed by hand" in done.stderr
    assert all(f"carte-{region} was changed by hand" in done.stderr for region in REGIONS)
    # Of the others it says that nothing was changed, in the order of the steps.
    unchanged = [line for line in done.stdout.splitlines() if line.endswith(" as it was deployed")]
    others = [name for name in names_of(assembly) if name not in REGIONS]
    assert unchanged == [f"{name}: as it was deployed" for name in others]
    done = run_step(account, clone, "eu-west-1", front[1], "--drift")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "carte-eu-west-1 was changed by hand" in done.stderr
    for region, seconds in kept.items():
        keep_messages(account, region, seconds)
    for region in REGIONS:
        done = run_step(account, clone, region, front[1], "--drift")
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"{region}: as it was deployed" in done.stdout.splitlines()


def run_daily_job(account: CdkAccount, clone: Path) -> "subprocess.CompletedProcess[str]":
    """Run the commands of the job `drift` but for those that install, in the fresh clone."""
    runs = [one for one in job("drift", "drift.yml") if "run" in one and "make " not in one["run"]]
    text = "\n".join(one["run"] for one in runs)
    return subprocess.run(
        ["bash", "-e", "-c", text],
        cwd=clone,
        env={
            **account.environment,
            "DEPLOYMENT": (account.folder / "deployment.toml").read_text(),
            "PYTHONPATH": str(clone),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def keep_messages(account: CdkAccount, region: str, seconds: str) -> str:
    """Change for how long a region's queue of counts keeps messages; the value before."""
    queues, name = account.client("sqs", region), "MessageRetentionPeriod"
    queue = queues.get_queue_url(QueueName="carte-counts")["QueueUrl"]
    before = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=[name])
    queues.set_queue_attributes(QueueUrl=queue, Attributes={name: seconds})
    return str(before["Attributes"][name])


def deploy_with(
    account: CdkAccount, assembly: Path, handler: str, name: str, url: str, *, patience: int = 20
) -> "subprocess.CompletedProcess[str]":
    """Deploy eu-west-1 of the production assembly with another menu handler."""
    package = with_handler(built_package(), account.folder / f"{name}.zip", handler)
    config = account.folder / "deployment.toml"
    changed = repackaged(assembly, account.folder / name, package)
    return account.carte(
        *("--config", str(config), "--assembly", str(changed), "--region", "eu-west-1"),
        *("--bake", "0", "--patience", str(patience), "--smoke-front", url, "--json"),
    )


def build_that_answers(account: CdkAccount, region: str) -> str:
    """The header by which a region's code tells which build it is."""
    url = f"{account.endpoint}/_aws/execute-api/{api_id(region)}/live/health"
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=60) as one:
        return str(one.headers.get("x-build", "first"))


def test_a_changed_lambda_is_rolled_out_and_one_that_fails_is_taken_back(
    account: CdkAccount, assembly: Path, front: tuple[AwsFront, str]
) -> None:
    done = deploy_with(account, assembly, SECOND, "second", front[1])
    assert done.returncode == 0, done.stdout + done.stderr
    assert build_that_answers(account, "eu-west-1") == "second"
    assert build_that_answers(account, "us-east-1") == "first"
    done = deploy_with(account, assembly, BROKEN, "broken", front[1], patience=0)
    assert done.returncode == 1, done.stdout + done.stderr
    last = json.loads(done.stdout)["done"][-1]
    assert (last["step"], last["outcome"]) == ("eu-west-1", "rolled back"), done.stderr
    assert "/health answers" in last["text"]
    assert build_that_answers(account, "eu-west-1") == "second"


def test_health_alarms_get_the_ids_of_the_regions_checks(
    account: CdkAccount, assembly: Path
) -> None:
    stacks = account.client("cloudformation").describe_stacks(StackName="carte-health")["Stacks"]
    given = {one["ParameterKey"]: one["ParameterValue"] for one in stacks[0]["Parameters"]}
    assert {"HealthCheckOfUsEast1", "HealthCheckOfEuWest1"} <= given.keys()
