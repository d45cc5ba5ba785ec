"""Checks of what `carte deploy` and its pipeline need: rights of a role, outputs of stacks."""

from collections.abc import Iterator

from infra_cdk.checks.edge import distributions
from infra_cdk.checks.model import Cloud, Resource, as_text
from infra_cdk.checks.rights import is_granted
from infra_cdk.checks.routing import HEALTH_CHECK


def the_pipeline_may_do_what_it_does(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """The pipeline's role may deploy every stack, read the alarms that it watches, put the site up.

    What `carte deploy` calls with the caller's own rights is in infra_cdk/deployment/account.py and
    site.py; the CDK's roles do the rest.
    """
    roles = [
        one
        for one in cloud.resources("AWS::IAM::Role")
        if one.properties.get("RoleName") == "carte-deployment"
    ]
    if cloud.deployment and bool(roles) != bool(cloud.deployment.pipeline.repository):
        yield next(cloud.resources()), f"there are {len(roles)} roles carte-deployment"
    for role in roles:
        wanted = {
            ("sts:AssumeRole", f":role/cdk-hnb659fds-{kind}-role-{stack.account}-{stack.region}")
            for stack in cloud.stacks
            for kind in ("deploy", "file-publishing", "lookup")
        }
        # Composite alarms are returned only to a caller that may read all.
        wanted |= {("cloudwatch:DescribeAlarms", "*")}
        wanted |= {
            ("dynamodb:DescribeTable", f":dynamodb:{one.region}:") for one in cloud.regional()
        }
        wanted |= {("servicequotas:GetServiceQuota", "*")}
        wanted |= {("servicequotas:GetAWSDefaultServiceQuota", "*")}
        if cloud.deployment and cloud.deployment.recovery.accelerated_dns:
            wanted |= {("route53:GetHostedZone", f":hostedzone/{cloud.deployment.domain.zone_id}")}
        if list(distributions(cloud)):
            wanted |= {("s3:PutObject", ":::carte-site-")}
            wanted |= {("cloudfront:CreateInvalidation", ":distribution/")}
        for action, part in sorted(wanted):
            if not is_granted(cloud, action, part, references_to=role.logical_id):
                yield role, f"may not {action} on {part}"


def stacks_have_the_outputs_that_the_deployment_reads(
    cloud: Cloud,
) -> Iterator[tuple[Resource, str]]:
    """A stack has the outputs that `carte deploy` takes its next steps from."""
    wanted = [(stack, "Url") for stack in cloud.regional()]
    wanted += [
        (stack, "HealthCheckId")
        for stack in cloud.regional()
        if list(stack.resources(HEALTH_CHECK))
    ]
    wanted += [
        (stack, name)
        for stack in cloud.stacks
        if list(stack.resources("AWS::CloudFront::Distribution"))
        for name in ("DistributionId", "SiteBucket")
    ]
    wanted += [
        (stack, name)
        for stack in cloud.stacks
        if stack.name == "carte-identity"
        for name in ("OidcAudience", "OidcIssuer")
    ]
    for stack in cloud.stacks:
        # An operator writes these into the deployment file.
        outputs = as_text(stack.template.get("Outputs", {}))
        for control in stack.resources("AWS::Route53RecoveryControl::RoutingControl"):
            if f'"{control.logical_id}"' not in outputs:
                yield control, "has no output with its ARN"
    for stack, name in wanted:
        if name not in stack.template.get("Outputs", {}):
            yield next(stack.resources()), f"has no output {name}"
