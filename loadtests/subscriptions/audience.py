"""Many subscribers at once, in a thread of their own."""

import asyncio
import threading
from collections.abc import Sequence
from typing import Final

from loadtests.subscriptions.subscriber import Subscriber
from services.domain.errors import CarteError

_AT_ONCE: Final = 8  # handshakes under way while the audience gathers


class AudienceError(CarteError):
    """Subscribers could not be opened, or the server refused one."""


class Audience:
    """Subscribers that run until `close`.

    Attributes:
        subscribers: All of them; their attributes may be read at any time.
    """

    def __init__(self, subscribers: Sequence[Subscriber]) -> None:
        """Take the subscribers, and make a thread for them; nothing is opened before `gather`."""
        self.subscribers = subscribers
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="subscribers", daemon=True
        )
        self._tasks: list[asyncio.Task[None]] = []

    def gather(self, within_s: float) -> None:
        """Open all subscriptions; return when each has its first state.

        Raises:
            AudienceError: They are not open in time, or one was refused.
        """
        self._thread.start()
        opening = asyncio.run_coroutine_threadsafe(self._open(within_s), self._loop)
        opening.result()

    async def _open(self, within_s: float) -> None:
        turns = asyncio.Semaphore(_AT_ONCE)

        async def one(subscriber: Subscriber) -> None:
            async with turns:
                task = asyncio.create_task(subscriber.run())
                self._tasks.append(task)
                ready = asyncio.create_task(subscriber.ready())
                try:
                    await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    ready.cancel()
                if task.done():
                    task.result()

        try:
            async with asyncio.timeout(within_s), asyncio.TaskGroup() as group:
                for subscriber in self.subscribers:
                    group.create_task(one(subscriber))
        except TimeoutError as error:
            there = sum(bool(one.states) for one in self.subscribers)
            raise AudienceError(
                f"{there} of {len(self.subscribers)} subscriptions were open after {within_s:g} s",
                "nothing else may run on the machine; ask for fewer",
            ) from error
        except ExceptionGroup as errors:
            raise AudienceError(
                "a subscription was refused", detail=str(errors.exceptions[0])
            ) from errors

    def refused(self) -> list[str]:
        """Return why subscribers ended by themselves; empty: all still run."""
        return [str(one.exception()) for one in self._tasks if one.done() and not one.cancelled()]

    def close(self) -> None:
        """End all subscriptions."""

        async def end() -> None:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(end(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        self._loop.close()
