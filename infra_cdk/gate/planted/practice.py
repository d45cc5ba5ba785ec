"""Faults of records of the account, of game days and of Region switch."""

from typing import Final

from infra_cdk.gate.planting import Faults, Plant, Templates, found, removing, setting

_TRAIL: Final = "AWS::CloudTrail::Trail"
_EXPERIMENT: Final = "AWS::FIS::ExperimentTemplate"
_DOCUMENT: Final = "AWS::SSM::Document"
_PLAN: Final = "AWS::ARCRegionSwitch::Plan"
_AUDIT: Final = "records-of-the-account-are-made-and-kept"
_ENDS: Final = "experiments-end-by-themselves"
_UNTIL: Final = "experiments-are-there-until-the-day"
_BACK: Final = "automations-give-back-what-they-took"
_SWITCH: Final = "plans-take-each-region-out-and-back"
_ON: Final = "practised"


def _allowing(action: str, *, always: bool) -> Plant:
    """Let a role of game days do something always, or only before the day."""

    def plant(templates: Templates) -> None:
        for body in templates["carte-game-days-eu-west-1"]["Resources"].values():
            if body["Type"] != "AWS::IAM::Policy":
                continue
            for one in body["Properties"]["PolicyDocument"]["Statement"]:
                if action in one["Action"]:
                    one.pop("Condition", None)
                    if not always:
                        end = {"aws:CurrentTime": "2027-03-31T00:00:00Z"}
                        one["Condition"] = {"DateLessThan": end}
                    return
        raise LookupError(action)

    return plant


def _letting_anybody_write(templates: Templates) -> None:
    policy = found(templates, "AWS::S3::BucketPolicy", stack="carte-audit")
    for one in policy["Properties"]["PolicyDocument"]["Statement"]:
        if one["Action"] == "s3:PutObject":
            one.pop("Condition")


PRACTICE: Final[Faults] = (
    ("a trail of one region", _AUDIT, setting(_TRAIL, "IsMultiRegionTrail", value=False), _ON),
    ("a trail that is off", _AUDIT, setting(_TRAIL, "IsLogging", value=False), _ON),
    ("a trail whose files may be changed unseen", _AUDIT,
        removing(_TRAIL, "EnableLogFileValidation"), _ON),
    ("a trail before its bucket's policy", _AUDIT,
        removing(_TRAIL, "^DependsOn", having="IsLogging"), _ON),
    ("records that any account may write", _AUDIT, _letting_anybody_write, _ON),
    ("a region whose resources are not recorded", _AUDIT,
        setting("AWS::Config::ConfigurationRecorder", "^Type", "AWS::Config::ConfigRule"), _ON),
    ("versions that go to another bucket", _AUDIT,
        setting("AWS::Config::DeliveryChannel", "S3BucketName", "carte-other"), _ON),
    ("a pause that may begin after the day", _UNTIL,
        _allowing("dynamodb:PutResourcePolicy", always=True), _ON),
    ("a pause that cannot end after the day", _UNTIL,
        _allowing("dynamodb:DeleteResourcePolicy", always=False), _ON),
    ("a Lambda that can be stopped for ever", _UNTIL,
        _allowing("lambda:PutFunctionConcurrency", always=True), _ON),
    ("a pause of twelve hours", _ENDS,
        setting(_EXPERIMENT, "Actions.pause.Parameters.duration", "PT12H",
            having="Actions.pause"), _ON),
    ("an automation that tries for hours", _BACK,
        setting(_DOCUMENT, "Content.mainSteps.2.maxAttempts", 501), _ON),
    ("routing controls that may all be off", "one-region-always-stays-switched-on",
        setting("AWS::Route53RecoveryControl::SafetyRule", "AssertionRule.AssertedControls", []),
        "options"),
    ("a rule that asserts nothing of controls", "one-region-always-stays-switched-on",
        setting("AWS::Route53RecoveryControl::SafetyRule", "^Type", "AWS::SQS::Queue"), "options"),
    ("an experiment that nothing stops", _ENDS, setting(_EXPERIMENT, "StopConditions", []), _ON),
    ("an experiment that its own alarm stops", _ENDS,
        setting(_EXPERIMENT, "StopConditions.0.Value",
            "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:carte-replication-late",
            having="Actions.pause", stack="carte-game-days-eu-west-1"), _ON),
    ("a stop alarm of another region, which FIS refuses when it starts", _ENDS,
        setting(_EXPERIMENT, "StopConditions.0.Value",
            "arn:aws:cloudwatch:us-east-1:123456789012:alarm:carte-menu-faults",
            stack="carte-game-days-eu-west-1"), _ON),
    ("a pause of another table", _ENDS,
        setting(_EXPERIMENT, "Targets.table.ResourceArns", [
            "arn:aws:dynamodb:eu-west-1:123456789012:table/other"], having="Targets.table"), _ON),
    ("an automation that is cancelled and gives nothing back", _BACK,
        removing(_DOCUMENT, "Content.mainSteps.1.onCancel"), _ON),
    ("an automation that stops another Lambda", _BACK,
        setting(_DOCUMENT, "Content.mainSteps.0.inputs.FunctionName", "carte-sweeper"), _ON),
    ("an automation that waits for a day", _BACK,
        setting(_DOCUMENT, "Content.mainSteps.1.inputs.Duration", "P1D"), _ON),
    ("a plan that cannot bring a region back", _SWITCH,
        setting(_PLAN, "Workflows", lambda workflows: workflows[1:]), _ON),
    ("a plan of another name's records", _SWITCH,
        setting(_PLAN, "Workflows.0.Steps.0.ExecutionBlockConfiguration"
            ".Route53HealthCheckConfig.RecordName", "menus.example.com"), _ON),
    ("a region that Region switch cannot take out",
        "regions-are-healthy-by-all-their-checks",
        setting("AWS::Route53::HealthCheck", "HealthCheckConfig.ChildHealthChecks",
            lambda parts: [one for one in parts if not isinstance(one, str)],
            having="HealthCheckConfig.ChildHealthChecks", stack="carte-eu-west-1"), _ON),
)  # fmt: skip
