"""cfn-lint over the templates, each shape of template once for all regions it goes to."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from cfnlint.api import ManualArgs, lint

from infra_cdk.checks.model import Cloud, Stack

# W3005: the CDK writes each DependsOn out, also where a reference implies it.
IGNORED: Final = ("W3005",)
_REGION: Final = re.compile(r"\b[a-z]{2}-[a-z]+-\d\b")
_HASH: Final = re.compile(r"[0-9a-f]{64}|[0-9a-f]{32}|(?<=[A-Za-z])[0-9A-F]{8}\b")


def linted(clouds: Iterable[Cloud]) -> tuple[int, list[str]]:
    """Lint all stacks of all deployments.

    Returns:
        How many templates were read, and what was found.
    """
    shapes: defaultdict[str, list[Stack]] = defaultdict(list)
    for cloud in clouds:
        for stack in cloud.stacks:
            shapes[shape(stack.template)].append(stack)
    found = []
    for alike in shapes.values():
        stack, regions = alike[0], sorted({one.region for one in alike})
        found += [f"{stack.name}: {one}" for one in lint_template(stack.template, regions)]
    return len(shapes), found


def lint_template(template: dict[str, Any], regions: list[str]) -> list[str]:
    """What cfn-lint finds in a template that goes to these regions."""
    config = ManualArgs(regions=regions, ignore_checks=list(IGNORED))
    matches = lint(json.dumps(template), config=config)
    return [f"{one.rule.id} {one.message}" for one in matches]


def shape(template: dict[str, Any]) -> str:
    """A template without the names of regions and the hashes of code: what cfn-lint judges."""
    return _HASH.sub("#", _REGION.sub("region", json.dumps(template, sort_keys=True)))
