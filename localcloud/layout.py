"""What a local cloud consists of, and the file `cloud.json` that its processes know it by."""

import json
import os
from dataclasses import asdict, dataclass, replace
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
Role = Literal["supervisor", "emulator", "direct", "replicator", "faults", "edge"]

REPO_ROOT: Final = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Region:
    """One region: where its emulator listens and where its API answers.

    Observers go there straight. The edge goes through the gate of the API, and the Lambdas and
    direct runtimes through the gate of DynamoDB: the fault controller owns both.
    """

    name: str
    endpoint: str
    api_url: str
    gate_url: str = ""
    dynamodb_gate: str = ""

    @property
    def port(self) -> int:
        """The port of the region's emulator."""
        return port_of(self.endpoint)

    @property
    def dynamodb_url(self) -> str:
        """Where the service reaches DynamoDB."""
        return self.dynamodb_gate or self.endpoint


@dataclass(frozen=True)
class ProcessRecord:
    """One started process. A pid counts only together with its creation time (epoch seconds)."""

    role: Role
    region: str | None
    pid: int
    create_time: float

    @property
    def name(self) -> str:
        """What to call it in messages, and what its log file is named after."""
        return f"{self.role}-{self.region}" if self.region else self.role


@dataclass(frozen=True)
class CloudLayout:
    """A local cloud. The same object is the file `cloud.json`, which all of its processes read."""

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
    """How many times faster than on AWS the edge checks health and forgets DNS answers."""

    @property
    def url(self) -> str:
        """Where a person opens it."""
        return f"http://localhost:{self.port}"

    @property
    def edge_url(self) -> str:
        """Where a program reaches the edge, without a name to resolve."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def replicator_url(self) -> str:
        """Where the replicator is controlled."""
        return f"http://127.0.0.1:{self.replicator_port}"

    @property
    def faults_url(self) -> str:
        """Where the fault controller is asked."""
        return f"http://127.0.0.1:{self.faults_port}"

    @property
    def path(self) -> Path:
        """The file this layout is kept in."""
        return self.state_dir / "cloud.json"

    @property
    def logs(self) -> Path:
        """The folder of the processes' logs."""
        return self.state_dir / "logs"

    @property
    def region_names(self) -> tuple[str, ...]:
        """The regions' names, the primary first."""
        return tuple(region.name for region in self.regions)

    def log(self, name: str) -> Path:
        """The log of a process, by its `ProcessRecord.name`."""
        return self.logs / f"{name}.log"

    def data(self, region: str) -> Path:
        """Where a region's emulator keeps its state between runs."""
        return self.state_dir / "data" / region

    def region(self, name: str) -> Region:
        """The region of that name.

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
        """Every port that the cloud listens on: what for, and the option that changes it."""
        ports = {self.port: ("edge", "--port"), self.replicator_port: ("replicator", "--port")}
        if self.faults_port:
            ports[self.faults_port] = ("faults", "--port")
        for region in self.regions:
            ports[region.port] = (f"emulator {region.name}", "--region-port")
            if self.runtime == "direct":
                ports[port_of(region.api_url)] = (f"direct runtime {region.name}", "--port")
            for url, gate in ((region.gate_url, "API"), (region.dynamodb_gate, "DynamoDB")):
                if url:
                    ports[port_of(url)] = (f"{gate} gate {region.name}", "--port")
        return ports

    def with_process(self, record: ProcessRecord) -> "CloudLayout":
        """The layout with this process in place of an earlier one of the same name."""
        others = tuple(known for known in self.processes if known.name != record.name)
        return replace(self, processes=(*others, record))

    def process(self, role: Role, region: str | None = None) -> ProcessRecord | None:
        """The recorded process of a role (and region), or None."""
        for record in self.processes:
            if (record.role, record.region) == (role, region):
                return record
        return None

    def to_json(self) -> dict[str, Any]:
        """The shape of `cloud.json`."""
        return {**asdict(self), "state_dir": str(self.state_dir)}

    def save(self) -> None:
        """Write `cloud.json` so that a reader sees the old file or the new one, never a part."""
        self.state_dir.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(f"cloud.json.{os.getpid()}")
        draft.write_text(json.dumps(self.to_json(), indent=2) + "\n", encoding="utf-8")
        draft.replace(self.path)


def default_state_dir(port: int) -> Path:
    """Where a cloud keeps its state unless told otherwise."""
    return REPO_ROOT / ".carte" / str(port)


def load_layout(state_dir: Path) -> CloudLayout | None:
    """Read the `cloud.json` of a state folder, or None where there is none.

    Raises:
        LocalCloudError: The file is there and cannot be read.
    """
    path = state_dir.resolve() / "cloud.json"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        return parse_layout(json.loads(text))
    except (ValueError, KeyError, TypeError) as error:
        raise LocalCloudError(
            f"{path} cannot be read: {error}",
            "`carte down --wipe` with the same --port starts over",
        ) from error


def parse_layout(data: dict[str, Any]) -> CloudLayout:
    """Make a layout of the content of a `cloud.json`."""
    return CloudLayout(
        **{
            **data,
            "state_dir": Path(data["state_dir"]),
            "regions": tuple(Region(**region) for region in data["regions"]),
            "processes": tuple(ProcessRecord(**record) for record in data["processes"]),
        }
    )


def port_of(url: str) -> int:
    """The port of an address."""
    return int(url.split(":", 2)[2].partition("/")[0])
