"""Set and heal faults from a program: what drills, tests and `carte fault` use."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final, Self

from localcloud.exceptions import LocalCloudError
from localcloud.layout import CloudLayout

# Killing a region waits for its disk to be written: see `process_handle`.
_PATIENCE: Final = 60.0
# Loopback only: a proxy of the user's environment must not see these.
_OPENER: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class FaultError(LocalCloudError):
    """The controller refused, or does not answer; the hint says what to do."""


@dataclass(frozen=True)
class Fault:
    """A fault that is on.

    Attributes:
        id: What `heal` takes.
        kind: One of `kinds.KINDS`.
        region: Whom it hits; None where it hits all.
        since: When it began, UTC.
        until: When it heals by itself, UTC.
        parameters: What it was injected with, defaults filled in.
    """

    id: str
    kind: str
    region: str | None
    since: datetime
    until: datetime
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what the controller answers."""
        return cls(
            id=data["id"],
            kind=data["kind"],
            region=data["region"],
            since=datetime.fromisoformat(data["since"]),
            until=datetime.fromisoformat(data["until"]),
            parameters=data["parameters"],
        )

    def to_json(self) -> dict[str, Any]:
        """The shape that the controller answers."""
        return {
            **asdict(self),
            "since": self.since.isoformat(timespec="milliseconds"),
            "until": self.until.isoformat(timespec="milliseconds"),
        }


@dataclass(frozen=True)
class FaultEvent:
    """One line of the controller's timeline; `what` is injected, healed or expired."""

    at: datetime
    what: str
    id: str
    kind: str
    region: str | None


@dataclass(frozen=True)
class Healing:
    """What healing did: the faults it ended, and what could not be set back yet and is retried."""

    healed: tuple[str, ...]
    unhealed: tuple[str, ...]


class FaultClient:
    """Speaks with the fault controller of a running cloud; calls block."""

    def __init__(self, layout: CloudLayout) -> None:
        """Know where the controller listens; nothing is asked yet."""
        self._layout = layout

    def inject(
        self, kind: str, region: str | None = None, *, seconds: float, **parameters: Any
    ) -> Fault:
        """Put a fault on; returns when it bites.

        Args:
            kind: One of `kinds.KINDS`.
            region: Whom it hits, where the kind wants a region.
            seconds: After how long it heals by itself, at most 900.
            parameters: What the kind takes, such as `median_ms` for `slow`.

        Raises:
            FaultError: It was refused, and nothing is on; or no controller answers.
        """
        wish = {"kind": kind, "region": region, "seconds": seconds, **parameters}
        return Fault.from_json(self._ask("POST", "/faults", wish))

    def heal(self, fault_id: str) -> Healing:
        """End a fault, again or early; one that is over already is fine.

        Raises:
            FaultError: No controller answers.
        """
        return self._healing(f"/faults/{urllib.parse.quote(fault_id, safe='')}")

    def heal_all(self) -> Healing:
        """End every fault.

        Raises:
            FaultError: No controller answers.
        """
        return self._healing("/faults")

    def _healing(self, path: str) -> Healing:
        answer = self._ask("DELETE", path)
        return Healing(tuple(answer["healed"]), tuple(answer["unhealed"]))

    def active(self) -> tuple[Fault, ...]:
        """The faults that are on, the oldest first.

        Raises:
            FaultError: No controller answers.
        """
        return tuple(Fault.from_json(one) for one in self._ask("GET", "/faults")["faults"])

    def timeline(self) -> tuple[FaultEvent, ...]:
        """What was injected, healed and expired, in order.

        Raises:
            FaultError: No controller answers.
        """
        return tuple(
            FaultEvent(**{**event, "at": datetime.fromisoformat(event["at"])})
            for event in self._ask("GET", "/faults")["timeline"]
        )

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        request = urllib.request.Request(  # noqa: S310 - an address of our own layout
            self._layout.faults_url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        try:
            with _OPENER.open(request, timeout=_PATIENCE) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise _refusal(error.read()) from error
        except (OSError, ValueError) as error:
            raise FaultError(
                f"the fault controller at {self._layout.faults_url} does not answer: {error}",
                f"`carte status --port {self._layout.port}` shows what runs",
            ) from error


def _refusal(body: bytes) -> FaultError:
    try:
        answer = json.loads(body)
        return FaultError(str(answer["error"]), str(answer.get("next", "")))
    except (ValueError, KeyError, TypeError):
        return FaultError(f"the fault controller answers {body[:200]!r}")
