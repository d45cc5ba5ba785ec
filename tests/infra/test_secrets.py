"""Templates hold no secret, and refer to one only where a service must be given it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.infra.conftest import Assembly

# Keys of the payment provider, of AWS, private keys, and tokens (JWT).
KEY = re.compile(
    r"\b(?:sk|rk)_(?:live|test)_\w{8}|\bwhsec_\w{8}|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY|\beyJ[\w-]{10,}\.eyJ"
)
REFERENCE = re.compile(r"\{\{resolve:([a-z-]+):([^:}]+)")
# What CloudFront shows the API (docs/decisions/origin-secret.md) is compared by the API's policy
# and by the Lambda of live updates, and shown by CloudFront and by the canary.
MAY_REFER = {
    ("AWS::ApiGateway::RestApi", "carte-origin"),
    ("AWS::CloudFront::Distribution", "carte-origin"),
    ("AWS::Lambda::Function", "carte-origin"),
    ("AWS::Synthetics::Canary", "carte-origin"),
}


def templates(assembly: Assembly) -> Iterator[tuple[str, dict[str, Any]]]:
    found = sorted(assembly.folder.glob("*.template.json"))
    assert found
    for path in found:
        yield path.name, json.loads(path.read_text())


@pytest.mark.parametrize("kind", ["production", "options"])
def test_no_template_holds_a_key(kind: str, request: pytest.FixtureRequest) -> None:
    for name, template in templates(request.getfixturevalue(kind)):
        assert KEY.findall(json.dumps(template)) == [], name


@pytest.mark.parametrize("planted", ["sk_live_0123456789", "whsec_0123456789", "AKIA" + "A" * 16])
def test_a_planted_key_is_found(planted: str) -> None:
    assert KEY.search(json.dumps({"Environment": {"Variables": {"CARTE_KEY": planted}}}))


def test_secrets_are_referred_to_by_name_and_only_where_a_service_must_be_given_one(
    production: Assembly,
) -> None:
    referring = set()
    for name, template in templates(production):
        for part in ("Outputs", "Parameters", "Metadata"):
            assert not REFERENCE.search(json.dumps(template.get(part, {}))), f"{name}: {part}"
        for resource in template["Resources"].values():
            for service, secret in REFERENCE.findall(json.dumps(resource)):
                assert service == "secretsmanager", name
                referring.add((resource["Type"], secret.rstrip("-0123456789")))
    assert referring == MAY_REFER


def test_the_payment_secret_is_in_no_variable_but_by_its_name(production: Assembly) -> None:
    named = set()
    for _, template in templates(production):
        for resource in template["Resources"].values():
            variables = resource.get("Properties", {}).get("Environment", {})
            given = variables.get("Variables", {}) if isinstance(variables, dict) else {}
            named |= {str(value) for name, value in given.items() if "PAYMENT_SECRET" in name}
    assert named == {"carte-payments"}
