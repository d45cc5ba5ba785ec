"""The interface of a Python subject to the worker process that runs it."""

import binascii
import gzip
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

MISS: Final = "miss"
CHECKED: Final = "checked-hit"
HIT: Final = "pure-hit"
POSTED: Final = "ad-hoc"
LITERALS: Final = "literals"
LAYER: Final = "graphql-layer"
STORES: Final = "stores"
NEAR: Final = "storesNear"
QUOTE: Final = "quote"
EDIT: Final = "updateAssortment"
CONFLICT: Final = "updateAssortment, conflict"
SALE: Final = "recordSale"
ORDER: Final = "placeOrder"
FIRST_PAGE: Final = "first page"

Call = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """HTTP status and body of a call; a subject without HTTP has status 200."""

    status: int
    body: bytes


class Subject(ABC):
    """An implementation of the menu that can be timed."""

    @abstractmethod
    def calls(self, scenario: str, stores: Sequence[str]) -> list[Call]:
        """A call for each of the stores, ready to be timed; whatever it needs was done before."""

    def answer(self, returned: Any) -> Answer:
        """The answer in what a call returned: by default, an API Gateway response."""
        body: bytes = returned["body"].encode()
        if returned.get("isBase64Encoded"):
            body = gzip.decompress(binascii.a2b_base64(body))
        return Answer(returned["statusCode"], body)
