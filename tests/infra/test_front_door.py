"""A region's API behind CloudFront: which requests its resource policy lets in."""

import copy
import json
from typing import Any

import pytest

from infra_cdk.checks.front_door import lets_in
from infra_cdk.checks.model import Cloud
from infra_cdk.config import ConfigError, Deployment
from infra_cdk.deployment import shown_secret
from infra_cdk.edge_rules import origin_secret_reference
from infra_cdk.gate.configurations import ACCOUNT, PRODUCTION
from tests.infra.gate_run import GateRun

pytestmark = pytest.mark.xdist_group("gate")

ROUTES = (
    ("POST", "/live/graphql"),
    ("OPTIONS", "/live/graphql"),
    ("GET", "/live/graphql/persisted/abc"),
    ("HEAD", "/live/graphql/persisted/abc"),
    ("POST", "/live/payments/webhook"),
    ("GET", "/live/stock-alerts/opt-out"),
    ("POST", "/live/stock-alerts/opt-out"),
)


def policy_of(cloud: Cloud, region: str) -> dict[str, Any]:
    (stack,) = (one for one in cloud.regional() if one.region == region)
    (api,) = stack.resources("AWS::ApiGateway::RestApi")
    policy: dict[str, Any] = api.properties.get("Policy", {})
    return policy


def deployment(number: int) -> Deployment:
    return Deployment.from_mapping(
        {"account": ACCOUNT, **PRODUCTION, "edge": {"origin_secret": number}}
    )


@pytest.mark.parametrize("route", ROUTES)
def test_graphql_is_closed_to_whoever_shows_no_secret(
    gate: GateRun, route: tuple[str, str]
) -> None:
    policy = policy_of(gate.cloud("production"), "eu-west-1")
    assert not lets_in(policy, *route, None)
    assert not lets_in(policy, *route, "https://menus.example.com/")
    assert lets_in(policy, *route, origin_secret_reference(1))


@pytest.mark.parametrize("path", ["/live/health", "/live/ready"])
def test_probes_are_open(gate: GateRun, path: str) -> None:
    assert lets_in(policy_of(gate.cloud("production"), "eu-west-1"), "GET", path, None)


def test_an_api_without_cloudfront_is_open(gate: GateRun) -> None:
    assert policy_of(gate.cloud("one-region"), "eu-west-1") == {}
    assert policy_of(gate.cloud("default"), "eu-west-1") == {}


def test_templates_hold_references_and_no_values(gate: GateRun) -> None:
    text = json.dumps([stack.template for stack in gate.cloud("production").stacks])
    assert '"SecretString"' not in text
    assert origin_secret_reference(1) in text


def test_two_secrets_are_valid_at_once_and_a_third_is_kept_to_go_back_to() -> None:
    assert (deployment(1).origin_secrets, deployment(1).origin_secrets_kept) == ((1,), (1,))
    assert (deployment(4).origin_secrets, deployment(4).origin_secrets_kept) == ((4, 3), (4, 3, 2))
    with pytest.raises(ConfigError, match="origin_secret 0"):
        deployment(0)


def test_an_edge_of_before_the_secrets_is_made_to_show_one(gate: GateRun) -> None:
    cloud = gate.cloud("production")
    (edge,) = (one.template for one in cloud.stacks if one.name == "carte-edge")
    before = copy.deepcopy(edge)
    for one in before["Resources"].values():
        if one["Type"] == "AWS::CloudFront::Distribution":
            for origin in one["Properties"]["DistributionConfig"]["Origins"]:
                origin.pop("OriginCustomHeaders", None)
    assert shown_secret.shown(before) == set()
    assert shown_secret.showing(before, edge) == edge
    assert shown_secret.showing(edge, edge) is None
    for region in cloud.regional():
        assert shown_secret.taken(region.template) == shown_secret.shown(edge)
