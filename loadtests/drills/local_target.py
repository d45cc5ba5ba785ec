"""The local cloud as a target: its fault controller does the work and the healing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from loadtests.drills.exceptions import DrillError
from loadtests.drills.target import Target
from localcloud.exceptions import LocalCloudError
from localcloud.faults.client import FaultClient
from localcloud.layout import DEFAULT_PORT, CloudLayout, default_state_dir
from localcloud.state_file import load_layout


class LocalTarget(Target):
    """A running local cloud."""

    def __init__(self, layout: CloudLayout) -> None:
        self._client = FaultClient(layout)

    @classmethod
    def of(cls, configuration: Mapping[str, Any]) -> Self:
        """The cloud whose state folder is configured, or the default one."""
        return cls(local_layout(configuration))

    def inject(
        self, kind: str, region: str, *, seconds: float, parameters: Mapping[str, Any]
    ) -> None:
        """Set a fault; `Target` explains the arguments."""
        try:
            self._client.inject(kind, region or None, seconds=seconds, **parameters)
        except LocalCloudError as error:
            raise DrillError(f"{kind} {region}: {error.message}", error.hint) from error

    def heal(self, kind: str, region: str) -> None:
        """End faults of a kind; `Target` explains the arguments."""
        try:
            for fault in self._client.active():
                if fault.kind == kind and (fault.region or "") == region:
                    self._client.heal(fault.id)
        except LocalCloudError as error:
            raise DrillError(f"healing {kind} {region}: {error.message}", error.hint) from error


def local_layout(configuration: Mapping[str, Any]) -> CloudLayout:
    """The local cloud that an experiment's configuration names.

    Raises:
        DrillError: There is none.
    """
    named = configuration.get("state_dir")
    layout = load_layout(Path(named) if named else default_state_dir(DEFAULT_PORT))
    if layout is None:
        raise DrillError("no local cloud is up", "carte up --detach --time-scale 10")
    return layout
