"""The context of a request: repositories, time, principal, and how long to cache the response.

Imports nothing that talks to DynamoDB or GraphQL, so that cold starts stay short.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.domain.principal import Principal
    from services.domain.quotes.quote import OrderRules
    from services.storage.catalogs import CatalogRepository
    from services.storage.journal import JournalRepository
    from services.storage.operations import OperationRepository
    from services.storage.order_placement import OrderPlacement
    from services.storage.orders import OrderRepository
    from services.storage.regions import RegionRepository
    from services.storage.stores import DirectoryRepository, StoreRepository


@dataclass(frozen=True, slots=True)
class Services:
    """The repositories of a process, shared by its requests.

    Attributes:
        region: The AWS region of this process.
        version: The version of the software.
        order_rules: What the operator set about orders.
        now: Returns the current time, with a time zone.
    """

    region: str
    version: str
    stores: StoreRepository
    directory: DirectoryRepository
    catalogs: CatalogRepository
    regions: RegionRepository
    operations: OperationRepository
    journal: JournalRepository
    orders: OrderRepository
    order_placement: OrderPlacement
    order_rules: OrderRules
    now: Callable[[], datetime]


@dataclass(slots=True)
class CacheHint:
    """How long, and under which tags, a response may be cached; resolvers narrow it.

    Attributes:
        max_age_s: Seconds, the lowest that any resolver allowed; None if none has.
        tags: `store:<id>` and `market:<id>` of everything that was read.
    """

    max_age_s: int | None = None
    tags: set[str] = field(default_factory=set)

    def narrow(self, max_age_s: int, *tags: str) -> None:
        """Lower the maximum age to at most `max_age_s` seconds, and add tags."""
        self.max_age_s = max_age_s if self.max_age_s is None else min(self.max_age_s, max_age_s)
        self.tags.update(tags)


@dataclass(slots=True)
class Context:
    """The context of one request.

    Attributes:
        services: The repositories of the process.
        at: When the request arrived, with a time zone.
        principal: The member of staff that the token names; None without a valid token.
        refusal: Why the token that was sent is invalid; None without a token.
        cache: How long the response may be cached.
        executed: Whether execution began; a failure before that is the client's: HTTP status 400.
        operation: Name of the operation in the parsed document, once its execution began.
    """

    services: Services
    at: datetime
    principal: Principal | None = None
    refusal: str | None = None
    cache: CacheHint = field(default_factory=CacheHint)
    executed: bool = False
    operation: str | None = None
