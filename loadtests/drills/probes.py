"""Chaos Toolkit probes: how the system looks from outside."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import orjson
from chaoslib.exceptions import ActivityFailed

from loadtests.drills.edge_client import EdgeClient
from loadtests.drills.exceptions import DrillError
from loadtests.drills.fault_alarm import share_of_faults
from loadtests.drills.local_target import local_layout
from loadtests.drills.records import read_records
from loadtests.drills.timeline import timeline_of
from loadtests.drills.traffic.plan import REQUESTS
from localcloud.layout import DEFAULT_PORT
from services.domain.errors import CarteError

Configuration = Mapping[str, Any]

_OK: Final = 200
_ASK: Final = "/graphql?query=%7Bregion%7Bname%7D%7D"
_LAGS: Final = "/graphql?query=%7Bregion%7BreplicationLag%7Bregion%20seconds%7D%7D%7D"
_MENU: Final = "/graphql?query=query%28%24id%3AID%21%29%7Bmenu%28storeId%3A%24id%29%7Bversion%7D%7D"


def regions_are_healthy(configuration: Configuration | None = None) -> bool:
    """Return whether the edge holds every region for healthy, and none is drained.

    Raises:
        ActivityFailed: It does not; the message names the region.
    """
    for name, one in _regions(_edge(configuration)).items():
        if not one["healthy"]:
            raise ActivityFailed(f"{name} is unhealthy by the edge's checks")
        if one["drained"]:
            raise ActivityFailed(f"{name} is drained; `carte status` shows it")
    return True


def every_place_is_answered(configuration: Configuration | None = None) -> bool:
    """Return whether clients next to each region get an answer through the edge.

    Raises:
        ActivityFailed: One does not; the message has the status and the beginning of the body.
    """
    edge = _edge(configuration)
    for place in _regions(edge):
        status, body = edge.answers(_ASK, place)
        if status != _OK:
            raise ActivityFailed(f"a client near {place} {_answer_text(status, body)}")
    return True


def replication_runs(most_s: float = 30.0, configuration: Configuration | None = None) -> bool:
    """Return whether every region heard from every other one within the last `most_s` seconds.

    Raises:
        ActivityFailed: One did not; the message says from which.
    """
    edge = _edge(configuration)
    places = list(_regions(edge))
    for place in places:
        status, body = edge.answers(_LAGS, place)
        if status != _OK:
            raise ActivityFailed(f"a client near {place} {_answer_text(status, body)}")
        lags = orjson.loads(body)["data"]["region"]["replicationLag"]
        if len(lags) < len(places) - 1:
            raise ActivityFailed(f"{place} has not heard from all other regions yet")
        for lag in lags:
            if lag["seconds"] > most_s:
                raise ActivityFailed(f"{place} is {lag['seconds']} s behind {lag['region']}")
    return True


def _regions(edge: EdgeClient) -> dict[str, Any]:
    try:
        regions: dict[str, Any] = edge.status()["regions"]
    except DrillError as error:
        raise ActivityFailed(str(error)) from error
    return regions


def _answer_text(status: int, body: bytes) -> str:
    if not status:
        return "got no answer"
    return f"was answered {status}: {body[:200].decode('utf-8', 'replace')}"


def failed_share(seconds: float = 2.0, configuration: Configuration | None = None) -> float:
    """The share of the requests of the last seconds that failed, 0 to 1.

    Raises:
        ActivityFailed: No request was sent, so nothing is known.
    """
    run_dir = (configuration or {}).get("run_dir")
    if not run_dir:
        raise ActivityFailed("requests are recorded by the traffic of `carte drill run`")
    since = time.time() - seconds
    recent = [one for one in read_records(Path(run_dir) / REQUESTS) if one.done >= since]
    if not recent:
        raise ActivityFailed(f"no request was answered in the last {seconds} s")
    return sum(not one.ok for one in recent) / len(recent)


def canary(region: str, configuration: Configuration | None = None) -> bool:
    """Return whether a region answers a menu query that is sent to it by name."""
    settings = configuration or {}
    store = settings.get("canary_store", "us-00001")
    variables = orjson.dumps({"id": store}).decode()
    path = f"/_region/{region}{_MENU}&variables={quote(variables)}"
    status, body = _edge(configuration).answers(path, region)
    if status != _OK:
        return False
    try:
        menu = orjson.loads(body)["data"]["menu"]
    except (ValueError, KeyError, TypeError):
        return False
    return bool(menu and menu["version"])


def faults_ring(
    region: str, seconds: float = 10.0, configuration: Configuration | None = None
) -> bool:
    """Whether the alarm on faults is above its bound by what a region's menu Lambda logged.

    An alarm that is gets a mark in the run's timeline. CloudWatch would ring after two such
    minutes; a drill at a time scale has no such minutes, so the share and its bound are compared.

    Args:
        region: Whose.
        seconds: How far back calls are counted.
        configuration: Of the experiment.
    """
    settings = configuration or {}
    try:
        found = share_of_faults(local_layout(settings), region, time.time() - seconds)
    except CarteError as error:
        raise ActivityFailed(str(error)) from error
    timeline = timeline_of(settings.get("run_dir"))
    if found.rings and timeline is not None:
        timeline.mark("step", "alarm", region, found.text)
    return found.rings


def watch(
    seconds: float = 0.0,
    bounds: float = 0.0,
    returns: float = 0.0,
    drains: float = 0.0,
    configuration: Configuration | None = None,
) -> dict[str, Any]:
    """Wait while the observer records; then return the edge's view of the regions.

    Args:
        seconds: Seconds to wait.
        bounds: Factor of the failover bound (interval x threshold + TTL + one check), added.
        returns: Factor of the bound of returning (interval x threshold + TTL), added.
        drains: Factor of the time that a drain flag takes to arrive, added.
        configuration: The configuration of the experiment.
    """
    settings = configuration or {}
    extra = bounds * float(settings.get("bound_s", 0.0))
    extra += returns * float(settings.get("return_s", 0.0))
    extra += drains * float(settings.get("drain_s", 0.0))
    time.sleep(seconds + extra)
    try:
        regions = _edge(configuration).status()["regions"]
    except DrillError as error:
        raise ActivityFailed(str(error)) from error
    return {
        name: {"healthy": one["healthy"], "drained": one["drained"]}
        for name, one in regions.items()
    }


def _edge(configuration: Configuration | None) -> EdgeClient:
    return EdgeClient((configuration or {}).get("edge_url", f"http://127.0.0.1:{DEFAULT_PORT}"))
