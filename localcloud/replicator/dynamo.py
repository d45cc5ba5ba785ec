"""A small asynchronous DynamoDB client for one region's emulator: plain JSON posts, no signing.

boto3 would spend more time per request than the emulator does. The emulator takes the region
from the credential scope and does not verify signatures.
"""

from collections.abc import AsyncIterator, Sequence
from types import SimpleNamespace
from typing import Any, Self

import aiohttp
import orjson

from localcloud.replicator.images import Item, parse
from localcloud.replicator.operations import Operation

Record = dict[str, Any]
"""A stream record, as GetRecords returns it."""

_READ_SECONDS = 2.0
_WRITE_SECONDS = 4.0
_SCAN_SECONDS = 20.0
_SERVER_ERROR = 500


class UnreachableError(Exception):
    """The region does not answer (refused, frozen, broken off, or a server error)."""


class DynamoError(Exception):
    """DynamoDB refused a request."""

    def __init__(self, code: str, message: str, answer: dict[str, Any]) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.answer = answer


class Dynamo:
    """The table of one region and its stream.

    The stream is read over one connection of its own; `connections` counts how often that was
    opened. While it stays the same, so does the process at the other end.
    """

    def __init__(self, region: str, endpoint: str, table: str) -> None:
        self.region = region
        self.table = table
        self.connections = 0
        self._url = endpoint.rstrip("/") + "/"
        scope = f"local/20260101/{region}/dynamodb/aws4_request"
        headers = {
            "Content-Type": "application/x-amz-json-1.0",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, "
            "SignedHeaders=host;x-amz-target, Signature=0",
        }
        trace = aiohttp.TraceConfig()
        trace.on_connection_create_end.append(self._opened)
        self._writing = aiohttp.ClientSession(
            headers=headers, connector=aiohttp.TCPConnector(limit=16)
        )
        self._reading = aiohttp.ClientSession(
            headers=headers, connector=aiohttp.TCPConnector(limit=1), trace_configs=[trace]
        )

    async def _opened(
        self, _session: aiohttp.ClientSession, _context: SimpleNamespace, _params: object
    ) -> None:
        self.connections += 1

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._writing.close()
        await self._reading.close()

    async def _post(
        self, session: aiohttp.ClientSession, target: str, body: Any, seconds: float
    ) -> dict[str, Any]:
        try:
            async with session.post(
                self._url,
                data=orjson.dumps(body),
                headers={"X-Amz-Target": target},
                timeout=aiohttp.ClientTimeout(total=seconds),
            ) as response:
                text = await response.read()
                status = response.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise UnreachableError(f"{self.region}: {type(error).__name__} {error}") from error
        if status >= _SERVER_ERROR:
            raise UnreachableError(f"{self.region}: status {status}: {text[:200]!r}")
        try:
            answer: dict[str, Any] = parse(text)
        except ValueError as error:
            raise UnreachableError(f"{self.region}: not JSON: {text[:200]!r}") from error
        if status != 200:  # noqa: PLR2004 - the one status that means success
            code = str(answer.get("__type", "")).rpartition("#")[2]
            message = str(answer.get("message") or answer.get("Message") or "")
            raise DynamoError(code, message, answer)
        return answer

    async def _table(self, action: str, body: Any, seconds: float) -> dict[str, Any]:
        return await self._post(self._writing, f"DynamoDB_20120810.{action}", body, seconds)

    async def stream(self, action: str, body: dict[str, Any]) -> dict[str, Any]:
        """Call an action of DynamoDB Streams over the stream's own connection."""
        target = f"DynamoDBStreams_20120810.{action}"
        return await self._post(self._reading, target, body, _READ_SECONDS)

    async def describe(self) -> dict[str, Any]:
        """Describe the table, over the stream's connection. Raises DynamoError if missing."""
        target = "DynamoDB_20120810.DescribeTable"
        body = {"TableName": self.table}
        answer = await self._post(self._reading, target, body, _READ_SECONDS)
        description: dict[str, Any] = answer["Table"]
        return description

    async def scan(self) -> AsyncIterator[list[Item]]:
        """Iterate over the pages of the whole table."""
        body: dict[str, Any] = {"TableName": self.table, "ConsistentRead": True}
        while True:
            answer = await self._table("Scan", body, _SCAN_SECONDS)
            yield answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            body["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    async def read(self, keys: Sequence[bytes]) -> list[Item]:
        """Read up to 100 items consistently; missing and unprocessed ones are left out."""
        request = {"Keys": [orjson.Fragment(key) for key in keys], "ConsistentRead": True}
        body = {"RequestItems": {self.table: request}}
        answer = await self._table("BatchGetItem", body, _READ_SECONDS)
        items: list[Item] = answer["Responses"].get(self.table, [])
        return items

    async def write(self, operations: Sequence[Operation]) -> None:
        """Do up to 100 conditional writes, all or none. Raises DynamoError when refused."""
        if len(operations) > 1:
            await self._table("TransactWriteItems", {"TransactItems": operations}, _WRITE_SECONDS)
            return
        (kind, body), *_ = operations[0].items()
        await self._table(f"{kind}Item", body, _WRITE_SECONDS)
