"""Views of the region that answers: the attributes that the GraphQL types declare."""

from typing import NamedTuple


class ReplicationLagView(NamedTuple):
    """Seconds since another region was last heard from."""

    region: str
    seconds: float


class RegionView(NamedTuple):
    """The region that answers."""

    name: str
    version: str
    replication_lag: list[ReplicationLagView]
