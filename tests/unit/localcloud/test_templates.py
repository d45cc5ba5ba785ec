"""What the emulator's template keeps of the synthesized one."""

from typing import Any

import pytest

from localcloud.exceptions import DeployError
from localcloud.templates import Dropped, fit, renew_streams, with_variables

CHECK = {"Type": "AWS::Route53::HealthCheck", "Properties": {}}
TABLE: dict[str, Any] = {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "carte"}}


def test_a_template_that_the_emulator_takes_stays_as_it_is() -> None:
    template = {"Resources": {"Table": TABLE}, "Outputs": {"Name": {"Value": {"Ref": "Table"}}}}
    assert fit("carte-data", template) == (template, [])


def test_what_the_emulator_lacks_is_dropped_and_named() -> None:
    fitted, dropped = fit("carte", {"Resources": {"Table": TABLE, "Check": CHECK}})
    assert fitted == {"Resources": {"Table": TABLE}}
    assert dropped == [Dropped("carte", "Check", "AWS::Route53::HealthCheck")]


def test_waiting_for_and_reporting_of_dropped_resources_goes_with_them() -> None:
    waiting = {**TABLE, "DependsOn": ["Check", "Other"]}
    lonely = {**TABLE, "DependsOn": "Check"}
    template = {
        "Resources": {"Table": waiting, "Lonely": lonely, "Check": CHECK, "Other": TABLE},
        "Outputs": {
            "Kept": {"Value": {"Fn::GetAtt": ["Table", "Arn"]}},
            "Gone": {"Value": {"Fn::GetAtt": ["Check", "HealthCheckId"]}},
        },
    }
    fitted, _ = fit("carte", template)
    assert fitted["Resources"]["Table"]["DependsOn"] == ["Other"]
    assert "DependsOn" not in fitted["Resources"]["Lonely"]
    assert list(fitted["Outputs"]) == ["Kept"]


def test_a_use_that_the_emulator_lacks_is_dropped_and_named_and_another_stays() -> None:
    plain = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"MetricName": "Errors"}}
    mathematical = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Metrics": []}}
    fitted, dropped = fit("carte", {"Resources": {"Plain": plain, "Share": mathematical}})
    assert fitted == {"Resources": {"Plain": plain}}
    assert dropped == [Dropped("carte", "Share", "AWS::CloudWatch::Alarm with Metrics")]


def test_an_alias_that_codedeploy_would_shift_stays_and_is_not_shifted() -> None:
    group = {"Type": "AWS::CodeDeploy::DeploymentGroup"}
    update = {"CodeDeployLambdaAliasUpdate": {"DeploymentGroupName": {"Ref": "Group"}}}
    alias = {"Type": "AWS::Lambda::Alias", "Properties": {"Name": "live"}}
    shifted = {**alias, "UpdatePolicy": update}
    fitted, dropped = fit("carte", {"Resources": {"Alias": shifted, "Group": group}})
    assert fitted == {"Resources": {"Alias": alias}}
    assert [one.logical_id for one in dropped] == ["Group"]


@pytest.mark.parametrize(
    "reference",
    [
        {"Ref": "Check"},
        {"Fn::GetAtt": ["Check", "HealthCheckId"]},
        {"Fn::GetAtt": "Check.HealthCheckId"},
        {"Fn::Join": ["", ["a", {"Ref": "Check"}]]},
        {"Fn::Sub": "id-${Check}"},
        {"Fn::Sub": ["${Check.HealthCheckId}", {}]},
    ],
)
def test_a_resource_that_needs_a_dropped_one_fails_by_name(reference: object) -> None:
    user = {**TABLE, "Properties": {"TableName": reference}}
    with pytest.raises(DeployError, match="User refers to Check"):
        fit("carte", {"Resources": {"User": user, "Check": CHECK}})


def test_the_bootstrap_check_goes_because_an_emulator_has_no_bootstrap_stack() -> None:
    fitted, dropped = fit(
        "carte",
        {
            "Resources": {"Table": TABLE},
            "Parameters": {"BootstrapVersion": {"Type": "String"}, "Mine": {"Type": "String"}},
            "Rules": {"CheckBootstrapVersion": {}},
        },
    )
    assert fitted == {"Resources": {"Table": TABLE}, "Parameters": {"Mine": {"Type": "String"}}}
    assert not dropped


def test_each_deployment_replaces_the_mappings_of_streams_and_nothing_else() -> None:
    stream = {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"StartingPosition": "X"}}
    queue = {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"BatchSize": 1}}
    template = {"Resources": {"Stream": stream, "Queue": queue, "Table": TABLE}}
    one, two = renew_streams(template, 1), renew_streams(template, 2)
    assert one["Resources"]["Stream"] != two["Resources"]["Stream"]
    for name in ("Queue", "Table"):
        assert one["Resources"][name] == two["Resources"][name] == template["Resources"][name]


def test_only_the_lambda_of_a_handler_gets_more_variables() -> None:
    def function(handler: str) -> dict[str, Any]:
        environment = {"Variables": {"KNOWN": "1"}}
        properties = {"Handler": handler, "Environment": environment}
        return {"Type": "AWS::Lambda::Function", "Properties": properties}

    template = {"Resources": {"Api": function("api"), "Other": function("other"), "Table": TABLE}}
    found = with_variables(template, "api", {"MORE": "2"})["Resources"]
    assert found["Api"]["Properties"]["Environment"] == {"Variables": {"KNOWN": "1", "MORE": "2"}}
    assert {**found, "Api": function("api")} == template["Resources"]
    assert with_variables(template, "api", {}) == template
