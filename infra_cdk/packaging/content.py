"""What the packages hold: most Lambdas; orders, payments, alerts, notices; live updates."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

# Bytes of the package of most Lambdas: a cold start reads it. 13.5 MB unzipped are cryptography's
# library, 3 MB the names of places for the search. A model of a service of AWS is 0.1 MB.
MAX_ZIPPED: Final = 16_500_000

_SHARED: Final = ("services/configuration", "services/domain", "services/storage")


@dataclass(frozen=True, slots=True)
class Content:
    """The content of one package.

    Attributes:
        suffix: What its file name has after the target's.
        lock: Lock file of its libraries, below `requirements`.
        sources: Folders and files of the repository that it holds.
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
        "services/staff_tokens.py",
        "services/menu_api",
        "services/convergence",
        "services/inventory",
    ),
)
# Apart, so that a cold start of the menu Lambda does not load what only payments need.
ORDERS: Final = Content(
    "-orders",
    "payments.lock",
    (
        *_SHARED,
        "services/unanswered.py",
        "services/ses_mails.py",
        "services/mail_deliveries.py",
        "services/reserved_mails.py",
        "services/fulfilment",
        "services/payments",
        "services/alerts",
        "services/people_notices",
    ),
)
# Apart, so that a change of theirs is no new version of the menu Lambda.
LIVE: Final = Content(
    "-live",
    "runtime.lock",
    ("graphql_schema", *_SHARED, "services/staff_tokens.py", "services/live"),
)
CONTENTS: Final = (SERVING, ORDERS, LIVE)


def orders_package(serving: Path) -> Path:
    """Return the path of the package for orders, which is built beside the other one."""
    return serving.with_stem(f"{serving.stem}{ORDERS.suffix}")


def live_package(serving: Path) -> Path:
    """Return the path of the package for live updates, which is built beside the other one."""
    return serving.with_stem(f"{serving.stem}{LIVE.suffix}")


def packages_beside(serving: Path) -> tuple[Path, ...]:
    """Return the paths of all other packages, which are built beside that of most Lambdas."""
    return orders_package(serving), live_package(serving)
