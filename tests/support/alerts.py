"""Three regions in memory with their stock alerts."""

from collections.abc import Mapping

from services.alerts.deliveries import Deliveries
from services.alerts.mailing import AlertMailing
from services.convergence.alert_stores import AlertStores
from services.convergence.repair import Change
from services.convergence.sold_out import SoldOutAlerts
from services.domain.documents.stock import Stock
from services.domain.documents.subscriber import Subscriber
from services.domain.orders.notices import StoreNames
from services.domain.stamp import Stamp
from services.domain.stock_alerts.news import sold_out_items
from services.domain.stock_alerts.quiet_hours import QuietHours
from services.domain.stock_alerts.subscribing import Subscription, subscribe
from services.domain.stock_edits import FileCount, count_stock_from_file
from services.storage import keys
from services.storage.kinds import Document
from services.storage.subscribers import SubscriberRepository
from tests.support.mail_world import REGIONS, SITE, MailWorld

NO_QUIET = QuietHours(0, 0)
SECRET = "0f" * 16


class Names:
    """Calls stores `Berlin` and their id, or by their id alone; all are in UTC.

    Attributes:
        prefix: What stands before a store's id.
    """

    def __init__(self, prefix: str = "Berlin ") -> None:
        self.prefix = prefix

    def names(self, store_id: str, language: str = "en", *, unknown: bool = False) -> StoreNames:
        del language, unknown
        return StoreNames(f"{self.prefix}{store_id}", "UTC", {"echo-plus": "Echo Plus"})


class World(MailWorld):
    """Three regions that mail what sells out.

    Attributes:
        subscribers: Region to its subscribers.
        deliveries: Region to its Lambda of stock alerts.
    """

    def __init__(self, names: Names | None = None) -> None:
        super().__init__()
        self.subscribers = {name: SubscriberRepository(one) for name, one in self.replicas.items()}
        self._stores = {name: AlertStores(self.into(name), self.clock) for name in REGIONS}
        self._alerts = {
            name: SoldOutAlerts(one, lambda _: None, self._stores[name].note)
            for name, one in self.replicas.items()
        }
        self.deliveries = {
            name: Deliveries(
                name,
                AlertMailing(
                    name,
                    REGIONS,
                    self.subscribers[name],
                    names or Names(),
                    mails=self.mailbox,
                    site=SITE,
                ),
                lambda _: frozenset(self.living),
                send=self.into(name),
                log=self.note,
                now=lambda: self.tables.now_ms,
            )
            for name in REGIONS
        }

    def lambda_of(self, region: str) -> Deliveries:
        return self.deliveries[region]

    def look_at(self, region: str, change: Change) -> None:
        self._alerts[region].look_at(change)

    def flush(self, region: str) -> None:
        self._stores[region].flush()

    def subscribe(
        self,
        mail: str = "counter@example.org",
        *stores: str,
        language: str = "en",
        quiet: QuietHours = NO_QUIET,
    ) -> str:
        """Subscribe an address to stores (`berlin` where none is named); return its id."""
        region = REGIONS[0]
        identity = ""
        for store_id in stores or ("berlin",):
            wanted = Subscription(store_id, mail, language, quiet)
            identity = wanted.subscriber_id
            stock = self.subscribers[region].stock(store_id)
            out = sold_out_items(stock, self.subscribers[region].moved(stock))

            def edit(
                current: Document | None,
                stamp: Stamp,
                wanted: Subscription = wanted,
                out: frozenset[str] = out,
            ) -> Subscriber:
                before = current if isinstance(current, Subscriber) else None
                return subscribe(
                    before, wanted, stamp, link_key=SECRET, out=out, keeps_settings=False
                )

            self.subscribers[region].enlist(store_id, identity)
            self.replicas[region].change(keys.subscriber(identity), edit)
        self.tables.deliver_all()
        return identity

    def count(
        self,
        region: str,
        pieces: Mapping[str, int],
        store_id: str = "berlin",
        *,
        counted_ms: int | None = None,
        source: str = "file",
    ) -> None:
        """Count items of a store in a region, as a file does."""
        at = self.tables.now_ms if counted_ms is None else counted_ms
        counts = {item: FileCount(left, at) for item, left in pieces.items()}

        def edit(current: Document | None, stamp: Stamp) -> Stock:
            before = current if isinstance(current, Stock) else None
            now = self.tables.now_ms // 1000
            return count_stock_from_file(
                before, store_id, counts, source, stamp, now=now, nearest=()
            )[0]

        self.replicas[region].change(keys.stock(store_id), edit)
