"""The menu Lambda: the function, its alias, its log, and exactly the table rights it needs."""

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.acknowledged import acknowledge
from infra_cdk.constructs.log_group import log_group

HANDLER = "services.menu_api.handler.handler"
ALIAS = "live"
_TIMEOUT_S = 10
# No Scan on a request path, and nothing is ever deleted: tombstones.
TABLE_ACTIONS = (
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
)
_ACKNOWLEDGED = {
    "IAM5[Resource::*]": "X-Ray's two actions for sending traces take no resource.",
    "L1": "The lock's wheels and the package's bytecode are for this runtime; they move together.",
}


class MenuApi(Construct):
    """The Lambda that answers GraphQL in one region.

    Attributes:
        alias: what callers invoke; deployments shift it.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        deployment: Deployment,
        region: str,
        table: dynamodb.ITableV2,
        code: lambda_.Code,
    ) -> None:
        super().__init__(scope, construct_id)
        log = log_group(self, "Log", name="/carte/menu-api", days=deployment.log_retention_days)
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description="The menu Lambda: reads and writes the local replica, writes its log.",
        )
        log.grant_write(role)
        role.add_to_policy(
            iam.PolicyStatement(actions=[*TABLE_ACTIONS], resources=[table.table_arn])
        )
        function = lambda_.Function(
            self,
            "Function",
            description="carte: GraphQL over HTTP",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            handler=HANDLER,
            code=code,
            memory_size=deployment.memory_mb,
            timeout=Duration.seconds(_TIMEOUT_S),
            tracing=lambda_.Tracing.ACTIVE,
            log_group=log,
            role=role,
            environment={
                "CARTE_REGION": region,
                "CARTE_REGIONS": ",".join(deployment.regions),
                "CARTE_TABLE": deployment.table,
                "CARTE_VERSION": deployment.version,
                "CARTE_STAGE": deployment.stage,
                **_staff_tokens(deployment),
            },
        )
        acknowledge(self, _ACKNOWLEDGED)
        self.alias = lambda_.Alias(
            self, "Alias", alias_name=ALIAS, version=function.current_version
        )


def _staff_tokens(deployment: Deployment) -> dict[str, str]:
    named = {
        "CARTE_OIDC_ISSUER": deployment.oidc_issuer,
        "CARTE_OIDC_AUDIENCE": deployment.oidc_audience,
        "CARTE_OIDC_JWKS": deployment.oidc_jwks,
    }
    return {name: value for name, value in named.items() if value}
