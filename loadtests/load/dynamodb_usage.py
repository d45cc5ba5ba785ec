"""The DynamoDB requests and units behind a load run, read from the service's own log lines.

A Lambda's lines are in the emulator's CloudWatch Logs, those of the direct runtime in its log file.
"""

import json
import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from loadtests.cloud.lambda_log import MENU_HANDLER, LambdaLog, LambdaLogError
from loadtests.measurement.measurement import Measurement
from localcloud.layout import CloudLayout

_TERM: Final = "dynamodb"
# Health checks of the edge reach the service too, and are no requests of a client.
_API: Final = "/graphql"


@dataclass(slots=True)
class DynamoDBUsage:
    """The use of DynamoDB during a run, as the service logged it.

    Attributes:
        answers: Responses of the service to GraphQL requests: the observations.
        requests: DynamoDB requests of these responses.
        read_units: RRU.
        write_units: WRU, without their replication.
        reason: Why nothing, or not everything, was read; empty where all of it was.
    """

    answers: int = 0
    requests: int = 0
    read_units: float = 0.0
    write_units: float = 0.0
    reason: str = ""

    @property
    def is_measured(self) -> bool:
        """Whether the figures are those of the whole run."""
        return self.answers > 0 and not self.reason

    def add(self, line: Mapping[str, Any]) -> None:
        """Count a log line, if it is one about a GraphQL request."""
        used = line.get("dynamodb")
        if isinstance(used, dict) and str(line.get("path", "")).startswith(_API):
            self.answers += 1
            self.requests += used.get("requests") or 0
            self.read_units += used.get("read_units") or 0
            self.write_units += used.get("write_units") or 0

    def measurements(self, requests: int) -> dict[str, Measurement]:
        """Return the figures of a report by name.

        Args:
            requests: How many requests the clients sent, those that caches answered included.
        """
        figures = {
            "requests": self.requests,
            "read_units": round(self.read_units, 1),
            "write_units": round(self.write_units, 1),
            "answers": self.answers,
            "requests_per_client_request": self.requests / requests if requests else None,
        }
        return {
            name: Measurement.of(
                value if self.is_measured else None, self.answers, self.reason or _NO_LINES
            )
            for name, value in figures.items()
        }


_NO_LINES: Final = "the service's log has no line about a GraphQL request of this run"
NO_LOCAL_CLOUD: Final = "the target is no local cloud, whose logs could be read"


class ServiceLog:
    """The service's log of a local cloud, from the moment that this object is made."""

    def __init__(self, layout: CloudLayout) -> None:
        self._layout = layout
        self._since_ms = int(time.time() * 1000)
        self._sizes = {path: path.stat().st_size for path in self._files()}

    def usage(self, since: float) -> DynamoDBUsage:
        """Return what the service logged about requests that it answered after a moment.

        Args:
            since: Seconds of the epoch when the load began; what the load generator read before
                (stores, item ids) is not part of the load.
        """
        usage = DynamoDBUsage()
        try:
            for line in self._lines():
                if _answered_at(line) >= since:
                    usage.add(line)
        except (LambdaLogError, OSError) as error:
            usage.reason = f"a part of the service's log cannot be read: {error}"
        return usage

    def _files(self) -> list[Path]:
        return sorted(self._layout.logs.glob("direct-*.log"))

    def _lines(self) -> Iterator[Mapping[str, Any]]:
        if self._layout.runtime == "lambda":
            for region in self._layout.regions:
                yield from LambdaLog(region, MENU_HANDLER).lines(self._since_ms, _TERM)
            return
        for path in self._files():
            yield from json_lines(path, self._sizes.get(path, 0))


def _answered_at(line: Mapping[str, Any]) -> float:
    """Return when a line was logged, seconds of the epoch; infinite if the line does not say."""
    try:
        return datetime.fromisoformat(line["at"]).timestamp()
    except (KeyError, TypeError, ValueError):
        return math.inf


def json_lines(path: Path, start: int) -> Iterator[Mapping[str, Any]]:
    """Read the JSON objects of a log file that speak of DynamoDB.

    Args:
        path: The file; a line may have other text before its JSON.
        start: Bytes to leave out at the beginning.
    """
    with path.open("rb") as file:
        file.seek(start)
        for text in file:
            at = text.find(b'{"')
            if at < 0 or _TERM.encode() not in text:
                continue
            try:
                line = json.loads(text[at:])
            except ValueError:
                continue
            if isinstance(line, dict):
                yield line
