"""Puts together what both Lambdas of live updates need."""

import os
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from services.configuration import SettingsError
from services.live.evaluation import Evaluator
from services.live.management_api import ManagementApi
from services.live.posting import AT_ONCE, Posting
from services.live.settings import Common
from services.storage.catalogs import CatalogRepository
from services.storage.fast import credentials
from services.storage.fast.choice import http_endpoint
from services.storage.lazy_services import LazyServices
from services.storage.live_table import FreshTable, LiveTable, live_table
from services.storage.stores import StoreRepository


def evaluator(table: FreshTable, common: Common) -> Evaluator:
    """Return what evaluates subscriptions, from reads that show every acknowledged write."""
    services = LazyServices(
        table,
        StoreRepository(table),
        version=common.version,
        regions=common.regions,
        catalogs=CatalogRepository(table, max_age_s=0),
    )
    return Evaluator(services)


def connections(common: Common) -> LiveTable:
    """Return the table of connections and subscriptions."""
    return live_table(common.binding, common.table, time.time)


def posting(common: Common, environment: Mapping[str, str] = os.environ) -> Posting:
    """Return what sends messages to connections.

    Raises:
        SettingsError: The URL of the WebSocket API is none.
    """
    url = urlsplit(common.endpoint)
    reached = http_endpoint(f"{url.scheme}://{url.netloc}", environment)
    if reached is None:
        raise SettingsError(
            f"{common.endpoint} is no URL of a WebSocket API's stage",
            "AWS_ENDPOINT_URL and CARTE_LIVE_API make it up",
        )
    api = ManagementApi(
        common.endpoint,
        common.binding.region,
        credentials.source(environment),
        reached,
        most_idle=AT_ONCE,
    )
    return Posting(api.send)
