"""What the pipeline may do: assume the CDK's roles, put the site up, look at alarms."""

from collections.abc import Mapping, Sequence
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.acknowledged import acknowledge
from infra_cdk.constructs.site_bucket import site_bucket_name
from infra_cdk.edge_rules import origin_secret

NAME: Final = "carte-deployment"
ISSUER: Final = "token.actions.githubusercontent.com"
_QUALIFIER: Final = "hnb659fds"  # of the CDK's bootstrap stack
_QUOTAS: Final = ("servicequotas:GetAWSDefaultServiceQuota", "servicequotas:GetServiceQuota")
# A replica of a large table takes hours. GitHub ends a job after six.
_LONGEST: Final = Duration.hours(6)


class PipelineRole(Construct):
    """A role for one environment of one GitHub repository; there are no keys to lose.

    It holds next to no rights itself. CloudFormation works with the role that the CDK's bootstrap
    stack made for it, and whoever may assume the bootstrap's roles may deploy.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        deployment: Deployment,
        stack_regions: Sequence[str],
    ) -> None:
        """Make it.

        Args:
            scope: what it belongs to.
            construct_id: its id there.
            deployment: the account, the repository and the regions.
            stack_regions: regions that stacks go to, the edge's among them.
        """
        super().__init__(scope, construct_id)
        account, pipeline = deployment.account, deployment.pipeline
        provider = f"arn:aws:iam::{account}:oidc-provider/{ISSUER}"
        self.role = iam.Role(
            self,
            "Role",
            role_name=NAME,
            description=f"carte: deployments from {pipeline.repository}",
            max_session_duration=_LONGEST,
            assumed_by=iam.WebIdentityPrincipal(
                provider,
                {
                    "StringEquals": {
                        f"{ISSUER}:aud": "sts.amazonaws.com",
                        f"{ISSUER}:sub": pipeline.subject,
                    }
                },
            ),
        )
        if pipeline.make_provider:
            made = iam.CfnOIDCProvider(
                self, "GitHub", url=f"https://{ISSUER}", client_id_list=["sts.amazonaws.com"]
            )
            self.role.node.add_dependency(made)
        for region in stack_regions:
            self._allow(
                ("sts:AssumeRole",),
                *(
                    f"arn:aws:iam::{account}:role/cdk-{_QUALIFIER}-{kind}-role-{account}-{region}"
                    for kind in ("deploy", "file-publishing", "lookup")
                ),
            )
        self._look(deployment)
        if deployment.recovery.accelerated_dns:
            zone = f"arn:aws:route53:::hostedzone/{deployment.domain.zone_id}"
            self._allow(("route53:GetHostedZone",), zone)
        if deployment.has_edge:
            self._put_site(deployment)
            self._show_the_secret(deployment)

    def _look(self, deployment: Deployment) -> None:
        account, table = deployment.account, deployment.table
        self._allow(
            ("dynamodb:DescribeTable",),
            *(
                f"arn:aws:dynamodb:{region}:{account}:table/{table}"
                for region in deployment.regions
            ),
        )
        # CloudWatch API reference, "DescribeAlarms": with any narrower resource, it leaves
        # composite alarms out without an error, and `carte deploy` would watch half of them.
        self._allow((*_QUOTAS, "cloudwatch:DescribeAlarms"), "*")
        self._explain(
            {
                "*": "Service Quotas has no narrower resource for reading a quota, and CloudWatch "
                "returns composite alarms to nobody who may read less than all."
            }
        )

    def _put_site(self, deployment: Deployment) -> None:
        bucket = f"arn:aws:s3:::{site_bucket_name(deployment.account, 'us-east-1')}"
        distributions = f"arn:aws:cloudfront::{deployment.account}:distribution/*"
        self._allow(("s3:PutObject",), f"{bucket}/*")
        self._allow(("cloudfront:CreateInvalidation",), distributions)
        self._explain(
            {
                f"{bucket}/*": "All files of the site.",
                distributions: "The id is known only once it is deployed.",
            }
        )

    def _show_the_secret(self, deployment: Deployment) -> None:
        """Let the smoke tests ask a region's API as CloudFront does."""
        # Secrets Manager ends a secret's ARN with six characters of its own.
        secrets = {
            f"arn:aws:secretsmanager:{region}:{deployment.account}:secret:{origin_secret(number)}"
            "-*": "The end of the ARN is known only once it is deployed."
            for region in deployment.regions
            for number in deployment.origin_secrets
        }
        self._allow(("secretsmanager:GetSecretValue",), *secrets)
        self._explain(secrets)

    def _allow(self, actions: Sequence[str], *resources: str) -> None:
        self.role.add_to_policy(iam.PolicyStatement(actions=[*actions], resources=[*resources]))

    def _explain(self, resources: Mapping[str, str]) -> None:
        acknowledge(self, {f"IAM5[Resource::{arn}]": why for arn, why in resources.items()})
