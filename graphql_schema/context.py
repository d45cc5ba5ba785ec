"""The context of a request: repositories, time, principal, and how long to cache the response.

Imports nothing that talks to DynamoDB or GraphQL, so that cold starts stay short.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from services.domain.principal import Principal
    from services.domain.quotes.quote import OrderRules
    from services.storage.actions import ActionRepository
    from services.storage.catalogs import CatalogRepository
    from services.storage.cloud_figures import CloudFigures
    from services.storage.conflicts import ConflictIndex
    from services.storage.count_uploads import CountUploads
    from services.storage.journals import JournalReader
    from services.storage.operations import OperationRepository
    from services.storage.order_boards import OrderBoards
    from services.storage.order_placement import OrderPlacement
    from services.storage.orders import OrderRepository
    from services.storage.people import PeopleRepository
    from services.storage.picture_uploads import PictureUploads
    from services.storage.regions import RegionRepository
    from services.storage.stock_imports import StockImportRepository
    from services.storage.stock_learning import StockLearning
    from services.storage.stock_reading import StockReader
    from services.storage.stores import DirectoryRepository, StoreRepository
    from services.storage.subscribers import SubscriberRepository
    from services.storage.unknown_stock import UnknownStockRepository
    from services.storage.waste import WasteRepository


class Services(Protocol):
    """The repositories of a process, shared by its requests."""

    @property
    def region(self) -> str:
        """The AWS region of this process."""
        ...

    @property
    def version(self) -> str:
        """The version of the software."""
        ...

    @property
    def stores(self) -> StoreRepository:
        """Stores of this region's replica."""
        ...

    @property
    def directory(self) -> DirectoryRepository:
        """The list of all stores, in memory."""
        ...

    @property
    def catalogs(self) -> CatalogRepository:
        """Catalogs, of which the current ones are in memory."""
        ...

    @property
    def regions(self) -> RegionRepository:
        """Heartbeats and drain flags of all regions."""
        ...

    @property
    def operations(self) -> OperationRepository:
        """Records of mutations, by which each is applied once."""
        ...

    @property
    def conflicts(self) -> ConflictIndex:
        """The index of edit conflicts."""
        ...

    @property
    def people(self) -> PeopleRepository:
        """Roles of staff, as far as they are not in the tokens."""
        ...

    @property
    def actions(self) -> ActionRepository:
        """What members of staff did."""
        ...

    @property
    def journals(self) -> JournalReader:
        """The latest edits of documents, and who made them."""
        ...

    @property
    def now(self) -> Callable[[], datetime]:
        """Return the current time, with a time zone."""
        ...

    @property
    def deployed(self) -> tuple[str, ...]:
        """The AWS regions that the chain is deployed in; empty: not known."""
        ...

    @property
    def orders(self) -> OrderRepository:
        """Orders of guests."""
        ...

    @property
    def order_boards(self) -> OrderBoards:
        """Where orders are listed: boards of stores, open work."""
        ...

    @property
    def order_placement(self) -> OrderPlacement:
        """Places orders: facts, stock, slots and contact in one transaction."""
        ...

    @property
    def stock_imports(self) -> StockImportRepository:
        """Records of imported count files."""
        ...

    @property
    def unknown_stock(self) -> UnknownStockRepository:
        """The names of what files counted and carte does not know."""
        ...

    @property
    def subscribers(self) -> SubscriberRepository:
        """Subscribers to stock alerts."""
        ...

    @property
    def stock_reader(self) -> StockReader:
        """Stock of many stores, and the journal of counts and sales."""
        ...

    @property
    def waste(self) -> WasteRepository:
        """What stores threw away."""
        ...

    @property
    def stock_learning(self) -> StockLearning:
        """Counts what was unknown and is known by now."""
        ...

    @property
    def count_uploads(self) -> CountUploads | None:
        """Forms that upload count files; None: this deployment takes none."""
        ...

    @property
    def picture_uploads(self) -> PictureUploads | None:
        """Forms that upload pictures of items; None: this deployment takes none."""
        ...

    @property
    def cloud_figures(self) -> CloudFigures | None:
        """What CloudWatch has of the regions; None: it cannot be read from here."""
        ...

    @property
    def order_rules(self) -> OrderRules:
        """The operator's settings of orders."""
        ...


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
        device: The client's header `x-carte-device`, unchecked; None: there is none.
        cache: How long the response may be cached.
        executed: Whether execution began; a failure before that is the client's: HTTP status 400.
        operation: Name of the operation in the parsed document, once its execution began.
    """

    services: Services
    at: datetime
    principal: Principal | None = None
    refusal: str | None = None
    device: str | None = None
    cache: CacheHint = field(default_factory=CacheHint)
    executed: bool = False
    operation: str | None = None
