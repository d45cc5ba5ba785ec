"""DAX in front of the table: it is read first where it may answer, and reads work without it."""

import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import boto3
import pytest
from moto import mock_aws

from localcloud.single_emulator import create_table
from services.storage.binding import Binding
from services.storage.dax import PAUSE_S, DaxConnection
from services.storage.keys import Key
from services.storage.replica import Write
from services.storage.table import Table
from tests.support.chain import REGION

ENDPOINT = "daxs://carte.abc.dax-clusters.eu-west-1.amazonaws.com"
STORE = "STORE#de-0001"
PROFILE = Key(STORE, "PROFILE")


class Cluster:
    """A cluster that reads the table through, counts its operations, and may fail.

    Attributes:
        calls: Operations so far, by method.
        failure: Raised in place of an answer.
        connections: How often somebody connected.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.failure: Exception | None = None
        self.connections = 0
        self._table = boto3.client("dynamodb", region_name=REGION)

    def connect(self, endpoint_url: str, region_name: str) -> "Cluster":
        """As the library's constructor."""
        assert (endpoint_url, region_name) == (ENDPOINT, REGION)
        if self.failure:
            raise self.failure
        self.connections += 1
        return self

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def answer(**request: Any) -> Any:
            self.calls.append(method)
            if self.failure:
                raise self.failure
            return getattr(self._table, method)(**request)

        return answer


@pytest.fixture
def moto() -> Iterator[None]:
    with mock_aws():
        create_table(REGION)
        yield


@pytest.fixture
def cluster(moto: None, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """A cluster, and a library that finds it."""
    made = Cluster()
    library = ModuleType("amazondax")
    library.AmazonDaxClient = made.connect  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "amazondax", library)
    return made


def open_table() -> Table:
    """A table behind the cluster, with one store's profile in it."""
    made = Table(Binding(REGION, dax_endpoint=ENDPOINT, fast_reads=True))
    if made.get(PROFILE, consistent=True) is None:
        made.create_many({PROFILE: {"name": ["Mitte"]}}, rev=made.clock.tick())
    return made


def connection(table: Table) -> DaxConnection:
    """The connection that the table reads through."""
    inner = table.item._get_connection().connection
    assert isinstance(inner, DaxConnection)
    return inner


def test_eventually_consistent_reads_are_asked_of_dax(cluster: Cluster) -> None:
    table = open_table()
    assert table.get(PROFILE) is not None
    assert [one.key for one in table.partition(STORE)] == [PROFILE]
    assert table.get_many([PROFILE]).keys() == {PROFILE}
    assert cluster.calls == ["get_item", "query", "batch_get_item"]


def test_what_must_be_the_last_write_is_asked_of_the_table(cluster: Cluster) -> None:
    table = open_table()
    assert table.get(PROFILE, consistent=True) is not None
    assert table.partition(STORE, consistent=True)
    assert table.get_many([PROFILE], consistent=True)
    found = table.get(PROFILE, consistent=True)
    assert found is not None
    table.write(Write(PROFILE, {"name": ["Ost"]}, rev=table.clock.tick(), replaces=found.rev))
    assert cluster.calls == []
    assert cluster.connections == 0


def test_it_connects_when_first_asked_and_once(cluster: Cluster) -> None:
    table = open_table()
    assert cluster.connections == 0
    for _ in range(3):
        table.get(PROFILE)
    assert cluster.connections == 1


@pytest.mark.parametrize("connected", [True, False])
def test_where_it_fails_the_table_answers_and_it_is_left_alone_for_a_while(
    cluster: Cluster, capsys: pytest.CaptureFixture[str], *, connected: bool
) -> None:
    table = open_table()
    now = 100.0
    connection(table)._monotonic = lambda: now
    if connected:
        table.get(PROFILE)
    cluster.failure = OSError("no route to any node")
    calls = len(cluster.calls)
    for _ in range(3):
        assert table.get(PROFILE) is not None
    assert len(cluster.calls) == calls + connected
    cluster.failure = None
    now += PAUSE_S
    assert table.get(PROFILE) is not None
    assert len(cluster.calls) == calls + connected + 1


def test_without_the_library_the_table_answers_and_the_log_says_what_to_do(moto: None) -> None:
    assert "amazondax" not in sys.modules
    lines: list[str] = []
    table = open_table()
    connection(table)._log = lines.append
    for _ in range(3):
        assert table.get(PROFILE) is not None
    (line,) = lines
    assert "add it to dependencies in pyproject.toml" in line


def test_a_table_without_an_endpoint_knows_nothing_of_it(moto: None) -> None:
    table = Table(Binding(REGION))
    assert not isinstance(table.item._get_connection().connection, DaxConnection)


def test_the_menu_lambda_is_configured_by_its_environment() -> None:
    from services.menu_api.settings import Settings

    variables = {"CARTE_REGION": REGION, "CARTE_TABLE": "carte", "CARTE_DAX_ENDPOINT": ENDPOINT}
    assert Settings.from_environment(variables).binding.dax_endpoint == ENDPOINT
    assert (
        Settings.from_environment({**variables, "CARTE_DAX_ENDPOINT": ""}).binding.dax_endpoint
        is None
    )
