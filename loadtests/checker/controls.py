"""The handles of a local cloud that faults turn: replication, regions, the stream Lambda."""

import contextlib
from collections.abc import Callable
from typing import Any, Final

import orjson
import urllib3
from botocore.exceptions import BotoCoreError, ClientError

from loadtests.checker.schedule import Window
from loadtests.checker.settings import CheckError
from localcloud import regions
from localcloud.deployer import client
from localcloud.exceptions import LocalCloudError
from localcloud.layout import CloudLayout, Region, load_layout

_HANDLER: Final = "services.convergence.handler.handler"
_TIMEOUT_S: Final = 10.0


class StreamLambda:
    """The convergence Lambda of one region and what feeds it.

    Raises:
        CheckError: the region has none.
    """

    def __init__(self, region: Region) -> None:
        self._lambda: Any = client(region, "lambda")
        self._logs: Any = client(region, "logs")
        self._name = self._function(region.name)
        pages = self._lambda.get_paginator("list_event_source_mappings").paginate()
        mappings = [one for page in pages for one in page["EventSourceMappings"]]
        self._mappings = [one["UUID"] for one in mappings if self._name in one["FunctionArn"]]
        if not self._mappings:
            raise CheckError(f"nothing feeds {self._name} in {region.name}")

    def _function(self, region: str) -> str:
        for page in self._lambda.get_paginator("list_functions").paginate():
            for function in page["Functions"]:
                if function.get("Handler") == _HANDLER:
                    return str(function["FunctionName"])
        raise CheckError(
            f"{region} has no stream Lambda {_HANDLER}",
            "`carte down` and `carte up` deploy the stacks of this checkout",
        )

    def switch(self, *, on: bool) -> None:
        """Feed it, or not; what comes meanwhile waits in the stream."""
        for mapping in self._mappings:
            self._lambda.update_event_source_mapping(UUID=mapping, Enabled=on)

    def logged(self, since_ms: int) -> dict[str, int]:
        """Sums of what it logged since a moment (Unix milliseconds): `Repairs`, `Undone`."""
        sums = {"Repairs": 0, "Undone": 0, "Skipped": 0}
        asked = {"logGroupName": self._group(), "startTime": since_ms}
        try:
            pages = list(self._logs.get_paginator("filter_log_events").paginate(**asked))
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return sums  # it never ran
            raise
        for page in pages:
            for event in page["events"]:
                line = _metrics(event["message"])
                for name in sums:
                    sums[name] += line.get(name, 0)
        return sums

    def _group(self) -> str:
        found = self._lambda.get_function_configuration(FunctionName=self._name)
        return str(found.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{self._name}")


def _metrics(message: str) -> dict[str, Any]:
    """A line of the Lambda's, if it is one about a whole batch."""
    with contextlib.suppress(ValueError):
        line = orjson.loads(message)
        if isinstance(line, dict) and "Records" in line:
            return line
    return {}


class Controls:
    """All handles of one cloud; calls block, and take effect at once."""

    def __init__(self, layout: CloudLayout) -> None:
        self._layout = layout
        self._http = urllib3.PoolManager(timeout=_TIMEOUT_S, retries=False)
        self.stream_lambdas = {region.name: StreamLambda(region) for region in layout.regions}

    def begin(self, window: Window) -> None:
        """Set a fault."""
        both = {"from": window.region, "to": "*"}, {"from": "*", "to": window.region}
        match window.kind:
            case "pause":
                self._post("/pause")
            case "partition":
                for way in both:
                    self._post("/cut", way)
            case "one-way":
                self._post("/cut", {"from": window.region, "to": window.other})
            case "freeze":
                regions.freeze(self._now(), window.region)
            case "skew":
                self._post("/skew", {"region": window.region, "ms": window.amount})
            case "duplicate":
                self._post("/duplicate", {"from": "*", "to": "*", "share": window.amount})
            case "delay":
                lag = {"ms": window.amount, "jitter_ms": window.amount}
                self._post("/lag", {"from": "*", "to": "*", **lag})
            case "convergence":
                self.stream_lambdas[window.region].switch(on=False)

    def end(self, window: Window) -> None:
        """Undo a fault."""
        both = {"from": window.region, "to": "*"}, {"from": "*", "to": window.region}
        match window.kind:
            case "pause":
                self._post("/resume")
            case "partition":
                for way in both:
                    self._post("/mend", way)
            case "one-way":
                self._post("/mend", {"from": window.region, "to": window.other})
            case "freeze":
                regions.thaw(self._now(), window.region)
            case "skew":
                self._post("/skew", {"region": window.region, "ms": 0})
            case "duplicate":
                self._post("/duplicate", {"from": "*", "to": "*", "share": 0})
            case "delay":
                self._post("/lag", {"from": "*", "to": "*", "ms": 0})
            case "convergence":
                self.stream_lambdas[window.region].switch(on=True)

    def switch_convergence(self, *, on: bool) -> None:
        """Feed the stream Lambdas of all regions, or none."""
        for one in self.stream_lambdas.values():
            one.switch(on=on)

    def restore(self, *, convergence: bool = True) -> list[str]:
        """Undo every fault there may be, whoever set it; what could not be undone, in words."""
        layout = self._now()
        steps: list[tuple[str, Callable[[], object]]] = [
            *((f"thaw {name}", _thaw(layout, name)) for name in layout.region_names),
            ("heal replication", lambda: self._post("/heal")),
        ]
        if convergence:
            steps.append(("feed the stream Lambdas", lambda: self.switch_convergence(on=True)))
        failed = []
        for what, step in steps:
            try:
                step()
            except (LocalCloudError, CheckError, BotoCoreError, ClientError) as error:
                failed.append(f"could not {what}: {error}")
        return failed

    def quiet(self, seconds: float) -> bool:
        """Whether replication came to rest within so many seconds."""
        url = f"{self._layout.replicator_url}/quiet?timeout={seconds:.1f}"
        try:
            return self._http.request("GET", url, timeout=seconds + _TIMEOUT_S).status == 200  # noqa: PLR2004
        except urllib3.exceptions.HTTPError as error:
            raise CheckError(f"the replicator does not answer: {error}") from error

    def _now(self) -> CloudLayout:
        """The layout with the processes that run now; the supervisor may have restarted some."""
        return load_layout(self._layout.state_dir) or self._layout

    def _post(self, path: str, body: dict[str, Any] | None = None) -> None:
        url = self._layout.replicator_url + path
        try:
            answer = self._http.request("POST", url, json=body or {})
        except urllib3.exceptions.HTTPError as error:
            raise CheckError(f"the replicator does not answer: {error}") from error
        if answer.status != 200:  # noqa: PLR2004
            raise CheckError(f"the replicator refuses {path}: {answer.data[:300]!r}")


def _thaw(layout: CloudLayout, region: str) -> Callable[[], None]:
    return lambda: regions.thaw(layout, region)
