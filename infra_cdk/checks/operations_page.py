"""Checks of the templates against docs/operations.md: the alarms and names of the page exist."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from infra_cdk.checks.alarms import ALARMS
from infra_cdk.checks.edge import distributions
from infra_cdk.checks.model import Cloud, Resource, Stack, as_text
from infra_cdk.checks.objectives import COMPOSITE, METRIC_ALARM, alarms_that_ring

_ROOT: Final = Path(__file__).parents[2]
_OPERATIONS: Final = "docs/operations.md"
_ROW: Final = re.compile(r"^\| `(carte-[a-z-]+(?:<region>)?)` \|", re.MULTILINE)
_NAME: Final = re.compile(r"`(carte-[a-z-]+)`")
_ORIGINS: Final = re.compile(
    r"(?P<each>\w+) origins for each region and (?P<more>\w+) more, and (?P<cards>\w+) more with"
)
_WORDS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_NUMBERS: Final = {word: number for number, word in enumerate(_WORDS)}
_REGION: Final = re.compile(r"[a-z]{2}-[a-z]+-\d$")
# Alarms of options: not every deployment has them.
_OPTIONAL: Final = frozenset(
    {
        *("carte-canary-failed", "carte-count-files-gave-up", "carte-drain"),
        *("carte-inventory-errors", "carte-replication-late", "carte-unhealthy-<region>"),
        *("carte-edge-errors", "carte-edge-function-errors", "carte-edge-slow"),
        *("carte-reconciler-found", "carte-reconciler-behind", "carte-reconciler-errors"),
        *("carte-fulfilment-errors", "carte-fulfilment-gave-up", "carte-orders-overdue"),
        *("carte-region-silent", "carte-region-unheard"),
        *("carte-sweeper-errors", "carte-notices-failed", "carte-orders-contradict"),
        "carte-payment-webhook-errors",
        *("carte-alerts-errors", "carte-alerts-gave-up", "carte-alert-mails-refused"),
        "carte-alert-mails-too-late",
        *(
            "carte-people-notices-errors",
            "carte-people-notices-gave-up",
            "carte-people-mails-refused",
            "carte-people-notices-too-late",
        ),
    }
)
# Alarms that are not in the stack of a region.
_GLOBAL: Final = ("carte-edge-", "carte-unhealthy-")
# Stacks and resources of options, and names of the page that are none of a resource.
_NOT_IN_EVERY: Final = frozenset(
    {
        *("carte-drain", "carte-deployment", "carte-recovery", "carte-restored", "carte-edge"),
        *("carte-backup-alarms", "carte-region-lost", "carte-replication-paused"),
        *("carte-operations", "carte-site", "carte-identity", "carte-data", "carte-health"),
        *("carte-reconciler", "carte-fulfilment", "carte-sweeper", "carte-notices"),
        *("carte-payments", "carte-payment-webhook"),
        *("carte-alerts", "carte-stock-alerts", "carte-stock-alerts-dead-letters"),
        *("carte-people", "carte-people-notices", "carte-people-dead-letters"),
        *("carte-live", "carte-live-fan-out"),
        *("carte-counts-dead-letters", "carte-edge-alarms", "carte-table", "carte-unhealthy-"),
    }
)


def every_alarm_that_people_expect_is_there(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """The alarms of the templates are those that the operations page explains, by name."""
    page = (_ROOT / _OPERATIONS).read_text(encoding="utf-8")
    explained = set(_ROW.findall(page))
    wanted = explained - (_OPTIONAL - _wanted_options(cloud))
    elsewhere = {name for name in wanted if name.startswith(_GLOBAL)}
    for name in sorted(elsewhere - _named(cloud.resources(METRIC_ALARM))):
        yield next(cloud.resources()), f"{name} of {_OPERATIONS} is no alarm"
    if cloud.deployment and cloud.deployment.domain:
        unhealthy = {f"carte-unhealthy-{region}" for region in cloud.deployment.regions}
        given = {str(one.properties.get("AlarmName")) for one in cloud.resources(METRIC_ALARM)}
        for name in sorted(unhealthy - given):
            yield next(cloud.resources()), f"{name} of {_OPERATIONS} is no alarm"
    for stack in cloud.regional():
        for name in sorted(wanted - elsewhere - _named(stack.resources(*ALARMS))):
            yield next(stack.resources()), f"{name} of {_OPERATIONS} is no alarm here"
    for alarm in (*alarms_that_ring(cloud), *cloud.resources(COMPOSITE)):
        name = _REGION.sub("<region>", str(alarm.properties.get("AlarmName")))
        if name not in explained:
            yield alarm, f"{name} is not explained in {_OPERATIONS}"


def names_of_the_page_are_there(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Every resource that the operations page names exists in the templates under that name."""
    text = as_text([stack.template for stack in cloud.stacks])
    page = (_ROOT / _OPERATIONS).read_text(encoding="utf-8")
    alarms = set(_ROW.findall(page))
    stacks = {stack.name for stack in cloud.stacks}
    for name in sorted(set(_NAME.findall(page)) - alarms - stacks - _NOT_IN_EVERY):
        if f'"{name}"' not in text:
            yield next(cloud.resources()), f"{name} of {_OPERATIONS} is nowhere"


def the_page_removes_a_region_everywhere(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """The steps to remove a region name every stack that is of it, or whose template names it.

    What the steps leave out goes on naming a region that is gone: an alarm pages.
    """
    if cloud.deployment is None:
        return
    page = (_ROOT / _OPERATIONS).read_text(encoding="utf-8")
    section = page.partition("\n## Remove a region\n")[2].partition("\n## ")[0]
    for region in cloud.deployment.regions:
        for stack in cloud.stacks:
            if stack.name == f"carte-{stack.region}":
                continue  # "the other regions"
            own = stack.name.endswith(f"-{region}")
            name = stack.name.removesuffix(f"-{region}").removeprefix("carte-")
            # The first region stays, and the stacks that are in a region name it for themselves.
            stays = region in {cloud.deployment.primary, stack.region}
            wanted = f"`carte-{name}-<region>`" if own else f"`{name}`"
            if (own or (not stays and _names(stack, region))) and wanted not in section:
                resource = next(stack.resources())
                yield resource, f"names {region}, and {_OPERATIONS} does not remove it from {name}"


def the_page_counts_the_origins(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """The edge has as many origins as the operations page says, by the number of regions."""
    if cloud.deployment is None or not cloud.deployment.has_third:
        return
    page = (_ROOT / _OPERATIONS).read_text(encoding="utf-8")
    sentence = _ORIGINS.search(page)
    for distribution, config in distributions(cloud):
        count = len(config["Origins"])
        if sentence is None:
            yield distribution, f"{_OPERATIONS} does not say how many origins there are"
            continue
        words = {name: _NUMBERS[word] for name, word in sentence.groupdict().items()}
        wanted = words["each"] * len(cloud.deployment.regions) + words["more"]
        wanted += words["cards"] if cloud.deployment.takes_cards else 0
        if count != wanted:
            yield distribution, f"has {count} origins, and {_OPERATIONS} says {wanted}"


def _names(stack: Stack, region: str) -> bool:
    return re.search(rf"(?<![\w-]){region}(?![\w-])", as_text(stack.template)) is not None


def _named(alarms: Iterable[Resource]) -> set[str]:
    return {_REGION.sub("<region>", str(one.properties.get("AlarmName"))) for one in alarms}


def _wanted_options(cloud: Cloud) -> set[str]:
    """The optional alarms that this deployment must have."""
    deployment = cloud.deployment
    if deployment is None:
        return set()
    wanted: set[str] = set()
    if deployment.canary_store:
        wanted.add("carte-canary-failed")
    if not deployment.database.strong:
        wanted |= {"carte-count-files-gave-up", "carte-inventory-errors", "carte-replication-late"}
        wanted |= {f"carte-reconciler-{name}" for name in ("found", "behind", "errors")}
        wanted |= {"carte-fulfilment-errors", "carte-fulfilment-gave-up", "carte-orders-overdue"}
        wanted |= {"carte-region-silent", "carte-region-unheard"}
        wanted |= {"carte-alerts-errors", "carte-alerts-gave-up", "carte-alert-mails-refused"}
        wanted |= {"carte-alert-mails-too-late"}
        wanted |= {"carte-people-notices-errors", "carte-people-notices-gave-up"}
        wanted |= {"carte-people-mails-refused", "carte-people-notices-too-late"}
        wanted |= {"carte-sweeper-errors", "carte-notices-failed", "carte-orders-contradict"}
    if deployment.takes_cards:
        wanted.add("carte-payment-webhook-errors")
    if deployment.domain:
        wanted |= {"carte-drain", "carte-unhealthy-<region>"}
    if deployment.has_edge:
        wanted |= {"carte-edge-errors", "carte-edge-function-errors", "carte-edge-slow"}
    return wanted
