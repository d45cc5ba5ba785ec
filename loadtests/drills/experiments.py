"""The drills: Chaos Toolkit experiments in the YAML files beside this one."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from loadtests.drills.exceptions import DrillError
from loadtests.drills.live.plan import LivePlan
from loadtests.drills.objectives import Objective, read_objectives
from loadtests.drills.orders.plan import OrdersPlan
from loadtests.drills.records import Route
from services.domain.errors import UnknownNameError

FOLDER: Final = Path(__file__).parent
_RATES: Final[Mapping[Route, float]] = {"persisted": 3.0, "get": 2.0, "post": 2.0, "mutation": 3.0}
_LEAD_S: Final = 4.0
_SLOW_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Drill:
    """A drill: a Chaos Toolkit experiment with its objectives.

    Attributes:
        name: Of its file.
        experiment: As Chaos Toolkit reads it.
        objectives: Carte's extension says which.
        rates: Requests a second of each route, from each place.
        lead_s: Seconds of traffic before the experiment begins.
        slow_s: Latency above which a success counts as slow.
        fails_over: Whether its clients use the edge's second and third path.
        orders: The orders that are placed beside the traffic; None: none are.
        live: The subscriptions that are open beside the traffic; None: none are.
        is_local: Whether the local cloud alone can make it: AWS has no counterpart of its faults.
    """

    name: str
    experiment: dict[str, Any]
    objectives: tuple[Objective, ...]
    rates: Mapping[Route, float]
    lead_s: float
    slow_s: float
    fails_over: bool
    orders: OrdersPlan | None = None
    live: LivePlan | None = None
    is_local: bool = False

    @property
    def title(self) -> str:
        """The drill's title, one line."""
        return str(self.experiment["title"])

    @property
    def description(self) -> str:
        """A paragraph on what the drill shows."""
        return " ".join(str(self.experiment["description"]).split())

    @property
    def configuration(self) -> dict[str, Any]:
        """Its configuration as the file states it."""
        return dict(self.experiment["configuration"])


def names() -> list[str]:
    """The names of all drills, in the order of their files."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load(name: str) -> Drill:
    """Read a drill's file.

    Args:
        name: Of a drill here, or the path of another file that ends in `.yaml`.

    Raises:
        UnknownNameError: There is none of that name.
        DrillError: It states no objectives.
    """
    path = Path(name) if name.endswith(".yaml") else FOLDER / f"{name}.yaml"
    if not path.exists():
        file = "or give the path of a file that ends in .yaml"
        raise UnknownNameError("drill", name, names(), more=file)
    experiment: dict[str, Any] = yaml.load(
        path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
    )
    carte = carte_extension(experiment)
    traffic = carte.get("traffic", {})
    return Drill(
        path.stem,
        experiment,
        read_objectives(carte),
        {route: float(traffic.get(route, rate)) for route, rate in _RATES.items()},
        float(traffic.get("lead_s", _LEAD_S)),
        float(traffic.get("slow_s", _SLOW_S)),
        bool(traffic.get("fails_over", True)),
        OrdersPlan.read(carte),
        LivePlan.read(carte),
        bool(carte.get("local", False)),
    )


def carte_extension(experiment: Mapping[str, Any]) -> Mapping[str, Any]:
    """The experiment's extension `carte`.

    Raises:
        DrillError: It has none.
    """
    for extension in experiment.get("extensions", ()):
        if extension.get("name") == "carte":
            found: Mapping[str, Any] = extension
            return found
    raise DrillError("the experiment has no extension `carte`", "its objectives belong there")
