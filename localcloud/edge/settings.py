"""The settings of the edge: its part of the cloud's layout, and where its regions are."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from localcloud.edge.options import Options, SettingsError
from localcloud.layout import LIVE_API_ID, REPO_ROOT, STAGE, CloudLayout, Region
from services.domain.aws_regions import AWS_REGIONS, Coordinates

_SITE: Final = REPO_ROOT / "web" / "dist"


@dataclass(frozen=True, slots=True)
class OriginRegion:
    """A region as an origin of the edge.

    Attributes:
        name: The AWS name of the region.
        api_url: The address that the paths of its API are appended to: that of the region's gate
            where it has one, so that faults act on the edge's traffic.
        coordinates: Where the region is.
        emulator_url: The address of its emulator, which keeps the mails that were sent.
    """

    name: str
    api_url: str
    coordinates: Coordinates
    emulator_url: str = ""

    @property
    def live_url(self) -> str:
        """The address of its WebSocket API, past the gate, which counts requests and answers."""
        return f"{self.emulator_url}/_aws/execute-api/{LIVE_API_ID}/{STAGE}"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of the edge: its origins, the site, and its ports.

    Attributes:
        port: The port that it listens on.
        state_dir: The folder of the drain flags.
        site_dir: The folder of the built site.
        regions: The regions.
        default_region: The region that clients without a known place are near to.
        options: The tunable options.
        faults_url: The address at which the fault controller lists the active faults.
        replicator_url: The address of the replicator's control API; empty: there is none.
    """

    port: int
    state_dir: Path
    site_dir: Path
    regions: tuple[OriginRegion, ...]
    default_region: str
    options: Options
    faults_url: str
    replicator_url: str = ""


def settings_of(layout: CloudLayout, overrides: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings of the edge of a cloud.

    Args:
        layout: The cloud.
        overrides: Options that replace those of the layout; None values are ignored.

    Raises:
        SettingsError: An option cannot be used, or the place of a region is unknown.
    """
    options = {
        "time_scale": layout.time_scale,
        **layout.edge,
        **{name: value for name, value in (overrides or {}).items() if value is not None},
    }
    return Settings(
        port=layout.port,
        state_dir=layout.state_dir,
        site_dir=layout.site_dir or _SITE,
        regions=tuple(map(_origin, layout.regions)),
        default_region=layout.default_region,
        options=Options.from_mapping(options),
        faults_url=layout.faults_url + "/faults",
        replicator_url=layout.replicator_url,
    )


def _origin(region: Region) -> OriginRegion:
    api_url = region.gate_url or region.api_url
    return OriginRegion(region.name, api_url, _coordinates(region), region.endpoint)


def _coordinates(region: Region) -> Coordinates:
    if region.latitude is not None and region.longitude is not None:
        return Coordinates(region.latitude, region.longitude)
    known = AWS_REGIONS.get(region.name)
    if known is None:
        raise SettingsError(
            f"{region.name!r} is no AWS region", "give it 'latitude' and 'longitude' in cloud.json"
        )
    return known
