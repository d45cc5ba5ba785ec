"""Checks of live updates: clients reach the Lambda by the names, and the Lambda reaches clients.

What the Lambdas expect is read from their code and from the rules of the edge: the events that they
answer, the path of the protocol, the message groups of the queue, and the index that a store's
orders are read through.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from infra_cdk import edge_rules
from infra_cdk.checks.compute import FUNCTION, MAPPING, environment, functions_of
from infra_cdk.checks.edge import distributions
from infra_cdk.checks.model import Cloud, Resource, Stack, as_text, listed, references
from infra_cdk.config import Deployment, Domain
from infra_cdk.edge_rules import origin_secret_reference
from services.domain.live.topics import entry
from services.domain.orders.table_indexes import BOARD

_ROOT: Final = Path(__file__).parents[2]
_SOCKETS_CODE: Final = "services/live/sockets.py"
_SOCKETS: Final = "services.live.handler.handler"
_FAN_OUT: Final = "services.live.fan_out_handler.handler"
_API: Final = "AWS::ApiGatewayV2::Api"
_STAGE: Final = "AWS::ApiGatewayV2::Stage"
_ROUTE: Final = "AWS::ApiGatewayV2::Route"
_RECORD: Final = "AWS::Route53::RecordSet"
_EXPIRES: Final = "expires"  # as services/storage/live_addresses.py and live_rows.py write it
_ANSWERED: Final = "$default"  # the route whose messages the Lambda answers
# API Gateway developer guide, "Quotas for configuring and running a WebSocket API".
_LONGEST_HANDSHAKE_S: Final = 29


def connections_are_kept_as_the_code_reads_them(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """The table of connections has the keys of the code, and lets go what expired."""
    for table in cloud.resources("AWS::DynamoDB::Table"):
        keys = [
            (one.get("AttributeName"), one.get("KeyType"))
            for one in table.properties.get("KeySchema", [])
        ]
        if keys != [("pk", "HASH"), ("sk", "RANGE")]:
            yield table, f"has the keys {keys}"
        types = {one.get("AttributeType") for one in table.properties["AttributeDefinitions"]}
        if types != {"S"}:
            yield table, f"has keys of the types {sorted(map(str, types))}"
        if table.properties.get("BillingMode") != "PAY_PER_REQUEST":
            yield table, f"is paid by {table.properties.get('BillingMode')}"
        expiring = table.properties.get("TimeToLiveSpecification", {})
        if expiring != {"AttributeName": _EXPIRES, "Enabled": True}:
            yield table, f"lets go by {expiring}"


def the_websocket_stage_is_throttled(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """The WebSocket API has one stage `live`, deployed by itself, with the API's limits."""
    deployment = cloud.deployment
    for stage in cloud.resources(_STAGE):
        limits = stage.properties.get("DefaultRouteSettings", {})
        found = (limits.get("ThrottlingRateLimit"), limits.get("ThrottlingBurstLimit"))
        if deployment and found != (deployment.throttle_rate, deployment.throttle_burst):
            yield stage, f"takes {found} messages a second and at once"
        if stage.properties.get("AutoDeploy") is not True:
            yield stage, "goes on with the routes of before"
        if stage.properties.get("StageName") != "live":
            yield stage, f"is named {stage.properties.get('StageName')}"
    for one in cloud.resources("AWS::ApiGatewayV2::RouteResponse"):
        if one.properties.get("RouteResponseKey") != _ANSWERED:
            yield one, f"answers {one.properties.get('RouteResponseKey')}"


def connections_reach_the_lambda(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Every event that the Lambda answers has a route to it, and its answers have a way back.

    API Gateway developer guide, "Set up route responses for WebSocket APIs": without a route
    response, what the Lambda returns for a message reaches nobody.
    """
    wanted = {_route_of(kind) for kind in _event_kinds()}
    for stack in cloud.regional():
        apis = list(stack.resources(_API))
        if len(apis) != 1 or apis[0].properties.get("ProtocolType") != "WEBSOCKET":
            yield next(stack.resources()), f"has {len(apis)} WebSocket APIs"
            continue
        (api,) = apis
        routes = {as_text(one.properties.get("RouteKey")): one for one in stack.resources(_ROUTE)}
        if routes.keys() != wanted:
            yield api, f"has the routes {sorted(routes)}, the Lambda answers {sorted(wanted)}"
        for route in routes.values():
            if not _leads_to_the_lambda(stack, route):
                yield route, "does not lead to the Lambda of live updates"
        answered = {
            name
            for one in stack.resources("AWS::ApiGatewayV2::RouteResponse")
            for name in references(one.properties.get("RouteId"))
        }
        default = routes.get(_ANSWERED)
        if default is not None and default.logical_id not in answered:
            yield default, "sends no answer back: clients wait for connection_ack for ever"
        callers = [
            one
            for one in stack.resources("AWS::Lambda::Permission")
            if references(one.properties.get("FunctionName")) & _aliases_of(stack, _SOCKETS)
        ]
        if not any(api.logical_id in references(one.properties["SourceArn"]) for one in callers):
            yield api, "may not invoke its Lambda"


def _leads_to_the_lambda(stack: Stack, route: Resource) -> bool:
    target = references(route.properties.get("Target"))
    led = [
        one
        for one in stack.resources("AWS::ApiGatewayV2::Integration")
        if one.logical_id in target
        and one.properties.get("IntegrationType") == "AWS_PROXY"
        and references(one.properties.get("IntegrationUri")) & _aliases_of(stack, _SOCKETS)
    ]
    return len(led) == 1


def live_names_lead_to_the_websocket_api(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Each name of live updates is mapped to the stage, at the path that clients connect to.

    A region that is drained is left out by a name that the nearest healthy other region answers.
    """
    deployment = cloud.deployment
    if deployment is None or not deployment.domain:
        return
    for stack in cloud.regional():
        yield from _mapped(stack, deployment.domain)
        for problem in _recorded(stack, deployment):
            yield next(stack.resources(_API)), problem
        if deployment.has_edge and len(deployment.regions) > 1:
            for problem in _left_out(cloud, stack.region, deployment):
                yield next(stack.resources(_API)), problem


def _mapped(stack: Stack, domain: Domain) -> Iterator[tuple[Resource, str]]:
    """Judge the custom domains of a region, and their mappings to the stage."""
    path = edge_rules.WRITE_PATHS[0].removeprefix("/")
    stages = {as_text(one.properties.get("StageName")) for one in stack.resources(_STAGE)}
    ids = {one.logical_id for one in stack.resources(_STAGE)}
    names = {*_custom_domains(stack).values()}
    if names != {domain.live, f"*.{domain.live}"}:
        yield next(stack.resources(_API)), f"has the names {sorted(names)}"
    for one in stack.resources("AWS::ApiGatewayV2::ApiMapping"):
        if one.properties.get("ApiMappingKey") != path:
            yield one, f"is at {one.properties.get('ApiMappingKey')}, clients connect to {path}"
        stage = one.properties.get("Stage")
        if stage not in stages and not references(stage) & ids:
            yield one, "leads to no stage"


def _recorded(stack: Stack, deployment: Deployment) -> Iterator[str]:
    """Yield what is wrong with the records of a region's live updates."""
    domain, below = deployment.domain, f"*.{deployment.domain.live}"
    names = _custom_domains(stack)
    here = {as_text(one.properties["Name"]).rstrip("."): one for one in stack.resources(_RECORD)}
    wanted = {domain.live: domain.live, domain.regional_live(stack.region): below}
    if deployment.has_edge and len(deployment.regions) > 1:
        wanted[domain.healthy_live(stack.region)] = below
        following = here.get(domain.next_live)
        past = None if following is None else following.properties.get("ResourceRecords")
        if past != [domain.live_without(stack.region)]:
            yield f"{domain.next_live} leads to {past}"
    for name, custom in wanted.items():
        given = here[name].properties if name in here else {}
        led = {names.get(one) for one in references(given.get("AliasTarget", {}).get("DNSName"))}
        if led != {custom}:
            yield f"{name} leads to {led}, not to {custom}"
        if name == domain.live and given.get("Region") != stack.region:
            yield f"{name} is found by the latency to {given.get('Region')}"


def _left_out(cloud: Cloud, region: str, deployment: Deployment) -> Iterator[str]:
    """Yield what is wrong with the name that leaves a region out."""
    domain, others = deployment.domain, {*deployment.regions} - {region}
    leads = {
        str(one.properties.get("Region")): as_text(one.properties.get("AliasTarget", {}))
        for one in cloud.resources(_RECORD)
        if as_text(one.properties["Name"]) == f"{domain.live_without(region)}."
    }
    if leads.keys() != others:
        yield f"is left out for {sorted(leads)} only"
    for other in sorted(leads.keys() & others):
        if f'"{domain.healthy_live(other)}."' not in leads[other]:
            yield f"clients near {other} cannot leave it out: {leads[other]}"


def live_connections_come_through_the_edge(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Handshakes pass the edge, show its secret, are answered in time and counted by address."""
    deployment = cloud.deployment
    if deployment is None or deployment.stage != "aws":
        return
    shown = " ".join(map(origin_secret_reference, deployment.origin_secrets)) or None
    for stack in cloud.regional():
        for function in _functions(stack, _SOCKETS):
            given = environment(function)
            if given.get("CARTE_LIVE_SECRETS") != shown:
                yield function, f"takes connections that show {given.get('CARTE_LIVE_SECRETS')}"
            most = str(deployment.edge.live_connections)
            if given.get("CARTE_LIVE_PER_ADDRESS") != most:
                yield function, f"lets an address have {given.get('CARTE_LIVE_PER_ADDRESS')}"
            longest = min(function.properties.get("Timeout", 3), _LONGEST_HANDSHAKE_S)
            if longest < edge_rules.HANDSHAKE_S:
                yield function, f"is stopped before the edge's {edge_rules.HANDSHAKE_S} s are over"
    for distribution, config in distributions(cloud):
        for behavior in config.get("CacheBehaviors", []):
            if behavior.get("PathPattern") == edge_rules.WRITE_PATHS[
                0
            ] and "GET" not in behavior.get("AllowedMethods", ()):
                yield distribution, "refuses the GET of a handshake"


def live_changes_reach_the_fan_out(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """The stream's Lambda fills the queue that the fan-out reads, which posts where clients are."""
    for stack in cloud.regional():
        queues = {one.logical_id: one for one in stack.resources("AWS::SQS::Queue")}
        for function in _functions(stack, _FAN_OUT):
            read = {
                name
                for mapping in stack.resources(MAPPING)
                if function.logical_id
                in {
                    one.logical_id
                    for one in functions_of(stack, mapping.properties.get("FunctionName"))
                }
                for name in references(mapping.properties.get("EventSourceArn")) & queues.keys()
            }
            filled = {
                name
                for one in stack.resources(FUNCTION)
                for name in references(environment(one).get("CARTE_LIVE_QUEUE"))
            }
            if read != filled or len(read) != 1:
                yield function, f"reads {sorted(read)}, what changes goes into {sorted(filled)}"
            senders = {
                as_text(one.properties.get("Handler"))
                for one in stack.resources(FUNCTION)
                if "CARTE_LIVE_QUEUE" in environment(one)
            }
            if "services.convergence.handler.handler" not in senders:
                yield function, "hears of no change: convergence does not fill its queue"
            for name in read:
                yield from _queue(queues[name])
        for function in (*_functions(stack, _SOCKETS), *_functions(stack, _FAN_OUT)):
            yield from _reach(stack, function)


def _queue(queue: Resource) -> Iterator[tuple[Resource, str]]:
    """Changes of a topic are one message a window: what `entry` counts on."""
    message = entry(0, "store:1", 0)
    given = queue.properties
    if "MessageGroupId" in message and given.get("FifoQueue") is not True:
        yield queue, "keeps no order: an older state may follow a newer one"
    scope = given.get("DeduplicationScope"), given.get("FifoThroughputLimit")
    if "MessageDeduplicationId" in message and scope != (
        "messageGroup",
        "perMessageGroupId",
    ):
        yield queue, f"takes the changes of all topics in one row: {scope}"


def _reach(stack: Stack, function: Resource) -> Iterator[tuple[Resource, str]]:
    """The Lambda posts to the stage that its clients are connected to, and reads the board."""
    given = environment(function)
    (api,) = stack.resources(_API)
    stages = {as_text(one.properties.get("StageName")) for one in stack.resources(_STAGE)}
    if references(given.get("CARTE_LIVE_API")) != {api.logical_id}:
        yield function, f"posts to the API {as_text(given.get('CARTE_LIVE_API'))}"
    if given.get("CARTE_LIVE_STAGE") not in stages:
        yield function, f"posts to the stage {given.get('CARTE_LIVE_STAGE')}"
    tables = {
        as_text(one.properties.get("TableName")) for one in stack.resources("AWS::DynamoDB::Table")
    }
    if given.get("CARTE_LIVE_TABLE") not in tables:
        yield function, f"keeps connections in {given.get('CARTE_LIVE_TABLE')}, which is not here"
    posts = boards = False
    for statement in _statements(stack, function):
        actions, resource = listed(statement["Action"]), as_text(statement["Resource"])
        here = api.logical_id in references(statement["Resource"])
        posts |= (
            "execute-api:ManageConnections" in actions
            and here
            and any(f"/{stage}/*/@connections/*" in resource for stage in stages)
        )
        boards |= "dynamodb:Query" in actions and f"/index/{BOARD.name}" in resource
    if not posts:
        yield function, "may not post to the connections of its API"
    if not boards:
        yield function, f"may not read {BOARD.name}: storeOrders fails"


def _statements(stack: Stack, function: Resource) -> Iterator[Mapping[str, Any]]:
    roles = references(function.properties.get("Role"))
    for policy in stack.resources("AWS::IAM::Policy"):
        if references(policy.properties.get("Roles")) & roles:
            yield from policy.properties["PolicyDocument"]["Statement"]


def _custom_domains(stack: Stack) -> dict[str, str]:
    return {
        one.logical_id: as_text(one.properties.get("DomainName"))
        for one in stack.resources("AWS::ApiGatewayV2::DomainName")
    }


def _functions(stack: Stack, handler: str) -> list[Resource]:
    return [
        one
        for one in stack.resources(FUNCTION)
        if as_text(one.properties.get("Handler")) == handler
    ]


def _aliases_of(stack: Stack, handler: str) -> set[str]:
    functions = {one.logical_id for one in _functions(stack, handler)}
    return {
        one.logical_id
        for one in stack.resources("AWS::Lambda::Alias")
        if references(one.properties.get("FunctionName")) & functions
    }


def _event_kinds() -> Iterator[str]:
    """Yield the kinds of events that the Lambda names; a message is every other one."""
    tree = ast.parse((_ROOT / _SOCKETS_CODE).read_text(encoding="utf-8"))
    for node in tree.body:
        value = node.value if isinstance(node, ast.AnnAssign) else None
        if isinstance(value, ast.Constant) and str(value.value).endswith("CONNECT"):
            yield str(value.value)
    yield "MESSAGE"


def _route_of(kind: str) -> str:
    return _ANSWERED if kind == "MESSAGE" else f"${kind.lower()}"
