"""Checks of the way in: `/graphql` of a region's API takes requests of CloudFront alone.

docs/decisions/origin-secret.md says why a resource policy does that, and how secrets change.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

from infra_cdk.checks.api import STAGE
from infra_cdk.checks.compute import FUNCTION, environment
from infra_cdk.checks.edge import distributions
from infra_cdk.checks.model import Cloud, Resource, as_text, listed
from infra_cdk.edge_rules import (
    OPT_OUT_PATH,
    ORIGIN_SHOWN_IN,
    WEBHOOK_PATH,
    origin_secret_reference,
)

_API: Final = "AWS::ApiGateway::RestApi"
_SECRET: Final = "AWS::SecretsManager::Secret"  # noqa: S105 - a type of resource
_CANARY: Final = "AWS::Synthetics::Canary"
_REFERENCE: Final = re.compile(r"\{\{resolve:secretsmanager:([A-Za-z0-9-]+):SecretString\}\}")
_CLOSED: Final = (
    *(("GET", "/graphql"), ("POST", "/graphql"), ("OPTIONS", "/graphql")),
    *(("GET", "/graphql/persisted/0"), ("HEAD", "/graphql/persisted/0")),
)
_WEBHOOK: Final = (("POST", WEBHOOK_PATH),)
_OPT_OUT: Final = (("GET", OPT_OUT_PATH), ("POST", OPT_OUT_PATH))
_OPEN: Final = (("GET", "/health"), ("GET", "/ready"))
# Random enough, and short enough for a header and a policy of 8 KB.
_LENGTHS: Final = range(32, 129)


def lets_in(policy: Mapping[str, Any], method: str, path: str, shown: str | None) -> bool:
    """Return whether a resource policy of API Gateway lets an unsigned request in.

    Args:
        policy: The policy document; empty: everybody is let in.
        method: HTTP method.
        path: With the stage, such as `/live/graphql`.
        shown: Value of the header in which CloudFront shows its secret; None: no such header.
    """
    if not policy:
        return True
    stage, _, rest = path.lstrip("/").partition("/")
    call = f"execute-api:/{stage}/{method}/{rest}"
    effects = {
        one["Effect"]
        for one in policy["Statement"]
        if "execute-api:Invoke" in listed(one["Action"])
        and one["Principal"] in ("*", {"AWS": "*"})
        and any(fnmatchcase(call, as_text(each)) for each in listed(one["Resource"]))
        and _applies(one.get("Condition", {}), shown)
    }
    return effects == {"Allow"}


def the_api_takes_requests_of_the_edge_alone(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Behind CloudFront a region's API refuses `/graphql` without a secret, and answers probes."""
    if cloud.deployment is None:
        return
    valid = [origin_secret_reference(number) for number in cloud.deployment.origin_secrets]
    for stack in cloud.regional():
        (stage,) = stack.resources(STAGE)
        name = as_text(stage.properties.get("StageName"))
        for api in stack.resources(_API):
            closed = [
                *_CLOSED,
                *(_WEBHOOK if cloud.deployment.takes_cards else ()),
                *(() if cloud.deployment.database.strong else _OPT_OUT),
            ]
            for problem in _problems(api.properties.get("Policy", {}), name, valid, closed):
                yield api, problem
        for canary in stack.resources(_CANARY):
            given = canary.properties["RunConfig"].get("EnvironmentVariables", {})
            if given.get("CARTE_ORIGIN_SECRET") != (valid[0] if valid else None):
                yield canary, "shows the API no secret, or another than CloudFront's"


def _problems(
    policy: Mapping[str, Any],
    stage: str,
    valid: Sequence[str],
    closed: Sequence[tuple[str, str]],
) -> Iterator[str]:
    """Yield what is wrong with a region's policy, evaluated for each kind of request."""
    if bool(policy) != bool(valid):
        yield "is open beside CloudFront" if valid else "refuses everybody"
        return
    for method, path in closed if valid else ():
        call = f"{method} {path}"
        if lets_in(policy, method, f"/{stage}{path}", None):
            yield f"takes {call} without a secret"
        for reference in valid:
            if not lets_in(policy, method, f"/{stage}{path}", reference):
                yield f"refuses {call} with {reference}"
    for shown in sorted(_compared(policy) - set(valid)) if policy else ():
        yield f"takes requests with {shown}"
    for method, path in _OPEN:
        if not lets_in(policy, method, f"/{stage}{path}", None):
            yield f"refuses {method} {path} to health checks"


def the_edge_shows_the_secret(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """CloudFront shows the newest secret to each origin of the API, and to no bucket."""
    if cloud.deployment is None:
        return
    newest = origin_secret_reference(cloud.deployment.edge.origin_secret)
    for distribution, config in distributions(cloud):
        for origin in config.get("Origins", []):
            shown = {
                one["HeaderName"]: one["HeaderValue"]
                for one in origin.get("OriginCustomHeaders", [])
            }
            wanted = {ORIGIN_SHOWN_IN: newest} if "CustomOriginConfig" in origin else {}
            if shown != wanted:
                yield distribution, f"shows {as_text(shown)} to {as_text(origin['Id'])}"


def secrets_are_where_they_are_read(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Templates hold references to secrets that exist in the region, random and long enough."""
    held: dict[str, set[str]] = {}
    for secret in cloud.resources(_SECRET):
        copies = {one["Region"] for one in secret.properties.get("ReplicaRegions", [])}
        held[as_text(secret.properties.get("Name"))] = {secret.region, *copies}
        made = secret.properties.get("GenerateSecretString", {})
        if made.get("PasswordLength", 32) not in _LENGTHS or "SecretString" in secret.properties:
            yield secret, "can be guessed, or stands in the template"
        travels = as_text(secret.properties.get("Name")).startswith("carte-origin-")
        if travels and made.get("ExcludePunctuation") is not True:
            yield secret, "may hold characters that no header takes"
    for stack in cloud.stacks:
        for resource in stack.resources():
            for name in set(_REFERENCE.findall(as_text(resource.body))):
                if stack.region not in held.get(name, ()):
                    yield resource, f"refers to {name}, which is not in {stack.region}"
        for function in stack.resources(FUNCTION):
            name = environment(function).get("CARTE_PAYMENT_SECRET")
            if name is not None and stack.region not in held.get(name, ()):
                yield function, f"reads {name}, which is not in {stack.region}"


def _compared(policy: Mapping[str, Any]) -> set[str]:
    return {
        as_text(value)
        for one in policy["Statement"]
        for values in one.get("Condition", {}).values()
        for value in listed(values.get(f"aws:{ORIGIN_SHOWN_IN}"))
    }


def _applies(condition: Mapping[str, Any], shown: str | None) -> bool:
    """Whether a statement applies; a negated comparison does where the header is missing."""
    for operator, wanted in condition.items():
        values = listed(wanted.get(f"aws:{ORIGIN_SHOWN_IN}"))
        if operator == "StringNotEquals" and shown in values:
            return False
        if operator == "StringEquals" and shown not in values:
            return False
    return True
