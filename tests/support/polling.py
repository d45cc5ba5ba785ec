"""Waiting for a condition inside an event loop, with a deadline."""

import asyncio
from collections.abc import Callable

_PATIENCE = 20.0


async def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition; TimeoutError when it does not come."""
    async with asyncio.timeout(_PATIENCE):
        while not condition():  # noqa: ASYNC110 - what is waited for sends no event
            await asyncio.sleep(0.005)
