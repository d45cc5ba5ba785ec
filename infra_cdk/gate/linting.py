"""cfn-lint over the templates, each shape of template once for all regions it goes to."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from cfnlint.config import ConfigMixIn, ManualArgs
from cfnlint.decode.decode import decode_str
from cfnlint.rules import Rules
from cfnlint.runner import Runner, run_template_by_data

from infra_cdk.checks.model import Cloud, Stack

# W3005: the CDK writes each DependsOn out, also where a reference implies it.
IGNORED: Final = ("W3005",)
_REGION: Final = re.compile(r"\b[a-z]{2}-[a-z]+-\d")
_LISTED: Final = re.compile(r"region(?:,region)+")
_HASH: Final = re.compile(r"[0-9a-f]{64}|[0-9a-f]{32}|[0-9A-F]{8}")


Work = tuple[str, dict[str, Any], list[str]]


def to_lint(clouds: Iterable[Cloud]) -> list[Work]:
    """Every shape of template once: the stack's name, the template, the regions that it goes to."""
    shapes: defaultdict[str, list[Stack]] = defaultdict(list)
    for cloud in clouds:
        for stack in cloud.stacks:
            shapes[shape(stack)].append(stack)
    return [
        (alike[0].name, alike[0].template, sorted({one.region for one in alike}))
        for alike in shapes.values()
    ]


def lint_one(work: Work) -> list[str]:
    """Return what cfn-lint finds in one of them."""
    name, template, regions = work
    return [f"{name}: {one}" for one in lint_template(template, regions)]


def lint_template(template: dict[str, Any], regions: list[str]) -> list[str]:
    """Return what cfn-lint finds in a template that goes to these regions."""
    config = ConfigMixIn(**ManualArgs(regions=regions, ignore_checks=list(IGNORED)))
    decoded, matches = decode_str(json.dumps(template))
    if decoded is not None:
        matches = [*matches, *run_template_by_data(decoded, config, _rules())]
    return [f"{one.rule.id} {one.message}" for one in matches]


def shape(stack: Stack) -> str:
    """A template without regions' names, their number and all hashes: what cfn-lint judges."""
    parts = {**stack.template, **stack.template.get("Resources", {}), "Resources": None}
    own = stack.region.replace("-", "")
    lines = (json.dumps({name: part}, sort_keys=True) for name, part in parts.items())
    plain = (_REGION.sub("region", line).replace(own, "region") for line in lines)
    plain = (_LISTED.sub("region", line) for line in plain)
    return "\n".join(sorted(_HASH.sub("#", line) for line in plain))


@cache
def _rules() -> Rules:
    """cfn-lint's rules, which its own function for one template loads anew each time."""
    return Runner(ConfigMixIn(**ManualArgs())).rules
