"""Completion of lists, item by item: part of `Execution`."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from graphql_schema.compiled.failures import ExecutionError, Path, located
from graphql_schema.compiled.plan import Field, ListType, OutputType
from graphql_schema.compiled.waiting import is_awaitable, left_in, settle, together

_NO_LISTS = (bytearray, bytes, str, memoryview, Mapping)


class Lists:
    """Lists of an execution."""

    __slots__ = ()

    def complete(self, kind: OutputType, field: Field, value: Any, path: Path, top: Path) -> Any:
        """See `Execution.complete`."""
        raise NotImplementedError

    def failed(self, error: Exception, kind: OutputType, field: Field, path: Path) -> None:
        """See `Execution.failed`."""
        raise NotImplementedError

    def complete_list(self, kind: ListType, field: Field, value: Any, path: Path, top: Path) -> Any:
        """The list, or a coroutine of it.

        Raises:
            Exception: it is no list, or an item failed where null may not stand.
        """
        if hasattr(value, "__aiter__"):
            return self._complete_stream(kind.item, field, value.__aiter__(), path, top)
        if not isinstance(value, Iterable) or isinstance(value, _NO_LISTS):
            raise ExecutionError(
                f"Expected Iterable, but did not find one for field '{field.shown}'."
            )
        results: list[Any] = []
        waiting: list[int] = []
        iterator = iter(value)
        try:
            for at, item in enumerate(iterator):
                self._item(kind.item, field, item, (path, at, None), top, results, waiting)
        except Exception:
            left = [results[at] for at in waiting]
            left += left_in(iterator)
            if left:
                settle(left)
            raise
        return self._awaited_items(results, waiting) if waiting else results

    async def _complete_stream(
        self, kind: OutputType, field: Field, stream: Any, path: Path, top: Path
    ) -> list[Any]:
        results: list[Any] = []
        waiting: list[int] = []
        at = 0
        try:
            while True:
                try:
                    item = await anext(stream)
                except StopAsyncIteration:
                    break
                except Exception as error:
                    raise located(error, field.locations, path) from error
                self._item(kind, field, item, (path, at, None), top, results, waiting)
                at += 1
        except Exception:
            close = getattr(stream, "aclose", None)
            if close is not None:
                with suppress(Exception):  # an error came first, and is reported
                    await close()
            if waiting:
                settle([results[one] for one in waiting])
            raise
        return await self._awaited_items(results, waiting) if waiting else results

    def _item(  # noqa: PLR0917 - called for every item of every list
        self,
        kind: OutputType,
        field: Field,
        item: Any,
        path: Path,
        top: Path,
        results: list[Any],
        waiting: list[int],
    ) -> None:
        if is_awaitable(item):
            waiting.append(len(results))
            results.append(self._awaited_item(kind, field, item, path, top))
            return
        try:
            completed = self.complete(kind, field, item, path, top)
            if is_awaitable(completed):
                waiting.append(len(results))
                completed = self._awaited_completed(kind, field, completed, path)
            results.append(completed)
        except Exception as error:  # noqa: BLE001 - whatever it was, it is this item's error
            self.failed(error, kind, field, path)
            results.append(None)

    async def _awaited_completed(
        self, kind: OutputType, field: Field, completed: Any, path: Path
    ) -> Any:
        try:
            return await completed
        except Exception as error:  # noqa: BLE001 - as above
            self.failed(error, kind, field, path)
            return None

    async def _awaited_item(
        self, kind: OutputType, field: Field, item: Any, path: Path, top: Path
    ) -> Any:
        try:
            completed = self.complete(kind, field, await item, path, top)
            if is_awaitable(completed):
                completed = await completed
        except Exception as error:  # noqa: BLE001 - as above
            self.failed(error, kind, field, path)
            return None
        return completed

    async def _awaited_items(self, results: list[Any], waiting: list[int]) -> list[Any]:
        if len(waiting) == 1:
            results[waiting[0]] = await results[waiting[0]]
        else:
            ended = await together(results[at] for at in waiting)
            for at, one in zip(waiting, ended, strict=True):
                results[at] = one
        return results
