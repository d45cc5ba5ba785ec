"""Reading the table by PynamoDB's models and past them: one suite, the same answers and errors."""

import socket
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from pynamodb.exceptions import GetError, PynamoDBException, QueryError

from services.storage import capacity
from services.storage.binding import Binding
from services.storage.fast.reader import FastReader
from services.storage.keys import Key
from services.storage.table import Table
from tests.support import dynamo_server as server
from tests.support.dynamo_server import DynamoServer, Misbehavior
from tests.support.local_cloud import wait_until

STORE = "STORE#1"
PROFILE = Key(STORE, "PROFILE")
BODY = {"s": ["é🍩"], "e": {"name": ["Köln", 0]}}


class Reading:
    """A table read one way, with the pauses that its retries took.

    Attributes:
        pauses: Seconds.
    """

    def __init__(self, table: Table, pauses: list[float]) -> None:
        self.table = table
        self.pauses = pauses

    def fails(self, read: Callable[[Table], object] | None = None) -> PynamoDBException:
        """The error of a read that must fail."""
        with pytest.raises(PynamoDBException) as caught:
            (read or (lambda table: table.get(PROFILE)))(self.table)
        return caught.value


Opened = Callable[[str, str], Reading]


@pytest.fixture
def dynamo() -> Iterator[DynamoServer]:
    with DynamoServer() as made:
        made.put(STORE, "PROFILE", "1@a", BODY)
        made.put(STORE, "STOCK", "2@a", {"n": 1})
        made.put(STORE, "STOCK#eu-west-1", "3@a", {"n": 2})
        yield made


@pytest.fixture
def patience_s() -> float:
    """Seconds that an answer is waited for: more than a busy machine takes for one."""
    return 20.0


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, patience_s: float) -> Iterator[Opened]:
    """Makes tables that are read in one way, whose retries do not wait."""
    made: list[Table] = []

    def open_table(way: str, url: str) -> Reading:
        fast = way == "fast"
        binding = Binding("eu-west-1", "carte", url, read_timeout_s=patience_s, fast_reads=fast)
        table = Table(binding)
        made.append(table)
        pauses: list[float] = []
        assert (table.reader.fast is not None) == fast
        if isinstance(table.reader.fast, FastReader):
            table.reader.fast.client.retries.pause = pauses.append
        botocores = SimpleNamespace(sleep=pauses.append, time=time.time)
        monkeypatch.setattr("botocore.endpoint.time", botocores)
        return Reading(table, pauses)

    yield open_table
    for table in made:
        table.close()


@pytest.fixture(params=["models", "fast"])
def reading(request: pytest.FixtureRequest, dynamo: DynamoServer, opened: Opened) -> Reading:
    return opened(request.param, dynamo.url)


def test_an_item_comes_as_it_was_written(reading: Reading, dynamo: DynamoServer) -> None:
    dynamo.put("CATALOG#de", "VERSION#1", "4@a", packed={"items": ["é"] * 5000})
    dynamo.put("OP#1", "OP", "5@a", {"x": "y" * 200_000}, expires=1_700_000_000)
    profile = reading.table.get(PROFILE)
    assert profile is not None
    assert (profile.key, profile.rev, profile.body, profile.expires) == (PROFILE, "1@a", BODY, None)
    version = reading.table.get(Key("CATALOG#de", "VERSION#1"))
    assert version is not None
    assert version.body == {"items": ["é"] * 5000}
    operation = reading.table.get(Key("OP#1", "OP"), consistent=True)
    assert operation is not None
    assert (operation.expires, len(operation.body["x"])) == (1_700_000_000, 200_000)
    assert [one.request["ConsistentRead"] for one in dynamo.received] == [False, False, True]


def test_what_is_not_there_is_none(reading: Reading) -> None:
    assert reading.table.get(Key("STORE#2", "PROFILE")) is None
    assert reading.table.partition("STORE#2") == []
    assert reading.table.get_many([Key("STORE#2", "PROFILE")]) == {}
    assert reading.table.get_many([]) == {}


def test_an_item_without_a_body_is_empty(reading: Reading, dynamo: DynamoServer) -> None:
    dynamo.put("OP#1", "UNDONE#a", "5@a")
    mark = reading.table.get(Key("OP#1", "UNDONE#a"))
    assert mark is not None
    assert mark.body == {}


def test_a_partition_comes_in_order_by_one_request(reading: Reading, dynamo: DynamoServer) -> None:
    sort_keys = [stored.key.sk for stored in reading.table.partition(STORE)]
    assert sort_keys == ["PROFILE", "STOCK", "STOCK#eu-west-1"]
    assert len(dynamo.received) == 1
    found = reading.table.partition(STORE, prefix="STOCK", consistent=True)
    assert [stored.rev for stored in found] == ["2@a", "3@a"]


def test_pages_are_followed(reading: Reading, dynamo: DynamoServer) -> None:
    dynamo.page = 2
    assert len(reading.table.partition(STORE)) == 3
    assert len(dynamo.received) == 2


@pytest.mark.parametrize(("page", "newest"), [(1, 2), (5, 2), (2, 5), (1, 3)])
def test_the_newest_come_first_and_no_more_than_asked(
    reading: Reading, dynamo: DynamoServer, page: int, newest: int
) -> None:
    dynamo.page = page
    found = [stored.key.sk for stored in reading.table.partition(STORE, newest=newest)]
    assert found == ["STOCK#eu-west-1", "STOCK", "PROFILE"][:newest]


def test_many_are_read_in_hundreds_and_what_was_left_is_asked_again(
    reading: Reading, dynamo: DynamoServer
) -> None:
    keys = [Key(f"STORE#{number}", "PROFILE") for number in range(2, 132)]
    for key in keys[:125]:
        dynamo.put(*key, "1@a", {"n": key.pk})
    dynamo.unprocessed = 7
    found = reading.table.get_many([*keys, *keys], consistent=True)
    assert set(found) == set(keys[:125])
    assert all(stored.body == {"n": key.pk} for key, stored in found.items())
    sizes = [len(one.request["RequestItems"]["carte"]["Keys"]) for one in dynamo.received]
    assert sorted(sizes) in ([7, 30, 100], [37, 100])
    assert all(one.request["RequestItems"]["carte"]["ConsistentRead"] for one in dynamo.received)


def test_what_it_costs_is_counted(reading: Reading, dynamo: DynamoServer) -> None:
    dynamo.page = 2
    with capacity.Capacity() as used:
        reading.table.get(PROFILE)
        reading.table.partition(STORE)
        reading.table.get_many([PROFILE])
    assert (used.requests, used.read_units, used.write_units) == (4, 0.5 + 2 * 1.5 + 2.0, 0)


FAULTS: dict[str, Misbehavior] = {
    "throttled": server.refuses(400, "ThrottlingException"),
    "over capacity": server.refuses(400, "ProvisionedThroughputExceededException"),
    "too many": server.refuses(429, "Whatever"),
    "a 500": server.refuses(500, "InternalServerError"),
    "a 503": server.refuses(503, "ServiceUnavailable"),
    "a reset": server.resets,
    "a hang-up": server.hangs_up,
    "half an answer": server.truncates,
    "a wrong checksum": server.miscounts,
    "no HTTP": server.babbles,
    "silence": server.ignores,
    "silence after half an answer": server.stalls,
}
SILENT = {"silence", "silence after half an answer"}


# Where a fault passes, the next answer must come in time, also on a busy machine.
@pytest.mark.parametrize(
    ("fault", "patience_s"), [(one, 1.0 if one in SILENT else 20.0) for one in FAULTS]
)
def test_a_fault_that_passes_is_retried(reading: Reading, dynamo: DynamoServer, fault: str) -> None:
    dynamo.script.append(FAULTS[fault])
    stored = reading.table.get(PROFILE)
    assert stored is not None
    assert stored.body == BODY
    assert len(dynamo.received) == 2
    assert len(reading.pauses) == 1
    throttled = fault in ("throttled", "over capacity", "too many")
    assert 0 <= reading.pauses[0] <= (1.0 if throttled else 0.025)


# Where these stay, botocore passes on what it could read, which may be "there is no such item".
WORSE = {"a wrong checksum", "half an answer"}


@pytest.mark.parametrize("fault", sorted(WORSE))
def test_an_answer_that_stays_damaged_is_not_believed(
    fault: str, dynamo: DynamoServer, opened: Opened
) -> None:
    dynamo.script.extend([FAULTS[fault]] * 3)
    error = opened("fast", dynamo.url).fails()
    assert type(error.cause).__name__ == "ConnectionClosedError"
    assert len(dynamo.received) == 3


@pytest.mark.parametrize(
    ("fault", "patience_s"),
    [(one, 0.3 if one in SILENT else 20.0) for one in FAULTS if one not in WORSE],
)
def test_a_fault_that_stays_raises_the_same_error(
    fault: str, dynamo: DynamoServer, opened: Opened
) -> None:
    causes = []
    for way in ("models", "fast"):
        dynamo.received.clear()
        dynamo.script.extend([FAULTS[fault]] * 3)
        error = opened(way, dynamo.url).fails(lambda table: table.partition(STORE))
        assert isinstance(error, QueryError)
        # A request may be received when the client has given it up already.
        wait_until(lambda: not dynamo.script, "the server has received them all")
        assert len(dynamo.received) == 3
        response = getattr(error.cause, "response", None) or {}
        causes.append((type(error.cause), response.get("Error")))
    assert causes[0] == causes[1]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "ResourceNotFoundException"),
        (400, "ValidationException"),
        (400, "AccessDeniedException"),
        (400, "UnrecognizedClientException"),
        (403, "InvalidSignatureException"),
        (413, "RequestEntityTooLarge"),
    ],
)
def test_a_fault_of_ours_is_raised_at_once(
    reading: Reading, dynamo: DynamoServer, status: int, code: str
) -> None:
    dynamo.script.append(server.refuses(status, code, "that is wrong"))
    error = reading.fails()
    assert isinstance(error, GetError)
    assert (error.cause_response_code, error.cause_response_message) == (code, "that is wrong")
    for part in ("Failed to get item", "REQUEST-1", "table (carte)", "GetItem", "that is wrong"):
        assert part.lower() in str(error).lower()
    assert len(dynamo.received) == 1


def test_the_wait_that_dynamodb_asks_for_is_kept(reading: Reading, dynamo: DynamoServer) -> None:
    later = {"x-amz-retry-after": "1500"}
    dynamo.script.append(server.refuses(503, "Busy", **later))
    reading.table.get(PROFILE)
    assert reading.pauses == [1.5]


def test_retries_end_when_too_many_fail(reading: Reading, dynamo: DynamoServer) -> None:
    """Each retry takes from a quota that only successes fill again."""
    reading.table.get(PROFILE)
    dynamo.received.clear()
    dynamo.script.extend([server.refuses(500, "InternalServerError")] * 200)
    for _ in range(20):
        reading.fails()
    # 500 // 14 retries, and one attempt for each of the twenty.
    assert len(dynamo.received) == 20 + 500 // 14


@pytest.mark.parametrize(
    "way",
    [
        server.closes_after,
        server.hangs_up_after,
        server.dribbles,
        server.chunks,
        server.ends_by_closing,
        server.says_continue,
    ],
)
def test_any_right_http_is_read(reading: Reading, dynamo: DynamoServer, way: Misbehavior) -> None:
    dynamo.put(STORE, "PROFILE", "1@a", {"text": "ü" * 100_000})
    dynamo.script.extend([way, way])
    for _ in range(3):
        stored = reading.table.get(PROFILE)
        assert stored is not None
        assert len(stored.body["text"]) == 100_000
    if way is not server.hangs_up_after or reading.table.binding.fast_reads:
        # Whether urllib3 sees in time that the server has hung up is a matter of luck.
        assert reading.pauses == []


def test_a_connection_is_kept_and_used_again(reading: Reading, dynamo: DynamoServer) -> None:
    for _ in range(5):
        reading.table.partition(STORE)
    assert {one.connection for one in dynamo.received} == {1}


def test_a_connection_that_was_closed_while_idle_costs_no_retry(
    dynamo: DynamoServer, opened: Opened
) -> None:
    reading = opened("fast", dynamo.url)
    dynamo.script.append(server.hangs_up_after)
    for _ in range(2):
        assert reading.table.get(PROFILE) is not None
    assert reading.pauses == []
    assert [one.connection for one in dynamo.received] == [1, 2]


def test_a_port_without_a_listener_raises_the_same_error(opened: Opened) -> None:
    with socket.socket() as held:  # and it does not listen: nobody else can take the port meanwhile
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}"
        causes = [type(opened(way, url).fails().cause) for way in ("models", "fast")]
    assert causes[0] is causes[1]


def test_without_credentials_nothing_is_asked(
    dynamo: DynamoServer, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    causes = [type(opened(way, dynamo.url).fails().cause) for way in ("models", "fast")]
    assert causes[0] is causes[1]
    assert dynamo.received == []


def test_temporary_credentials_send_their_token(
    dynamo: DynamoServer, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token/+=")
    for way in ("models", "fast"):
        opened(way, dynamo.url).table.get(PROFILE)
    assert [one.headers["x-amz-security-token"] for one in dynamo.received] == ["token/+="] * 2
    assert all("x-amz-security-token" in one.headers["authorization"] for one in dynamo.received)


def test_credentials_that_expire_are_taken_from_botocore(
    dynamo: DynamoServer, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container, with SSO, or after a snapshot: botocore refreshes them in time."""
    from botocore.credentials import ReadOnlyCredentials

    taken = iter(["first", "second"])

    class Refreshed:
        def get_frozen_credentials(self) -> ReadOnlyCredentials:
            return ReadOnlyCredentials(next(taken), "secret", "token")

    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setattr("botocore.session.Session.get_credentials", lambda _: Refreshed())
    table = opened("fast", dynamo.url).table
    table.get(PROFILE)
    table.get(PROFILE)
    signed = [one.headers["authorization"] for one in dynamo.received]
    assert "Credential=first/" in signed[0]
    assert "Credential=second/" in signed[1]


def test_a_clock_that_dynamodb_refuses_is_mended(
    dynamo: DynamoServer, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = opened("fast", dynamo.url).table
    reader: Any = table.reader.fast
    reader.client.clock = lambda: 1_000_000_000.0
    wrong = server.refuses(
        400,
        "InvalidSignatureException",
        "Signature expired: 2001",
        date="Mon, 04 May 2026 10:00:00 GMT",
    )
    dynamo.script.append(wrong)
    assert table.get(PROFILE) is not None
    assert [one.headers["x-amz-date"] for one in dynamo.received] == [
        "20010909T014640Z",
        "20260504T100000Z",
    ]
    dynamo.script.extend([wrong, wrong])
    with pytest.raises(GetError):
        table.get(PROFILE)
