"""Reading one region's stream without being fooled by a restarted emulator.

An emulator keeps its stream in memory only, but keeps the stream's ARN with the table: after a
restart an old iterator is still taken and silently skips as many new records as had been read
before. So every new connection is followed by a check that the stream still begins with the
same record, before what was read over it is believed.
"""

import time
from collections.abc import AsyncIterator
from dataclasses import replace

from localcloud.replicator.dynamo import Dynamo, DynamoError, Record
from localcloud.replicator.store import Position

_PAGE = 500
_MILLISECOND_DIGITS = 20
_SEQUENCE_DIGITS = 30
_TOLERANCE_MS = 2_000


class StreamReplacedError(Exception):
    """The iterator is of no use any more: the stream must be opened again."""


class NotReadyError(Exception):
    """The table, or its stream, does not exist yet."""


def now_ms() -> int:
    """Return this machine's time in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def sequence_of(record: Record) -> str:
    """Return the record's sequence number."""
    sequence: str = record["dynamodb"]["SequenceNumber"]
    return sequence


def written_ms(record: Record) -> int:
    """Return when the write was made, in milliseconds since the epoch.

    ApproximateCreationDateTime has whole seconds. The emulator's sequence numbers begin with
    the milliseconds: they are used where they agree with it.
    """
    created = int(float(record["dynamodb"]["ApproximateCreationDateTime"]) * 1000)
    sequence = sequence_of(record)
    if len(sequence) == _SEQUENCE_DIGITS and sequence.isdigit():
        exact = int(sequence[:_MILLISECOND_DIGITS])
        if abs(exact - created) <= _TOLERANCE_MS:
            return exact
    return created


class StreamCursor:
    """A place in one region's stream."""

    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo
        self._connections = -1
        self._shard = ""
        self._iterator = ""
        self._following: str | None = ""
        self._reconnected = False
        self.position = Position("", "", None, None)
        self.key_names: tuple[str, ...] = ()

    async def open(self, known: Position | None) -> bool:
        """Go to where `known` left off, or else to the stream's beginning.

        Returns whether reading simply goes on. If not, records or tables may have been lost and
        the table must be compared. Raises NotReadyError, UnreachableError, StreamReplacedError.
        """
        table_id, arn = await self._describe()
        connections = self._dynamo.connections
        first = await self._first(arn)
        resumed = False
        if known is not None and known.last is not None and known.table_id == table_id:
            after = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": known.last}
            try:
                self._iterator = await self._seek(arn, after)
            except DynamoError:
                resumed = False
            else:
                resumed = True
        if resumed and known is not None:
            self.position = replace(known, stream_arn=arn, first=first)
        else:
            self._iterator = await self._seek(arn, {"ShardIteratorType": "TRIM_HORIZON"})
            self.position = Position(table_id, arn, first, None)
        if self._dynamo.connections != connections:
            raise StreamReplacedError("the connection changed while the stream was opened")
        self._connections = connections
        return resumed

    async def _describe(self) -> tuple[str, str]:
        try:
            table = await self._dynamo.describe()
        except DynamoError as error:
            raise NotReadyError(str(error)) from error
        if not table.get("StreamSpecification", {}).get("StreamEnabled"):
            raise NotReadyError(f"table {self._dynamo.table} has no stream")
        self.key_names = tuple(part["AttributeName"] for part in table["KeySchema"])
        return table["TableId"], table["LatestStreamArn"]

    async def _first(self, arn: str) -> str | None:
        try:
            answer = await self._dynamo.stream("DescribeStream", {"StreamArn": arn})
        except DynamoError as error:
            raise NotReadyError(str(error)) from error
        shards = answer["StreamDescription"]["Shards"]
        if len(shards) != 1:
            raise NotReadyError(f"expected one shard, as the emulator has, got {len(shards)}")
        self._shard = shards[0]["ShardId"]
        first: str | None = shards[0]["SequenceNumberRange"].get("StartingSequenceNumber")
        return first

    async def _seek(self, arn: str, where: dict[str, str]) -> str:
        body = {"StreamArn": arn, "ShardId": self._shard, **where}
        iterator: str = (await self._dynamo.stream("GetShardIterator", body))["ShardIterator"]
        return iterator

    async def page(self) -> list[Record]:
        """Read the next records; the cursor moves on only with `advance`."""
        if self._following is None:
            raise StreamReplacedError("the stream was closed")
        try:
            body = {"ShardIterator": self._iterator, "Limit": _PAGE}
            answer = await self._dynamo.stream("GetRecords", body)
        except DynamoError as error:
            raise StreamReplacedError(str(error)) from error
        await self.check()
        self._following = answer.get("NextShardIterator")
        records: list[Record] = answer["Records"]
        return records

    def advance(self, records: list[Record]) -> None:
        """Move past the records of the last page."""
        self._iterator = self._following or self._iterator
        if records:
            first = self.position.first or sequence_of(records[0])
            self.position = replace(self.position, first=first, last=sequence_of(records[-1]))

    async def check(self) -> None:
        """Make sure that all read so far came from one and the same emulator process."""
        while self._connections != self._dynamo.connections:
            connections = self._dynamo.connections
            try:
                table_id, arn = await self._describe()
                first = await self._first(arn)
            except NotReadyError as error:
                raise StreamReplacedError(str(error)) from error
            here = (self.position.table_id, self.position.stream_arn, self.position.first)
            if (table_id, arn, first) != here:
                raise StreamReplacedError("another emulator process, or another table")
            self._connections = connections
            self._reconnected = True

    def take_reconnected(self) -> bool:
        """Return whether a connection was lost and made anew since the last call."""
        reconnected, self._reconnected = self._reconnected, False
        return reconnected

    async def history(self) -> AsyncIterator[Record]:
        """Iterate over all records from the beginning up to now, without moving the cursor."""
        where = {"ShardIteratorType": "TRIM_HORIZON"}
        iterator: str | None = await self._seek(self.position.stream_arn, where)
        while iterator is not None:
            body = {"ShardIterator": iterator, "Limit": _PAGE}
            answer = await self._dynamo.stream("GetRecords", body)
            if not answer["Records"]:
                return
            for record in answer["Records"]:
                yield record
            iterator = answer.get("NextShardIterator")
