"""The client of the fault controller, for `carte fault`, drills, the checker and tests."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, Self

from localcloud.exceptions import LocalCloudError
from localcloud.layout import CloudLayout
from services.domain.errors import UnusableInputError

# Seconds. Killing a region waits for its disk to be written, see `process_actuator`.
_TIMEOUT_S: Final = 60.0
# Loopback only: a proxy of the user's environment must not see these.
_OPENER: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class FaultError(LocalCloudError):
    """The fault controller refused a request or does not answer."""


class UnusableFaultError(FaultError, UnusableInputError):
    """The fault controller takes no such fault; `hint` says what is allowed."""


@dataclass(frozen=True)
class Fault:
    """An active fault.

    Attributes:
        id: Identifies the fault for `heal`.
        kind: One of `kinds.KINDS`.
        region: The region it acts on; None for all regions.
        since: When it began, UTC.
        until: When it heals by itself, UTC.
        parameters: The parameters of its kind, with defaults filled in.
    """

    id: str
    kind: str
    region: str | None
    since: datetime
    until: datetime
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the fault that a JSON object of the controller describes."""
        return cls(
            id=data["id"],
            kind=data["kind"],
            region=data["region"],
            since=datetime.fromisoformat(data["since"]),
            until=datetime.fromisoformat(data["until"]),
            parameters=data["parameters"],
        )

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object that the controller sends."""
        return {
            **asdict(self),
            "since": self.since.isoformat(timespec="milliseconds"),
            "until": self.until.isoformat(timespec="milliseconds"),
        }


@dataclass(frozen=True)
class FaultEvent:
    """One event of the controller's timeline.

    Attributes:
        at: When, UTC.
        what: `injected`, `healed` or `expired`.
        id: Identifies the fault.
        kind: One of `kinds.KINDS`.
        region: The region it acts on; None for all regions.
    """

    at: datetime
    what: str
    id: str
    kind: str
    region: str | None


@dataclass(frozen=True)
class Healing:
    """The result of healing.

    Attributes:
        healed: The ids of the faults that ended.
        unhealed: The keys that are not back in normal state yet; this is retried until it works.
    """

    healed: tuple[str, ...]
    unhealed: tuple[str, ...]


class FaultClient:
    """Injects and heals faults of a running cloud; calls block."""

    def __init__(self, layout: CloudLayout) -> None:
        """Take the layout of the cloud; no request is sent yet."""
        self._layout = layout

    def inject(
        self, kind: str, region: str | None = None, *, seconds: float, **parameters: Any
    ) -> Fault:
        """Inject a fault; returns when all of its effects are applied.

        Args:
            kind: One of `kinds.KINDS`.
            region: The region it acts on, where the kind needs one.
            seconds: After how many seconds it heals by itself, at most 900.
            **parameters: The parameters of the kind, such as `median_ms` for `slow`.

        Raises:
            FaultError: It was refused and nothing is applied, or the controller does not answer.
        """
        requested = {"kind": kind, "region": region, "seconds": seconds, **parameters}
        return Fault.from_json(self._request("POST", "/faults", requested))

    def heal(self, fault_id: str) -> Healing:
        """End a fault before its time; does nothing if the fault is over.

        Raises:
            FaultError: The controller does not answer.
        """
        return self._healing(f"/faults/{urllib.parse.quote(fault_id, safe='')}")

    def heal_all(self) -> Healing:
        """End every fault.

        Raises:
            FaultError: The controller does not answer.
        """
        return self._healing("/faults")

    def _healing(self, path: str) -> Healing:
        answer = self._request("DELETE", path)
        return Healing(tuple(answer["healed"]), tuple(answer["unhealed"]))

    def active(self) -> tuple[Fault, ...]:
        """Return the active faults, the oldest first.

        Raises:
            FaultError: The controller does not answer.
        """
        return tuple(Fault.from_json(one) for one in self._request("GET", "/faults")["faults"])

    def timeline(self) -> tuple[FaultEvent, ...]:
        """Return the recent events, the oldest first.

        Raises:
            FaultError: The controller does not answer.
        """
        return tuple(
            FaultEvent(**{**event, "at": datetime.fromisoformat(event["at"])})
            for event in self._request("GET", "/faults")["timeline"]
        )

    def _request(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        request = urllib.request.Request(  # noqa: S310 - an address of our own layout
            self._layout.faults_url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        try:
            with _OPENER.open(request, timeout=_TIMEOUT_S) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                kind = UnusableFaultError if error.code == HTTPStatus.BAD_REQUEST else FaultError
                raise _refusal(kind, error.read()) from error
        except (OSError, ValueError) as error:
            raise FaultError(
                f"the fault controller at {self._layout.faults_url} does not answer: {error}",
                f"`carte status --port {self._layout.port}` shows what runs",
            ) from error


def _refusal(kind: type[FaultError], body: bytes) -> FaultError:
    try:
        answer = json.loads(body)
        return kind(str(answer["error"]), str(answer.get("next", "")))
    except (ValueError, KeyError, TypeError):
        return FaultError(f"the fault controller answers {body[:200]!r}")
