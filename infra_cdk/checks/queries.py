"""Check of the saved queries: they look at logs that are there, by fields that are written."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from infra_cdk.checks.api import STAGE
from infra_cdk.checks.model import Cloud, Resource, Stack, as_text

_ROOT: Final = Path(__file__).parents[2]
_QUERY: Final = "AWS::Logs::QueryDefinition"
_ACCESS: Final = "/carte/api-access"
# A Lambda's log group, to the sources that write its lines.
_WRITERS: Final = {
    f"/carte/{name}": (
        f"services/{folder}",
        "services/domain/log_lines.py",
        "services/configuration/tracing.py",
    )
    for name, folder in (
        *(("menu-api", "menu_api"), ("convergence", "convergence")),
        *(("inventory", "inventory"), ("reconciler", "convergence")),
    )
}
_ALIAS: Final = re.compile(r"\bas (\w+)")
_TEXT: Final = re.compile(r'"[^"]*"')
_FIELD: Final = re.compile(r"(?<![@\w.])[A-Za-z][A-Za-z.]*(?![\w(])")
# Words of Logs Insights (CloudWatch Logs user guide, "CloudWatch Logs Insights query syntax").
_WORDS: Final = frozenset(
    {
        *("filter", "stats", "fields", "sort", "limit", "by", "as", "or", "and", "asc", "desc"),
        *("count", "sum", "avg", "pct", "bin", "m", "ispresent"),
    }
)


def saved_queries_find_what_is_logged(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A saved query looks at a log group of its stack, by fields that lines of it have."""
    for stack in cloud.regional():
        groups = {
            as_text(one.properties.get("LogGroupName"))
            for one in stack.resources("AWS::Logs::LogGroup")
        }
        queries = list(stack.resources(_QUERY))
        if not queries:
            yield next(stack.resources()), "has no saved queries"
        for query in queries:
            looked_at = query.properties.get("LogGroupNames", [])
            if not looked_at or not set(looked_at) <= groups:
                yield query, f"looks at {looked_at}, which is not there"
                continue
            written = set().union(*(_written(stack, group) for group in looked_at))
            for field in sorted(_fields(as_text(query.properties["QueryString"])) - written):
                yield query, f"looks for {field}, which no line of {looked_at} has"


def _fields(query: str) -> set[str]:
    """Return the fields of the lines that a query names."""
    own = set(_ALIAS.findall(query))
    named = _FIELD.findall(_TEXT.sub("", re.sub(r"@\w+", "", query)))
    return {name.partition(".")[0] for name in named if name not in _WORDS} - own


def _written(stack: Stack, group: str) -> set[str]:
    if group != _ACCESS:
        return set(_names_in(_WRITERS[group]))
    (stage,) = stack.resources(STAGE)
    line = as_text(stage.properties.get("AccessLogSetting", {}).get("Format", "{}"))
    return set(re.findall(r'"(\w+)": ', line))


@cache
def _names_in(places: tuple[str, ...]) -> frozenset[str]:
    found: set[str] = set()
    for place in places:
        path = _ROOT / place
        for file in [path] if path.suffix else sorted(path.rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
    return frozenset(found)
