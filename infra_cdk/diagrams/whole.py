"""The picture of the whole deployment, read from all of its synthesized templates."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from infra_cdk.checks.edge import behaviors, distributions
from infra_cdk.checks.model import Cloud, as_text
from infra_cdk.checks.objectives import alarms_that_notify
from infra_cdk.diagrams.model import Edge, Group, Node, Picture, unique

_FIXED: Final = {
    "clients": (0, 0),
    "cdn": (0, 1),
    "acl": (1, 0),
    "drain": (2, 0),
    "site-1": (1, 1),
    "site-2": (2, 1),
    "identity": (3, 0),
    "operations": (3, 1),
}
_FIRST_ROW: Final = 2.35
_ROW: Final = 1.4


def whole_picture(cloud: Cloud) -> Picture:
    """All stacks of a deployment."""
    regions = [stack.region for stack in cloud.regional()]
    places: dict[str, tuple[float, float]] = dict(_FIXED)
    middle = _FIRST_ROW + _ROW * (len(regions) - 1) / 2
    places["records"] = (0, middle)
    groups = []
    for index, region in enumerate(regions):
        row = _FIRST_ROW + _ROW * index
        for column, part in ((1, "api"), (2, "lambdas"), (3, "replica")):
            places[f"{part} {region}"] = (column, row)
        groups.append(
            Group(
                f"carte-{region}",
                tuple(f"{part} {region}" for part in ("api", "lambdas", "replica")),
            )
        )
    places["pipeline"] = (0, _FIRST_ROW + _ROW * (len(regions) - 1))
    nodes = tuple(_nodes(cloud))
    return Picture("carte on AWS", nodes, unique(_edges(cloud, regions)), tuple(groups), places)


def _nodes(cloud: Cloud) -> Iterator[Node]:
    yield Node("clients", "general/users", "Clients", "browser, app, till")
    for _, config in distributions(cloud):
        origins = len(config["Origins"])
        yield Node(
            "cdn",
            "network/cloudfront",
            "CloudFront",
            f"{origins} origins, {len(behaviors(config))} paths",
        )
        for number, domain in enumerate(_site_copies(cloud), 1):
            icon = "storage/simple-storage-service-s3"
            yield Node(f"site-{number}", icon, "Site, pictures", domain)
    for acl in cloud.resources("AWS::WAFv2::WebACL"):
        rules = len(acl.properties.get("Rules", []))
        yield Node("acl", "security/waf", "WAF", f"{rules} rules, rate limit")
    if any(cloud.resources("AWS::CloudFront::KeyValueStore")):
        yield Node("drain", "network/cloudfront-edge-location", "Drain flags", "KeyValueStore")
    names = {
        as_text(one.properties["Name"])
        for one in cloud.resources("AWS::Route53::RecordSet")
        if "Region" in one.properties
    }
    yield Node("records", "network/route-53", "Route 53", f"{len(names)} names, by latency")
    if any(cloud.resources("AWS::Cognito::UserPool")):
        yield Node("identity", "security/cognito", "Cognito", "staff, second factor")
    alarms = sum(len(list(alarms_that_notify(stack))) for stack in cloud.stacks)
    if any(cloud.resources("AWS::CloudWatch::Dashboard")):
        yield Node(
            "operations", "management/cloudwatch", "CloudWatch", f"dashboard, {alarms} alarms"
        )
    if any(cloud.resources("AWS::IAM::OIDCProvider")):
        yield Node("pipeline", "devtools/codepipeline", "GitHub Actions", "OIDC, no stored key")
    (table,) = cloud.resources("AWS::DynamoDB::GlobalTable")
    replicas = [one["Region"] for one in table.properties["Replicas"]]
    for stack in cloud.regional():
        functions = [
            one
            for one in stack.resources("AWS::Lambda::Function")
            if "FunctionName" in one.properties
        ]
        cached = any(
            one.properties.get("CacheClusterEnabled")
            for one in stack.resources("AWS::ApiGateway::Stage")
        )
        api = "REST, stage cache" if cached else "REST"
        if any(stack.resources("AWS::ApiGatewayV2::Api")):
            api += ", WebSocket"
        yield Node(f"api {stack.region}", "network/api-gateway", "API Gateway", api)
        # The picture of a region names them all.
        text = f"menu-api and {len(functions) - 1} others"
        yield Node(f"lambdas {stack.region}", "compute/lambda", f"{len(functions)} Lambdas", text)
        there = "replica" if stack.region in replicas else "none"
        yield Node(
            f"replica {stack.region}", "database/dynamodb", "DynamoDB", f"{there}, any writes"
        )


def _site_copies(cloud: Cloud) -> list[str]:
    """The regions of the buckets of site and pictures that the distribution reads from."""
    found: list[str] = []
    for _, config in distributions(cloud):
        for origin in config["Origins"]:
            domain = as_text(origin["DomainName"])
            if ".s3." in domain:
                found.append(domain.split(".s3.")[1].split(".")[0])
    return list(dict.fromkeys(found))


def _edges(cloud: Cloud, regions: list[str]) -> Iterator[Edge]:
    for number, _ in enumerate(_site_copies(cloud), 1):
        before = "cdn" if number == 1 else f"site-{number - 1}"
        yield Edge(before, f"site-{number}", "" if number == 1 else "copy", quiet=number > 1)
    if any(distributions(cloud)):
        yield Edge("clients", "cdn")
        yield Edge("cdn", "acl", "filters first", quiet=True)
        yield Edge("cdn", "records", "API")
    else:
        yield Edge("clients", "records")
    for region in regions:
        yield Edge("records", f"api {region}")
        yield Edge(f"api {region}", f"lambdas {region}")
        yield Edge(f"lambdas {region}", f"replica {region}")
    for one, other in pairwise(regions):
        yield Edge(f"replica {one}", f"replica {other}", "both ways", quiet=True)
