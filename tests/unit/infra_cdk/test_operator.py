"""The imprint's facts: read from the deployment file, and required of a site for guests."""

import pytest

from infra_cdk.config import ConfigError, Deployment
from infra_cdk.config.operator import Operator
from infra_cdk.deployment.prerequisites import of_the_operator


def test_the_deployment_file_states_the_operator() -> None:
    stated = {"name": " Example Ltd ", "address": "1 Street\nCity", "mail": "a@example.com"}
    deployment = Deployment.from_mapping({"account": "123456789012", "operator": stated})
    assert deployment.operator.facts() == {**stated, "name": "Example Ltd"}
    assert of_the_operator(deployment.operator).met


def test_a_site_without_an_operator_is_not_deployed_and_the_remedy_is_named() -> None:
    found = of_the_operator(Operator(name="Example Ltd", address=" "))
    assert (found.met, found.text) == (False, "operator.address, operator.mail not filled in")
    assert "[operator]" in found.remedy


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"mail": "nobody"}, "operator.mail 'nobody' is not an e-mail address"),
        ({"mail": "a b@example.com"}, "is not an e-mail address"),
        ({"address": "x" * 2_001}, "at most 2000"),
        ({"owner": "x"}, "'operator.owner' is not a setting"),
        ({"name": 5}, "operator.name must be text"),
    ],
)
def test_what_cannot_be_shown_is_refused(settings: dict[str, object], text: str) -> None:
    with pytest.raises(ConfigError, match=text.replace("[", ".")):
        Deployment.from_mapping({"account": "123456789012", "operator": settings})
