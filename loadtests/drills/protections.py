"""Switching a protection off for one drill, to see it fail."""

from collections.abc import Sequence
from typing import Final

from loadtests.drills.edge_client import EdgeClient
from loadtests.drills.target import Target
from loadtests.drills.timeline import Timeline
from services.domain.errors import UnknownNameError

# What `--without` calls it, and what the edge calls it.
_SETTINGS: Final = {"origin-failover": "origin_failover", "health-checks": "health_checks"}
_CONVERGENCE: Final = "convergence"
NAMES: Final = (*_SETTINGS, _CONVERGENCE)
_FAULT: Final = "convergence-stop"


def check_names(without: Sequence[str]) -> None:
    """Check the names of protections.

    Raises:
        UnknownNameError: There is no such protection.
    """
    for name in without:
        if name not in NAMES:
            raise UnknownNameError("protection", name, NAMES)


class Protections:
    """Protections that are switched off during a drill; they return by themselves after a time."""

    def __init__(
        self, edge: EdgeClient, target: Target, regions: Sequence[str], without: Sequence[str]
    ) -> None:
        """Check the names of the protections.

        Raises:
            UnknownNameError: There is no such protection.
        """
        check_names(without)
        self._edge = edge
        self._target = target
        self._regions = regions
        self._without = tuple(without)

    @property
    def converging(self) -> bool:
        """Whether the stream Lambdas run."""
        return _CONVERGENCE not in self._without

    def off(self, seconds: float, timeline: Timeline) -> None:
        """Switch them off for at most so many seconds."""
        for name in self._without:
            if name == _CONVERGENCE:
                for region in self._regions:
                    self._target.inject(_FAULT, region, seconds=seconds, parameters={})
            else:
                self._edge.switch({_SETTINGS[name]: False}, seconds)
            timeline.mark("step", "without", text=f"{name} is switched off")

    def on(self) -> None:
        """Switch them on again; does nothing to what is on."""
        for name in self._without:
            if name == _CONVERGENCE:
                for region in self._regions:
                    self._target.heal(_FAULT, region)
            else:
                self._edge.switch({_SETTINGS[name]: True}, 1.0)
