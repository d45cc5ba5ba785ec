"""Chaos Toolkit actions. Each works on any target, and leaves a mark in the run's timeline."""

import time
from collections.abc import Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import orjson
from chaoslib.exceptions import ActivityFailed

from loadtests.drills.exceptions import DrillError
from loadtests.drills.probes import canary
from loadtests.drills.targets import target_of
from loadtests.drills.timeline import What, timeline_of
from loadtests.drills.traffic.plan import COMMANDS

Configuration = Mapping[str, Any]

# How much longer than a drill means to hold it a fault lives, should the drill die.
_GRACE_S: Final = 15.0
_CANARY_POLL_S: Final = 0.1


def inject(  # noqa: PLR0917 - Chaos Toolkit passes arguments by name
    kind: str,
    region: str = "",
    parameters: Mapping[str, Any] | None = None,
    bounds: float = 0.0,
    seconds: float = 0.0,
    returns: float = 0.0,
    *,
    remedy: bool = False,
    configuration: Configuration | None = None,
) -> dict[str, Any]:
    """Set a fault, and mark it in the run's timeline.

    Args:
        kind: What, in the words of `carte fault inject`.
        region: Where; empty for kinds that have no region.
        parameters: Of the kind.
        bounds: How long it is meant to last, in units of the failover bound (interval x threshold
            + TTL); it ends by itself a little later.
        seconds: The same, added, in seconds.
        returns: The same, added, in units of the bound of returning.
        remedy: It is no fault of the drill: it answers one (an operator drains a sick region), or
            is a condition under which the drill runs (a limit of requests).
        configuration: Of the experiment.
    """
    settings = configuration or {}
    lifetime = seconds + bounds * float(settings.get("bound_s", 0.0))
    lifetime += float(settings.get("grace_s", _GRACE_S))
    lifetime += returns * float(settings.get("return_s", 0.0))
    what: What = "step" if remedy else "fault"
    began = time.time()
    try:
        target_of(settings).inject(kind, region, seconds=lifetime, parameters=parameters or {})
    except DrillError as error:
        raise ActivityFailed(str(error)) from error
    _mark(settings, what, kind, region, at=began, parameters=dict(parameters or {}))
    return {"kind": kind, "region": region, "at": began, "ends_by_itself_after_s": lifetime}


def heal(
    kind: str, region: str = "", *, configuration: Configuration | None = None
) -> dict[str, Any]:
    """Heal faults, and mark it in the run's timeline; without such a fault nothing happens."""
    settings = configuration or {}
    began = time.time()
    try:
        target_of(settings).heal(kind, region)
    except DrillError as error:
        raise ActivityFailed(str(error)) from error
    _mark(settings, "heal", kind, region, at=began)
    return {"kind": kind, "region": region, "at": began}


def roll_back(
    kind: str, region: str = "", *, configuration: Configuration | None = None
) -> dict[str, Any]:
    """Heal faults without a mark in the timeline: for rollbacks, which always run."""
    settings = configuration or {}
    try:
        target_of(settings).heal(kind, region)
    except DrillError as error:
        raise ActivityFailed(str(error)) from error
    return {"kind": kind, "region": region}


def burst(
    place: str, count: int, over_s: float = 0.0, *, configuration: Configuration | None = None
) -> dict[str, Any]:
    """Let clients of a place send sales beside the fixed rate, within `over_s` seconds."""
    settings = configuration or {}
    run_dir = settings.get("run_dir")
    if not run_dir:
        raise ActivityFailed("bursts are sent by the traffic of `carte drill run`")
    with (Path(run_dir) / COMMANDS).open("ab") as file:
        file.write(orjson.dumps({"place": place, "count": count, "over_s": over_s}) + b"\n")
    _mark(
        settings,
        "step",
        "burst",
        place,
        text=f"{count} sales within {over_s:g} s" if over_s else f"{count} sales at once",
    )
    return {"place": place, "count": count}


def kill_in_turn(
    regions: Sequence[str],
    loop_s: float,
    dead_s: float,
    well_s: float,
    *,
    configuration: Configuration | None = None,
) -> dict[str, Any]:
    """Freeze one region after the other, and give it back, until time is up.

    Args:
        regions: The order; after the last one the first is next.
        loop_s: Seconds in all.
        dead_s: Seconds for which a region is away.
        well_s: Seconds for which all regions are there, before the next one's turn.
        configuration: Of the experiment. On AWS, where only the calls are planned, it is one round
            without a pause.
    """
    if (configuration or {}).get("target") == "aws":
        for region in regions:
            inject("freeze", region, seconds=dead_s, configuration=configuration)
            heal("freeze", region, configuration=configuration)
        return {"killed": len(regions)}
    ends = time.monotonic() + float(loop_s)
    killed = 0
    for region in cycle(regions):
        if time.monotonic() >= ends:
            break
        inject("freeze", region, seconds=dead_s, configuration=configuration)
        killed += 1
        try:
            time.sleep(dead_s)
        finally:
            heal("freeze", region, configuration=configuration)
        time.sleep(well_s)
    return {"killed": killed}


def deploy_region_by_region(
    regions: Sequence[str],
    checks: int = 20,
    parameters: Mapping[str, Any] | None = None,
    *,
    configuration: Configuration | None = None,
) -> dict[str, Any]:
    """Deploy a version that raises, region by region; stop where the canary does not like it.

    Args:
        regions: The order.
        checks: How often the canary looks at each region before the next one's turn.
        parameters: Of the fault `bad-deployment`.
        configuration: Of the experiment.
    """
    settings = configuration or {}
    deployed = []
    for region in regions:
        inject(
            "bad-deployment",
            region,
            parameters=parameters,
            seconds=10.0,
            configuration=settings,
        )
        deployed.append(region)
        for _ in range(checks):
            if not canary(region, configuration=settings):
                _mark(settings, "step", "canary-failed", region)
                heal("bad-deployment", region, configuration=settings)
                return {"deployed": deployed, "rolled_back": region}
            time.sleep(_CANARY_POLL_S)
    return {"deployed": deployed, "rolled_back": None}


def _mark(
    settings: Configuration,
    what: What,
    kind: str,
    region: str,
    *,
    at: float | None = None,
    text: str = "",
    **details: Any,
) -> None:
    timeline = timeline_of(settings.get("run_dir"))
    if timeline is not None:
        timeline.mark(what, kind, region, text, at=at, **details)
