"""How new code takes over, and how Lambdas start."""

import json
from typing import Any

import pytest

from tests.infra.conftest import Assembly

REGIONAL = "carte-eu-west-1"
GROUP = "AWS::CodeDeploy::DeploymentGroup"


def alias(assembly: Assembly, stack: str, construct: str) -> dict[str, Any]:
    """A Lambda's alias, as the template has it."""
    resources = assembly.template(stack)["Resources"]
    (found,) = (
        body
        for name, body in resources.items()
        if body["Type"] == "AWS::Lambda::Alias" and name.startswith(construct)
    )
    return dict(found)


def test_a_tenth_of_the_traffic_tries_new_code_first(production: Assembly) -> None:
    (group,) = production.resources(REGIONAL, GROUP).values()
    assert group["DeploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
    (name,) = production.resources(REGIONAL, GROUP)
    shifted = alias(production, REGIONAL, "MenuApi")["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
    assert shifted["DeploymentGroupName"] == {"Ref": name}


def test_errors_and_slowness_bring_the_old_code_back(production: Assembly) -> None:
    (group,) = production.resources(REGIONAL, GROUP).values()
    assert group["AutoRollbackConfiguration"]["Enabled"] is True
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
    alarms = production.resources(REGIONAL, "AWS::CloudWatch::Alarm")
    watched = {
        alarms[one["Name"]["Ref"]]["AlarmName"] for one in group["AlarmConfiguration"]["Alarms"]
    }
    assert watched == {"carte-menu-errors", "carte-menu-faults", "carte-menu-slow"}


def test_the_watched_alarms_look_at_the_alias_whose_traffic_shifts(production: Assembly) -> None:
    alarms = production.resources(REGIONAL, "AWS::CloudWatch::Alarm").values()
    (errors,) = (one for one in alarms if one["AlarmName"] == "carte-menu-errors")
    for one in errors["Metrics"]:
        if "MetricStat" in one:
            names = {each["Name"] for each in one["MetricStat"]["Metric"]["Dimensions"]}
            assert names == {"FunctionName", "Resource"}


@pytest.mark.parametrize(
    ("of", "snap", "kept_warm"),
    [("production", False, None), ("strong", True, None), ("options", False, 5)],
)
def test_the_menu_lambda_starts_as_chosen_never_both_ways(
    request: pytest.FixtureRequest, of: str, *, snap: bool, kept_warm: int | None
) -> None:
    assembly: Assembly = request.getfixturevalue(of)
    stack = f"carte-{assembly.deployment.primary}"
    function = assembly.function(stack, "services.menu_api.handler.handler")
    started = function.get("SnapStart", {}).get("ApplyOn")
    assert (started == "PublishedVersions") is snap
    properties = alias(assembly, stack, "MenuApi")["Properties"]
    warm = properties.get("ProvisionedConcurrencyConfig", {})
    assert warm.get("ProvisionedConcurrentExecutions") == kept_warm


def test_the_other_lambdas_are_neither_snapped_nor_kept_warm(options: Assembly) -> None:
    for construct in ("Convergence", "Inventory"):
        assert "ProvisionedConcurrencyConfig" not in json.dumps(alias(options, REGIONAL, construct))


def test_traffic_can_shift_in_steps(options: Assembly) -> None:
    (group,) = options.resources(REGIONAL, GROUP).values()
    assert group["DeploymentConfigName"] == "CodeDeployDefault.LambdaLinear10PercentEvery1Minute"
