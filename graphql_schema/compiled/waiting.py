"""What execution does with awaitables: tell them, await several at once, let go of the rest.

The same awaits in the same order as graphql-core has them, because the order in which resolvers go
on decides the order of errors. Only who waits imports asyncio: carte's own resolvers never do.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from types import CoroutineType, GeneratorType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import asyncio

_ITERABLE_COROUTINE: Final = 0x100  # inspect.CO_ITERABLE_COROUTINE, without importing inspect

_settling: set["asyncio.Future[Any]"] = set()


def is_awaitable(value: Any) -> bool:
    """Whether a value can be awaited."""
    return (
        isinstance(value, CoroutineType)
        or (isinstance(value, GeneratorType) and bool(value.gi_code.co_flags & _ITERABLE_COROUTINE))
        or hasattr(value, "__await__")
    )


async def together(awaitables: Iterable[Awaitable[Any]]) -> list[Any]:
    """Await all; when one raises, cancel the others and raise it."""
    import asyncio

    futures = [asyncio.ensure_future(one) for one in awaitables]
    try:
        return list(await asyncio.gather(*futures))
    except Exception:
        for future in futures:
            if not future.done():
                future.cancel()
        await asyncio.gather(*futures, return_exceptions=True)
        raise


def settle(awaitables: list[Any]) -> None:
    """Let awaitables end whose results nobody wants any more."""
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        for one in awaitables:
            if asyncio.iscoroutine(one):
                one.close()
        return
    future = asyncio.gather(*awaitables, return_exceptions=True)
    _settling.add(future)
    future.add_done_callback(_settling.discard)


def left_in(iterator: Iterator[Any]) -> list[Any]:
    """The awaitables that an iterator still holds; what it raises is nobody's concern any more."""
    found: list[Any] = []
    try:
        found.extend(one for one in iterator if is_awaitable(one))
    except Exception:  # noqa: BLE001 - an error came first, and is being reported
        return found
    return found


def chained(
    items: Iterable[Any], step: Callable[[dict[str, Any], Any], Any], results: dict[str, Any]
) -> Any:
    """Run steps one after the other, each when the one before has ended.

    Returns:
        Their results, or a coroutine of them.
    """
    reached: Any = results
    for item in items:
        if is_awaitable(reached):

            async def later(before: Awaitable[dict[str, Any]], item: Any) -> dict[str, Any]:
                result = step(await before, item)
                ended: dict[str, Any] = await result if is_awaitable(result) else result
                return ended

            reached = later(reached, item)
        else:
            reached = step(reached, item)
    return reached
