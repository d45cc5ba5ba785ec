"""A client of the regions' GraphQL APIs: each request was applied, was refused, or is unknown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

import aiohttp
import orjson

from loadtests.checker.answers import StockAnswer
from loadtests.checker.history import OperationOutcome
from loadtests.checker.settings import CheckError
from localcloud.layout import CloudLayout

# Longer than a healthy region needs on a busy machine, shorter than a region stays frozen.
_TIMEOUT_S: Final = 3.0
_OK: Final = 200
_PAGE: Final = 100
_BARRED: Final = {"UNAUTHENTICATED", "FORBIDDEN", "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"}

_ERRORS: Final = "errors { __typename message }"
_LEVELS: Final = f"{{ stock {{ itemId left }} {_ERRORS} }}"
_PAYLOADS: Final = {
    "updateAssortment": "{ lines { itemId price { amountMinor } listed rank } " + _ERRORS + " }",
    "recordStockCount": _LEVELS,
    "recordSale": _LEVELS,
    "recordWaste": _LEVELS,
    "takeBackWaste": _LEVELS,
    "updateStoreHours": "{ hours { weekday opens closes } stamp " + _ERRORS + " }",
    "editCatalogCategory": "{ category { id names { locale text } rank } " + _ERRORS + " }",
    "editCatalogItem": "{ item { itemId name category price { amountMinor } } " + _ERRORS + " }",
}
_READ: Final = """query Read($id: ID!) {
  menu(storeId: $id) { categories { items { id price { amountMinor } } } }
  inventory(storeId: $id) { lines { itemId left counted sold { region pieces } } }
}"""
_CONFLICTS: Final = """query Conflicts($id: ID, $first: Int!, $after: String) {
  editConflicts(storeId: $id, first: $first, after: $after) {
    totalCount
    edges { node { document entry standing { stamp operationId } lost { stamp operationId } } }
    pageInfo { hasNextPage endCursor }
  }
}"""


class UnansweredError(Exception):
    """A request got no answer, or one from which its outcome is not known."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Outcome of one attempt of a mutation."""

    outcome: OperationOutcome
    answer: Any = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class StoreAnswer:
    """A store as a region shows it.

    Attributes:
        prices: Item id to price, of the items that the menu lists.
        stock: Item id to what the inventory says.
    """

    prices: Mapping[str, int]
    stock: Mapping[str, StockAnswer]


def document_of(action: str) -> str:
    """The GraphQL document of a mutation."""
    kind = action[0].upper() + action[1:] + "Input!"
    return f"mutation Check($input: {kind}) {{ {action}(input: $input) {_PAYLOADS[action]} }}"


class GraphQLClient:
    """The regions' APIs, as a member of staff with a token reaches them, or a guest without one."""

    def __init__(
        self, layout: CloudLayout, token: str | None, *, through_edge: bool = False
    ) -> None:
        self._urls = {
            region.name: (
                f"{layout.edge_url}/_region/{region.name}" if through_edge else region.api_url
            )
            + "/graphql"
            for region in layout.regions
        }
        self._session = aiohttp.ClientSession(
            headers={
                "content-type": "application/json",
                "accept": "application/graphql-response+json",
                **({"authorization": f"Bearer {token}"} if token else {}),
            },
            connector=aiohttp.TCPConnector(limit=0),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def mutate(self, region: str, action: str, variables: Mapping[str, Any]) -> Reply:
        """Send a mutation once.

        Raises:
            CheckError: The API does not take such requests at all; every one would fail.
        """
        try:
            data = await self.post(region, document_of(action), {"input": dict(variables)})
        except UnansweredError as error:
            return Reply("unknown", why=str(error))
        payload = data[action]
        if payload["errors"]:
            why = ",".join(sorted({error["__typename"] for error in payload["errors"]}))
            return Reply("refused", payload, why)
        return Reply("ok", {name: value for name, value in payload.items() if name != "errors"})

    async def view(self, region: str, store: str) -> StoreAnswer | None:
        """A store's menu and stock; None: no such store there (yet).

        Raises:
            UnansweredError: The region did not answer.
        """
        data = await self.post(region, _READ, {"id": store})
        if data["menu"] is None or data["inventory"] is None:
            return None
        items = [item for one in data["menu"]["categories"] for item in one["items"]]
        return StoreAnswer(
            {item["id"]: item["price"]["amountMinor"] for item in items},
            {
                line["itemId"]: StockAnswer(
                    line["left"],
                    line["counted"],
                    {slot["region"]: slot["pieces"] for slot in line["sold"]},
                )
                for line in data["inventory"]["lines"]
            },
        )

    async def conflicts(self, region: str, store: str | None) -> list[dict[str, Any]]:
        """Return all edit conflicts of a store, or of the whole chain if no store is given.

        Raises:
            UnansweredError: The region did not answer.
        """
        found: list[dict[str, Any]] = []
        after: str | None = None
        while True:
            variables = {"id": store, "first": _PAGE, "after": after}
            page = (await self.post(region, _CONFLICTS, variables))["editConflicts"]
            found += [edge["node"] for edge in page["edges"]]
            if not page["pageInfo"]["hasNextPage"]:
                return found
            after = page["pageInfo"]["endCursor"]

    async def post(self, region: str, document: str, variables: Mapping[str, Any]) -> Any:
        """Send one GraphQL request to a region and return the `data` of its answer.

        Raises:
            UnansweredError: There was no answer that says what happened.
            CheckError: The API does not take such requests at all.
        """
        body = orjson.dumps({"query": document, "variables": variables})
        try:
            async with self._session.post(
                self._urls[region], data=body, timeout=aiohttp.ClientTimeout(total=_TIMEOUT_S)
            ) as response:
                status, text = response.status, await response.read()
                answered_by = response.headers.get("x-carte-region", region)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise UnansweredError(type(error).__name__) from error
        try:
            answer = orjson.loads(text)
        except ValueError as error:
            raise UnansweredError(f"status {status}, no JSON") from error
        errors = answer.get("errors") if isinstance(answer, dict) else None
        if errors:
            _explain(errors)
            raise UnansweredError(f"status {status}: {errors[0].get('message')}")
        if status != _OK or not isinstance(answer, dict) or "data" not in answer:
            raise UnansweredError(f"status {status}")
        if answered_by != region:
            raise CheckError(f"the request to {region} was answered by {answered_by}")
        return answer["data"]


def _explain(errors: Sequence[Mapping[str, Any]]) -> None:
    for error in errors:
        code = error.get("extensions", {}).get("code")
        if code in _BARRED:
            raise CheckError(
                f"the API refuses a request of the check: {error.get('message')} ({code})",
                "does this cloud run the same version? `carte down` and `carte up` deploy it",
            )
