"""The picture of one production region, read from its synthesized template."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from infra_cdk.checks.model import Cloud, Resource, Stack, as_text, listed, references
from infra_cdk.checks.objectives import alarms_that_notify
from infra_cdk.diagrams.model import Edge, Group, Node, Picture, unique

_FUNCTION: Final = "AWS::Lambda::Function"
_NAMES: Final = {
    _FUNCTION: ("FunctionName", "compute/lambda"),
    "AWS::SQS::Queue": ("QueueName", "integration/simple-queue-service-sqs"),
    "AWS::SNS::Topic": ("TopicName", "integration/simple-notification-service-sns"),
    "AWS::S3::Bucket": ("BucketName", "storage/simple-storage-service-s3"),
}
_PLACES: Final[dict[str, tuple[float, float]]] = {
    "clients": (0, -1),
    "edge": (0, 0),
    "records": (1, 0),
    "live api": (0, 3),
    "live": (0, 4),
    "connections": (0, 5),
    "live-fan-out": (0, 6),
    "live.fifo": (0, 7),
    "canary": (0, 2),
    "api": (1, 2),
    "sold-out": (1, 3),
    "counts bucket": (1, 4),
    "counts": (1, 5),
    "orders.fifo": (1, 6),
    "stock-alerts": (1, 8),
    "people": (1, 9),
    "codedeploy": (2, 1),
    "menu-api": (2, 2),
    "convergence": (2, 3),
    "payment-webhook": (2, 4),
    "inventory": (2, 5),
    "fulfilment": (2, 6),
    "sweeper": (2, 7),
    "alerts": (2, 8),
    "people-notices": (2, 9),
    "replicas": (3, 0),
    "dax": (3, 1),
    "table": (3, 2),
    "stream": (3, 3),
    "convergence-dead-letters": (3, 4),
    "stock-imports": (3, 5),
    "notices": (3, 6),
    "reconciler": (3, 7),
    "cloudwatch": (3, 8),
    "alarms": (3, 9),
}
# The only dead letters that are drawn; those of a queue stand for nothing else than its attempts.
_GIVEN_UP: Final = "convergence-dead-letters"
_READS: Final = ("Get", "BatchGet", "Query", "ConditionCheck")


def region_picture(cloud: Cloud, region: str) -> Picture:
    """One region of a deployment."""
    (stack,) = (one for one in cloud.regional() if one.region == region)
    nodes = {node.key: node for node in _nodes(stack)}
    edges = [edge for edge in _edges(stack) if {edge.source, edge.target} <= nodes.keys()]
    # One arrow stands for all Lambdas that write: with one each, nothing else would be seen.
    writing = {edge.source for edge in edges if edge.target == "table"}
    edges = [one for one in edges if one.target != "table" or one.source == "menu-api"]
    nodes["table"] = replace(nodes["table"], text=f"{len(writing)} Lambdas write")
    inside = tuple(key for key in nodes if key not in {"clients", "records", "edge", "replicas"})
    return Picture(
        f"One region: {region}",
        tuple(nodes.values()),
        unique(edges),
        (Group(f"carte-{region}", inside),),
        _PLACES,
    )


def short(name: Any) -> str:
    """A fixed name without what all of them have: `carte-counts-<account>-<region>` is `counts`."""
    text = as_text(name).removeprefix("carte-")
    return text.split("-1234")[0] if "-1234" in text else text


def _nodes(stack: Stack) -> Iterator[Node]:
    yield Node("clients", "general/user", "Clients", "browser, app, till")
    yield Node("edge", "network/cloudfront", "CloudFront", "from the nearest edge")
    # Not those of SES's signatures, which lead nowhere; SES says their names.
    records = stack.resources("AWS::Route53::RecordSet")
    names = [one for one in records if isinstance(one.properties["Name"], str)]
    checks = list(stack.resources("AWS::Route53::HealthCheck"))
    if names:
        yield Node(
            "records", "network/route-53", "Route 53", f"{len(names)} names, {len(checks)} checks"
        )
    yield from _api(stack)
    for kind, (property_name, icon) in _NAMES.items():
        for one in stack.resources(kind):
            key = key_of(one)
            if key is not None and ("dead" not in key or key == _GIVEN_UP):
                text = _what(one) if kind != _FUNCTION else _lambda(one)
                label = short(one.properties[property_name])
                yield Node(key, icon, "dead letters" if "dead" in label else label, text)
    yield Node("table", "database/dynamodb", "DynamoDB", "local replica")
    yield Node("stream", "database/dynamodb-streams", "stream", "old and new images")
    yield Node("replicas", "database/dynamodb", "Other regions", "asynchronous replicas")
    alarms = len(list(alarms_that_notify(stack)))
    logs = len(list(stack.resources("AWS::Logs::LogGroup")))
    yield Node("cloudwatch", "management/cloudwatch", "CloudWatch", f"{alarms} alarms, {logs} logs")
    for kind, key, icon, label, text in (
        (
            "AWS::Synthetics::Canary",
            "canary",
            "management/cloudwatch-rule",
            "Canary",
            "reads a menu",
        ),
        (
            "AWS::CodeDeploy::DeploymentGroup",
            "codedeploy",
            "devtools/codedeploy",
            "CodeDeploy",
            "a tenth, then all",
        ),
        ("AWS::DAX::Cluster", "dax", "database/dynamodb-dax", "DAX", "cache of the table"),
    ):
        if any(stack.resources(kind)):
            yield Node(key, icon, label, text)


def _api(stack: Stack) -> Iterator[Node]:
    for stage in stack.resources("AWS::ApiGateway::Stage"):
        size = stage.properties.get("CacheClusterSize")
        text = f"REST, cache {size} GB" if stage.properties.get("CacheClusterEnabled") else "REST"
        yield Node("api", "network/api-gateway", "API Gateway", text)
    if any(stack.resources("AWS::ApiGatewayV2::Api")):
        yield Node("live api", "network/api-gateway", "API Gateway", "WebSocket")
    for _ in stack.resources("AWS::DynamoDB::Table"):
        yield Node("connections", "database/dynamodb", "carte-live", "open connections")


def key_of(resource: Resource) -> str | None:
    """Return what a resource is called in the picture; None where it is not in it."""
    if resource.type not in _NAMES:
        return None
    name = resource.properties.get(_NAMES[resource.type][0])
    silent = resource.type == "AWS::S3::Bucket" and (
        "NotificationConfiguration" not in resource.properties
    )
    if name is None or silent:
        return None
    found = short(name)
    return f"{found} bucket" if resource.type == "AWS::S3::Bucket" else found


def _what(resource: Resource) -> str:
    if resource.type == "AWS::SQS::Queue":
        if "dead" in as_text(resource.properties["QueueName"]):
            return "kept for 14 days"
        tries = resource.properties.get("RedrivePolicy", {}).get("maxReceiveCount")
        return f"queue, {tries} attempts" if tries else "queue"
    return {"AWS::SNS::Topic": "topic", "AWS::S3::Bucket": "CSV of counts"}[resource.type]


def _lambda(function: Resource) -> str:
    properties = function.properties
    return f"{properties.get('MemorySize', 128)} MB, {properties.get('Timeout', 3)} s"


def _edges(stack: Stack) -> Iterator[Edge]:
    keys = {one.logical_id: key for one in stack.resources() if (key := key_of(one))}
    for alias in stack.resources("AWS::Lambda::Alias"):
        for name in sorted(references(alias.properties.get("FunctionName")) & keys.keys()):
            keys[alias.logical_id] = keys[name]
    yield Edge("clients", "edge", "HTTPS")
    yield Edge("edge", "records")
    yield Edge("records", "api", "healthy")
    if any(stack.resources("AWS::Synthetics::Canary")):
        yield Edge("canary", "api", quiet=True)
    for method in stack.resources("AWS::ApiGateway::Method"):
        for name in sorted(references(method.properties["Integration"].get("Uri")) & keys.keys()):
            yield Edge("api", keys[name], "alias live" if keys[name] == "menu-api" else "")
    yield Edge("records", "live api", "healthy")
    yield Edge("live api", "live", "alias live")
    yield from _of_rights(stack, keys)
    yield from _of_mappings(stack, keys)
    for group in stack.resources("AWS::CodeDeploy::DeploymentGroup"):
        if group.properties:
            yield Edge("codedeploy", "menu-api", "shifts", quiet=True)
    yield Edge("table", "replicas", "both ways", quiet=True)
    yield Edge("table", "stream")
    for alarm in stack.resources("AWS::CloudWatch::Alarm"):
        for name in sorted(references(alarm.properties.get("AlarmActions")) & keys.keys()):
            yield Edge("cloudwatch", keys[name])


def _of_rights(stack: Stack, keys: Mapping[str, str]) -> Iterator[Edge]:
    """Yield the edges that the policies of the Lambdas' roles allow."""
    owners = {
        role: keys[function.logical_id]
        for function in stack.resources(_FUNCTION)
        if function.logical_id in keys
        for role in references(function.properties.get("Role"))
    }
    for policy in stack.resources("AWS::IAM::Policy"):
        users = [owners[one] for one in references(policy.properties.get("Roles")) if one in owners]
        for statement in policy.properties["PolicyDocument"]["Statement"]:
            actions = [as_text(one) for one in listed(statement.get("Action"))]
            for user in users:
                yield from _of_statement(user, actions, statement.get("Resource"), keys)


def _of_statement(
    user: str, actions: list[str], resource: Any, keys: Mapping[str, str]
) -> Iterator[Edge]:
    if any(one.startswith("dynamodb:Put") for one in actions) and ":table/" in as_text(resource):
        reads = any(one.removeprefix("dynamodb:").startswith(_READS) for one in actions)
        yield Edge(user, "table", "read, write" if reads else "write")
    if "execute-api:ManageConnections" in actions and user == "live-fan-out":
        yield Edge(user, "live api", "states")
    if "dynamodb:UpdateItem" in actions:
        yield Edge(user, "connections")
    for name in sorted(references(resource) & keys.keys()):
        if any(one.startswith("sns:Publish") for one in actions):
            yield Edge(user, keys[name], "alerts")
        if any(one == "sqs:SendMessage" for one in actions) and "dead" not in keys[name]:
            yield Edge(user, keys[name])
        if any(one.startswith("s3:") for one in actions):
            yield Edge(user, keys[name], "results", quiet=True)


def _of_mappings(stack: Stack, keys: Mapping[str, str]) -> Iterator[Edge]:
    """Yield what feeds the Lambdas, and where goes what the stream's gives up.

    Each queue has one of dead letters, too, which is not drawn.
    """
    for mapping in stack.resources("AWS::Lambda::EventSourceMapping"):
        properties = mapping.properties
        (target,) = {keys[one] for one in references(properties["FunctionName"]) if one in keys}
        sources = {keys[one] for one in references(properties["EventSourceArn"]) if one in keys}
        for source in sorted(sources or {"stream"}):
            yield Edge(source, target)
        for name in sorted(references(properties.get("DestinationConfig")) & keys.keys()):
            yield Edge(target, keys[name], "gave up", quiet=True)
    for bucket in stack.resources("AWS::S3::Bucket"):
        notified = bucket.properties.get("NotificationConfiguration", {})
        for name in sorted(references(notified) & keys.keys()):
            yield Edge(keys[bucket.logical_id], keys[name], "new file")
