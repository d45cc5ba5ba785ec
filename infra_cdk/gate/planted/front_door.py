"""Faults of the way in: the secrets by which CloudFront identifies itself to the API."""

from typing import Any, Final

from infra_cdk.gate.planting import Faults, Templates, found, removing, setting

_API: Final = "AWS::ApiGateway::RestApi"
_SECRET: Final = "AWS::SecretsManager::Secret"  # noqa: S105 - a type of resource
_DENIED: Final = "Policy.Statement.1"
_OPEN: Final = "the-api-takes-requests-of-the-edge-alone"


def _guessable(templates: Templates) -> None:
    for name in templates:
        for body in templates[name]["Resources"].values():
            if body["Type"] == _SECRET:
                body["Properties"] = {"Name": "carte-origin-1", "SecretString": "carte"}
                return
    raise LookupError("there is no secret")


def _plain_origin(templates: Templates) -> None:
    config = found(templates, "AWS::CloudFront::Distribution")["Properties"]["DistributionConfig"]
    origin: dict[str, Any] = next(one for one in config["Origins"] if one["Id"] == "api-reads")
    del origin["OriginCustomHeaders"]


FRONT_DOOR: Final[Faults] = (
    ("an API that is open beside CloudFront", _OPEN, removing(_API, "Policy")),
    (
        "an API that refuses all of /graphql",
        _OPEN,
        removing(_API, f"{_DENIED}.Condition"),
    ),
    (
        "an API that needs a secret of health checks",
        _OPEN,
        setting(_API, f"{_DENIED}.Resource", "execute-api:/live/*"),
    ),
    (
        "an API that leaves persisted reads open",
        _OPEN,
        setting(_API, f"{_DENIED}.Resource", "execute-api:/live/*/graphql"),
    ),
    (
        "a canary that shows no secret",
        _OPEN,
        removing("AWS::Synthetics::Canary", "RunConfig.EnvironmentVariables.CARTE_ORIGIN_SECRET"),
    ),
    ("an origin that is shown no secret", "the-edge-shows-the-secret", _plain_origin),
    (
        "secrets in one region alone",
        "secrets-are-where-they-are-read",
        removing(_SECRET, "ReplicaRegions"),
    ),
    ("a secret in the template", "secrets-are-where-they-are-read", _guessable),
)
