"""Reads the present state of the AWS account. Only the CDK changes stacks."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from services.domain.errors import CarteError

_QUALIFIER: Final = "hnb659fds"
OLDEST_BOOTSTRAP: Final = 6
_ALARMS: Final = "carte-"
# On while an operator drains the region, until a new reconciler or sweeper has run for the first
# time, and where another region is away: no reason to roll a deployment back.
_NOT_A_FAULT: Final = frozenset(
    {"carte-drain", "carte-reconciler-behind", "carte-region-silent", "carte-region-unheard"}
)
# IAM user guide, "Role chaining": a role that is assumed with a role's credentials ends after one
# hour, and a replica or a CloudFront update may take longer. It is assumed anew in time.
_ANEW_BEFORE_END: Final = timedelta(minutes=10)
# AWS STS, "Common errors": the caller's own credentials have ended.
_ENDED: Final = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_NO_STACK: Final = "does not exist"
# CloudFormation user guide, "Stack status codes": the creation failed and was undone, nothing ran.
_NEVER_CREATED: Final = frozenset({"ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS"})


@dataclass(frozen=True, slots=True)
class ActiveAlarm:
    """A CloudWatch alarm in the state ALARM.

    Attributes:
        name: Its name.
        since: When it entered that state, as CloudWatch prints it; an alarm that rings, recovers
            and rings again has another value.
        reason: CloudWatch's reason for the state.
    """

    name: str
    since: str
    reason: str


class Account:
    """Reads an AWS account, in any of its regions.

    Stacks are looked at with the CDK's deployment role, which the pipeline may become; where it
    cannot be assumed, the caller's own rights serve.
    """

    def __init__(self, account: str) -> None:
        import boto3

        self.id = account
        self._session = boto3.Session()
        # The CDK's role and region -> a session of that role, and when its credentials end.
        self._sessions: dict[tuple[str, str], tuple[Any, datetime]] = {}
        # A client is made once: botocore takes 10 ms and more for each.
        self._clients: dict[tuple[Any, str, str], Any] = {}

    def caller(self) -> str:
        """The account that the credentials belong to.

        Raises:
            CarteError: there are none, or they are not valid.
        """
        try:
            return str(
                self._client_of(self._session, "sts", "us-east-1").get_caller_identity()["Account"]
            )
        except (BotoCoreError, ClientError) as error:
            raise CarteError(
                f"there are no valid AWS credentials: {error}",
                "set AWS_PROFILE, or run `aws sso login`",
            ) from error

    def bootstrap_version(self, region: str) -> int:
        """The version of the CDK's bootstrap stack in a region; 0 where there is none.

        Raises:
            CarteError: The region does not answer, or the caller may not ask.
        """
        client = self._stacks("ssm", region)
        with answered(f"the bootstrap stack of {region} cannot be read"):
            try:
                parameter = client.get_parameter(Name=f"/cdk-bootstrap/{_QUALIFIER}/version")
            except client.exceptions.ParameterNotFound:
                return 0
        return int(parameter["Parameter"]["Value"])

    def template(self, stack: str, region: str) -> dict[str, Any] | None:
        """Return the template that a stack runs with.

        None where there is no such stack, or where its first creation failed: CloudFormation keeps
        the template of such a stack, but nothing of it ever ran.

        Raises:
            CarteError: CloudFormation does not answer, or the caller may not ask.
        """
        if not self._runs(stack, region):
            return None
        with answered(f"the template of {stack} in {region} cannot be read"):
            body = self._stacks("cloudformation", region).get_template(StackName=stack)
        found = body["TemplateBody"]
        template: dict[str, Any] = json.loads(found) if isinstance(found, str) else dict(found)
        return template

    def stream(self, table: str, region: str) -> str:
        """The stream of the table's replica in a region, which CloudFormation does not return.

        Raises:
            CarteError: there is no such replica yet.
        """
        hint = "deploy the step data first; a new replica takes minutes"
        try:
            found = self.client("dynamodb", region).describe_table(TableName=table)["Table"]
        except (BotoCoreError, ClientError) as error:
            raise CarteError(f"there is no table {table} in {region}: {error}", hint) from error
        if "LatestStreamArn" not in found:
            raise CarteError(f"the table {table} has no stream in {region} yet", hint)
        return str(found["LatestStreamArn"])

    def accelerated_recovery(self, zone: str) -> str:
        """Return the state of a hosted zone's accelerated recovery, such as `ENABLED`.

        Route 53 API reference, "HostedZoneFeatures"; a zone that never had it has no state.

        Raises:
            CarteError: There is no such zone, or the caller may not read it.
        """
        try:
            found = self.client("route53", "us-east-1").get_hosted_zone(Id=zone)["HostedZone"]
        except (BotoCoreError, ClientError) as error:
            raise CarteError(
                f"the hosted zone {zone} cannot be read: {error}",
                "see domain.zone_id; the caller needs route53:GetHostedZone",
            ) from error
        return str(found.get("Features", {}).get("AcceleratedRecoveryStatus", "DISABLED"))

    def outputs(self, stack: str, region: str) -> dict[str, str]:
        """Return a deployed stack's outputs; empty where stack or region does not answer."""
        try:
            found = self._stacks("cloudformation", region).describe_stacks(StackName=stack)
        except (BotoCoreError, ClientError):
            return {}
        return {
            str(one["OutputKey"]): str(one["OutputValue"])
            for one in found["Stacks"][0].get("Outputs", [])
        }

    def release_failed_creation(self, stack: str, region: str) -> bool:
        """Lift the deletion protection of a stack whose first creation failed.

        The CDK replaces such a stack, which is empty, by itself; but it cannot where the stack is
        protected from deletion.

        Returns:
            Whether there was such a stack.

        Raises:
            CarteError: CloudFormation does not answer, or the caller may not change that.
        """
        client = self._stacks("cloudformation", region)
        found = self._described(stack, region)
        if found is None or found["StackStatus"] != "ROLLBACK_COMPLETE":
            return False
        with answered(f"the deletion protection of {stack} in {region} cannot be lifted"):
            client.update_termination_protection(StackName=stack, EnableTerminationProtection=False)
        return True

    def secret(self, name: str, region: str) -> str:
        """Return the value of a secret of Secrets Manager.

        Raises:
            CarteError: The secret is not in that region, or the caller may not read it.
        """
        try:
            found = self.client("secretsmanager", region).get_secret_value(SecretId=name)
        except (BotoCoreError, ClientError) as error:
            raise CarteError(
                f"the secret {name} cannot be read in {region}: {error}",
                "deploy the step secrets first; the caller needs secretsmanager:GetSecretValue",
            ) from error
        return str(found["SecretString"])

    def quota(self, service: str, code: str, region: str) -> float:
        """Return the value of a service quota in a region.

        Raises:
            CarteError: Service Quotas does not answer, or the caller may not ask.
        """
        client = self.client("service-quotas", region)
        wanted = {"ServiceCode": service, "QuotaCode": code}
        try:
            try:
                found = client.get_service_quota(**wanted)
            except client.exceptions.NoSuchResourceException:
                # Service Quotas API, "GetServiceQuota": some quotas have a default value alone.
                found = client.get_aws_default_service_quota(**wanted)
        except (BotoCoreError, ClientError) as error:
            raise CarteError(
                f"the quota {code} of {service} cannot be read in {region}: {error}",
                "the caller needs servicequotas:GetServiceQuota and "
                "servicequotas:GetAWSDefaultServiceQuota",
            ) from error
        return float(found["Quota"]["Value"])

    def reading_credentials(self, region: str) -> dict[str, str]:
        """Return the environment variables of credentials that may look at all resources.

        Those of the CDK's lookup role, which has AWS's policy ReadOnlyAccess; empty, for the
        caller's own, where that role cannot be assumed.
        """
        given = self._assumed("lookup", region)
        if given is None:
            return {}
        return {
            "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
            "AWS_SESSION_TOKEN": given["SessionToken"],
        }

    def active_alarms(self, region: str) -> list[ActiveAlarm]:
        """Return the alarms in the state ALARM in a region, but those that judge no deployment.

        Left out are also metric alarms that notify nobody: those are parts of a composite alarm,
        and one of its two windows alone means nothing.

        Raises:
            CarteError: CloudWatch does not answer, or the caller may not ask.
        """
        client = self.client("cloudwatch", region)
        found: list[ActiveAlarm] = []
        more: dict[str, str] = {}
        while True:
            with answered(f"the alarms of {region} cannot be read"):
                page = client.describe_alarms(
                    AlarmNamePrefix=_ALARMS,
                    AlarmTypes=["MetricAlarm", "CompositeAlarm"],
                    StateValue="ALARM",
                    **more,
                )
            found += [
                ActiveAlarm(
                    one["AlarmName"],
                    str(one.get("StateTransitionedTimestamp") or one.get("StateUpdatedTimestamp")),
                    str(one.get("StateReason", "")),
                )
                for one in (
                    *(each for each in page.get("MetricAlarms", []) if each.get("AlarmActions")),
                    *page.get("CompositeAlarms", []),
                )
                if one["AlarmName"] not in _NOT_A_FAULT
            ]
            if not page.get("NextToken"):
                return found
            more = {"NextToken": page["NextToken"]}

    def bootstrap_bucket(self, region: str) -> tuple[Any, str]:
        """Return a client of S3, and the name of the bucket of the CDK's bootstrap stack.

        The client has the rights of the CDK's publishing role, which reads and writes there; where
        it cannot be assumed, the caller's own.

        Raises:
            CarteError: The caller's credentials have ended, or the region does not answer.
        """
        client = self._client_of(self._session_of("file-publishing", region), "s3", region)
        return client, f"cdk-{_QUALIFIER}-assets-{self.id}-{region}"

    def client(self, service: str, region: str) -> Any:
        """A client with the caller's own rights."""
        return self._client_of(self._session, service, region)

    def _runs(self, stack: str, region: str) -> bool:
        found = self._described(stack, region)
        return found is not None and found["StackStatus"] not in _NEVER_CREATED

    def _described(self, stack: str, region: str) -> dict[str, Any] | None:
        with answered(f"the stack {stack} in {region} cannot be read"):
            try:
                found = self._stacks("cloudformation", region).describe_stacks(StackName=stack)
            except ClientError as error:
                if _NO_STACK in str(error):
                    return None
                raise
        described: dict[str, Any] = found["Stacks"][0]
        return described

    def _stacks(self, service: str, region: str) -> Any:
        """A client with the CDK's deployment role, which may look at stacks."""
        return self._client_of(self._session_of("deploy", region), service, region)

    def _session_of(self, kind: str, region: str) -> Any:
        """Return a session of one of the CDK's roles, made anew before its credentials end."""
        held = self._sessions.get((kind, region))
        if held is None or held[1] - datetime.now(UTC) < _ANEW_BEFORE_END:
            held = self._sessions[kind, region] = self._become(kind, region)
        return held[0]

    def _become(self, kind: str, region: str) -> tuple[Any, datetime]:
        """Return a session of one of the CDK's roles, and when it ends; else the caller's own."""
        import boto3

        given = self._assumed(kind, region)
        if given is None:
            return self._session, datetime.max.replace(tzinfo=UTC)
        session = boto3.Session(
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )
        return session, given["Expiration"]

    def _assumed(self, kind: str, region: str) -> dict[str, Any] | None:
        """Assume a role of the CDK's bootstrap stack; None where the caller may not.

        Raises:
            CarteError: The caller's own credentials have ended, or the region does not answer.
        """
        role = f"arn:aws:iam::{self.id}:role/cdk-{_QUALIFIER}-{kind}-role-{self.id}-{region}"
        with answered(f"the role cdk-{_QUALIFIER}-{kind}-role cannot be assumed in {region}"):
            try:
                given: dict[str, Any] = self.client("sts", region).assume_role(
                    RoleArn=role, RoleSessionName="carte-deploy"
                )["Credentials"]
            except ClientError as error:
                if error.response["Error"]["Code"] in _ENDED:
                    raise
                return None
        return given

    def _client_of(self, session: Any, service: str, region: str) -> Any:
        made = self._clients.get((session, service, region))
        if made is None:
            make: Callable[..., Any] = session.client
            with answered(f"no client of {service} in {region} can be made"):
                made = make(service, region_name=region)
            self._clients[session, service, region] = made
        return made


@contextmanager
def answered(failure: str) -> Iterator[None]:
    """Turn an error of AWS or of the way to it into one that a deployment can act on.

    Raises:
        CarteError: With this failure as its message, and AWS's words.
    """
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise CarteError(
            f"{failure}: {error}",
            "check the credentials (AWS_PROFILE, `aws sso login`), their rights and the region's "
            "name, and run `carte deploy` again: it goes on at this step",
        ) from error
