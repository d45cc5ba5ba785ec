"""Lets a client read its own writes after a failover: it repeats them where they may be missing.

A region that is lost takes with it what it has not replicated yet, until it is back. A mutation
that is repeated in another region, with the same `operationId`, is there at once and has one effect
in the end.
"""

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

KEPT_S: Final = 600.0
"""Seconds for which a mutation is remembered; replication normally takes less than one."""
MOST: Final = 20
"""Mutations that are remembered; older ones are taken to have arrived everywhere."""


@dataclass(slots=True)
class OwnWrite:
    """An acknowledged mutation.

    Attributes:
        content: The body of its request.
        at: When it was acknowledged, in monotonic seconds.
        regions: Names of the regions that acknowledged it, or that got it and refused it.
    """

    content: str
    at: float
    regions: set[str] = field(default_factory=set)


class OwnWrites:
    """The last mutations of one client."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Begin without any.

        Args:
            now: Monotonic seconds.
        """
        self._now = now
        self._writes: deque[OwnWrite] = deque(maxlen=MOST)

    def acknowledged(self, content: str, region: str | None) -> None:
        """Remember a mutation that a region acknowledged.

        Args:
            content: The body of its request.
            region: The region that answered; None: the edge does not say.
        """
        if region:
            self._writes.append(OwnWrite(content, self._now(), {region}))

    def missing_in(self, region: str | None) -> list[OwnWrite]:
        """Return the mutations that a region may not have, oldest first.

        Args:
            region: Its name; None: the edge does not say, so no mutation is taken to be missing.
        """
        since = self._now() - KEPT_S
        while self._writes and self._writes[0].at < since:
            self._writes.popleft()
        return [one for one in self._writes if region and region not in one.regions]


def is_done(body: Mapping[str, Any]) -> bool:
    """Return whether an answer to a mutation says that it was done.

    A mutation that was refused must not be repeated: another region might take it. A document that
    does not select `errors` does not show that.
    """
    data = body.get("data")
    if body.get("errors") or not isinstance(data, dict):
        return False
    return all(isinstance(one, dict) and not one.get("errors") for one in data.values())


def may_pass(body: Mapping[str, Any]) -> bool:
    """Return whether a region may carry out later what it did not carry out now.

    That is so where the answer is none of GraphQL, where the token has to be renewed, and where
    others were changing the same document (as far as `__typename` of `errors` is selected).
    """
    data, errors = body.get("data"), body.get("errors")
    if isinstance(errors, list) and errors:
        coded = [one.get("extensions") or {} for one in errors if isinstance(one, dict)]
        return any(one.get("code") == "UNAUTHENTICATED" for one in coded)
    if not isinstance(data, dict):
        return True
    payloads = [one for one in data.values() if isinstance(one, dict)]
    refusals = [error for one in payloads for error in one.get("errors") or ()]
    return any(error.get("__typename") == "TooBusyError" for error in refusals)
