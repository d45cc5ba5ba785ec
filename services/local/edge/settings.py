"""What the edge reads from the local cloud's cloud.json, and the options that tune it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, Self

import orjson

from services.local.edge.aws_regions import AWS_REGIONS, Coordinates

_REPO_ROOT: Final = Path(__file__).resolve().parents[3]
_HIGHEST_PORT: Final = 65_535


class SettingsError(Exception):
    """cloud.json or an option cannot be used; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Options:
    """What may be tuned: the object `edge` of cloud.json, or the command line. Seconds throughout.

    The checks' defaults are faster than Route 53's (10 s, 3 in a row, TTL 60 s), so that a frozen
    region is left within interval * threshold + check_timeout = 3 s. The longest that a reader
    waits is response_timeout + last_response_timeout.
    """

    interval: float = 1.0  # between the starts of two checks of a region; 0: no checks
    threshold: int = 2  # failed checks in a row that make a region unhealthy
    recovery_threshold: int = 2  # passed checks in a row that make it healthy again
    check_timeout: float = 1.0
    ttl: float = 0.0  # how long an answer of the latency record is kept, as DNS caches do
    time_scale: float = 1.0  # divides interval and ttl
    origins: int = 2  # regions a GET is tried in; CloudFront's origin groups hold 2; 1: none other
    connect_timeout: float = 1.0  # for a connection, the wait for a free one included
    response_timeout: float = 2.0  # for the whole answer while another region may be asked
    last_response_timeout: float = 5.0  # for the whole answer when none is left, and for a POST
    connections: int = 256  # at most, to each region
    max_body: int = 1024 * 1024  # bytes of a request; API Gateway takes 10 MB, our API 256 KiB
    access_log: bool = True

    def __post_init__(self) -> None:
        """Refuse what would hang or never answer.

        Raises:
            SettingsError: A value is out of range.
        """
        may_be_zero = {"interval", "ttl", "access_log"}
        for field in fields(self):
            value = getattr(self, field.name)
            if value < 0 or (value == 0 and field.name not in may_be_zero):
                raise SettingsError(f"edge option {field.name!r} must be positive, got {value!r}")

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Take the options known here, ignore the rest.

        Raises:
            SettingsError: A value is no number.
        """
        taken: dict[str, Any] = {}
        for field in fields(cls):
            value = values.get(field.name)
            if value is None:
                continue
            kind = type(field.default)
            if not isinstance(value, int | float) or (kind is bool) is not isinstance(value, bool):
                raise SettingsError(
                    f"edge option {field.name!r} must be a {kind.__name__}, got {value!r}"
                )
            taken[field.name] = int(value) if kind is int else value
        return cls(**taken)


@dataclass(frozen=True, slots=True)
class Region:
    """One region: where it is, and the URL that its API's paths are appended to."""

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
    )


def _region(entry: Any) -> Region:
    if not isinstance(entry, dict):
        raise SettingsError(f"each of 'regions' must be an object, got {entry!r}")
    name = _field(entry, "name", str)
    api_url = _field(entry, "api_url", str).rstrip("/")
    if not api_url.startswith(("http://", "https://")):
        raise SettingsError(f"'api_url' of {name} must be an http URL, got {api_url!r}")
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
