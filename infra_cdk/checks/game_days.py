"""Checks of game days: a fault ends by itself or by an alarm, and begins only before a day."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from infra_cdk.checks.alarms import ALARMS
from infra_cdk.checks.model import Cloud, Resource, Stack, as_text, listed, references
from infra_cdk.config import Deployment

EXPERIMENT: Final = "AWS::FIS::ExperimentTemplate"
_DOCUMENT: Final = "AWS::SSM::Document"
_PAUSE: Final = "aws:dynamodb:global-table-pause-replication"
_AUTOMATION: Final = "aws:ssm:start-automation-execution"
# What an action calls AWS with (AWS FIS user guide, "Actions reference"); `begins` are the calls
# without which no fault starts.
_RIGHTS: Final[Mapping[str, frozenset[str]]] = {
    _PAUSE: frozenset(
        {
            *("dynamodb:PutResourcePolicy", "dynamodb:DeleteResourcePolicy"),
            *("dynamodb:GetResourcePolicy", "dynamodb:DescribeTable", "tag:GetResources"),
        }
    ),
    _AUTOMATION: frozenset(
        {
            *("ssm:StartAutomationExecution", "ssm:GetAutomationExecution"),
            *("ssm:StopAutomationExecution", "iam:PassRole"),
        }
    ),
}
_BEGINS: Final = frozenset(
    {
        *("dynamodb:PutResourcePolicy", "ssm:StartAutomationExecution"),
        "lambda:PutFunctionConcurrency",
    }
)
_LONGEST_MINUTES: Final = 120
_MOST_ATTEMPTS: Final = 10
# What must go on in the region, by the metric that shows that it does not.
_GOES_ON: Final[Mapping[str, frozenset[str]]] = {
    _PAUSE: frozenset({"Errors", "Faults", "5XXError"}),
    _AUTOMATION: frozenset({"ReplicationLatency", "IteratorAge", "OldestDueMinutes"}),
}
_MINUTES: Final = re.compile(r"PT(\d+)M")
_MENU: Final = "services.menu_api.handler.handler"
# Metrics of one region's API and of its canary, which ring when its menu Lambda is stopped.
_OF_REQUESTS: Final = ("AWS/ApiGateway", "CloudWatchSynthetics")


class _Grant(NamedTuple):
    action: str
    resources: tuple[str, ...]
    condition: Mapping[str, Any]


def experiments_are_there_until_the_day(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Each region has both experiments where the deployment file names a day, and none otherwise.

    What begins a fault is allowed before that day alone; what ends one, always: a fault that began
    a minute before must be undone.
    """
    deployment = cloud.deployment
    if deployment is None or deployment.stage != "aws":
        return
    regions = deployment.regions if deployment.game_days else ()
    found = sorted(
        (one.region, _action(one).get("ActionId")) for one in cloud.resources(EXPERIMENT)
    )
    wanted = sorted((region, action) for region in regions for action in _RIGHTS)
    if found != wanted:
        yield next(cloud.resources()), f"has the experiments {found}, not {wanted}"
    end = {"DateLessThan": {"aws:CurrentTime": deployment.game_days.end}}
    for stack in cloud.stacks:
        if not list(stack.resources(EXPERIMENT)):
            continue
        for role in stack.resources("AWS::IAM::Role"):
            for grant in _grants(stack, role.logical_id):
                begins = grant.action in _BEGINS
                if begins and grant.condition != end:
                    yield role, f"may {grant.action} after {deployment.game_days.until}"
                if not begins and "DateLessThan" in grant.condition:
                    yield role, f"may not {grant.action} after the day, when a fault goes on"


def experiments_end_by_themselves(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """An experiment has the rights, the target, the duration and the stop alarms that it needs.

    FIS stops at alarms of the experiment's own region alone; an alarm that the fault itself rings
    would stop every experiment. DynamoDB developer guide, "Global tables security": a replica that
    is cut off for 20 hours leaves its table.
    """
    deployment = cloud.deployment
    if deployment is None:
        return
    serving = {stack.region: stack for stack in cloud.regional()}
    for stack in cloud.stacks:
        for one in stack.resources(EXPERIMENT):
            action = _action(one)
            kind = str(action.get("ActionId"))
            for role in references(one.properties.get("RoleArn")):
                granted = frozenset(grant.action for grant in _grants(stack, role))
                if granted != _RIGHTS.get(kind):
                    yield one, f"its role lacks or exceeds {sorted(granted ^ _RIGHTS[kind])}"
            yield from _of_duration(one, kind, action, deployment)
            if kind == _PAUSE:
                table = f"arn:aws:dynamodb:{stack.region}:{stack.account}:table/{deployment.table}"
                name = action.get("Targets", {}).get("Tables")
                target = one.properties["Targets"].get(name, {})
                if target.get("ResourceArns") != [table] or target.get("SelectionMode") != "ALL":
                    yield one, f"acts on {target}"
                if target.get("ResourceType") != "aws:dynamodb:global-table":
                    yield one, f"acts on a {target.get('ResourceType')}"
            yield from _of_stops(one, kind, serving[stack.region])


def automations_give_back_what_they_took(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """However an automation ends, its last step gives the Lambda its concurrency back.

    Systems Manager user guide, "Controlling automations with onFailure and onCancel".
    """
    deployment = cloud.deployment
    if deployment is None:
        return
    serving = {stack.region: stack for stack in cloud.regional()}
    for stack in cloud.stacks:
        for document in stack.resources(_DOCUMENT):
            content = document.properties["Content"]
            if document.properties.get("DocumentType") != "Automation":
                yield document, f"is a {document.properties.get('DocumentType')}"
            if content.get("schemaVersion") != "0.3":
                yield document, f"is of the version {content.get('schemaVersion')}"
            if document.properties.get("UpdateMethod") != "NewVersion":
                yield document, "cannot be changed: its name is taken by itself"
            steps = {str(one.get("name")): one for one in content["mainSteps"]}
            last = [one for one in steps.values() if one.get("isEnd")]
            if [one["inputs"]["Api"] for one in last] != ["DeleteFunctionConcurrency"]:
                yield document, f"ends with {last}"
            way = [one["action"] for one in content["mainSteps"]]
            if way != ["aws:executeAwsApi", "aws:sleep", "aws:executeAwsApi"]:
                yield document, f"does {way}"
            yield from _of_steps(document, content, deployment, serving[stack.region])


def _of_steps(
    document: Resource, content: Mapping[str, Any], deployment: Deployment, region: Stack
) -> Iterator[tuple[Resource, str]]:
    menu = [
        one.properties.get("FunctionName")
        for one in region.resources("AWS::Lambda::Function")
        if one.properties.get("Handler") == _MENU
    ]
    *before, last = content["mainSteps"]
    for index, step in enumerate(before):
        back = f"step:{last.get('name')}"
        if (step.get("onFailure"), step.get("onCancel")) != (back, back):
            yield document, f"{step.get('name')} may end and leave the Lambda without concurrency"
        if step.get("nextStep") != content["mainSteps"][index + 1].get("name"):
            yield document, f"{step.get('name')} leads to {step.get('nextStep')}"
    if not 1 < last.get("maxAttempts", 1) <= _MOST_ATTEMPTS:
        yield document, f"tries to give back {last.get('maxAttempts', 1)} times"
    for step in content["mainSteps"]:
        inputs = step["inputs"]
        if "Service" in inputs and (inputs["Service"], [inputs.get("FunctionName")]) != (
            "lambda",
            menu,
        ):
            yield document, f"{step.get('name')} acts on {inputs}"
        if "Duration" in inputs and inputs["Duration"] != f"PT{deployment.game_days.minutes}M":
            yield document, f"lasts {inputs['Duration']}"
    first = before[0]["inputs"]
    if (first.get("Api"), first.get("ReservedConcurrentExecutions")) != (
        "PutFunctionConcurrency",
        0,
    ):
        yield document, f"begins with {first}"
    if not references(content.get("assumeRole")):
        yield document, "works with the rights of whoever starts it"


def _of_duration(
    one: Resource, kind: str, action: Mapping[str, Any], deployment: Deployment
) -> Iterator[tuple[Resource, str]]:
    parameters = action.get("Parameters", {})
    text = str(parameters.get("duration" if kind == _PAUSE else "maxDuration"))
    match = _MINUTES.fullmatch(text)
    minutes = int(match[1]) if match else 0
    wanted = deployment.game_days.minutes
    if kind == _PAUSE and minutes != wanted:
        yield one, f"lasts {text}, not {wanted} minutes"
    if kind == _AUTOMATION:
        # Time for the step that gives back.
        if not wanted < minutes <= _LONGEST_MINUTES:
            yield one, f"is cut off after {text}"
        document = as_text(parameters.get("documentArn"))
        if document != f"arn:aws:ssm:{one.region}:{deployment.account}:document/carte-region-lost":
            yield one, f"starts {document}"


def _of_stops(one: Resource, kind: str, region: Stack) -> Iterator[tuple[Resource, str]]:
    alarms = {str(each.properties.get("AlarmName")): each for each in region.resources(*ALARMS)}
    menu = {
        each.logical_id
        for each in region.resources("AWS::Lambda::Function", "AWS::Lambda::Alias")
        if each.properties.get("Handler") == _MENU or "MenuApi" in each.logical_id
    }
    stops = one.properties.get("StopConditions", [])
    names = {as_text(stop.get("Value")).rpartition(":alarm:")[2] for stop in stops}
    looked_at = as_text([alarms[name].properties for name in sorted(names & alarms.keys())])
    for metric in sorted(_GOES_ON[kind]):
        if metric not in looked_at:
            yield one, f"goes on when {metric} shows that customers are hurt"
    for stop in stops:
        arn = as_text(stop.get("Value"))
        name = arn.rpartition(":alarm:")[2]
        here = f"arn:aws:cloudwatch:{one.region}:"
        if stop.get("Source") != "aws:cloudwatch:alarm" or not arn.startswith(here):
            yield one, f"is stopped by {stop}"
        if name not in alarms:
            yield one, f"is stopped by {name}, which is no alarm of {one.region}"
            continue
        text = as_text(alarms[name].properties)
        rung = "ReplicationLatency" in text
        if kind == _AUTOMATION:
            rung = any(part in text for part in (*_OF_REQUESTS, '"menu_api"')) or bool(
                references(alarms[name].properties) & menu
            )
        if rung:
            yield one, f"is stopped by {name}, which the fault itself rings"


def _action(experiment: Resource) -> Mapping[str, Any]:
    actions: Mapping[str, Any] = experiment.properties.get("Actions", {})
    return next(iter(actions.values()), {})


def _grants(stack: Stack, role: str) -> Iterator[_Grant]:
    for policy in stack.resources("AWS::IAM::Policy"):
        if role not in references(policy.properties.get("Roles")):
            continue
        for one in policy.properties["PolicyDocument"]["Statement"]:
            resources = tuple(as_text(each) for each in listed(one["Resource"]))
            for action in listed(one["Action"]):
                yield _Grant(str(action), resources, one.get("Condition", {}))
