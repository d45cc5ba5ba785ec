"""A check that cannot read a template finds it wrong, and ends no run of the gate."""

from collections.abc import Iterator

from infra_cdk.checks.model import Check, Cloud, Resource


def a_rule(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Times to live are numbers."""
    for one in cloud.resources():
        yield one, f"lives {int('60x')} s"


def test_a_value_of_another_kind_is_a_finding() -> None:
    stack = Resource("carte-a", "eu-west-1", "Record", "AWS::Route53::RecordSet", {})

    class One(Cloud):
        def resources(self, *_: str) -> Iterator[Resource]:
            yield stack

    (found,) = Check("a-rule", a_rule).findings(One(()))
    assert found.check == "a-rule"
    assert "'60x'" in found.message
