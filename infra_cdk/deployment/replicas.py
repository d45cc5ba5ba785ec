"""Splits a change of a global table into updates of one replica or one index each.

DynamoDB developer guide and CloudFormation's `AWS::DynamoDB::GlobalTable`: an update adds or
removes one replica, and changes nothing else of the stack with it; and it creates one index. A
table that is created may have several of both.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any, Final

from services.domain.errors import CarteError

_TABLE: Final = "AWS::DynamoDB::GlobalTable"
_INDEXES: Final = "GlobalSecondaryIndexes"

Template = Mapping[str, Any]


def replicas(template: Template) -> tuple[str, ...]:
    """Return the regions of a template's global table; empty where the template has none."""
    table = _table(template)
    return tuple(one["Region"] for one in table["Properties"]["Replicas"]) if table else ()


def indexes(template: Template) -> tuple[str, ...]:
    """Return the names of a template's global secondary indexes; empty where it has none."""
    table = _table(template)
    return tuple(one["IndexName"] for one in table["Properties"].get(_INDEXES, [])) if table else ()


def updates(running: Template | None, wanted: Template) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the templates to deploy before the wanted one, each with one replica or index changed.

    Args:
        running: The template that the stack runs with; None before its first deployment.
        wanted: The template that it shall run with.

    Yields:
        What the update does, for a person, and its template. The wanted template itself, which may
        change more than replicas and indexes, is not among them.
    """
    before, after = _table(running or {}), _table(wanted)
    if running is None or before is None or after is None:
        return
    had, wants = replicas(running), replicas(wanted)
    new = {one["Region"]: one for one in after["Properties"]["Replicas"]}
    current = copy.deepcopy(dict(running))
    changes = [(region, True) for region in wants if region not in had]
    changes += [(region, False) for region in had if region not in wants]
    for region, added in changes:
        current = copy.deepcopy(current)
        table = _table(current)
        assert table is not None  # noqa: S101 - a copy of `running`, which has it
        listed = table["Properties"]["Replicas"]
        if added:
            listed.append(new[region])
        else:
            listed[:] = [one for one in listed if one["Region"] != region]
        yield f"{'add' if added else 'remove'} the replica in {region}", current
    yield from _new_indexes(current, after["Properties"])


def _new_indexes(
    current: dict[str, Any], wanted: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the templates that create the indexes which the running table lacks, one each."""
    running = _table(current)
    assert running is not None  # noqa: S101 - the caller has checked it
    had = {one["IndexName"] for one in running["Properties"].get(_INDEXES, [])}
    types = {one["AttributeName"]: one for one in wanted.get("AttributeDefinitions", [])}
    for index in wanted.get(_INDEXES, []):
        if index["IndexName"] in had:
            continue
        current = copy.deepcopy(current)
        table = _table(current)
        assert table is not None  # noqa: S101 - a copy of what has it
        properties = table["Properties"]
        properties.setdefault(_INDEXES, []).append(index)
        known = {one["AttributeName"] for one in properties["AttributeDefinitions"]}
        properties["AttributeDefinitions"] += [
            types[key["AttributeName"]]
            for key in index["KeySchema"]
            if key["AttributeName"] not in known
        ]
        yield f"create the index {index['IndexName']}", current


def refuse_to_lose_replicas(running: Template | None, previous: Template) -> None:
    """Raise where deploying a previous template would remove a replica.

    Raises:
        CarteError: The previous template lacks a region of the running one; the replica there may
            have taken hours to fill.
    """
    lost = [region for region in replicas(running or {}) if region not in replicas(previous)]
    if lost:
        raise CarteError(
            f"the previous template would remove the replica in {', '.join(lost)}",
            "to remove a region, follow docs/operations.md, Remove a region",
        )


def _table(template: Template) -> dict[str, Any] | None:
    for body in template.get("Resources", {}).values():
        if body["Type"] == _TABLE:
            table: dict[str, Any] = body
            return table
    return None
