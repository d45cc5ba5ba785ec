"""Checks of the templates against the code that runs in them: rights, variables, routes, handlers.

What the templates must give a Lambda is derived from what its code does (`sources`), so a right
that is dropped, or one that no code needs, is found without a list of either.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from infra_cdk.checks import sources
from infra_cdk.checks.api import METHOD, STAGE, path_of
from infra_cdk.checks.compute import FUNCTION, MAPPING, environment, functions_of
from infra_cdk.checks.model import Cloud, Resource, Stack, as_text, listed, references
from infra_cdk.edge_rules import OPT_OUT_METHODS, OPT_OUT_PATH, WEBHOOK_PATH

# What a Lambda's own environment does with its rights, whatever its code calls.
_LOGS: Final = frozenset({"logs:CreateLogStream", "logs:PutLogEvents"})
_TRACES: Final = frozenset({"xray:PutTelemetryRecords", "xray:PutTraceSegments"})
_NETWORK: Final = frozenset(
    f"ec2:{one}NetworkInterface{end}"
    for one, end in (("Create", ""), ("Delete", ""), ("Describe", "s"))
)
# Lambda developer guide, "Execution role permissions" of each event source.
_STREAM: Final = frozenset(
    f"dynamodb:{one}" for one in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
)
_QUEUE: Final = frozenset(
    f"sqs:{one}"
    for one in (
        *("ChangeMessageVisibility", "DeleteMessage"),
        *("GetQueueAttributes", "GetQueueUrl", "ReceiveMessage"),
    )
)
_MAY_LACK: Final = frozenset({"sqs:ChangeMessageVisibility", "sqs:GetQueueUrl"})
_ON_FAILURE: Final = "sqs:SendMessage"
_INDEX: Final = "/index/"
# Where DAX stands in front of the table: its clients read through it.
_DAX: Final = frozenset({"dax:BatchGetItem", "dax:GetItem", "dax:Query"})
_DAX_VARIABLE: Final = "CARTE_DAX_ENDPOINT"
# The network of a DAX cluster has no way to CloudWatch: the code does not ask it then.
_NOT_BESIDE_DAX: Final = frozenset({"cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData"})
# Given to every Lambda alike, also to those whose code does not read them.
_FOR_ALL: Final = frozenset({"CARTE_STAGE", "CARTE_VERSION"})
_OPTIONAL: Final = frozenset(
    {
        *("CARTE_BINARY_RESPONSES", "CARTE_CORS_ORIGINS", "CARTE_FAST_READS", _DAX_VARIABLE),
        *("CARTE_OIDC_AUDIENCE", "CARTE_OIDC_ISSUER", "CARTE_OIDC_JWKS"),
        "CARTE_OIDC_LOCAL_POOL",
        *("CARTE_PICTURE_BUCKETS", "CARTE_PICTURE_ENDPOINTS"),
        *("CARTE_COUNT_BUCKET", "CARTE_COUNT_COLUMNS", "CARTE_SEARCH_BUCKET"),
        *("CARTE_MAIL_FROM", "CARTE_ORDER_QUEUE", "CARTE_CARDS"),
        *("CARTE_LIVE_QUEUE", "CARTE_LIVE_SECRETS", "CARTE_LIVE_PER_ADDRESS"),
        *("CARTE_PAYMENT_SECRET", "CARTE_PAYMENT_URL"),
        *("CARTE_ALERT_QUEUE", "CARTE_SITE_URL"),
        *("CARTE_PEOPLE_QUEUE", "CARTE_USER_POOL"),
    }
)
# The two Lambdas of live updates share modules; each does without what only the other works with.
_OF_THE_OTHER: Final = {
    "services.live.handler.handler": frozenset({"CARTE_LIVE_QUEUE"}),
    "services.live.fan_out_handler.handler": frozenset(
        {"CARTE_LIVE_PER_ADDRESS", "CARTE_LIVE_SECRETS"}
        | {"CARTE_OIDC_AUDIENCE", "CARTE_OIDC_ISSUER"}
    ),
}
# Variable, and the action that code calls only where the variable is set.
_ONLY_WITH: Final = (
    ("CARTE_MAIL_FROM", "ses:SendEmail"),
    ("CARTE_USER_POOL", "cognito-idp:AdminGetUser"),
    ("CARTE_PAYMENT_SECRET", "secretsmanager:GetSecretValue"),
)


# Subscriptions alone are executed there (services/live/evaluation.py): none of them writes,
# uploads, searches or asks CloudWatch, as other operations of the schema do.
_NOT_OF_SUBSCRIPTIONS: Final = {
    f"services.live.{one}.handler": frozenset(
        {"dynamodb:ConditionCheckItem", "s3:GetObject", "s3:PutObject"} | _NOT_BESIDE_DAX
    )
    for one in ("handler", "fan_out_handler")
}


def lambdas_may_do_what_their_code_does(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A Lambda's role allows the actions that its code and its event sources need, and no other."""
    for stack, function, handler in _own(cloud):
        rights = list(_granted(stack, function))
        granted = {action for action, _ in rights}
        # A right on an index alone is none on the table.
        on_tables = {action for action, resource in rights if _INDEX not in resource}
        needed = set(sources.actions_of(handler) | _LOGS | _TRACES)
        optional: set[str] = set()
        for mapping in stack.resources(MAPPING):
            if function.logical_id not in {
                one.logical_id
                for one in functions_of(stack, mapping.properties.get("FunctionName"))
            }:
                continue
            needed |= _STREAM if "StartingPosition" in mapping.properties else _QUEUE
            optional |= _MAY_LACK
            if "DestinationConfig" in mapping.properties:
                needed.add(_ON_FAILURE)
                optional |= {"sqs:GetQueueAttributes", "sqs:GetQueueUrl"}
        if "VpcConfig" in function.properties:
            needed |= _NETWORK
        needed -= {action for name, action in _ONLY_WITH if name not in environment(function)}
        needed -= _NOT_OF_SUBSCRIPTIONS.get(handler, frozenset())
        if _DAX_VARIABLE in environment(function):
            needed = (needed | _DAX) - _NOT_BESIDE_DAX
        for action in sorted(needed - on_tables - optional):
            yield function, f"its code or its event source needs {action}, which it may not do"
        for action in sorted(granted - needed - optional):
            yield function, f"may do {action}, which no code of it calls"
        queried = sources.indexes_of(handler)
        indexes = {
            resource.partition(_INDEX)[2].strip('"]}')
            for action, resource in rights
            if action == "dynamodb:Query" and _INDEX in resource
        }
        for name in sorted(queried ^ indexes):
            what = "may not query, and its code does" if name in queried else "queries nowhere"
            yield function, f"the index {name}, which it {what}"


def lambdas_get_the_variables_that_they_read(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A Lambda is given the variables that its code reads, with values, and no other.

    A variable of an option is one that another Lambda of the stack is given: then there is what it
    names, such as a queue, and whoever reads it must get it.
    """
    beside: defaultdict[str, set[str]] = defaultdict(set)
    for stack, function, _ in _own(cloud):
        beside[stack.name] |= environment(function).keys()
    for stack, function, handler in _own(cloud):
        given, read = environment(function), sources.variables_of(handler)
        without = (_OPTIONAL - beside[stack.name]) | _OF_THE_OTHER.get(handler, frozenset())
        for name in sorted(read - given.keys() - without):
            yield function, f"reads {name}, which it is not given"
        for name in sorted(given.keys() - read - _FOR_ALL):
            yield function, f"is given {name}, which no code of it reads"
        deployment = cloud.deployment
        expected = {
            "CARTE_STAGE": deployment.stage if deployment else None,
            "CARTE_TABLE": deployment.table if deployment else None,
            "CARTE_VERSION": deployment.version if deployment else None,
        }
        for name, value in given.items():
            if value in ("", None):
                yield function, f"is given an empty {name}"
            if expected.get(name) not in (None, value):
                yield (
                    function,
                    f"is given {value} as {name}, and the deployment is {expected[name]}",
                )


def lambdas_are_named_as_callers_expect(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Every handler is a function of the repository, and its Lambda is not limited to nothing."""
    for _, function, handler in _own(cloud):
        if not sources.handler_exists(handler):
            yield function, f"there is no {handler}"
        limit = function.properties.get("ReservedConcurrentExecutions")
        if limit is not None and limit < _LEAST_CONCURRENCY:
            yield function, f"may run {limit} times at once"


def failures_named_by_handlers_are_heard(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A mapping onto a handler that names `batchItemFailures` reads them, and is switched on.

    Lambda developer guide, "Reporting batch item failures": without ReportBatchItemFailures the
    response is not read, every batch counts as done, and what failed is lost.
    """
    for stack in cloud.stacks:
        for mapping in stack.resources(MAPPING):
            if mapping.properties.get("Enabled") is False:
                yield mapping, "is switched off"
            for function in functions_of(stack, mapping.properties.get("FunctionName")):
                handler = as_text(function.properties.get("Handler", ""))
                types = mapping.properties.get("FunctionResponseTypes", [])
                names = handler.startswith("services.") and sources.returns_failures(handler)
                if names and "ReportBatchItemFailures" not in types:
                    yield mapping, f"does not read what {handler} says has failed"


def every_route_of_the_lambda_is_one_of_the_api(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """API Gateway passes on what the Lambda's routing table answers."""
    wanted = set(sources.routes())
    if cloud.deployment and cloud.deployment.takes_cards:
        wanted.add((WEBHOOK_PATH, "POST"))
    if cloud.deployment and not cloud.deployment.database.strong:
        wanted |= {(OPT_OUT_PATH, method) for method in OPT_OUT_METHODS}
    for stack in cloud.regional():
        open_, proxied = set(), set()
        for method in stack.resources(METHOD):
            route = path_of(stack, method.properties["ResourceId"]), method.properties["HttpMethod"]
            open_.add(route)
            integration = method.properties.get("Integration", {})
            if (integration.get("Type"), integration.get("IntegrationHttpMethod")) == (
                "AWS_PROXY",
                "POST",
            ):
                proxied.add(route)
            if method.properties.get("AuthorizationType") != "NONE":
                yield method, f"demands AWS credentials at {route[0]}"
        (stage,) = stack.resources(STAGE)
        for path, verb in sorted(wanted - open_):
            yield stage, f"answers 403 to {verb} {path}, which the Lambda answers"
        for path, verb in sorted(open_ - wanted):
            yield stage, f"lets {verb} {path} through, which the Lambda refuses"
        for path, verb in sorted(open_ - proxied):
            yield stage, f"does not hand {verb} {path} to the Lambda"


_LEAST_CONCURRENCY: Final = 10


def _own(cloud: Cloud) -> Iterator[tuple[Stack, Resource, str]]:
    for stack in cloud.stacks:
        for function in stack.resources(FUNCTION):
            handler = as_text(function.properties.get("Handler", ""))
            if handler.startswith("services.") and sources.handler_exists(handler):
                yield stack, function, handler


def _granted(stack: Stack, function: Resource) -> Iterator[tuple[str, str]]:
    """Yield what a Lambda's role allows: an action, and a resource as text."""
    roles = references(function.properties.get("Role"))
    for policy in stack.resources("AWS::IAM::Policy"):
        if references(policy.properties.get("Roles")) & roles:
            document: dict[str, Any] = policy.properties["PolicyDocument"]
            for statement in document["Statement"]:
                if statement["Effect"] == "Allow":
                    for action in listed(statement["Action"]):
                        for resource in listed(statement["Resource"]):
                            yield as_text(action), as_text(resource)
