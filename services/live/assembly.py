"""Puts together what both Lambdas of live updates need."""

import time
from typing import Any

import boto3

from services.live.evaluation import Evaluator
from services.live.posting import Posting, signed_send
from services.live.settings import Common
from services.storage.catalogs import CatalogRepository
from services.storage.lazy_services import LazyServices
from services.storage.live import FreshTable, LiveTable, live_table
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


def posting(common: Common) -> Posting:
    """Return what sends messages to connections."""
    session = boto3.Session(region_name=common.binding.region)

    def credentials() -> Any:
        return session.get_credentials()

    return Posting(signed_send(common.endpoint, common.binding.region, credentials))
