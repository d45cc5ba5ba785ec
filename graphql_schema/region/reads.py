"""The read of the region that answers, which needs no sign-in."""

from graphql_schema.context import Context
from graphql_schema.region.views import RegionView, ReplicationLagView


def region(context: Context) -> RegionView:
    """Return this region, and how old its newest heartbeat of each other region is, in seconds.

    Heartbeats never expire, so those of regions that are no longer deployed are left out. Makes
    one DynamoDB request.
    """
    context.cache.narrow(0)
    services = context.services
    now_ms = context.at.timestamp() * 1000
    return RegionView(
        services.region,
        services.version,
        [
            ReplicationLagView(name, max(0.0, round((now_ms - ms) / 1000, 3)))
            for name, ms in sorted(services.regions.states().heartbeats.items())
            if name != services.region and (not services.deployed or name in services.deployed)
        ],
    )
