"""Runs the reconciler Lambda of regions of the local cloud over their whole replica."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import orjson
from botocore.exceptions import BotoCoreError, ClientError

from localcloud.deployer import client
from localcloud.exceptions import LocalCloudError, UnusableOptionError
from localcloud.layout import CloudLayout, Region
from services.storage.findings import ReconcilerFindings

FUNCTION: Final = "carte-reconciler"


@dataclass(slots=True)
class RegionRepair:
    """The result of a whole pass in one region.

    Attributes:
        region: Its name.
        findings: What was looked at and found.
        read_units: What the walk cost, in read request units.
    """

    region: str
    findings: ReconcilerFindings = field(default_factory=ReconcilerFindings)
    read_units: float = 0.0

    @property
    def repaired(self) -> int:
        """Findings that were repaired."""
        return self.findings.repaired

    @property
    def left(self) -> int:
        """Findings that were not repaired."""
        return self.findings.left

    def to_json(self) -> dict[str, Any]:
        """Return the result as JSON values."""
        return {
            "region": self.region,
            **self.findings.to_json(),
            "read_units": self.read_units,
        }


def repair(
    region: Region,
    *,
    dry_run: bool = False,
    since_ms: int = 0,
    grace_ms: int = 0,
    between: Callable[[], None] = lambda: None,
) -> RegionRepair:
    """Run a pass of a region's reconciler to its end.

    Args:
        region: Whose replica.
        dry_run: Whether nothing is written.
        since_ms: Unix milliseconds; older writes are left out.
        grace_ms: Writes younger than this many milliseconds are left out.
        between: Called between two invocations; what it raises is raised.

    Raises:
        LocalCloudError: The Lambda failed or cannot be reached.
    """
    result = RegionRepair(region.name)
    place: Any = None
    while True:
        request = {"place": place, "dryRun": dry_run, "sinceMs": since_ms, "graceMs": grace_ms}
        done = _invoke(region, {"repair": request})
        result.findings.add_all(done)
        result.read_units += done["read_units"]
        place = done["place"]
        if place is None:
            return result
        between()


def chosen(layout: CloudLayout, names: Sequence[str]) -> list[Region]:
    """Return the regions of these names; all where none is named.

    Raises:
        UnknownRegionError: The cloud has no region of that name.
    """
    for name in names:
        layout.region(name)
    return [region for region in layout.regions if not names or region.name in names]


def since_ms(text: str) -> int:
    """Return Unix milliseconds of a time in ISO 8601 with an offset.

    Raises:
        UnusableOptionError: The text is no such time.
    """
    hint = "write it with its offset, as 2026-11-28T05:00:00Z"
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnusableOptionError(f"{text[:40]!r} is not a time", hint) from error
    if at.tzinfo is None:
        raise UnusableOptionError(f"{text[:40]!r} has no offset", hint)
    return int(at.timestamp() * 1000)


def _invoke(region: Region, event: dict[str, Any]) -> dict[str, Any]:
    where = f"the reconciler of {region.name}"
    try:
        answer = client(region, "lambda").invoke(FunctionName=FUNCTION, Payload=orjson.dumps(event))
    except (ClientError, BotoCoreError) as error:
        raise LocalCloudError(
            f"{where} cannot be invoked: {error}", "see `carte status`"
        ) from error
    payload = answer["Payload"].read()
    if answer.get("FunctionError"):
        raise LocalCloudError(
            f"{where} failed", "see the log of its emulator", detail=payload.decode()[:2000]
        )
    done: dict[str, Any] = orjson.loads(payload)
    return done
