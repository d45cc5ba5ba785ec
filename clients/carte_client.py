"""A GraphQL client for carte: `CarteClient` for asyncio, `BlockingCarteClient` for plain scripts.

A mutation gets an `operationId` where its input lacks one, and is repeated in another region with
the same id where a region is dead, silent or failing.
"""

import asyncio
import json
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Final, Self

import httpx

from clients.documents import has_mutation, operations
from clients.failover import PATHS, Attempted, Memory, NoAnswerError, fail_over
from clients.loopback import is_loopback
from clients.own_writes import OwnWrites, is_done, may_pass

_ACCEPT: Final = "application/graphql-response+json, application/json;q=0.9"
_SERVER_ERROR: Final = 500
# Beside 5xx: the region throttles, or gave up waiting for the request.
_RETRYABLE: Final = frozenset({408, 429})
# Where no region says so: the request is too long for what stands in front of them, by every path.
_TOO_LONG: Final = frozenset({413, 414, 431})


class GraphQLError(Exception):
    """The answer has errors, or is no GraphQL response.

    Attributes:
        errors: The errors of the answer; empty where no region answered, but something in front of
            them, such as a firewall or a proxy.
        data: What the answer holds beside them.
        status: The HTTP status.
        variables: The variables that were sent, each `operationId` included. Without errors, or
            after a status of 500 or more, a mutation may have been done, and is repeated with
            these.
    """

    def __init__(
        self,
        errors: list[dict[str, Any]],
        data: Any,
        status: int,
        variables: Mapping[str, Any] | None = None,
    ) -> None:
        messages = "; ".join(str(error.get("message")) for error in errors)
        super().__init__(messages or f"the answer with status {status} is no GraphQL response")
        self.errors = errors
        self.data = data
        self.status = status
        self.variables: Mapping[str, Any] = variables or {}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of a region, or of the edge.

    Attributes:
        status: The HTTP status.
        headers: The headers; names compare without case.
        body: The GraphQL response; empty where there is none.
        variables: The variables that were sent, each `operationId` included.
    """

    status: int
    headers: httpx.Headers
    body: Mapping[str, Any]
    variables: Mapping[str, Any] = field(default_factory=dict)

    @property
    def region(self) -> str | None:
        """The region that answered; None where the answer does not say."""
        region: str | None = self.headers.get("x-carte-region")
        return region


class CarteClient:
    """Sends operations by POST; use it as an asynchronous context manager.

    Keep one for all operations: it remembers which paths failed, and holds the connections.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str | Callable[[], str] = "",
        headers: Mapping[str, str] | None = None,
        memory: Memory | None = None,
        own_writes: bool = False,
    ) -> None:
        """Take the address of the edge; no request is sent yet.

        Args:
            url: The edge, without a path: `https://menus.example.com`.
            token: A staff token; a function is called before each attempt.
            headers: More headers of every request.
            memory: What is remembered of failed paths; None: the client's own.
            own_writes: Whether reads show this client's own mutations also where another region
                answers: the mutations of the last ten minutes are repeated there first. Where that
                is not answered, a read shows what the region had.
        """
        self._own = OwnWrites() if own_writes else None
        self._url = url.rstrip("/")
        self._token = token
        self._memory = memory or Memory()
        timing = self._memory.timing
        # The edge gives a region up after 2 s or 10 s; `fail_over` bounds all attempts together.
        self._http = httpx.AsyncClient(
            headers={"accept": _ACCEPT, **(headers or {})},
            timeout=httpx.Timeout(timing.timeout_s, connect=2.0),
            trust_env=not is_loopback(self._url),
        )

    async def execute(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        operation_name: str | None = None,
    ) -> Any:
        """Return the data of an operation.

        Args:
            query: The document's text.
            variables: Their values by name, without the `$`.
            operation_name: Which operation to run, where the document has several.

        Raises:
            GraphQLError: The answer has errors that another region would give too, or all regions
                fail.
            NoAnswerError: No region answered. Both have the `variables` that were sent: repeat a
                mutation with these, so that it has one effect.
        """
        answer = await self.send(query, variables, operation_name=operation_name)
        errors, data = answer.body.get("errors"), answer.body.get("data")
        if errors or not isinstance(data, dict):
            raise GraphQLError(errors or [], data, answer.status, answer.variables)
        return data

    async def send(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        operation_name: str | None = None,
    ) -> Answer:
        """Return the answer to an operation, whatever it says; takes what `execute` does.

        Raises:
            NoAnswerError: No region answered.
        """
        all_variables = with_operation_ids(query, variables, operation_name)
        body: dict[str, Any] = {"query": query, "variables": all_variables}
        if operation_name:
            body["operationName"] = operation_name
        content = json.dumps(body)
        reads = not has_mutation(query, operation_name)
        try:
            answer = await self._answered(content, reads=reads)
        except NoAnswerError as error:
            error.variables = all_variables
            raise
        return replace(answer, variables=all_variables)

    async def _answered(self, content: str, *, reads: bool) -> Answer:
        answer = await self._fail_over(content)
        if self._own is None:
            return answer
        if not reads:
            if is_done(answer.body):
                self._own.acknowledged(content, answer.region)
            return answer
        # The repeated mutations, or the read after them, may be answered by one more region.
        for _ in PATHS:
            try:
                if not await self._bring_own_writes(answer.region):
                    break
                again = await self._fail_over(content)
            except NoAnswerError:
                break  # what was read stands; the next read asks again
            if is_retryable(again.status, again.body):
                break
            answer = again
        return answer

    async def _bring_own_writes(self, region: str | None) -> bool:
        """Repeat the mutations that a region may not have; return whether one was carried out.

        One that is refused, such as a decision about roles that is too old by now, keeps no later
        one from being repeated, and is not sent to that region again.
        """
        brought = False
        for write in self._own.missing_in(region) if self._own else ():
            repeated = await self._fail_over(write.content)
            done = is_done(repeated.body)
            later = is_retryable(repeated.status, repeated.body) or may_pass(repeated.body)
            if repeated.region is None or (later and not done):
                break  # the next read asks again
            write.regions.add(repeated.region)
            brought = brought or done
        return brought

    async def _fail_over(self, content: str) -> Answer:
        async def attempt(path: int) -> Attempted[Answer]:
            headers = {"content-type": "application/json"}
            token = self._token() if callable(self._token) else self._token
            if token:
                headers["authorization"] = f"Bearer {token}"
            response = await self._http.post(
                self._url + PATHS[path], content=content, headers=headers
            )
            answer = Answer(response.status_code, response.headers, body_of(response))
            retry_after_s = retry_after(response.headers.get("retry-after"))
            retryable = is_retryable(answer.status, answer.body)
            return Attempted(answer, retryable, retry_after_s)

        return await fail_over(attempt, self._memory)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()


class BlockingCarteClient:
    """The same for scripts without asyncio; a context manager, and safe for several threads.

    Its event loop runs in a thread of its own, because requests to two regions may run at a time.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str | Callable[[], str] = "",
        headers: Mapping[str, str] | None = None,
        memory: Memory | None = None,
        own_writes: bool = False,
    ) -> None:
        """Start the thread of an event loop; the arguments are those of `CarteClient`."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._client = CarteClient(
            url, token=token, headers=headers, memory=memory, own_writes=own_writes
        )

    def execute(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        operation_name: str | None = None,
    ) -> Any:
        """Return the data of an operation; takes and raises what `CarteClient.execute` does."""
        work = self._client.execute(query, variables, operation_name=operation_name)
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        """Close the connections."""
        closing = self._client.__aexit__(None, None, None)
        asyncio.run_coroutine_threadsafe(closing, self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def with_operation_ids(
    query: str, variables: Mapping[str, Any] | None, operation_name: str | None = None
) -> dict[str, Any]:
    """Return the variables, each input object of a mutation with an `operationId`.

    An id that is there stays. All attempts of an operation carry the same, so that the regions take
    them for one.
    """
    given = dict(variables or {})
    for operation in operations(query, operation_name):
        for name in operation.inputs if operation.kind == "mutation" else ():
            value = given.get(name)
            if isinstance(value, Mapping) and "operationId" not in value:
                given[name] = {**value, "operationId": str(uuid.uuid4())}
    return given


def is_retryable(status: int, body: Mapping[str, Any]) -> bool:
    """Return whether the same request may succeed in another region, or later.

    What is no GraphQL response comes from something in front of the regions, such as a firewall, a
    proxy, the sign-in page of a network, or an edge of an older version at a path that it does not
    have: whatever its status, no region answered.

    Args:
        status: The HTTP status.
        body: The GraphQL response; empty where there is none.
    """
    if status >= _SERVER_ERROR or status in _RETRYABLE:
        return True
    entries = body.get("errors")
    errors = [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    if not errors and not isinstance(body.get("data"), dict):
        return status not in _TOO_LONG
    return any((error.get("extensions") or {}).get("retryable") is True for error in errors)


def retry_after(value: str | None) -> float:
    """Return the seconds of a Retry-After header; 0 where there are none."""
    return float(value) if value and value.isascii() and value.isdigit() else 0.0


def body_of(response: httpx.Response) -> Mapping[str, Any]:
    """Return the GraphQL response of an answer; empty where it is no JSON object."""
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
