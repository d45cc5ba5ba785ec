"""Runs blocking calls beside a check's event loop, each with a deadline."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar

from loadtests.checker.settings import CheckError

_STATUS: Final = "`carte status` shows what does not run"

R = TypeVar("R")


async def call(what: str, seconds: float, function: Callable[[], R]) -> R:
    """Run a function in a thread and return its result; what it raises is raised.

    A function that hangs keeps neither the event loop nor the process alive: its thread is left
    behind when the time is over or the caller is cancelled. `asyncio.to_thread` would wait for it
    at the end of the event loop, and once more at the end of the process.

    Args:
        what: What is waited for, for the error.
        seconds: How long at most.
        function: What to run.

    Raises:
        CheckError: The function did not return in time.
    """
    loop = asyncio.get_running_loop()
    result: asyncio.Future[R] = loop.create_future()

    def succeed(value: R) -> None:
        if not result.done():
            result.set_result(value)

    def fail(error: BaseException) -> None:
        if not result.done():
            result.set_exception(error)

    def run() -> None:
        # The loop may have ended meanwhile: then nobody waits for the result.
        try:
            value = function()
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is awaited
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(fail, error)
        else:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(succeed, value)

    threading.Thread(target=run, name=what, daemon=True).start()
    try:
        await asyncio.wait({result}, timeout=seconds)
        if not result.done():
            raise CheckError(f"{what} took longer than {seconds:.0f} s", _STATUS)
        return result.result()
    finally:
        result.cancel()
