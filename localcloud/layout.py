"""The layout of a local cloud: its regions, addresses, ports, processes and folders."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

from localcloud.exceptions import UnknownRegionError

DEFAULT_PORT: Final = 8080
DEFAULT_REGIONS: Final = ("us-east-1", "eu-west-1", "ap-southeast-1")
TABLE: Final = "carte"
API_ID: Final = "carte"  # the tag ms-custom-id of the template pins it
LIVE_API_ID: Final = "carte-live"  # likewise
STAGE: Final = "live"
ANY_KEY: Final = "local"  # the emulator takes any credentials
ACCOUNT_ID: Final = "000000000000"

Runtime = Literal["lambda", "direct"]
Role = Literal[
    "supervisor", "emulator", "direct", "replicator", "faults", "edge", "localstripe", "payments"
]

REPO_ROOT: Final = Path(__file__).resolve().parents[1]
STATE_FILE: Final = "cloud.json"
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
    """A started process. A pid counts only together with its start time.

    Attributes:
        role: What the process does.
        region: Its region, or None.
        pid: Its process id.
        started_at: When it started, in seconds, as `processes.started_at` has it.
    """

    role: Role
    region: str | None
    pid: int
    started_at: float

    @property
    def name(self) -> str:
        """The name of the process in messages and of its log file."""
        return f"{self.role}-{self.region}" if self.region else self.role


@dataclass(frozen=True)
class CloudLayout:
    """A local cloud; its state file `cloud.json` holds the same fields (`state_file.py`).

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
            UnknownRegionError: There is none.
        """
        for region in self.regions:
            if region.name == name:
                return region
        where = f"in the cloud at port {self.port}"
        raise UnknownRegionError("region", name, self.region_names, where=where)

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


def default_state_dir(port: int) -> Path:
    """Return the state folder of the cloud at a port, where no option names another one."""
    return REPO_ROOT / ".carte" / str(port)


def port_of(url: str) -> int:
    """Return the port of an address."""
    return int(url.split(":", 2)[2].partition("/")[0])
