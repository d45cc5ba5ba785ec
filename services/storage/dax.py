"""PynamoDB through DAX: an option, used only where CARTE_DAX_ENDPOINT names a cluster.

DAX answers eventually consistent reads; everything else goes to the table. It is connected when the
first such read comes, and where it is not there, or not well, the table answers: slower, not wrong.
Its client library, `amazon-dax-client`, is not in the lock: add it to the dependencies before
setting `cache.dax_node` in a deployment file.
"""

import importlib
import json
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from pynamodb.connection.base import Connection

from services.configuration import tracing
from services.storage.binding import CONNECT_TIMEOUT_S, MAX_CONNECTIONS, Binding
from services.storage.models import Item, bind

# Operation to the method of DAX's client. PynamoDB calls them by botocore's names.
_READS: Final = {"GetItem": "get_item", "BatchGetItem": "batch_get_item", "Query": "query"}
# After a failure the table answers alone for so long.
PAUSE_S: Final = 10.0

Connect = Callable[[str, str], Any]


class DaxMissingError(RuntimeError):
    """The client library is not in the package; the message says how to get it there."""


def connect(endpoint: str, region: str) -> Any:
    """Return a client of a cluster; connects at once.

    Args:
        endpoint: URL such as `daxs://carte.abc123.dax-clusters.eu-west-1.amazonaws.com`.
        region: The cluster's.

    Raises:
        DaxMissingError: There is no client library.
    """
    try:
        library = importlib.import_module("amazondax")
    except ImportError as error:
        raise DaxMissingError(
            "CARTE_DAX_ENDPOINT is set and amazon-dax-client is not in the package: add it to "
            "dependencies in pyproject.toml, run `make lock`, deploy; until then the table answers"
        ) from error
    return library.AmazonDaxClient(endpoint_url=endpoint, region_name=region)


class DaxConnection(Connection):
    """PynamoDB's connection, which sends eventually consistent reads to DAX first."""

    def __init__(
        self,
        binding: Binding,
        endpoint: str,
        *,
        make: Connect = connect,
        monotonic: Callable[[], float] = time.monotonic,
        log: Callable[[str], Any] = sys.stderr.write,
    ) -> None:
        """Take the table and the cluster; nothing is connected yet.

        Args:
            binding: The table, which answers what DAX does not.
            endpoint: Of the cluster.
            make: Connects to it.
            monotonic: Seconds.
            log: Takes a line.
        """
        super().__init__(
            region=binding.region,
            host=binding.endpoint,
            connect_timeout_seconds=CONNECT_TIMEOUT_S,
            read_timeout_seconds=binding.read_timeout_s,
            max_pool_connections=MAX_CONNECTIONS,
        )
        self._endpoint = endpoint
        self._dax_region = binding.region
        self._make = make
        self._monotonic = monotonic
        self._log = log
        self._dax: Any = None
        self._not_before = float("-inf")
        self._dax_lock = threading.Lock()

    def _make_api_call(
        self, operation_name: str, operation_kwargs: dict[str, Any]
    ) -> dict[str, Any]:
        method = _READS.get(operation_name)
        if method and not _consistent(operation_kwargs):
            answer = self._ask_dax(method, operation_kwargs)
            if answer is not None:
                return answer
        direct: dict[str, Any] = super()._make_api_call(operation_name, operation_kwargs)
        return direct

    def _ask_dax(self, method: str, request: Mapping[str, Any]) -> dict[str, Any] | None:
        if self._monotonic() < self._not_before:
            return None
        try:
            client = self._client_of_dax()
            answer: dict[str, Any] = getattr(client, method)(**request)
        except Exception as error:  # noqa: BLE001 - whatever DAX has, the table's word counts
            self._not_before = self._monotonic() + PAUSE_S
            message = f"DAX is left out for {PAUSE_S:.0f} s: {error}"
            line = {**tracing.of_invocation(), "level": "WARNING", "message": message}
            self._log(json.dumps(line) + "\n")
            return None
        return answer

    def _client_of_dax(self) -> Any:
        with self._dax_lock:
            if self._dax is None:
                self._dax = self._make(self._endpoint, self._dax_region)
            return self._dax


def bind_through_dax(binding: Binding, endpoint: str, **options: Any) -> type[Item]:
    """Return a model class that reads through `DaxConnection`; the options are its own."""
    item = bind(binding)
    connection = item._get_connection()  # noqa: SLF001 - the one way PynamoDB offers
    through = DaxConnection(binding, endpoint, **options)
    through.add_meta_table(connection.get_meta_table())
    connection.connection = through
    return item


def _consistent(request: Mapping[str, Any]) -> bool:
    """Return whether a read must see the last write; DAX would pass it on to the table."""
    tables = request.get("RequestItems", {}).values()
    return bool(request.get("ConsistentRead")) or any(one.get("ConsistentRead") for one in tables)
