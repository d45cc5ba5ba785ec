"""The service in front of a table, with shortcuts for the requests of a client."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import orjson

from services.domain.quotes.delivered_rules import RULES
from services.domain.quotes.quote import OrderRules
from services.domain.taxes.goods import Classification, Goods
from services.menu_api.application import Application
from services.menu_api.messages import Request, Response
from services.staff_tokens import TokenVerifier
from services.storage.actions import ActionRepository
from services.storage.catalogs import CatalogRepository
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
from services.storage.regions import RegionRepository
from services.storage.stock_imports import StockImportRepository
from services.storage.stock_learning import StockLearning
from services.storage.stock_places import Places
from services.storage.stock_reading import StockReader
from services.storage.stores import DirectoryRepository, StoreRepository
from services.storage.subscribers import SubscriberRepository
from services.storage.table import Table
from services.storage.unknown_stock import UnknownStockRepository
from services.storage.waste import WasteRepository
from tests.support.tokens import ISSUER

REGIONS = ("eu-west-1", "us-east-1", "ap-southeast-1")
# Where pictures of items are uploaded to; the second is in a local cloud.
PICTURE_BUCKETS = (
    PictureBucket("us-east-1", "carte-pictures-1-us-east-1"),
    PictureBucket("eu-west-1", "carte-pictures-1-eu-west-1", "http://127.0.0.1:4566"),
)
# The kinds of goods of the small catalog of `tests.support.chain`.
ORDER_RULES = replace(
    RULES, kinds=Classification({"donuts": Goods.PASTRY, "drinks": Goods.DRINK_HOT})
)
MONDAY_NOON = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)  # 12:00 in Berlin


@dataclass(frozen=True, slots=True)
class MadeServices:
    """Repositories that are made before a request needs them; see `graphql_schema.context`."""

    region: str
    version: str
    stores: StoreRepository
    directory: DirectoryRepository
    catalogs: CatalogRepository
    regions: RegionRepository
    operations: OperationRepository
    conflicts: ConflictIndex
    people: PeopleRepository
    actions: ActionRepository
    journals: JournalReader
    orders: OrderRepository
    order_boards: OrderBoards
    order_placement: OrderPlacement
    order_rules: OrderRules
    now: Callable[[], datetime]
    stock_imports: StockImportRepository
    unknown_stock: UnknownStockRepository
    stock_learning: StockLearning
    stock_reader: StockReader
    waste: WasteRepository
    subscribers: SubscriberRepository
    count_uploads: CountUploads | None
    picture_uploads: PictureUploads | None
    deployed: tuple[str, ...] = ()
    cloud_figures: CloudFigures | None = None


class Service:
    """An application with its log, and shortcuts for requests."""

    def __init__(
        self,
        table: Table,
        now: datetime = MONDAY_NOON,
        deployed: tuple[str, ...] = (),
        *,
        takes_cards: bool = True,
        takes_pictures: bool = True,
        cloud_figures: CloudFigures | None = None,
    ) -> None:
        self.table = table
        self.now = now
        self.seconds = 1000.0  # of the monotonic clock by which the response cache goes
        self.lines: list[dict[str, Any]] = []
        stores = StoreRepository(table)
        directory = DirectoryRepository(table, max_age_s=0)
        catalogs = CatalogRepository(table, max_age_s=0)
        operations, unknown = OperationRepository(table), UnknownStockRepository(table)
        places = Places(stores, directory, catalogs)
        self.application = Application(
            MadeServices(
                region=table.binding.region,
                version="1.2.3",
                stores=stores,
                directory=directory,
                catalogs=catalogs,
                regions=RegionRepository(table),
                operations=operations,
                conflicts=ConflictIndex(table),
                people=PeopleRepository(table, monotonic=lambda: self.seconds),
                actions=ActionRepository(table),
                journals=JournalReader(table),
                orders=OrderRepository(table, REGIONS),
                order_boards=OrderBoards(table, REGIONS),
                order_placement=OrderPlacement(table, REGIONS),
                order_rules=replace(ORDER_RULES, takes_cards=takes_cards),
                now=lambda: self.now,
                stock_imports=StockImportRepository(table),
                unknown_stock=unknown,
                stock_learning=StockLearning(table, places, unknown, operations, REGIONS),
                stock_reader=StockReader(table),
                waste=WasteRepository(table),
                subscribers=SubscriberRepository(table),
                count_uploads=CountUploads("carte-counts", table.region),
                picture_uploads=PictureUploads(PICTURE_BUCKETS) if takes_pictures else None,
                deployed=deployed,
                cloud_figures=cloud_figures,
            ),
            TokenVerifier(ISSUER.oidc, IssuerKeyRepository(table)),
            log=lambda line: self.lines.append(orjson.loads(line)),
            budget_s=600.0,  # what a busy machine makes slow is no fault
        )
        self.application.responses._monotonic = lambda: self.seconds

    def post(self, query: str, headers: Mapping[str, str] | None = None, **more: Any) -> Response:
        """POST a query."""
        return self.application.respond(
            Request(
                "POST",
                "/graphql",
                {"content-type": "application/json", **(headers or {})},
                body=orjson.dumps({"query": query, **more}),
            )
        )

    def get(self, path: str, headers: Mapping[str, str] | None = None, **query: str) -> Response:
        """GET a path."""
        return self.application.respond(Request("GET", path, headers or {}, query))

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of a query that must have no errors."""
        answer: dict[str, Any] = orjson.loads(self.post(query, variables=variables).body)
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data
