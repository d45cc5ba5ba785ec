"""The repositories of a process: those of menus are made at once, the others at first use."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from services.storage.catalogs import CatalogRepository
from services.storage.stores import DirectoryRepository, StoreRepository
from services.storage.table import Table

if TYPE_CHECKING:
    from services.domain.quotes.quote import OrderRules
    from services.domain.search.tables import StoreTables
    from services.storage.actions import ActionRepository
    from services.storage.cloud_figures import CloudFigures
    from services.storage.conflicts import ConflictIndex
    from services.storage.count_uploads import CountUploads
    from services.storage.identity import IssuerKeyRepository
    from services.storage.journals import JournalReader
    from services.storage.operations import OperationRepository
    from services.storage.order_boards import OrderBoards
    from services.storage.order_placement import OrderPlacement
    from services.storage.orders import OrderRepository
    from services.storage.people import PeopleRepository
    from services.storage.picture_uploads import PictureBucket, PictureUploads
    from services.storage.prepared_tables import PreparedTables
    from services.storage.regions import RegionRepository
    from services.storage.stock_imports import StockImportRepository
    from services.storage.stock_learning import StockLearning
    from services.storage.stock_reading import StockReader
    from services.storage.subscribers import SubscriberRepository
    from services.storage.unknown_stock import UnknownStockRepository
    from services.storage.waste import WasteRepository


class LazyServices:
    """`Services` whose repositories for staff and probes are imported at first use."""

    def __init__(
        self,
        table: Table,
        stores: StoreRepository,
        *,
        version: str,
        regions: tuple[str, ...] = (),
        takes_cards: bool = False,
        count_bucket: str | None = None,
        search_bucket: str | None = None,
        s3_endpoint: str | None = None,
        picture_buckets: "tuple[PictureBucket, ...]" = (),
        has_cloudwatch: bool = False,
        catalogs: CatalogRepository | None = None,
    ) -> None:
        """Make the repositories of menus.

        Args:
            table: The replica of this region.
            stores: The repository of stores.
            version: Version of the software, shown in `region`.
            regions: The AWS regions that the chain is deployed in; empty: not known.
            takes_cards: Whether guests may pay by card.
            count_bucket: The bucket of files of counts; None: no files are taken.
            search_bucket: The bucket of prepared tables of the search; None: each process makes
                its own.
            s3_endpoint: URL of S3 where it is not the region's own.
            picture_buckets: The buckets of uploaded pictures; empty: none are taken.
            has_cloudwatch: Whether the CloudWatch of the chain's regions can be read.
            catalogs: The repository of catalogs; None: one that reads pointers again every five
                seconds.
        """
        self.region = table.region
        self.version = version
        self.deployed = regions
        self.stores = stores
        self.directory = DirectoryRepository(
            table, tables=self._search_tables if search_bucket else None
        )
        self.catalogs = catalogs or CatalogRepository(table)
        self.now: Callable[[], datetime] = now
        self._table = table
        self._takes_cards = takes_cards
        self._count_bucket = count_bucket
        self._search_bucket = search_bucket
        self._s3_endpoint = s3_endpoint
        self._picture_buckets = picture_buckets
        self._has_cloudwatch = has_cloudwatch
        self._regions = regions or (table.region,)

    @cached_property
    def regions(self) -> "RegionRepository":
        """Heartbeats and drain switches of all regions."""
        from services.storage.regions import RegionRepository

        return RegionRepository(self._table)

    @cached_property
    def operations(self) -> "OperationRepository":
        """Records of mutations, by which each is applied once."""
        from services.storage.operations import OperationRepository

        return OperationRepository(self._table)

    @cached_property
    def conflicts(self) -> "ConflictIndex":
        """The index of edit conflicts."""
        from services.storage.conflicts import ConflictIndex

        return ConflictIndex(self._table)

    @cached_property
    def people(self) -> "PeopleRepository":
        """Roles of staff, as far as they are not in the tokens."""
        from services.storage.people import PeopleRepository

        return PeopleRepository(self._table)

    @cached_property
    def actions(self) -> "ActionRepository":
        """What members of staff did."""
        from services.storage.actions import ActionRepository

        return ActionRepository(self._table)

    @cached_property
    def journals(self) -> "JournalReader":
        """The latest edits of documents, and who made them."""
        from services.storage.journals import JournalReader

        return JournalReader(self._table)

    @cached_property
    def orders(self) -> "OrderRepository":
        """Orders of guests."""
        from services.storage.orders import OrderRepository

        return OrderRepository(self._table, self._regions)

    @cached_property
    def order_boards(self) -> "OrderBoards":
        """Where orders are listed: boards of stores, open work."""
        from services.storage.order_boards import OrderBoards

        return OrderBoards(self._table, self._regions)

    @cached_property
    def order_placement(self) -> "OrderPlacement":
        """Places orders: facts, stock, slots and contact in one transaction."""
        from services.storage.order_placement import OrderPlacement

        return OrderPlacement(self._table, self._regions)

    @cached_property
    def stock_imports(self) -> "StockImportRepository":
        """Records of imported count files."""
        from services.storage.stock_imports import StockImportRepository

        return StockImportRepository(self._table)

    @cached_property
    def unknown_stock(self) -> "UnknownStockRepository":
        """The names of what files counted and carte does not know."""
        from services.storage.unknown_stock import UnknownStockRepository

        return UnknownStockRepository(self._table)

    @cached_property
    def subscribers(self) -> "SubscriberRepository":
        """Subscribers to stock alerts."""
        from services.storage.subscribers import SubscriberRepository

        return SubscriberRepository(self._table)

    @cached_property
    def stock_reader(self) -> "StockReader":
        """Stock of many stores, and the journal of counts and sales."""
        from services.storage.stock_reading import StockReader

        return StockReader(self._table)

    @cached_property
    def waste(self) -> "WasteRepository":
        """What stores threw away."""
        from services.storage.waste import WasteRepository

        return WasteRepository(self._table)

    @cached_property
    def stock_learning(self) -> "StockLearning":
        """Counts what was unknown and is known by now."""
        from services.storage.stock_learning import StockLearning
        from services.storage.stock_places import Places

        places = Places(self.stores, self.directory, self.catalogs)
        return StockLearning(
            self._table, places, self.unknown_stock, self.operations, self._regions
        )

    @cached_property
    def count_uploads(self) -> "CountUploads | None":
        """Forms that upload count files; None: this deployment takes none."""
        if self._count_bucket is None:
            return None
        from services.storage.count_uploads import CountUploads

        return CountUploads(self._count_bucket, self.region, self._s3_endpoint)

    @cached_property
    def picture_uploads(self) -> "PictureUploads | None":
        """Forms that upload pictures of items; None: this deployment takes none."""
        if not self._picture_buckets:
            return None
        from services.storage.picture_uploads import PictureUploads

        return PictureUploads(self._picture_buckets)

    @cached_property
    def cloud_figures(self) -> "CloudFigures | None":
        """What CloudWatch has of the regions; None: it cannot be read from here."""
        if not self._has_cloudwatch or not self.deployed:
            return None
        from services.storage.cloud_figures import CloudFigures

        return CloudFigures.of_regions(self.deployed, self._table.binding.table)

    def _search_tables(self, *made_of: Any) -> "StoreTables":
        return self._prepared_tables.tables(*made_of)

    @cached_property
    def _prepared_tables(self) -> "PreparedTables":
        from services.storage.object_bucket import ObjectBucket
        from services.storage.prepared_tables import PreparedTables

        bucket = ObjectBucket(self._search_bucket or "", self.region, self._s3_endpoint)
        return PreparedTables(bucket, self.version)

    @cached_property
    def order_rules(self) -> "OrderRules":
        """The operator's settings of orders."""
        from dataclasses import replace

        from services.domain.quotes.delivered_rules import RULES

        return replace(RULES, takes_cards=self._takes_cards)


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


class LazyIssuerKeys:
    """An `IssuerKeyRepository` that is imported when the first token is verified."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def load(self) -> dict[str, Any] | None:
        """Return the copy of the keys, if there is one."""
        return self._repository.load()

    def save(self, issuer_keys: dict[str, Any]) -> None:
        """Store a copy of the keys."""
        self._repository.save(issuer_keys)

    @cached_property
    def _repository(self) -> "IssuerKeyRepository":
        from services.storage.identity import IssuerKeyRepository

        return IssuerKeyRepository(self._table)
