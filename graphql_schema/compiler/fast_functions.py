"""Writes `fast` functions, which turn a tree of values into its part of the response in one go.

A `fast` function raises at any value that is not exactly of the expected class; `Execution` then
completes the same tree step by step, with exact errors. So it only reads what can be read twice:
attributes of objects and keys of dicts, never resolvers.
"""

from dataclasses import dataclass
from typing import Any, Final

from graphql_schema.compiler.emitter import Emitter

# Leaf type (as `leaf_kind` returns it) to the check of a value `{v}` that may not be null.
CHECKS: Final = {
    "String": "if {v}.__class__ is not str: raise UnusualValueError",
    "ID": "if {v}.__class__ is not str: {v} = fast_checks.identifier({v})",
    "Boolean": "if {v}.__class__ is not bool: raise UnusualValueError",
    "Int": (
        "if {v}.__class__ is not int or not -2147483648 <= {v} <= 2147483647: "
        "raise UnusualValueError"
    ),
    "Float": "if {v}.__class__ is not float or {v} - {v} != 0.0: {v} = fast_checks.number({v})",
    "DateTime": "{v} = fast_checks.moment({v})",
}


@dataclass(slots=True)
class FastLeaf:
    """A leaf: its check, or the dict that names an enum's values."""

    check: str | None
    names: str | None = None


@dataclass(slots=True)
class FastList:
    """A list."""

    item: Any
    item_nullable: bool


@dataclass(slots=True)
class FastObject:
    """An object: (key, how to read it, type, nullable) of each field; None reads `__typename`.

    Attributes:
        dicts: Its fields are keys of a dict; else attributes.
        memo: A name under which the object itself keeps its part of the response, as text.
        maker: The function that makes that part, once it is written.
    """

    typename: str
    fields: list[tuple[str, str | None, Any, bool]]
    dicts: bool
    memo: str | None = None
    maker: str = ""


FastType = FastLeaf | FastList | FastObject


def write(emitter: Emitter, kind: FastType, *, nullable: bool) -> str:
    """Write the function for values of a type; returns its name."""
    _write_makers(emitter, kind)
    name = emitter.name("fast")
    emitter.line(f"def {name}(v):")
    _complete(emitter, kind, "v", nullable=nullable, indent=1)
    emitter.line("return v", 1)
    return name


def _write_makers(emitter: Emitter, kind: FastType) -> None:
    """Write the functions that fill the `memo` of objects, innermost objects first."""
    if isinstance(kind, FastList):
        _write_makers(emitter, kind.item)
    elif isinstance(kind, FastObject):
        for _, _, child, _ in kind.fields:
            if child is not None:
                _write_makers(emitter, child)
        if kind.memo is not None:
            kind.maker = emitter.name("make")
            emitter.line(f"def {kind.maker}(source):")
            emitter.line("v = source", 1)
            _build(emitter, kind, "v", 1)
            emitter.line(f"v = source.keep({kind.memo!r}, fast_checks.written(v))", 1)
            emitter.line("return v", 1)


def _complete(emitter: Emitter, kind: FastType, v: str, *, nullable: bool, indent: int) -> None:
    """Write statements that replace the value in the variable `v` by its completion."""
    if isinstance(kind, FastLeaf):
        _leaf(emitter, kind, v, nullable=nullable, indent=indent)
        return
    if nullable:
        emitter.line(f"if {v} is not None:", indent)
        indent += 1
    if isinstance(kind, FastList):
        _list(emitter, kind, v, indent)
    else:
        _object(emitter, kind, v, indent)


def _leaf(emitter: Emitter, kind: FastLeaf, v: str, *, nullable: bool, indent: int) -> None:
    check = f"{v} = {kind.names}[{v}]" if kind.check is None else kind.check.format(v=v)
    if nullable:
        emitter.line(f"if {v} is not None:", indent)
        indent += 1
    emitter.line(check, indent)


def _list(emitter: Emitter, kind: FastList, v: str, indent: int) -> None:
    emitter.line(
        f"if {v}.__class__ is not list and {v}.__class__ is not tuple: raise UnusualValueError",
        indent,
    )
    item = kind.item
    if isinstance(item, FastLeaf) and item.names is not None and not kind.item_nullable:
        emitter.line(f"{v} = [{item.names}[one] for one in {v}]", indent)
        return
    if isinstance(item, FastObject) and item.memo is not None and not kind.item_nullable:
        emitter.line(f"{v} = [{_memoized(item, 'one')} for one in {v}]", indent)
        return
    items, one = emitter.name("items"), emitter.name("one")
    emitter.line(f"{items} = []", indent)
    emitter.line(f"for {one} in {v}:", indent)
    _complete(emitter, item, one, nullable=kind.item_nullable, indent=indent + 1)
    emitter.line(f"{items}.append({one})", indent + 1)
    emitter.line(f"{v} = {items}", indent)


def _object(emitter: Emitter, kind: FastObject, v: str, indent: int) -> None:
    if kind.memo is not None:
        emitter.line(f"{v} = {_memoized(kind, v)}", indent)
        return
    _build(emitter, kind, v, indent)


def _memoized(kind: FastObject, v: str) -> str:
    return f"{v}.memo.get({kind.memo!r}) or {kind.maker}({v})"


def _build(emitter: Emitter, kind: FastObject, v: str, indent: int) -> None:
    if kind.dicts:
        emitter.line(f"if {v}.__class__ is not dict: raise UnusualValueError", indent)
    else:
        emitter.line(
            f"if {v}.__class__ not in READABLE_CLASSES: fast_checks.check_readable({v})", indent
        )
    entries = []
    for key, access, child, nullable in kind.fields:
        if access is None:
            entries.append(f"{key!r}: {kind.typename!r}")
            continue
        name = emitter.name("a")
        emitter.line(f"{name} = {v}.{access}", indent)
        _complete(emitter, child, name, nullable=nullable, indent=indent)
        entries.append(f"{key!r}: {name}")
    emitter.line(f"{v} = {{{', '.join(entries)}}}", indent)
