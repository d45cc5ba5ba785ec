"""The conditional writes that bring a region from the image it is believed to hold to another."""

from typing import Any

import orjson

from localcloud.replicator.images import Item, parse, render

_MOST_ATTRIBUTES = 120
"""DynamoDB allows 300 operators and 4 KB in an expression: wider items are compared in part."""

Operation = dict[str, Any]
"""The inside of a TransactWriteItems member, also the body of PutItem and DeleteItem."""


def _fragment(value: Any) -> orjson.Fragment:
    return orjson.Fragment(render(value))


def condition(before: bytes | None, after: bytes | None, key: bytes) -> Operation:
    """Return the condition that the table's item is `before` (None: no item).

    An attribute that a local write added meanwhile can only be noticed where `after` has it
    too: an expression cannot say "and nothing else". carte's documents all carry a `rev` that
    every write changes, so there nothing can slip by.
    """
    names = list(parse(key))
    if before is None:
        return {
            "ConditionExpression": "attribute_not_exists(#k)",
            "ExpressionAttributeNames": {"#k": names[0]},
        }
    old: Item = parse(before)
    new: Item = parse(after) if after is not None else {}
    terms = ["attribute_exists(#k)"]
    aliases = {"#k": names[0]}
    values: dict[str, orjson.Fragment] = {}
    compared = [name for name in old if name not in names][:_MOST_ATTRIBUTES]
    for number, name in enumerate(compared):
        terms.append(f"#o{number} = :o{number}")
        aliases[f"#o{number}"] = name
        values[f":o{number}"] = _fragment(old[name])
    added = [name for name in new if name not in old][: _MOST_ATTRIBUTES // 4]
    for number, name in enumerate(added):
        terms.append(f"attribute_not_exists(#n{number})")
        aliases[f"#n{number}"] = name
    operation: Operation = {
        "ConditionExpression": " AND ".join(terms),
        "ExpressionAttributeNames": aliases,
    }
    if values:
        operation["ExpressionAttributeValues"] = values
    return operation


def write(table: str, key: bytes, before: bytes | None, after: bytes | None) -> Operation:
    """Return `{"Put": ...}` or `{"Delete": ...}`, to be done only if the item is `before`."""
    operation: Operation = {"TableName": table, **condition(before, after, key)}
    if after is None:
        return {"Delete": operation | {"Key": orjson.Fragment(key)}}
    return {"Put": operation | {"Item": orjson.Fragment(after)}}
