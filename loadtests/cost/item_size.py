"""The size of an item by DynamoDB's rules.

Source: Amazon DynamoDB developer guide, "DynamoDB item sizes and formats".
"""

from collections.abc import Mapping
from typing import Any


def item_bytes(item: Mapping[str, Mapping[str, Any]]) -> int:
    """Size of an item, as DynamoDB's JSON (or boto3's client) shows it: names and values."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "B":
        return len(content)
    if kind == "N":
        return (len(content.lstrip("-").replace(".", "").strip("0")) + 1) // 2 + 1
    if kind in {"BOOL", "NULL"}:
        return 1
    raise ValueError(f"carte's items hold no attributes of type {kind}")
