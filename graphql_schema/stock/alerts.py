"""Who gets mails about what sells out in a store: reading and changing it."""

import secrets
from typing import Annotated, Self

import strawberry

from graphql_schema.access import for_store, may_in_stores
from graphql_schema.context import Context
from graphql_schema.cost.directives import sized
from graphql_schema.info import Info
from graphql_schema.mutations import fields
from graphql_schema.mutations.errors import InvalidValueError, MutationError
from graphql_schema.mutations.running import (
    RefusedError,
    expected_failures,
    refusing_fields,
    run,
)
from graphql_schema.stores.arguments import StoreId
from services.domain.documents.subscriber import Subscriber
from services.domain.ids import is_id
from services.domain.people.policy import Permission
from services.domain.stamp import Stamp
from services.domain.stock_alerts.news import MAILS_AN_HOUR, sold_out_items
from services.domain.stock_alerts.quiet_hours import NIGHT, QuietHours
from services.domain.stock_alerts.subscribing import MAX_SUBSCRIBERS, Subscription, subscribe
from services.storage import keys
from services.storage.kinds import Document
from services.storage.operations import Edited

_KEY_BYTES = 16
_FROM, _TO = NIGHT.texts


@strawberry.input(description="Subscribes an address to the stock alerts of a store, or ends that.")
class UpdateStockAlertsInput:
    operation_id: strawberry.ID = fields.operation_id()
    store_id: strawberry.ID = strawberry.field(
        description="The store; it may be one that carte does not know yet."
    )
    mail: str = strawberry.field(description="The address.")
    subscribed: bool = strawberry.field(
        default=True, description="Whether it gets mails; false ends the subscription."
    )
    language: str = strawberry.field(
        default="en",
        description="Language of its mails: en, fr, de, ja, es, it or nl. It and the quiet hours "
        "hold for all stores of the address: they stay as they are where it gets the alerts of a "
        "store of which you are not the manager.",
    )
    quiet_from: str = strawberry.field(
        default=_FROM,
        description="From when on it gets no mails, a time of day of the store such as `21:00`.",
    )
    quiet_to: str = strawberry.field(
        default=_TO,
        description="Until when; the same as `quietFrom` for no quiet hours.",
    )


@strawberry.type(description="An address that gets the stock alerts of a store.")
class StockAlertSubscriber:
    mail: str = strawberry.field(description="The address.")
    language: str = strawberry.field(description="Language of its mails.")
    quiet_from: str = strawberry.field(
        description="From when on it gets no mails, a time of day of the store."
    )
    quiet_to: str = strawberry.field(
        description="Until when; the same as `quietFrom`: it has no quiet hours."
    )

    @classmethod
    def of(cls, subscriber: Subscriber) -> Self:
        """Return the GraphQL object of a subscriber."""
        start, end = QuietHours(*subscriber.quiet).texts
        return cls(
            mail=subscriber.mail or "",
            language=subscriber.language,
            quiet_from=start,
            quiet_to=end,
        )


@strawberry.type(description="What became of updateStockAlerts.")
class UpdateStockAlertsPayload:
    subscribers: list[StockAlertSubscriber] = strawberry.field(
        description="The subscribers of the store as they were right after; empty on errors.",
        directives=[sized(MAX_SUBSCRIBERS)],
    )
    errors: list[MutationError] = fields.errors()


UpdateStockAlerts = Annotated[
    UpdateStockAlertsInput, strawberry.argument(description="Which address, and of which store.")
]

UPDATE = (
    "Subscribe an address to mails about what sells out in a store and what is back, or end that. "
    f"At most {MAX_SUBSCRIBERS} addresses a store, and {MAILS_AN_HOUR} mails an hour to each; what "
    "happens beyond is in the next mail. Needs the store's manager."
)


def update_stock_alerts(
    info: Info,
    input: UpdateStockAlerts,  # noqa: A002
) -> UpdateStockAlertsPayload:
    """Change a subscription; what is sold out already is no news to a new one."""
    context = info.context
    store_id = input.store_id
    principal = for_store(context, Permission.COUNT_STOCK, store_id)
    errors: list[MutationError] = []
    subscribers: list[StockAlertSubscriber] = []
    with expected_failures(errors):
        if not is_id(store_id):
            raise RefusedError(InvalidValueError(message="no id of a store", path=["storeId"]))
        with refusing_fields(lambda field: [field]):
            wanted = Subscription.of(
                store_id, input.mail, input.language, input.quiet_from, input.quiet_to
            )
        identity = wanted.subscriber_id
        repository = context.services.subscribers
        out: frozenset[str] = frozenset()
        if input.subscribed:
            stock = repository.stock(store_id)
            out = sold_out_items(stock, repository.moved(stock))
        link_key = secrets.token_hex(_KEY_BYTES)

        def edit(current: Document | None, stamp: Stamp) -> Edited:
            before = current if isinstance(current, Subscriber) else None
            if not input.subscribed:
                after = before or Subscriber(identity, {})
                return Edited(after.unsubscribed(stamp, [store_id]), None)
            with refusing_fields(lambda field: [field]):
                others = [] if before is None else [one for one in before.stores if one != store_id]
                keeps = not may_in_stores(context, Permission.COUNT_STOCK, others)
                after = subscribe(
                    before, wanted, stamp, link_key=link_key, out=out, keeps_settings=keeps
                )
                return Edited(after, None)

        if input.subscribed:
            with refusing_fields(lambda field: [field]):
                repository.enlist(store_id, identity)
        run(
            context,
            principal,
            operation_id=input.operation_id,
            action="updateStockAlerts",
            document=keys.subscriber(identity),
            mutation_input={**wanted._asdict(), "subscribed": input.subscribed},
            edit=edit,
        )
        if not input.subscribed:
            repository.strike(store_id, identity)
        subscribers = _of_store(context, store_id)
    return UpdateStockAlertsPayload(subscribers=subscribers, errors=errors)


def stock_alert_subscribers(
    info: Info,
    store_id: StoreId,
) -> list[StockAlertSubscriber]:
    """Return who gets the stock alerts of a store, by two DynamoDB requests."""
    context = info.context
    for_store(context, Permission.COUNT_STOCK, store_id)
    context.cache.narrow(0)
    return _of_store(context, store_id) if is_id(store_id) else []


def _of_store(context: Context, store_id: str) -> list[StockAlertSubscriber]:
    found = context.services.subscribers.of_store(store_id)
    return [StockAlertSubscriber.of(one) for one in found]
