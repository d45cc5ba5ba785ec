"""What resolvers get: the region's repositories, the time, and what the response may be cached.

Imports nothing that talks to DynamoDB or GraphQL: a cold start pays for what it uses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.domain.principal import Principal
    from services.storage.catalogs import CatalogRepository
    from services.storage.journal import JournalRepository
    from services.storage.operations import OperationRepository
    from services.storage.regions import RegionRepository
    from services.storage.stores import DirectoryRepository, StoreRepository


@dataclass(frozen=True, slots=True)
class Services:
    """What one process keeps between requests.

    Attributes:
        region: AWS region that answers.
        version: version of the software.
        now: the time, aware.
    """

    region: str
    version: str
    stores: StoreRepository
    directory: DirectoryRepository
    catalogs: CatalogRepository
    regions: RegionRepository
    operations: OperationRepository
    journal: JournalRepository
    now: Callable[[], datetime]


@dataclass(slots=True)
class CacheHint:
    """How long, and under which tags, a response may be cached; resolvers narrow it.

    Attributes:
        max_age_s: seconds; None until a field says something, and then the lowest that any said.
        tags: `store:<id>` and `market:<id>` of everything that was read.
    """

    max_age_s: int | None = None
    tags: set[str] = field(default_factory=set)

    def narrow(self, max_age_s: int, *tags: str) -> None:
        """Allow at most so many seconds, and add tags."""
        self.max_age_s = max_age_s if self.max_age_s is None else min(self.max_age_s, max_age_s)
        self.tags.update(tags)


@dataclass(slots=True)
class Context:
    """One request's context.

    Attributes:
        principal: the member of staff who asks; None for everyone else.
        refusal: why a token that was sent is not believed.
        executed: whether execution began; a request that failed earlier is the client's fault.
        operation: Name of the operation in the parsed document, once its execution began.
    """

    services: Services
    at: datetime
    principal: Principal | None = None
    refusal: str | None = None
    cache: CacheHint = field(default_factory=CacheHint)
    executed: bool = False
    operation: str | None = None
