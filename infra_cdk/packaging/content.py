"""What the packages hold: one for most Lambdas, one for those that work on orders and payments."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

_SHARED: Final = ("services/configuration", "services/domain", "services/storage")


@dataclass(frozen=True, slots=True)
class Content:
    """The content of one package.

    Attributes:
        suffix: What its file name has after the target's.
        lock: Lock file of its libraries, below `requirements`.
        sources: Folders of the repository that it holds.
    """

    suffix: str
    lock: str
    sources: tuple[str, ...]


SERVING: Final = Content(
    "",
    "runtime.lock",
    (
        "graphql_schema",
        *_SHARED,
        "services/menu_api",
        "services/convergence",
        "services/inventory",
    ),
)
# Apart, so that a cold start of the menu Lambda does not load what only payments need.
ORDERS: Final = Content(
    "-orders", "payments.lock", (*_SHARED, "services/fulfilment", "services/payments")
)
CONTENTS: Final = (SERVING, ORDERS)


def orders_package(serving: Path) -> Path:
    """Return the path of the package for orders, which is built beside the other one."""
    return serving.with_stem(f"{serving.stem}{ORDERS.suffix}")
