"""Repeats a GraphQL operation in another region: attempts, hedging, pauses and the budget.

The same rules as `web/clients/failover.ts`, for any asyncio HTTP library.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")

# The paths of a carte edge. Each leads to another region while all are healthy: the nearest one,
# the next nearest, and the third. Repeating a mutation is safe: every mutation carries an
# `operationId` and has one effect in all regions.
PATHS: Final = ("/graphql", "/graphql/next", "/graphql/third")
# Retry-After of an answer is believed up to this many seconds.
_LONGEST_RETRY_AFTER_S: Final = 30.0
_BUDGET: Final = 10.0
_EARNED: Final = 0.1


class NoAnswerError(Exception):
    """No region answered an operation.

    Attributes:
        attempts: How many attempts were made.
        timed_out: Whether time was up; else every attempt failed, the last one by `__cause__`.
        variables: The variables that were sent, each `operationId` included; a mutation may have
            been done, and is repeated with these. None where no client sent the operation.
    """

    def __init__(self, attempts: int, *, timed_out: bool) -> None:
        in_time = " in time" if timed_out else ""
        super().__init__(f"no region answered{in_time}, after {attempts} attempts")
        self.attempts = attempts
        self.timed_out = timed_out
        self.variables: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Attempted(Generic[T]):
    """What one attempt came to.

    Attributes:
        value: The answer, good or bad.
        retryable: Whether the same request may succeed elsewhere or later.
        retry_after_s: Seconds for which the region wants no request of this client.
    """

    value: T
    retryable: bool
    retry_after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Timing:
    """When a client repeats an operation.

    Attributes:
        hedge_after_s: Seconds without an answer after which another region is tried beside the
            first one.
        timeout_s: Seconds after which an operation is given up.
        rounds: Rounds of three attempts after which the last bad answer stands.
        pause_s: Base and limit of the pause after each round; it is drawn at random.
        cool_s: Limits of the time for which a path that failed is not the first choice; drawn at
            random.
    """

    hedge_after_s: float = 1.0
    timeout_s: float = 12.0
    rounds: int = 2
    pause_s: tuple[float, float] = (0.5, 4.0)
    cool_s: tuple[float, float] = (5.0, 10.0)


class Memory:
    """What a client remembers between operations: failed paths, and its budget of retries.

    Make one for each client and keep it. A path that failed is left alone for a few seconds, so
    that an outage costs a client one failed attempt in that time and not one for each operation.
    Each operation earns a tenth of an attempt, so in the long run retries add 10 % to the load of
    the regions that are left. Without budget no region is tried beside another, and a retry waits
    for a pause.
    """

    def __init__(
        self,
        timing: Timing | None = None,
        *,
        draw: Callable[[], float] = random.random,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin with all paths well and a full budget.

        Args:
            timing: When to repeat; None: the defaults.
            draw: A random number from 0 to 1.
            now: Monotonic seconds.
        """
        self.timing = timing or Timing()
        self._draw = draw
        self._now = now
        self._cool_until = [0.0] * len(PATHS)
        self._tokens = _BUDGET

    def order(self) -> list[int]:
        """Return the paths by index, the best one first."""
        now = self._now()
        return sorted(range(len(PATHS)), key=lambda path: max(0.0, self._cool_until[path] - now))

    def begun(self) -> None:
        """Note an operation, which earns budget."""
        self._tokens = min(_BUDGET, self._tokens + _EARNED)

    def spend(self) -> bool:
        """Return whether one more attempt is within the budget; it is spent then."""
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def succeeded(self, path: int) -> None:
        """Note that a path is well."""
        self._cool_until[path] = 0.0

    def failed(self, path: int, retry_after_s: float = 0.0) -> None:
        """Leave a path alone for a while."""
        least, most = self.timing.cool_s
        cool = max(least + self._draw() * (most - least), retry_after_s)
        self._cool_until[path] = self._now() + cool

    def pause_s(self, rounds: float, retry_after_s: float = 0.0) -> float:
        """Return the pause after some rounds: at random, up to a limit that doubles."""
        base, most = self.timing.pause_s
        return max(retry_after_s, self._draw() * min(most, base * 2**rounds))


async def fail_over(
    attempt: Callable[[int], Awaitable[Attempted[T]]],
    memory: Memory,
    *,
    hedge_after_s: float | None = None,
    timeout_s: float | None = None,
) -> T:
    """Make attempts until one has an answer that another region would not better.

    Args:
        attempt: Makes one attempt, by the index of its path; it is cancelled when another attempt
            was answered. An exception counts as a region that cannot be reached.
        memory: The client's.
        hedge_after_s: In place of the memory's timing.
        timeout_s: Likewise.

    Returns:
        The answer, or the last bad one when rounds are up or no attempt more fits into the time.

    Raises:
        NoAnswerError: There was no answer at all.
    """
    timing = memory.timing
    operation = _Operation(
        attempt, memory, timing.hedge_after_s if hedge_after_s is None else hedge_after_s
    )
    memory.begun()
    return await operation.run(timing.timeout_s if timeout_s is None else timeout_s)


class _Operation(Generic[T]):
    """The attempts of one operation."""

    def __init__(
        self,
        attempt: Callable[[int], Awaitable[Attempted[T]]],
        memory: Memory,
        hedge_after_s: float,
    ) -> None:
        self._attempt = attempt
        self._memory = memory
        self._hedge_after_s = hedge_after_s
        self._order = memory.order()
        # The path of each attempt that was not answered yet, in the order of their beginning.
        self._pending: dict[asyncio.Task[Attempted[T]], int] = {}
        self._attempt_count = 0
        self._last: Attempted[T] | None = None
        self._cause: BaseException | None = None
        self._retry_afters: list[float] = []
        # When the operation is given up, by the loop's clock.
        self._deadline = 0.0
        # When the next attempt is due, by the loop's clock, and whether it is one beside another.
        self._due: float | None = None
        self._hedges = False

    async def run(self, timeout_s: float) -> T:
        loop = asyncio.get_running_loop()
        self._deadline = deadline = loop.time() + timeout_s
        try:
            self._start()
            while self._pending or self._due is not None:
                now = loop.time()
                if now >= deadline:
                    for path in self._pending.values():
                        self._memory.failed(path)
                    return self._give_up(timed_out=True)
                if self._due is not None and now >= self._due:
                    self._next()
                    continue
                wait = min(deadline, self._due or deadline) - now
                if not self._pending:
                    await asyncio.sleep(wait)
                    continue
                done, _ = await asyncio.wait(
                    self._pending, timeout=wait, return_when=asyncio.FIRST_COMPLETED
                )
                for task in done:
                    answer = self._ended(task)
                    if answer is not None:
                        return answer.value
            return self._give_up(timed_out=False)
        finally:
            for task in self._pending:
                task.cancel()

    def _start(self) -> None:
        path = self._order[self._attempt_count % len(PATHS)]
        self._attempt_count += 1
        self._pending[asyncio.ensure_future(_awaited(self._attempt(path)))] = path
        self._due = asyncio.get_running_loop().time() + self._hedge_after_s
        self._hedges = True

    def _next(self) -> None:
        """Make the attempt that is due: beside a silent one only within round and budget."""
        if not self._hedges or (self._attempt_count < len(PATHS) and self._memory.spend()):
            self._start()
        else:
            self._due = None

    def _ended(self, task: "asyncio.Task[Attempted[T]]") -> Attempted[T] | None:
        pending = list(self._pending)
        earlier = {self._pending[one] for one in pending[: pending.index(task)]}
        path = self._pending.pop(task)
        memory = self._memory
        # Only the attempt itself can have cancelled it: the caller's cancellation ends `run`.
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is None:
            result = task.result()
            if not result.retryable:
                memory.succeeded(path)
                # What began earlier and is still silent is slower than another region.
                for silent in earlier - {path}:
                    memory.failed(silent)
                return result
            self._last = result
            wanted = min(result.retry_after_s, _LONGEST_RETRY_AFTER_S)
            if wanted:
                self._retry_afters.append(wanted)
            memory.failed(path, wanted)
        elif isinstance(error, (Exception, asyncio.CancelledError)):
            self._cause = error
            memory.failed(path)
        else:
            raise error
        self._again()
        return None

    def _again(self) -> None:
        """After a failure: the next path at once, and after each round a pause.

        A pause that would last to the deadline is not begun: no attempt could follow it.
        """
        rounds, rest = divmod(self._attempt_count, len(PATHS))
        if rounds >= self._memory.timing.rounds:
            self._due = None
            return
        if rest and self._memory.spend():
            self._start()
            return
        wanted = 0.0
        if not rest:
            wanted = min(self._retry_afters, default=0.0)
            self._retry_afters.clear()
        pause = self._memory.pause_s(self._attempt_count / len(PATHS), wanted)
        self._due = asyncio.get_running_loop().time() + pause
        self._hedges = False
        if self._due >= self._deadline:
            self._due = None

    def _give_up(self, *, timed_out: bool) -> T:
        if self._last is not None:
            return self._last.value
        raise NoAnswerError(self._attempt_count, timed_out=timed_out) from self._cause


async def _awaited(work: Awaitable[Any]) -> Any:
    return await work
