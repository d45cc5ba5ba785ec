"""The layout of a local cloud, and the state file `cloud.json` from which its processes read it."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

from localcloud.exceptions import LocalCloudError

DEFAULT_PORT: Final = 8080
DEFAULT_REGIONS: Final = ("us-east-1", "eu-west-1", "ap-southeast-1")
TABLE: Final = "carte"
API_ID: Final = "carte"  # the tag ms-custom-id of the template pins it
STAGE: Final = "live"
ANY_KEY: Final = "local"  # the emulator takes any credentials
ACCOUNT_ID: Final = "000000000000"

Runtime = Literal["lambda", "direct"]
Role = Literal[
    "supervisor", "emulator", "direct", "replicator", "faults", "edge", "localstripe", "payments"
]

REPO_ROOT: Final = Path(__file__).resolve().parents[1]
STATE_FILE: Final = "cloud.json"
_HIGHEST_PORT: Final = 65_535
REGION_OFFSET: Final = 20_000
"""From the port of the edge to that of the first emulator, unless an option sets the latter."""


@dataclass(frozen=True)
class Region:
    """One region: where its emulator listens and where its API answers.

    Observers use the addresses of emulator and API. The edge uses the gate of the API, and the
    Lambdas and direct runtimes the gate of DynamoDB: the fault controller owns both gates.

    Attributes:
        name: The AWS name of the region.
        endpoint: The address of the emulator.
        api_url: The address that the paths of the API are appended to.
        gate_url: The same through the gate; empty where there is no gate.
        dynamodb_gate: The address of DynamoDB through its gate; empty where there is no gate.
        latitude: Where the region is, degrees; None for AWS regions, whose places are known.
        longitude: See latitude.
    """

    name: str
    endpoint: str
    api_url: str
    gate_url: str = ""
    dynamodb_gate: str = ""
    latitude: float | None = None
    longitude: float | None = None

    @property
    def port(self) -> int:
        """The port of the region's emulator."""
        return port_of(self.endpoint)

    @property
    def dynamodb_url(self) -> str:
        """The address at which the service reaches DynamoDB."""
        return self.dynamodb_gate or self.endpoint


@dataclass(frozen=True)
class ProcessRecord:
    """A started process. A pid counts only together with its creation time.

    Attributes:
        role: What the process does.
        region: Its region, or None.
        pid: Its process id.
        create_time: When it was created, seconds of the epoch.
    """

    role: Role
    region: str | None
    pid: int
    create_time: float

    @property
    def name(self) -> str:
        """The name of the process in messages and of its log file."""
        return f"{self.role}-{self.region}" if self.region else self.role


@dataclass(frozen=True)
class CloudLayout:
    """A local cloud; `cloud.json` holds the same fields, and all processes of the cloud read it.

    Attributes:
        port: The port of the edge.
        state_dir: The folder of logs and data.
        runtime: How the API is served.
        primary: The primary region.
        replicator_port: The port of the replicator's control API.
        table: The name of the table in each region.
        regions: The regions, the primary first.
        default_region: The region that clients without a known place are near to.
        processes: The started processes.
        faults_port: The port of the fault controller; 0 where there is none.
        time_scale: How many times faster than on AWS the edge checks health and forgets DNS
            answers.
        site_dir: The folder of the built site; None for the one that this repository builds.
        edge: Options of the edge that differ from their defaults, see `edge/options.py`.
        payments_port: The port of the payment provider's front; 0 where there is none.
        payments_gate_port: The port of the gate before it, by which Lambdas reach it.
        localstripe_port: The port of localstripe, which the front asks.
    """

    port: int
    state_dir: Path
    runtime: Runtime
    primary: str
    replicator_port: int
    table: str
    regions: tuple[Region, ...]
    default_region: str
    processes: tuple[ProcessRecord, ...] = ()
    faults_port: int = 0
    time_scale: float = 1.0
    site_dir: Path | None = None
    edge: Mapping[str, Any] = field(default_factory=dict)
    payments_port: int = 0
    payments_gate_port: int = 0
    localstripe_port: int = 0

    @property
    def url(self) -> str:
        """The address for a browser."""
        return f"http://localhost:{self.port}"

    @property
    def edge_url(self) -> str:
        """The address of the edge for programs, without a name to resolve."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def replicator_url(self) -> str:
        """The address of the replicator's control API."""
        return f"http://127.0.0.1:{self.replicator_port}"

    @property
    def faults_url(self) -> str:
        """The address of the fault controller."""
        return f"http://127.0.0.1:{self.faults_port}"

    @property
    def payments_url(self) -> str:
        """The address of the payment provider, past its gate."""
        return f"http://127.0.0.1:{self.payments_port}"

    @property
    def payments_gate(self) -> str:
        """The address at which the service reaches the payment provider; empty: there is none."""
        return f"http://127.0.0.1:{self.payments_gate_port}" if self.payments_gate_port else ""

    @property
    def localstripe_url(self) -> str:
        """The address of localstripe, behind the front of the payment provider."""
        return f"http://127.0.0.1:{self.localstripe_port}"

    @property
    def payments_data(self) -> Path:
        """The folder in which the payment provider keeps its data between runs."""
        return self.state_dir / "data" / "payments"

    @property
    def path(self) -> Path:
        """The state file of this layout."""
        return self.state_dir / STATE_FILE

    @property
    def logs(self) -> Path:
        """The folder of the processes' logs."""
        return self.state_dir / "logs"

    @property
    def region_names(self) -> tuple[str, ...]:
        """The regions' names, the primary first."""
        return tuple(region.name for region in self.regions)

    def log(self, name: str) -> Path:
        """Return the log file of a process, by its `ProcessRecord.name`."""
        return self.logs / f"{name}.log"

    def data(self, region: str) -> Path:
        """Return the folder in which a region's emulator keeps its state between runs."""
        return self.state_dir / "data" / region

    def region(self, name: str) -> Region:
        """Return the region of that name.

        Raises:
            LocalCloudError: There is none.
        """
        for region in self.regions:
            if region.name == name:
                return region
        raise LocalCloudError(
            f"there is no region {name!r} in the cloud at port {self.port}",
            f"it has {', '.join(self.region_names)}",
        )

    def ports(self) -> dict[int, tuple[str, str]]:
        """Return every port of the cloud with its purpose and the option that changes it."""
        ports = {self.port: ("edge", "--port"), self.replicator_port: ("replicator", "--port")}
        if self.faults_port:
            ports[self.faults_port] = ("faults", "--port")
        if self.payments_port:
            ports[self.payments_port] = ("payment provider", "--port")
            ports[self.payments_gate_port] = ("payment provider's gate", "--port")
            ports[self.localstripe_port] = ("localstripe", "--port")
        for region in self.regions:
            ports[region.port] = (f"emulator {region.name}", "--region-port")
            if self.runtime == "direct":
                ports[port_of(region.api_url)] = (f"direct runtime {region.name}", "--port")
            for url, gate in ((region.gate_url, "API"), (region.dynamodb_gate, "DynamoDB")):
                if url:
                    ports[port_of(url)] = (f"{gate} gate {region.name}", "--port")
        return ports

    def with_process(self, record: ProcessRecord) -> "CloudLayout":
        """Return the layout with this process in place of an earlier one of the same name."""
        others = tuple(known for known in self.processes if known.name != record.name)
        return replace(self, processes=(*others, record))

    def process(self, role: Role, region: str | None = None) -> ProcessRecord | None:
        """Return the recorded process of a role (and region), or None."""
        for record in self.processes:
            if (record.role, record.region) == (role, region):
                return record
        return None

    def to_json(self) -> dict[str, Any]:
        """Return the content of `cloud.json`."""
        site_dir = None if self.site_dir is None else str(self.site_dir)
        return {**asdict(self), "state_dir": str(self.state_dir), "site_dir": site_dir}

    def save(self) -> None:
        """Write `cloud.json` so that a reader sees the old file or the new one, never a part."""
        self.state_dir.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(f"{STATE_FILE}.{os.getpid()}")
        draft.write_text(json.dumps(self.to_json(), indent=2) + "\n", encoding="utf-8")
        draft.replace(self.path)


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


def default_state_dir(port: int) -> Path:
    """Return the state folder of the cloud at a port, where no option names another one."""
    return REPO_ROOT / ".carte" / str(port)


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
        create_time=process.get("create_time", float),
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


def port_of(url: str) -> int:
    """Return the port of an address."""
    return int(url.split(":", 2)[2].partition("/")[0])
