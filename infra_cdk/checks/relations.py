"""Checks of relations between resources: readers of a bucket, subscribers of an alarm."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from infra_cdk.checks.alarms import ALARMS
from infra_cdk.checks.edge import distributions
from infra_cdk.checks.model import Cloud, Resource, as_text, listed, references
from infra_cdk.checks.objectives import COMPOSITE, METRIC_ALARM, alarms_that_ring
from infra_cdk.checks.routing import HEALTH_CHECK, RECORD

ROOT: Final = Path(__file__).parents[2]
_OPERATIONS: Final = "docs/operations.md"
_ROW: Final = re.compile(r"^\| `(carte-[a-z-]+(?:<region>)?)` \|", re.MULTILINE)
_NAME: Final = re.compile(r"`(carte-[a-z-]+)`")
_REGION: Final = re.compile(r"[a-z]{2}-[a-z]+-\d$")
# Alarms of options: not every deployment has them.
_OPTIONAL: Final = frozenset(
    {
        *("carte-canary-failed", "carte-count-files-gave-up", "carte-drain"),
        *("carte-inventory-errors", "carte-replication-late", "carte-unhealthy-<region>"),
        *("carte-edge-errors", "carte-edge-function-errors", "carte-edge-slow"),
        *("carte-reconciler-found", "carte-reconciler-behind", "carte-reconciler-errors"),
        *("carte-fulfilment-errors", "carte-fulfilment-gave-up", "carte-orders-overdue"),
        *("carte-sweeper-errors", "carte-notices-failed", "carte-orders-contradict"),
        "carte-payment-webhook-errors",
    }
)
# Alarms that are not in the stack of a region.
_GLOBAL: Final = ("carte-edge-", "carte-unhealthy-")
# The metric that an alarm looks at, to the highest bound that still wakes somebody in time; in the
# metric's own unit, for a share of one and for percent as they are.
_HIGHEST: Final = {
    "5XXError": 0.05,
    "5xxErrorRate": 5,
    "Latency": 3000,
    "Duration": 3000,
    "OriginLatency": 3000,
    "IteratorAge": 300_000,
    "ReplicationLatency": 60_000,
    "Throttles": 100,
    "ApproximateNumberOfMessagesVisible": 0,
    "FunctionExecutionErrors": 0,
    "Repairs": 1000,
    "Skipped": 0,
    "AlertsFailed": 0,
    "CountFilesFailed": 0,
    "ReconcilerFound": 0,
    "NoticesFailed": 0,
    "NoticesToOperator": 0,
    "OldestDueMinutes": 15,
    "WebhooksFailed": 0,
    "UnverifiedMinutes": 24 * 60,
    "HealthCheckStatus": 0,
    "SuccessPercent": 50,
    "Drained": 1,
}
_SHARE: Final = 0.05
_LONGEST_S: Final = 300
_MOST_PERIODS: Final = 5
# What clients feel is looked at every minute.
_SOON_S: Final = 60
_FELT: Final = frozenset({"5XXError", "5xxErrorRate", "Latency", "Duration", "OriginLatency"})
_OPERAND: Final = re.compile(r"\b[a-z]\w*\b")
_SLOW: Final = frozenset({"Latency", "Duration", "OriginLatency"})


def every_alarm_that_people_expect_is_there(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """The alarms of the templates are those that the operations page explains, by name."""
    page = (ROOT / _OPERATIONS).read_text(encoding="utf-8")
    explained = set(_ROW.findall(page))
    wanted = explained - (_OPTIONAL - _wanted_options(cloud))
    elsewhere = {name for name in wanted if name.startswith(_GLOBAL)}
    for name in sorted(elsewhere - _named(cloud.resources(METRIC_ALARM))):
        yield next(cloud.resources()), f"{name} of {_OPERATIONS} is no alarm"
    if cloud.deployment and cloud.deployment.domain:
        unhealthy = {f"carte-unhealthy-{region}" for region in cloud.deployment.regions}
        given = {str(one.properties.get("AlarmName")) for one in cloud.resources(METRIC_ALARM)}
        for name in sorted(unhealthy - given):
            yield next(cloud.resources()), f"{name} of {_OPERATIONS} is no alarm"
    for stack in cloud.regional():
        for name in sorted(wanted - elsewhere - _named(stack.resources(*ALARMS))):
            yield next(stack.resources()), f"{name} of {_OPERATIONS} is no alarm here"
    for alarm in (*alarms_that_ring(cloud), *cloud.resources(COMPOSITE)):
        name = _REGION.sub("<region>", str(alarm.properties.get("AlarmName")))
        if name not in explained:
            yield alarm, f"{name} is not explained in {_OPERATIONS}"


def _named(alarms: Iterable[Resource]) -> set[str]:
    return {_REGION.sub("<region>", str(one.properties.get("AlarmName"))) for one in alarms}


def alarms_ring_in_time(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """An alarm's bound, statistic and period are such that people are woken while it matters.

    Parts of burn-rate alarms have longer windows; `objectives` judges them.
    """
    for alarm in alarms_that_ring(cloud):
        properties = alarm.properties
        threshold = properties.get("Threshold")
        expressions = " ".join(as_text(one.get("Expression", "")) for one in _metrics(alarm))
        share = "/" in expressions.replace("AWS/", "")
        metrics = [
            (one.get("MetricStat", {}).get("Metric", {}).get("MetricName"), one)
            for one in _metrics(alarm)
        ]
        names = {str(name) for name, _ in metrics if name} | {str(properties.get("MetricName"))}
        names |= {name for name in _HIGHEST if f"({name})" in expressions}
        bounds = [_HIGHEST[name] for name in names & _HIGHEST.keys()]
        highest = _SHARE if share else min(bounds, default=0)
        if not isinstance(threshold, int | float) or not 0 <= threshold <= highest:
            yield alarm, f"rings above {threshold}, which is later than {highest}"
        # An alarm that silence rings waits for a few runs of what publishes.
        silent = properties.get("TreatMissingData") == "breaching"
        periods = properties.get("EvaluationPeriods", 0)
        if not silent and periods > _MOST_PERIODS:
            yield alarm, f"waits for {periods} periods"
        operator = str(properties.get("ComparisonOperator"))
        # Draining is a metric of 0 and 1; everything else rings above its bound.
        if operator != f"GreaterThan{'OrEqualTo' if 'Drained' in names else ''}Threshold":
            yield alarm, f"rings by {operator}"
        statistic = properties.get("ExtendedStatistic", "")
        if names & _SLOW and statistic != "p99":
            yield alarm, f"looks at {statistic or properties.get('Statistic')} of what clients wait"
        longest = _SOON_S if share or names & _FELT else _LONGEST_S
        for seconds in (properties.get("Period"), *_periods(alarm)):
            if seconds is not None and seconds > longest:
                yield alarm, f"looks every {seconds} s"


def metric_math_has_its_operands(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """An alarm's expression names metrics of the alarm, and uses all of them."""
    for alarm in cloud.resources(METRIC_ALARM):
        named = {str(one.get("Id")) for one in _metrics(alarm) if "MetricStat" in one}
        for one in _metrics(alarm):
            expression = as_text(one.get("Expression", ""))
            if not expression or expression.startswith("SELECT"):
                continue
            operands = set(_OPERAND.findall(expression))
            for name in sorted(operands ^ named):
                yield alarm, f"computes {expression} of {', '.join(sorted(named))}: {name}"


def buckets_are_read_by_who_must(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Each bucket lets in the service that reads or fills it, of this account alone.

    CloudFront developer guide, "Restrict access to an Amazon S3 origin"; CloudWatch Logs, "Enable
    logging from AWS services".
    """
    policies = list(cloud.resources("AWS::S3::BucketPolicy"))
    for distribution, config in distributions(cloud):
        for origin in config.get("Origins", []):
            host = as_text(origin.get("DomainName"))
            if ".s3." not in host:
                continue
            if not _lets_in(cloud, host.split(".s3.")[0], "cloudfront.amazonaws.com"):
                yield distribution, f"may not read {host}"
            if "OriginAccessControlId" not in origin:
                yield distribution, f"does not sign its requests to {host}"
    for destination in cloud.resources("AWS::Logs::DeliveryDestination"):
        written = (as_text(one.properties) for one in policies if _bound(one))
        if not any("delivery.logs.amazonaws.com" in text for text in written):
            yield destination, "may not write its log"


def buckets_tell_and_copy_as_they_must(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A bucket may notify its queue of files, and S3 may copy the site to its second bucket."""
    policies = list(cloud.resources("AWS::SQS::QueuePolicy"))
    for bucket in cloud.resources("AWS::S3::Bucket"):
        notification = bucket.properties.get("NotificationConfiguration", {})
        for one in notification.get("QueueConfigurations", []):
            named = references(one.get("Queue"))
            of_queue = [
                as_text(each.properties)
                for each in policies
                if each.stack == bucket.stack and named & references(each.properties.get("Queues"))
            ]
            if not any(all(part in text for part in _TELLING) for text in of_queue):
                yield bucket, "may not notify its queue"
            if "DependsOn" not in bucket.body:
                yield bucket, "notifies its queue before it may"
        for rule in bucket.properties.get("ReplicationConfiguration", {}).get("Rules", []):
            second = as_text(rule.get("Destination", {}).get("Bucket"))
            first = as_text(bucket.properties.get("BucketName"))
            wanted = [(action, second) for action in _COPIED] + [(one, first) for one in _READ]
            for action, part in wanted:
                if not _is_granted(cloud, action, part):
                    yield bucket, f"S3 may not {action} of {part}"


def canaries_wait_for_their_bucket(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A canary, which starts at once, is made after the bucket that it writes its results to."""
    for stack in cloud.stacks:
        buckets = {
            f"s3://{as_text(one.properties.get('BucketName'))}": one.logical_id
            for one in stack.resources("AWS::S3::Bucket")
        }
        for canary in stack.resources("AWS::Synthetics::Canary"):
            bucket = buckets.get(as_text(canary.properties.get("ArtifactS3Location")))
            if bucket is None or bucket not in listed(canary.body.get("DependsOn")):
                yield canary, "may start before its bucket is there"


_TELLING: Final = (
    '"s3.amazonaws.com"',
    '"aws:SourceArn"',
    '"aws:SourceAccount"',
    "sqs:SendMessage",
)
_COPIED: Final = ("s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags")
_READ: Final = (
    *("s3:GetObjectVersionForReplication", "s3:GetReplicationConfiguration", "s3:ListBucket"),
    *("s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"),
)


def regions_are_healthy_by_all_their_checks(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A region's health is all of its checks, and every shared name falls with that health."""
    for stack in cloud.regional():
        checks = {one.logical_id: one for one in stack.resources(HEALTH_CHECK)}
        wholes = {
            name
            for name, one in checks.items()
            if one.properties["HealthCheckConfig"].get("Type") == "CALCULATED"
        }
        for name in wholes:
            config = checks[name].properties["HealthCheckConfig"]
            children = references(config.get("ChildHealthChecks"))
            if children != checks.keys() - wholes:
                yield checks[name], f"leaves out {sorted(checks.keys() - wholes - children)}"
            if config.get("HealthThreshold") != len(children):
                yield checks[name], f"needs {config.get('HealthThreshold')} of {len(children)}"
        if not checks:
            continue
        for record in stack.resources(RECORD):
            name = as_text(record.properties.get("Name"))
            own = name.startswith(f"{stack.region}.api.")
            falls = references(record.properties.get("HealthCheckId")) & wholes
            if not own and not falls:
                yield record, f"{name} keeps its clients when the region is ill"
            if not own and record.properties.get("SetIdentifier") != stack.region:
                yield record, f"{name} is not distinguished from the other regions'"
            if record.properties.get("HostedZoneId") is None:
                yield record, f"{name} is in no zone"


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
        wanted |= {
            ("cloudwatch:DescribeAlarms", f":cloudwatch:{stack.region}:")
            for stack in cloud.stacks
            if list(stack.resources(METRIC_ALARM))
        }
        wanted |= {
            ("dynamodb:DescribeTable", f":dynamodb:{one.region}:") for one in cloud.regional()
        }
        wanted |= {("servicequotas:GetServiceQuota", "*")}
        wanted |= {("servicequotas:GetAWSDefaultServiceQuota", "*")}
        if list(distributions(cloud)):
            wanted |= {("s3:PutObject", ":::carte-site-")}
            wanted |= {("cloudfront:CreateInvalidation", ":distribution/")}
        for action, part in sorted(wanted):
            if not _is_granted(cloud, action, part, references_to=role.logical_id):
                yield role, f"may not {action} on {part}"


def stacks_tell_what_the_deployment_reads(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
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
        told = as_text(stack.template.get("Outputs", {}))
        for control in stack.resources("AWS::Route53RecoveryControl::RoutingControl"):
            if f'"{control.logical_id}"' not in told:
                yield control, "has no output with its ARN"
    for stack, name in wanted:
        if name not in stack.template.get("Outputs", {}):
            yield next(stack.resources()), f"has no output {name}"


def names_of_the_page_are_there(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Yield what the operations page calls by name has that name in the templates."""
    text = as_text([stack.template for stack in cloud.stacks])
    page = (ROOT / _OPERATIONS).read_text(encoding="utf-8")
    alarms = set(_ROW.findall(page))
    stacks = {stack.name for stack in cloud.stacks}
    for name in sorted(set(_NAME.findall(page)) - alarms - stacks - _NOT_IN_EVERY):
        if f'"{name}"' not in text:
            yield next(cloud.resources()), f"{name} of {_OPERATIONS} is nowhere"


# Stacks and resources of options, and names of the page that are none of a resource.
_NOT_IN_EVERY: Final = frozenset(
    {
        *("carte-drain", "carte-deployment", "carte-recovery", "carte-restored", "carte-edge"),
        *("carte-operations", "carte-site", "carte-identity", "carte-data", "carte-health"),
        *("carte-reconciler", "carte-fulfilment", "carte-sweeper", "carte-notices"),
        *("carte-payments", "carte-payment-webhook"),
        *("carte-counts-dead-letters", "carte-edge-alarms", "carte-table", "carte-unhealthy-"),
    }
)


def _wanted_options(cloud: Cloud) -> set[str]:
    """The optional alarms that this deployment must have."""
    deployment = cloud.deployment
    if deployment is None:
        return set()
    wanted: set[str] = set()
    if deployment.canary_store:
        wanted.add("carte-canary-failed")
    if not deployment.database.strong:
        wanted |= {"carte-count-files-gave-up", "carte-inventory-errors", "carte-replication-late"}
        wanted |= {f"carte-reconciler-{name}" for name in ("found", "behind", "errors")}
        wanted |= {"carte-fulfilment-errors", "carte-fulfilment-gave-up", "carte-orders-overdue"}
        wanted |= {"carte-sweeper-errors", "carte-notices-failed", "carte-orders-contradict"}
    if deployment.takes_cards:
        wanted.add("carte-payment-webhook-errors")
    if deployment.domain:
        wanted |= {"carte-drain", "carte-unhealthy-<region>"}
    if deployment.has_edge:
        wanted |= {"carte-edge-errors", "carte-edge-function-errors", "carte-edge-slow"}
    return wanted


def _metrics(alarm: Resource) -> list[dict[str, Any]]:
    return list(alarm.properties.get("Metrics", []))


def _periods(alarm: Resource) -> Iterator[int]:
    for one in _metrics(alarm):
        seconds = one.get("MetricStat", {}).get("Period", one.get("Period"))
        if seconds is not None:
            yield seconds


def _bound(policy: Resource) -> bool:
    """Return whether what a service may do is bound to this account's own use of it."""
    allowed = [
        statement
        for statement in policy.properties["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    return bool(allowed) and all(
        '"aws:SourceAccount"' in as_text(one.get("Condition", {}))
        and '"aws:SourceArn"' in as_text(one.get("Condition", {}))
        for one in allowed
    )


def _lets_in(cloud: Cloud, bucket: str, service: str) -> bool:
    """Return whether a bucket's policy lets a service read its objects, bound to this account."""
    for stack in cloud.stacks:
        named = {
            one.logical_id
            for one in stack.resources("AWS::S3::Bucket")
            if one.properties.get("BucketName") == bucket
        }
        for policy in stack.resources("AWS::S3::BucketPolicy"):
            text = as_text(policy.properties)
            ours = references(policy.properties.get("Bucket")) & named
            if ours and service in text and "s3:GetObject" in text and _bound(policy):
                return True
    return False


def _is_granted(cloud: Cloud, action: str, part: str, references_to: str = "") -> bool:
    for policy in cloud.resources("AWS::IAM::Policy"):
        if references_to and references_to not in references(policy.properties.get("Roles")):
            continue
        for statement in policy.properties["PolicyDocument"]["Statement"]:
            if action in listed(statement.get("Action")) and part in as_text(
                statement.get("Resource")
            ):
                return True
    return False
