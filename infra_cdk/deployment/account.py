"""What is in the account now. Stacks are changed by the CDK alone."""

import json
from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from services.domain.errors import CarteError

_QUALIFIER: Final = "hnb659fds"
OLDEST_BOOTSTRAP: Final = 6
# On while an operator drains the region: no reason to go back.
_ALARMS: Final = "carte-"
_NOT_A_FAULT: Final = frozenset({"carte-drain"})
_NO_STACK: Final = "does not exist"


class Account:
    """Reads an AWS account, in any of its regions.

    Stacks are looked at with the CDK's deployment role, which the pipeline may become; where it
    cannot be assumed, the caller's own rights serve.
    """

    def __init__(self, account: str) -> None:
        import boto3

        self.id = account
        self._session = boto3.Session()
        self._sessions: dict[str, Any] = {}

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
        """The version of the CDK's bootstrap stack in a region; 0 where there is none."""
        try:
            parameter = self._stacks("ssm", region).get_parameter(
                Name=f"/cdk-bootstrap/{_QUALIFIER}/version"
            )
        except ClientError:
            return 0
        return int(parameter["Parameter"]["Value"])

    def template(self, stack: str, region: str) -> dict[str, Any] | None:
        """The template that a stack runs with; None where there is no such stack."""
        try:
            body = self._stacks("cloudformation", region).get_template(StackName=stack)
        except ClientError as error:
            if _NO_STACK in str(error):
                return None
            raise
        found = body["TemplateBody"]
        template: dict[str, Any] = json.loads(found) if isinstance(found, str) else dict(found)
        return template

    def stream(self, table: str, region: str) -> str:
        """The stream of the table's replica in a region, which CloudFormation does not tell.

        Raises:
            CarteError: there is no such replica yet.
        """
        try:
            found = self.client("dynamodb", region).describe_table(TableName=table)["Table"]
        except ClientError as error:
            raise CarteError(
                f"there is no table {table} in {region}: {error}",
                "deploy the step data first; a new replica takes minutes",
            ) from error
        return str(found["LatestStreamArn"])

    def alarms_on(self, region: str) -> list[str]:
        """Carte's alarms that are on in a region, each with its reason."""
        found = self.client("cloudwatch", region).describe_alarms(
            AlarmNamePrefix=_ALARMS,
            AlarmTypes=["MetricAlarm", "CompositeAlarm"],
            StateValue="ALARM",
        )
        return [
            f"{one['AlarmName']}: {one.get('StateReason', '')}"
            for one in (*found.get("MetricAlarms", []), *found.get("CompositeAlarms", []))
            if one["AlarmName"] not in _NOT_A_FAULT
        ]

    def client(self, service: str, region: str) -> Any:
        """A client with the caller's own rights."""
        return self._client_of(self._session, service, region)

    def _stacks(self, service: str, region: str) -> Any:
        """A client with the CDK's deployment role, which may look at stacks."""
        if region not in self._sessions:
            self._sessions[region] = self._deploying(region)
        return self._client_of(self._sessions[region], service, region)

    def _deploying(self, region: str) -> Any:
        import boto3

        role = f"arn:aws:iam::{self.id}:role/cdk-{_QUALIFIER}-deploy-role-{self.id}-{region}"
        try:
            given = self.client("sts", region).assume_role(
                RoleArn=role, RoleSessionName="carte-deploy"
            )["Credentials"]
        except ClientError:
            return self._session
        return boto3.Session(
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )

    def _client_of(self, session: Any, service: str, region: str) -> Any:
        make: Callable[..., Any] = session.client
        return make(service, region_name=region)
