"""Turns what runs in a region's Lambda: what feeds the stream Lambda, which code serves the API."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from localcloud import regions
from localcloud.faults.handle import Handle, HandleError
from localcloud.layout import ANY_KEY, CloudLayout

# What is owed to a region that does not answer is tried again until it does.
_PATIENCE_S: Final = 5.0
_AGAIN_S: Final = 2.0

Turn = Callable[[Any, Sequence[dict[str, Any]]], None]
"""Turns something by a client of a region's Lambda API; blocks."""


class LambdaHandle(Handle):
    """Something that the Lambda API of a region's emulator turns."""

    def __init__(self, layout: Callable[[], CloudLayout], turn: Turn) -> None:
        self._now = layout
        self._turn = turn
        self._first: dict[str, object] = {}

    async def turn(self, subject: str, values: Sequence[dict[str, Any]]) -> None:
        """Turn it in a thread: the gates' traffic goes on."""
        from botocore.exceptions import BotoCoreError, ClientError

        if regions.frozen(self._now(), subject):
            # It would take the call when it thaws, perhaps after one that was made later.
            raise HandleError(f"{subject} is frozen, so its Lambda API cannot be told anything")
        if values:
            self._first.setdefault(subject, self._now().process("emulator", subject))
        else:
            self._first.pop(subject, None)
        try:
            await asyncio.to_thread(partial(self._in_thread, subject, values))
        except (BotoCoreError, ClientError) as error:
            raise HandleError(f"the Lambda API of {subject}: {error}") from error

    def knows(self, subject: str) -> bool:
        """Whether it is a region."""
        return subject in self._now().region_names

    def mark(self, subject: str) -> object:
        """Changes now and then once the emulator is another one: its stacks come back later."""
        first = self._first.get(subject)
        if first is None or first == self._now().process("emulator", subject):
            return first
        return int(asyncio.get_running_loop().time() / _AGAIN_S)

    def _in_thread(self, subject: str, values: Sequence[dict[str, Any]]) -> None:
        import boto3
        from botocore.config import Config

        session = boto3.Session(
            aws_access_key_id=ANY_KEY, aws_secret_access_key=ANY_KEY, region_name=subject
        )
        make: Callable[..., Any] = session.client
        config = Config(
            connect_timeout=_PATIENCE_S,
            read_timeout=_PATIENCE_S,
            retries={"total_max_attempts": 1},
            proxies={},
        )
        endpoint = self._now().region(subject).endpoint
        self._turn(make("lambda", endpoint_url=endpoint, config=config), values)


def function_with(api: Any, handler: str) -> str:
    """The name of the function with this handler.

    Raises:
        HandleError: There is none.
    """
    for page in api.get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            if function.get("Handler") == handler:
                return str(function["FunctionName"])
    raise HandleError(f"no Lambda {handler} is deployed there")
