"""What a Python subject of the bench offers to the worker that runs it."""

import binascii
import gzip
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

MISS: Final = "miss"
CHECKED: Final = "checked-hit"
HIT: Final = "pure-hit"
NOT_MODIFIED: Final = "not-modified"
POSTED: Final = "ad-hoc"
LAYER: Final = "graphql-layer"

Call = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call answered: HTTP status and body; a layer below HTTP answers 200."""

    status: int
    body: bytes


class Subject(ABC):
    """One way to answer a menu."""

    @abstractmethod
    def calls(self, scenario: str, stores: Sequence[str]) -> list[Call]:
        """A call for each of the stores, ready to be timed; whatever it needs was done before."""

    def answer(self, returned: Any) -> Answer:
        """The answer in what a call returned: by default, an API Gateway response."""
        body: bytes = returned["body"].encode()
        if returned.get("isBase64Encoded"):
            body = gzip.decompress(binascii.a2b_base64(body))
        return Answer(returned["statusCode"], body)
