"""Faults of live updates, each with the check that must find it."""

from typing import Any, Final

from infra_cdk.gate.planting import Faults, Plant, Templates, found, removing, setting

_HERE: Final = "carte-eu-west-1"
_V2: Final = "AWS::ApiGatewayV2::"
_REACH: Final = "connections-reach-the-lambda"
_NAMES: Final = "live-names-lead-to-the-websocket-api"
_EDGE: Final = "live-connections-come-through-the-edge"
_CHANGES: Final = "live-changes-reach-the-fan-out"
_VARIABLES: Final = "Environment.Variables"


def _without(kind: str) -> Plant:
    def plant(templates: Templates) -> None:
        resources = templates[_HERE]["Resources"]
        (name, *_) = (name for name, body in resources.items() if body["Type"] == kind)
        del resources[name]

    return plant


def _record(name: str, path: str, value: Any) -> Plant:
    """Set a property of the first record whose name begins with this."""

    def plant(templates: Templates) -> None:
        for template in templates.values():
            for body in template["Resources"].values():
                given = str(body.get("Properties", {}).get("Name", ""))
                if body["Type"] == "AWS::Route53::RecordSet" and given.startswith(name):
                    place, _, last = path.rpartition(".")
                    (body["Properties"][place] if place else body["Properties"])[last] = value
                    return
        raise LookupError(f"no record {name}")

    return plant


def _no_posting(templates: Templates) -> None:
    for body in templates[_HERE]["Resources"].values():
        if body["Type"] == "AWS::IAM::Policy":
            for statement in body["Properties"]["PolicyDocument"]["Statement"]:
                if statement["Action"] == "execute-api:ManageConnections":
                    statement["Resource"] = "arn:aws:execute-api:eu-west-1:123456789012:other/*"
                    return
    raise LookupError("nobody posts")


def _deaf(templates: Templates) -> None:
    body = found(
        templates, "AWS::Lambda::Function", having=f"{_VARIABLES}.CARTE_SOLD_OUT_TOPIC", stack=_HERE
    )
    del body["Properties"]["Environment"]["Variables"]["CARTE_LIVE_QUEUE"]


LIVE: Final[Faults] = (
    ("a route that the Lambda never sees", _REACH, _without(f"{_V2}Route")),
    ("answers that no client gets", _REACH, _without(f"{_V2}RouteResponse")),
    (
        "connections that lead to a mock",
        _REACH,
        setting(f"{_V2}Integration", "IntegrationType", "MOCK"),
    ),
    (
        "live updates at a path that no client knows",
        _NAMES,
        setting(f"{_V2}ApiMapping", "ApiMappingKey", "live"),
    ),
    ("a name of live updates without a mapping", _NAMES, removing(f"{_V2}ApiMapping", "Stage")),
    (
        "live updates that follow another region's latency",
        _NAMES,
        _record("live.", "Region", "sa-east-1"),
    ),
    (
        "a drained region that keeps its live clients",
        _NAMES,
        _record("without-eu-west-1.live.", "AliasTarget.DNSName", "live.menus.example.com."),
    ),
    (
        "a lost connection that comes to the same region again",
        _NAMES,
        _record("next.live.", "ResourceRecords", ["live.menus.example.com"]),
    ),
    (
        "live updates that are open beside CloudFront",
        _EDGE,
        removing("AWS::Lambda::Function", f"{_VARIABLES}.CARTE_LIVE_SECRETS"),
    ),
    (
        "an address that may hold every connection",
        _EDGE,
        setting(
            "AWS::Lambda::Function",
            f"{_VARIABLES}.CARTE_LIVE_PER_ADDRESS",
            "0",
            having=f"{_VARIABLES}.CARTE_LIVE_PER_ADDRESS",
        ),
    ),
    ("a fan-out that may not post", _CHANGES, _no_posting),
    ("a fan-out that hears of no change", _CHANGES, _deaf),
    (
        "a fan-out that posts to another stage",
        _CHANGES,
        setting(
            "AWS::Lambda::Function",
            f"{_VARIABLES}.CARTE_LIVE_STAGE",
            "test",
            having=f"{_VARIABLES}.CARTE_LIVE_STAGE",
        ),
    ),
)
