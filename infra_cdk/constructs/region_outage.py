"""An automation that stops a region's menu Lambda for some minutes, and starts it again."""

from typing import Any, Final

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from infra_cdk.config import GameDays

NAME: Final = "carte-region-lost"
_FUNCTION: Final = "carte-menu-api"
_SSM: Final = "ssm.amazonaws.com"
_GIVE_BACK: Final = "GiveBack"
_TRIES: Final = 5


class RegionOutage(Construct):
    """The document, and the role that it works with.

    Without concurrency, Lambda refuses every call: the API answers 5xx and `/ready` fails, as in a
    region whose Lambda is away. However the automation ends, its last step gives the concurrency
    back (Systems Manager user guide, "Automation: onFailure, onCancel").

    Attributes:
        role: The automation's role, which FIS passes on.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        game_days: GameDays,
        account: str,
        region: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal(
                _SSM, conditions={"StringEquals": {"aws:SourceAccount": account}}
            ),
            description="carte: stops the menu Lambda of a region for a game day.",
        )
        function = f"arn:{Stack.of(self).partition}:lambda:{region}:{account}:function:{_FUNCTION}"
        self.role.add_to_policy(
            iam.PolicyStatement(
                actions=["lambda:PutFunctionConcurrency"],
                resources=[function],
                conditions={"DateLessThan": {"aws:CurrentTime": game_days.end}},
            )
        )
        # What began before the end may be undone after it.
        self.role.add_to_policy(
            iam.PolicyStatement(actions=["lambda:DeleteFunctionConcurrency"], resources=[function])
        )
        ssm.CfnDocument(
            self,
            "Document",
            name=NAME,
            document_type="Automation",
            document_format="JSON",
            # A new version, where CloudFormation would refuse to replace what has a name.
            update_method="NewVersion",
            content={
                "schemaVersion": "0.3",
                "description": "carte: a region without its menu Lambda",
                "assumeRole": self.role.role_arn,
                "mainSteps": _steps(game_days.minutes),
            },
        )


def _steps(minutes: int) -> list[dict[str, Any]]:
    undone = {"onFailure": f"step:{_GIVE_BACK}", "onCancel": f"step:{_GIVE_BACK}"}
    return [
        {
            "name": "TakeAway",
            "action": "aws:executeAwsApi",
            **undone,
            "inputs": {
                "Service": "lambda",
                "Api": "PutFunctionConcurrency",
                "FunctionName": _FUNCTION,
                "ReservedConcurrentExecutions": 0,
            },
            "nextStep": "Wait",
        },
        {
            "name": "Wait",
            "action": "aws:sleep",
            **undone,
            "inputs": {"Duration": f"PT{minutes}M"},
            "nextStep": _GIVE_BACK,
        },
        {
            "name": _GIVE_BACK,
            "action": "aws:executeAwsApi",
            "maxAttempts": _TRIES,
            "inputs": {
                "Service": "lambda",
                "Api": "DeleteFunctionConcurrency",
                "FunctionName": _FUNCTION,
            },
            "isEnd": True,
        },
    ]
