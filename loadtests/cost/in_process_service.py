"""The menu service of a region, run in this process so that its CPU time can be measured."""

import time
from typing import Any, Final

import boto3
import orjson

from loadtests.cloud.operation_ids import operation_id as new_operation_id
from loadtests.cloud.persisted_documents import persisted_document
from loadtests.cost.exceptions import CostError
from loadtests.cost.item_size import item_bytes
from localcloud.issuer import AUDIENCE, NAME, this_machines
from localcloud.layout import CloudLayout
from services.domain.stamp import Stamp
from services.menu_api.application import Application, assemble
from services.menu_api.messages import Request, Response
from services.menu_api.settings import Settings
from services.staff_tokens import Oidc
from services.storage import keys
from services.storage.binding import Binding
from services.storage.keys import Key
from services.storage.table import Table

# The operation record, the document, and its journal entry.
_ITEMS_OF_A_TRANSACTION: Final = 3


class InProcessService:
    """The menu service of a local cloud's primary region, in this process.

    Attributes:
        table: The region's table.
        lines: What the service logged.
        client: A DynamoDB client of the region.
    """

    def __init__(self, layout: CloudLayout) -> None:
        region = layout.region(layout.primary)
        self.table = Table(Binding(region.name, layout.table, region.endpoint, 30.0))
        self.lines: list[str] = []
        issuer = this_machines()
        settings = Settings(
            Binding(region.name, layout.table, region.endpoint, fast_reads=True),
            version="measured",
            oidc=Oidc(NAME, AUDIENCE, issuer.jwks()),
        )
        self.application: Application = assemble(settings, self.lines.append)
        self._token = issuer.token(["chain:admin"], subject="carte-cost")
        self.client: Any = boto3.client(
            "dynamodb", region_name=region.name, endpoint_url=region.endpoint
        )

    def timed(self, request: Request) -> tuple[Response, float]:
        """Return the response to a request, and the CPU milliseconds that it took.

        Raises:
            CostError: The response is an error.
        """
        before = time.process_time()
        response = self.application.respond(request)
        took = (time.process_time() - before) * 1000
        answer = orjson.loads(response.body) if response.body else {}
        if response.status != 200 or "errors" in answer:  # noqa: PLR2004
            raise CostError(f"{request.path} answered {response.status}: {response.body[:300]!r}")
        return response, took

    def persisted(self, name: str, **variables: Any) -> Request:
        """Return the GET request of a persisted query with these variables."""
        digest, _ = persisted_document(name)
        query = {"variables": orjson.dumps(variables).decode()}
        return Request("GET", f"/graphql/persisted/{digest}", {}, query)

    def mutate(self, document: str, **given: Any) -> tuple[str, float]:
        """Run a mutation; return its operation id and the CPU milliseconds that it took.

        Raises:
            CostError: The mutation was refused.
        """
        operation_id = new_operation_id()
        variables = {"input": {"operationId": operation_id, **given}}
        request = Request(
            "POST",
            "/graphql",
            {"content-type": "application/json", "authorization": f"Bearer {self._token}"},
            body=orjson.dumps({"query": document, "variables": variables}),
        )
        response, took = self.timed(request)
        (payload,) = orjson.loads(response.body)["data"].values()
        if payload["errors"]:
            raise CostError(f"a mutation was refused: {payload['errors']}")
        return operation_id, took

    def written(self, operation_id: str, document: Key) -> tuple[int, ...]:
        """Return the bytes of the items of a transaction: record, documents, journal entry.

        Raises:
            CostError: The transaction wrote fewer items than expected.
        """
        record = self.items(keys.operation(operation_id).pk)[0]
        rev = record["rev"]["S"]
        stamp_of = {"S": rev}
        beside = self.items(document.pk)
        entries = self.items(keys.journal(document, Stamp.parse(rev)).pk, newest=50)
        found = [one for one in (*beside, *entries) if one["rev"] == stamp_of]
        if len(found) < _ITEMS_OF_A_TRANSACTION - 1:
            raise CostError(
                f"operation {operation_id} wrote {1 + len(found)} items where at least "
                f"{_ITEMS_OF_A_TRANSACTION} are expected: its record, a document, a journal entry",
                "does the cloud run this checkout? `carte down` and `carte up` deploy it",
            )
        return (item_bytes(record), *map(item_bytes, found))

    def items(self, pk: str, newest: int | None = None) -> list[dict[str, Any]]:
        """Return the items of a partition in DynamoDB's format, or only the newest of them."""
        more: dict[str, Any] = {"ScanIndexForward": False, "Limit": newest} if newest else {}
        found: list[dict[str, Any]] = []
        while True:
            page = self.client.query(
                TableName=self.table.binding.table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": pk}},
                **more,
            )
            found += page["Items"]
            if newest or "LastEvaluatedKey" not in page:
                return found
            more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
