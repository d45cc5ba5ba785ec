"""Check of names: what people, documents and other stacks call a resource by stays its name.

Another name is another resource: CloudFormation replaces what carries it, a log group or a topic
loses what it held, and whoever has the old name looks at nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from infra_cdk.checks.model import Cloud, Resource

# A type of resource, the property that names it (below `Properties`, with dots), and its names;
# `<account>` and `<region>` stand for those of the stack, `<replica>` for any region.
_NAMES: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("AWS::ApiGateway::RestApi", "Name"): ("carte-api",),
    ("AWS::ApiGateway::Stage", "StageName"): ("live",),
    ("AWS::ARCRegionSwitch::Plan", "Name"): ("carte",),
    ("AWS::ApiGatewayV2::Api", "Name"): ("carte-live",),
    ("AWS::ApiGatewayV2::Stage", "StageName"): ("live",),
    ("AWS::Budgets::Budget", "Budget.BudgetName"): ("carte",),
    ("AWS::CE::AnomalyMonitor", "MonitorName"): ("carte",),
    ("AWS::CE::AnomalySubscription", "SubscriptionName"): ("carte",),
    ("AWS::CloudFront::CachePolicy", "CachePolicyConfig.Name"): ("carte-persisted",),
    ("AWS::CloudFront::Function", "Name"): (
        *("carte-choose-region", "carte-site-path", "carte-site-status"),
    ),
    ("AWS::CloudFront::KeyValueStore", "Name"): ("carte-drain", "carte-stores"),
    ("AWS::CloudFront::OriginAccessControl", "OriginAccessControlConfig.Name"): ("carte-site",),
    ("AWS::CloudFront::OriginRequestPolicy", "OriginRequestPolicyConfig.Name"): (
        "carte-persisted",
    ),
    ("AWS::CloudFront::ResponseHeadersPolicy", "ResponseHeadersPolicyConfig.Name"): (
        *("carte-graphiql", "carte-pictures", "carte-site"),
    ),
    ("AWS::CloudTrail::Trail", "TrailName"): ("carte",),
    ("AWS::CloudWatch::Dashboard", "DashboardName"): ("carte",),
    ("AWS::Cognito::UserPool", "UserPoolName"): ("carte-staff",),
    ("AWS::Cognito::UserPoolClient", "ClientName"): ("carte",),
    ("AWS::Cognito::UserPoolDomain", "Domain"): ("carte-<account>",),
    ("AWS::Config::ConfigurationRecorder", "Name"): ("carte",),
    ("AWS::Config::DeliveryChannel", "Name"): ("carte",),
    ("AWS::DAX::Cluster", "ClusterName"): ("carte",),
    ("AWS::DAX::ParameterGroup", "ParameterGroupName"): ("carte",),
    ("AWS::DAX::SubnetGroup", "SubnetGroupName"): ("carte",),
    ("AWS::FIS::ExperimentTemplate", "Tags.Name"): (
        *("carte-region-lost", "carte-replication-paused"),
    ),
    ("AWS::DynamoDB::Table", "TableName"): ("carte-live",),
    ("AWS::IAM::Role", "RoleName"): ("carte-deployment",),
    ("AWS::Lambda::Alias", "Name"): ("live",),
    ("AWS::Lambda::Function", "FunctionName"): (
        *("carte-convergence", "carte-inventory", "carte-menu-api", "carte-reconciler"),
        *("carte-fulfilment", "carte-sweeper", "carte-payment-webhook"),
        *("carte-alerts", "carte-people-notices"),
        *("carte-live", "carte-live-fan-out"),
    ),
    ("AWS::Logs::Delivery", "DeliverySourceName"): ("carte-edge",),
    ("AWS::Logs::DeliveryDestination", "Name"): ("carte-edge",),
    ("AWS::Logs::DeliverySource", "Name"): ("carte-edge",),
    ("AWS::Logs::LogGroup", "LogGroupName"): (
        *("/carte/api-access", "/carte/convergence", "/carte/inventory", "/carte/menu-api"),
        *("/carte/reconciler", "/carte/fulfilment", "/carte/sweeper"),
        *("/carte/payment-webhook", "/carte/alerts", "/carte/live", "/carte/live-fan-out"),
        "/carte/people-notices",
    ),
    # docs/operations.md sends people to them by these names.
    ("AWS::Logs::QueryDefinition", "Name"): (
        *("carte/faults-by-code", "carte/last-faults", "carte/slow-requests", "carte/operations"),
        *("carte/gateway-traces", "carte/gateway-errors", "carte/addresses", "carte/repairs"),
        *("carte/convergence-faults", "carte/faults-by-operation"),
    ),
    ("AWS::Route53RecoveryControl::Cluster", "Name"): ("carte",),
    ("AWS::Route53RecoveryControl::ControlPanel", "Name"): ("carte",),
    ("AWS::Route53RecoveryControl::RoutingControl", "Name"): ("carte-<replica>",),
    ("AWS::Route53RecoveryControl::SafetyRule", "Name"): ("carte-never-none",),
    ("AWS::S3::Bucket", "BucketName"): (
        "carte-audit-<account>",
        "carte-canary-<account>-<region>",
        "carte-counts-<account>-<region>",
        "carte-edge-logs-<account>",
        "carte-pictures-<account>-<region>",
        "carte-search-<account>-<region>",
        "carte-site-<account>-<region>",
    ),
    ("AWS::SecretsManager::Secret", "Name"): ("carte-origin-<number>", "carte-payments"),
    ("AWS::SNS::Topic", "TopicName"): (
        *("carte-alarms", "carte-edge-alarms", "carte-health-alarms", "carte-sold-out"),
        *("carte-notices", "carte-backup-alarms", "carte-stock-imports"),
    ),
    ("AWS::SSM::Document", "Name"): ("carte-region-lost",),
    ("AWS::SQS::Queue", "QueueName"): (
        *("carte-convergence-dead-letters", "carte-counts", "carte-counts-dead-letters"),
        *("carte-orders.fifo", "carte-orders-dead-letters.fifo"),
        *("carte-stock-alerts", "carte-stock-alerts-dead-letters"),
        *("carte-people", "carte-people-dead-letters"),
        *("carte-live.fifo", "carte-live-dead-letters.fifo"),
    ),
    ("AWS::Synthetics::Canary", "Name"): ("carte-menu",),
    ("AWS::WAFv2::WebACL", "Name"): ("carte",),
}
_NUMBERS: Final = range(1, 1000)


def names_stay_what_they_are(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Every resource has one of the names that its type has, and no two of a stack share one."""
    regions = [stack.region for stack in cloud.stacks]
    for stack in cloud.stacks:
        used: set[tuple[str, str]] = set()
        for one in stack.resources():
            for (kind, path), names in _NAMES.items():
                if kind != one.type:
                    continue
                name = _at(one.properties, path)
                allowed = {
                    each.replace("<account>", stack.account)
                    .replace("<region>", stack.region)
                    .replace("<replica>", region)
                    .replace("<number>", str(number))
                    for each in names
                    for region in regions
                    for number in (_NUMBERS if "<number>" in each else (0,))
                }
                # Roles of services have names that CloudFormation makes.
                if name is None and kind == "AWS::IAM::Role":
                    continue
                if name not in allowed:
                    yield one, f"is called {name}, not one of {', '.join(names)}"
                if kind != "AWS::Lambda::Alias" and (kind, name) in used:
                    yield one, f"has the name {name} of another"
                used.add((kind, str(name)))


def _at(value: Any, path: str) -> Any:
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
