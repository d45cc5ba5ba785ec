"""Put the synthesized stacks into a region's emulator, as CloudFormation would into the region."""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from localcloud import assets
from localcloud.exceptions import DeployError
from localcloud.layout import ANY_KEY, TABLE, Region
from localcloud.payments.settings import API_KEY, PAYMENT_SECRET, WEBHOOK_SECRETS
from localcloud.templates import Dropped, fit, renew_streams, with_variables

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

DATA_STACK: Final = "carte-data"
API_HANDLER: Final = "services.menu_api.handler.handler"
PEOPLE_HANDLER: Final = "services.people_notices.handler.handler"
_STREAM_ARN: Final = "StreamArn"  # parameter of the regional stack
_DEADLINE: Final = 120.0  # seconds for one stack; it takes about one
_POLL: Final = 0.05
_FINISHED: Final = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})
# States from which CloudFormation only lets a stack be deleted.
_DEAD: Final = frozenset({"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"})
_CAPABILITIES: Final = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")


def client(region: Region, service: str) -> Any:
    """A boto3 client of a service in the region's emulator."""
    session = boto3.Session(
        aws_access_key_id=ANY_KEY, aws_secret_access_key=ANY_KEY, region_name=region.name
    )
    make: Callable[..., Any] = session.client
    return make(
        service,
        endpoint_url=region.endpoint,
        config=Config(
            connect_timeout=2,
            read_timeout=60,
            retries={"total_max_attempts": 2},
            s3={"addressing_style": "path"},
            proxies={},
        ),
    )


def stacks_of(region: str) -> tuple[str, ...]:
    """The stacks of a region, in order.

    The data stack, in AWS deployed once with replicas, goes into each emulator: it ignores the
    replicas, so every region has a table of its own, and the replicator joins them.
    """
    return DATA_STACK, f"carte-{region}"


def deploy(
    region: Region, cloud_assembly: Path, scratch: Path, variables: Mapping[str, str]
) -> list[Dropped]:
    """Create or update all stacks of a region; return what its emulator could not take.

    Args:
        region: Where to.
        cloud_assembly: The folder that the CDK synthesized into.
        scratch: A folder for temporary files of this deployment.
        variables: Environment variables that the Lambdas that know the user pool get besides the
            template's, the API's among them.

    Raises:
        DeployError: A stack failed; the message has the first failed resource and its reason.
    """
    dropped: list[Dropped] = []
    try:
        _write_payment_secret(client(region, "secretsmanager"))
        for stack in stacks_of(region.name):
            template = _read(cloud_assembly / f"{stack}.template.json")
            assets.upload(client(region, "s3"), stack, cloud_assembly, scratch)
            fitted, left_out = fit(stack, template)
            renewed = renew_streams(fitted, time.time_ns() // 1_000_000)
            whole = renewed
            for handler in (API_HANDLER, PEOPLE_HANDLER):
                whole = with_variables(whole, handler, variables)
            _apply(client(region, "cloudformation"), region, stack, whole)
            dropped += left_out
    except (ClientError, BotoCoreError) as error:
        raise DeployError(
            f"deploying to {region.name} failed: {error}",
            "`carte down --wipe` and `carte up` start with empty regions",
        ) from error
    return dropped


def deploy_stack(region: Region, stack: str, cloud_assembly: Path, scratch: Path) -> dict[str, str]:
    """Create or update one stack that is not a region's own; return its outputs by name.

    Raises:
        DeployError: The stack failed; the message has the first failed resource and its reason.
    """
    cloudformation = client(region, "cloudformation")
    try:
        template = _read(cloud_assembly / f"{stack}.template.json")
        assets.upload(client(region, "s3"), stack, cloud_assembly, scratch)
        fitted, _ = fit(stack, template)
        _apply(cloudformation, region, stack, fitted)
        found = cloudformation.describe_stacks(StackName=stack)["Stacks"][0].get("Outputs", [])
    except (ClientError, BotoCoreError) as error:
        raise DeployError(
            f"deploying {stack} to {region.name} failed: {error}",
            "`carte down --wipe` and `carte up` start with empty regions",
        ) from error
    return {one["OutputKey"]: one["OutputValue"] for one in found}


def _write_payment_secret(secrets: Any) -> None:
    """Write what an operator writes once: the keys of the provider's account."""
    value = json.dumps({"apiKey": API_KEY, "webhookSecrets": WEBHOOK_SECRETS})
    try:
        secrets.create_secret(Name=PAYMENT_SECRET, SecretString=value)
    except secrets.exceptions.ResourceExistsException:
        secrets.put_secret_value(SecretId=PAYMENT_SECRET, SecretString=value)


def _read(path: Path) -> dict[str, Any]:
    try:
        template: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DeployError(
            f"there is no template {path}", "run `make synth`: its output says why"
        ) from error
    return template


def _apply(
    cloudformation: "CloudFormationClient",
    region: Region,
    stack: str,
    template: dict[str, Any],
) -> None:
    state = _state(cloudformation, stack)
    if state in _DEAD:
        cloudformation.delete_stack(StackName=stack)
        _wait(cloudformation, region, stack, until=frozenset({None, "DELETE_COMPLETE"}))
        state = None
    wanted: Any = {
        "StackName": stack,
        "TemplateURL": assets.upload_template(client(region, "s3"), stack, json.dumps(template)),
        "Parameters": _parameters(region, template),
        "Capabilities": list(_CAPABILITIES),
    }
    if state in {None, "DELETE_COMPLETE"}:
        cloudformation.create_stack(**wanted)
    else:
        try:
            cloudformation.update_stack(**wanted)
        except ClientError as error:
            if "No updates are to be performed" in str(error):
                return
            raise
    _wait(cloudformation, region, stack, until=_FINISHED)


def _parameters(region: Region, template: dict[str, Any]) -> list[dict[str, str]]:
    """Look up what an operator passes on: CloudFormation does not return a replica's stream."""
    if _STREAM_ARN not in template.get("Parameters", {}):
        return []
    table = client(region, "dynamodb").describe_table(TableName=TABLE)["Table"]
    return [{"ParameterKey": _STREAM_ARN, "ParameterValue": table["LatestStreamArn"]}]


def _state(cloudformation: "CloudFormationClient", stack: str) -> str | None:
    try:
        return str(cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise


def _wait(
    cloudformation: "CloudFormationClient",
    region: Region,
    stack: str,
    *,
    until: frozenset[str | None] | frozenset[str],
) -> None:
    deadline = time.monotonic() + _DEADLINE
    while (state := _state(cloudformation, stack)) not in until:
        if state is None or state.endswith("FAILED") or "ROLLBACK" in state:
            raise DeployError(
                f"stack {stack} in {region.name} is {state}: {_reason(cloudformation, stack)}",
                "mend the template in infra_cdk, then run `carte up` again",
            )
        if time.monotonic() > deadline:
            raise DeployError(
                f"stack {stack} in {region.name} is still {state} after {_DEADLINE:.0f} s",
                "see the log of its emulator",
            )
        time.sleep(_POLL)


def _reason(cloudformation: "CloudFormationClient", stack: str) -> str:
    """The first resource that failed, and why."""
    try:
        events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    except ClientError:
        return "no events"
    failed = [event for event in events if event.get("ResourceStatus", "").endswith("FAILED")]
    if not failed:
        return "no resource reported a failure"
    first = min(failed, key=lambda event: event["Timestamp"])
    why = first.get("ResourceStatusReason", "no reason given")
    return f"{first.get('LogicalResourceId')} ({first.get('ResourceType')}): {why}"
