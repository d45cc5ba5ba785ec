"""The state file `cloud.json`: how a local cloud's processes and commands find each other."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from localcloud.exceptions import LocalCloudError, StartError
from localcloud.layout import STATE_FILE, CloudLayout, ProcessRecord, Region

_HIGHEST_PORT: Final = 65_535


def save_layout(layout: CloudLayout) -> None:
    """Write the state file so that a reader sees the old file or the new one, never a part.

    Raises:
        OSError: It cannot be written; the old file, if any, is as it was.
    """
    layout.state_dir.mkdir(parents=True, exist_ok=True)
    draft = layout.path.with_name(f"{STATE_FILE}.{os.getpid()}")
    try:
        draft.write_text(json.dumps(layout_as_json(layout), indent=2) + "\n", encoding="utf-8")
        draft.replace(layout.path)
    except OSError:  # a full disk
        draft.unlink(missing_ok=True)
        raise


def unwritable(layout: CloudLayout, error: OSError) -> StartError:
    """Return the error of a start whose state file cannot be written."""
    return StartError(
        f"{layout.path} cannot be written: {error.strerror or error}",
        "name a folder that can be by `--state-dir`, on a disk with room",
    )


def layout_as_json(layout: CloudLayout) -> dict[str, Any]:
    """Return the content of the state file."""
    site_dir = None if layout.site_dir is None else str(layout.site_dir)
    return {**asdict(layout), "state_dir": str(layout.state_dir), "site_dir": site_dir}


def load_layout(state_dir: Path) -> CloudLayout | None:
    """Read the `cloud.json` of a state folder, or return None if there is none.

    Raises:
        LocalCloudError: The file cannot be read.
    """
    path = state_dir.resolve() / STATE_FILE
    return read_layout(path) if path.exists() else None


def read_layout(path: Path) -> CloudLayout:
    """Read a state file; a relative `state_dir` in it counts from the file's folder.

    Fields that are missing have the values that clouds had before the fields existed; unknown
    fields are ignored.

    Raises:
        LocalCloudError: The file cannot be read; the message names the field that is wrong.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return _layout_of(document, path.parent)
    except (OSError, ValueError) as error:
        raise LocalCloudError(
            f"{path} cannot be read: {error}",
            "`carte down --wipe` with the same --port starts over",
        ) from error


class CurrentLayout:
    """Returns the layout of a running cloud as its state file has it now.

    The supervisor writes the file again when it restarts a process. Calling costs one `stat`
    as long as the file is the same.
    """

    def __init__(self, layout: CloudLayout) -> None:
        """Start with a layout, which is returned while there is no state file."""
        self._layout = layout
        self._changed: int | None = None

    def __call__(self) -> CloudLayout:
        """Return the layout.

        Raises:
            LocalCloudError: The state file cannot be read.
        """
        try:
            changed = self._layout.path.stat().st_mtime_ns
        except FileNotFoundError:
            return self._layout
        if changed != self._changed:
            self._layout = load_layout(self._layout.state_dir) or self._layout
            self._changed = changed
        return self._layout


def _layout_of(document: Any, folder: Path) -> CloudLayout:
    """Return the layout that the content of a state file describes.

    Raises:
        ValueError: A field is missing or wrong.
    """
    cloud = _Fields(document, "the file")
    regions = tuple(
        _region_of(_Fields(one, "each of 'regions'")) for one in cloud.get("regions", list)
    )
    names = [region.name for region in regions]
    if not names or len(set(names)) != len(names):
        raise ValueError(f"'regions' must name at least one region, each once, got {names}")
    default = cloud.get("default_region", str, names[0])
    if default not in names:
        raise ValueError(f"'default_region' is {default!r}, which is not one of {names}")
    site_dir = cloud.get("site_dir", str | None, None)
    return CloudLayout(
        port=cloud.port("port"),
        state_dir=folder / cloud.get("state_dir", str),
        runtime=cloud.get("runtime", str, "lambda"),
        primary=cloud.get("primary", str, names[0]),
        replicator_port=cloud.port("replicator_port"),
        table=cloud.get("table", str),
        regions=regions,
        default_region=default,
        processes=tuple(
            _process_of(_Fields(one, "each of 'processes'"))
            for one in cloud.get("processes", list, [])
        ),
        faults_port=cloud.get("faults_port", int, 0),
        time_scale=cloud.get("time_scale", float, 1.0),
        site_dir=None if site_dir is None else Path(site_dir),
        edge=cloud.get("edge", dict, {}),
        payments_port=cloud.get("payments_port", int, 0),
        payments_gate_port=cloud.get("payments_gate_port", int, 0),
        localstripe_port=cloud.get("localstripe_port", int, 0),
    )


def _region_of(region: "_Fields") -> Region:
    return Region(
        name=region.get("name", str),
        endpoint=region.url("endpoint"),
        api_url=region.url("api_url"),
        gate_url=region.get("gate_url", str, ""),
        dynamodb_gate=region.get("dynamodb_gate", str, ""),
        latitude=region.get("latitude", float | None, None),
        longitude=region.get("longitude", float | None, None),
    )


def _process_of(process: "_Fields") -> ProcessRecord:
    return ProcessRecord(
        role=process.get("role", str),
        region=process.get("region", str | None, None),
        pid=process.get("pid", int),
        started_at=process.started_at(),
    )


_REQUIRED: Final = object()


class _Fields:
    """An object of a state file whose fields are read with their types."""

    def __init__(self, document: Any, name: str) -> None:
        if not isinstance(document, dict):
            raise ValueError(f"{name} must be an object, got {document!r}")  # noqa: TRY004 - as below
        self._document = document

    def get(self, name: str, kind: Any, default: Any = _REQUIRED) -> Any:
        value = self._document.get(name, default)
        if value is _REQUIRED:
            raise ValueError(f"{name!r} is missing")
        if kind in {float, float | None}:
            kind = kind | int
        if not isinstance(value, kind) or isinstance(value, bool):
            wanted = getattr(kind, "__name__", str(kind))
            raise ValueError(  # noqa: TRY004 - wrong content of a file, not a wrong argument
                f"{name!r} must be a {wanted}, got {value!r}"
            )
        return value

    def started_at(self) -> float:
        """Return when a process started; records had the time of day until version 0.1.0."""
        if "create_time" not in self._document:
            started: float = self.get("started_at", float)
            return started
        # Only now: most commands need no psutil.
        from localcloud.processes import started_at_of

        return started_at_of(self.get("create_time", float))

    def port(self, name: str) -> int:
        value: int = self.get(name, int)
        if not 0 < value <= _HIGHEST_PORT:
            raise ValueError(f"{name!r} must be between 1 and {_HIGHEST_PORT}, got {value}")
        return value

    def url(self, name: str) -> str:
        value: str = self.get(name, str)
        if not value.startswith(("http://", "https://")):
            raise ValueError(f"{name!r} must be an http URL, got {value!r}")
        return value.rstrip("/")
