"""What the edge reads from the local cloud's cloud.json."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from localcloud.edge.aws_regions import AWS_REGIONS, Coordinates
from localcloud.edge.options import Options, SettingsError

__all__ = ["Options", "Region", "Settings", "SettingsError", "read_settings"]

_REPO_ROOT: Final = Path(__file__).resolve().parents[2]
_HIGHEST_PORT: Final = 65_535
_FAULTS_OFFSET: Final = 20_060


@dataclass(frozen=True, slots=True)
class Region:
    """One region: where it is, and the URL that its API's paths are appended to.

    That is the region's gate where it has one: faults cut and slow what passes there.
    """

    name: str
    api_url: str
    coordinates: Coordinates


@dataclass(frozen=True, slots=True)
class Settings:
    """What the edge serves, and where from."""

    port: int
    state_dir: Path
    site_dir: Path
    regions: tuple[Region, ...]
    default_region: str
    options: Options
    faults_port: int

    @property
    def faults_url(self) -> str:
        """Where the fault controller of this cloud tells what is at work, if there is one."""
        return f"http://127.0.0.1:{self.faults_port}/faults"


def read_settings(path: Path, overrides: Mapping[str, Any] | None = None) -> Settings:
    """Read a cloud.json; a relative state_dir counts from the file's folder.

    Args:
        path: The file. Keys unknown here are ignored.
        overrides: Options that win over the file's object `edge`; None values do not count.

    Raises:
        SettingsError: The file or an option cannot be used.
    """
    try:
        document = orjson.loads(path.read_bytes())
    except OSError as error:
        raise SettingsError(f"cannot read {path}: {error}") from error
    except orjson.JSONDecodeError as error:
        raise SettingsError(f"{path} is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise SettingsError(f"{path} must hold an object")
    regions = tuple(map(_region, _field(document, "regions", list)))
    names = [region.name for region in regions]
    if not names or len(set(names)) != len(names):
        raise SettingsError(f"'regions' must name at least one region, each once, got {names}")
    default = document.get("default_region") or names[0]
    if default not in names:
        raise SettingsError(f"'default_region' is {default!r}, which is not one of {names}")
    port = _field(document, "port", int)
    if not 0 < port <= _HIGHEST_PORT:
        raise SettingsError(f"'port' must be between 1 and {_HIGHEST_PORT}, got {port}")
    options = {
        "time_scale": document.get("time_scale"),
        **_field({"edge": {}, **document}, "edge", dict),
        **{name: value for name, value in (overrides or {}).items() if value is not None},
    }
    return Settings(
        port=port,
        state_dir=path.parent / _field(document, "state_dir", str),
        site_dir=Path(document.get("site_dir") or _REPO_ROOT / "web" / "dist"),
        regions=regions,
        default_region=default,
        options=Options.from_mapping(options),
        faults_port=document.get("faults_port") or port + _FAULTS_OFFSET,
    )


def _region(entry: Any) -> Region:
    if not isinstance(entry, dict):
        raise SettingsError(f"each of 'regions' must be an object, got {entry!r}")
    name = _field(entry, "name", str)
    source = "gate_url" if entry.get("gate_url") else "api_url"
    api_url = _field(entry, source, str).rstrip("/")
    if not api_url.startswith(("http://", "https://")):
        raise SettingsError(f"{source!r} of {name} must be an http URL, got {api_url!r}")
    if "latitude" in entry or "longitude" in entry:
        coordinates = Coordinates(
            float(_field(entry, "latitude", int | float)),
            float(_field(entry, "longitude", int | float)),
        )
    elif name in AWS_REGIONS:
        coordinates = AWS_REGIONS[name]
    else:
        raise SettingsError(f"{name!r} is no AWS region; give it 'latitude' and 'longitude'")
    return Region(name, api_url, coordinates)


def _field(document: Mapping[str, Any], name: str, kind: Any) -> Any:
    value = document.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        wanted = getattr(kind, "__name__", str(kind))
        raise SettingsError(f"{name!r} must be a {wanted}, got {value!r}")
    return value
