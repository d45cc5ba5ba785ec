"""An empty table in moto, for each test anew and cheap to make.

Most of what a test with a table cost were two botocore clients and a request to create the table.
The first table of a process is created by a request and its client is kept; later ones are copies.
"""

import copy
import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from localcloud.single_emulator import create_table
from services.storage.binding import Binding
from services.storage.table import Table

NAME = "carte"


@contextmanager
def empty_table(region: str) -> Iterator[Table]:
    """Run with an empty table in moto; what the test writes ends with it."""
    with mock_aws():
        tables = dynamodb_backends[DEFAULT_ACCOUNT_ID][region].tables
        tables[NAME] = copy.deepcopy(_created(region))
        yield process_of(region)


def process_of(region: str) -> Table:
    """Return a table object as another process of the region has it: with nothing remembered."""
    table = Table(Binding(region))
    table._item = _connected(region).item
    return table


@functools.cache
def _created(region: str) -> Any:
    """Return moto's table as it is right after the request that creates it."""
    create_table(region)
    return dynamodb_backends[DEFAULT_ACCOUNT_ID][region].tables.pop(NAME)


@functools.cache
def _connected(region: str) -> Table:
    """Return a table object that lends its client: botocore takes 30 ms to make one."""
    return Table(Binding(region))
