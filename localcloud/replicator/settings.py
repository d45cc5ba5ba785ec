"""What the replicator reads from the local cloud's cloud.json."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson


class SettingsError(Exception):
    """cloud.json cannot be used; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Which regions to replicate between, and where state and control live."""

    state_dir: Path
    control_port: int
    table: str
    endpoints: Mapping[str, str]
    """Region name to the emulator's URL, in the order of the file."""


def _field(document: Mapping[str, Any], name: str, kind: type) -> Any:
    value = document.get(name)
    if not isinstance(value, kind):
        raise SettingsError(f"{name!r} must be a {kind.__name__}, got {value!r}")
    return value


def read_settings(path: Path) -> Settings:
    """Read `path`; a relative state_dir counts from the file's folder. Raises SettingsError."""
    try:
        document = orjson.loads(path.read_bytes())
    except OSError as error:
        raise SettingsError(f"cannot read {path}: {error}") from error
    except orjson.JSONDecodeError as error:
        raise SettingsError(f"{path} is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise SettingsError(f"{path} must hold an object")
    endpoints: dict[str, str] = {}
    for region in _field(document, "regions", list):
        if not isinstance(region, dict):
            raise SettingsError(f"each of 'regions' must be an object, got {region!r}")
        name = _field(region, "name", str)
        if name in endpoints:
            raise SettingsError(f"region {name!r} is listed twice")
        endpoints[name] = _field(region, "endpoint", str)
    if not endpoints:
        raise SettingsError("'regions' is empty")
    return Settings(
        state_dir=path.parent / _field(document, "state_dir", str),
        control_port=_field(document, "replicator_port", int),
        table=_field(document, "table", str),
        endpoints=endpoints,
    )
