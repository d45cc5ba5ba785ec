"""From the plain values of a TOML file to typed objects, with words that help where they differ."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, TypeVar

from infra_cdk.config.exceptions import ConfigError

T = TypeVar("T")
_KINDS = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    tuple: "a list",
    dict: "a table",
}


def read(kind: type[T], values: Mapping[str, Any], table: str = "") -> T:
    """Make a dataclass of plain values; what is not given has its default.

    Args:
        kind: the dataclass; the type of each field is that of its default.
        values: by name of the field.
        table: name of the TOML table that they stand in.

    Raises:
        ConfigError: a key is unknown or a value has the wrong type.
    """
    known: dict[str, Field[Any]] = {one.name: one for one in fields(kind)}  # type: ignore[arg-type]
    prefix = f"{table}." if table else ""
    made: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            raise ConfigError(
                f"{prefix + name!r} is not a setting; settings are "
                + ", ".join(prefix + one for one in known)
            )
        made[name] = _converted(prefix + name, value, _default(known[name]))
    return kind(**made)


def _default(setting: Field[Any]) -> Any:
    if setting.default_factory is not MISSING:
        return setting.default_factory()
    return setting.default


def _converted(name: str, value: Any, default: Any) -> Any:
    if is_dataclass(default) and not isinstance(default, type):
        if not isinstance(value, Mapping):
            raise ConfigError(f"{name} must be a table: write [{name}] and its settings below")
        return read(type(default), value, name)
    wanted = type(default)
    given = tuple(value) if isinstance(value, list) else value
    # True is an int to Python, and a mistake in a file.
    if not isinstance(given, wanted) or (isinstance(given, bool) and wanted is not bool):
        raise ConfigError(f"{name} must be {_KINDS[wanted]}, not {value!r}")
    if isinstance(given, Mapping):
        return {key: tuple(one) if isinstance(one, list) else one for key, one in given.items()}
    return given
