"""The policy: which role permits what. No other module decides who may do something.

`RULES` says which roles have a permission, and `FIELDS` which permission each mutation and query
needs. Whatever is in no rule is forbidden; a field without a row fails
`tests/unit/graphql_schema/test_policy.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.domain.people.roles import SCOPES, Grant, Role, Scope


class Permission(StrEnum):
    """Something that not everyone may do."""

    EDIT_ASSORTMENT = "change what a store sells"
    COUNT_STOCK = "record counts of a store"
    COUNT_CHAIN_STOCK = "upload counts of several stores"
    RECORD_SALE = "record sales of a store"
    RECORD_WASTE = "record what a store throws away"
    READ_STOCK = "read the stock of a store"
    READ_MARKET_STOCK = "read what the stores of a market are out of"
    READ_CHAIN_STOCK = "read the imported counts of the chain"
    SET_HOURS = "set the opening hours of a store"
    CLOSE_DAYS = "close a store for days"
    CLOSE_STORE = "close a store for good or hide it"
    READ_ORDERS = "read the orders of a store"
    HANDLE_ORDERS = "accept, reject and hand out orders of a store"
    REVIEW_ORDERS = "decide about large orders of a store"
    REFUND_ORDERS = "refund orders of a store"
    READ_FIGURES = "read the figures of a store"
    READ_MARKET_FIGURES = "read the figures of the stores of a market"
    READ_STORE_CONFLICTS = "read the edit conflicts of a store"
    READ_CHAIN_CONFLICTS = "read the edit conflicts of the chain"
    EDIT_CATALOG = "edit the catalog of a market"
    READ_CATALOG = "read the drafts and versions of the catalog of a market"
    PUBLISH_CATALOG = "publish the catalog of a market"
    GRANT_TILL = "grant and revoke the role till in a store"
    GRANT_ROLES = "grant and revoke roles"
    READ_PEOPLE = "read who has which roles"
    READ_ACTIONS = "read what others of staff did"
    READ_OPERATIONS = "read the figures and alarms of the regions"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who has a permission.

    Attributes:
        scope: What the permission is about: one store, one market, or the chain.
        roles: The roles that have it, each in the place in which it is granted.
    """

    scope: Scope
    roles: frozenset[Role]


def _rule(scope: Scope, *roles: Role) -> Rule:
    return Rule(scope, frozenset({Role.ADMIN, *roles}))


RULES: Final = {
    Permission.EDIT_ASSORTMENT: _rule(Scope.STORE, Role.MANAGER, Role.EDITOR),
    Permission.COUNT_STOCK: _rule(Scope.STORE, Role.MANAGER),
    Permission.COUNT_CHAIN_STOCK: _rule(Scope.CHAIN),
    Permission.RECORD_SALE: _rule(Scope.STORE, Role.MANAGER, Role.TILL),
    Permission.RECORD_WASTE: _rule(Scope.STORE, Role.MANAGER, Role.TILL),
    Permission.READ_STOCK: _rule(Scope.STORE, Role.MANAGER, Role.TILL),
    Permission.READ_MARKET_STOCK: _rule(Scope.MARKET, Role.MANAGER),
    Permission.READ_CHAIN_STOCK: _rule(Scope.CHAIN),
    Permission.SET_HOURS: _rule(Scope.STORE, Role.MANAGER),
    Permission.CLOSE_DAYS: _rule(Scope.STORE, Role.MANAGER),
    Permission.CLOSE_STORE: _rule(Scope.STORE),
    Permission.READ_ORDERS: _rule(Scope.STORE, Role.MANAGER, Role.TILL),
    Permission.HANDLE_ORDERS: _rule(Scope.STORE, Role.MANAGER, Role.TILL),
    Permission.REVIEW_ORDERS: _rule(Scope.STORE, Role.MANAGER),
    Permission.REFUND_ORDERS: _rule(Scope.STORE, Role.MANAGER),
    Permission.READ_FIGURES: _rule(Scope.STORE, Role.MANAGER),
    Permission.READ_MARKET_FIGURES: _rule(Scope.MARKET, Role.MANAGER),
    Permission.READ_STORE_CONFLICTS: _rule(Scope.STORE, Role.MANAGER, Role.EDITOR, Role.OPERATOR),
    Permission.READ_CHAIN_CONFLICTS: _rule(Scope.CHAIN, Role.OPERATOR),
    Permission.EDIT_CATALOG: _rule(Scope.MARKET, Role.EDITOR),
    Permission.READ_CATALOG: _rule(Scope.MARKET, Role.EDITOR, Role.OPERATOR),
    Permission.PUBLISH_CATALOG: _rule(Scope.MARKET, Role.EDITOR),
    Permission.GRANT_TILL: _rule(Scope.STORE, Role.MANAGER),
    Permission.GRANT_ROLES: _rule(Scope.CHAIN),
    Permission.READ_PEOPLE: _rule(Scope.CHAIN, Role.OPERATOR),
    Permission.READ_ACTIONS: _rule(Scope.CHAIN, Role.OPERATOR),
    Permission.READ_OPERATIONS: _rule(Scope.CHAIN, Role.OPERATOR),
}
"""Permission to who has it."""


class Open(StrEnum):
    """Why a field needs no permission."""

    PUBLIC = "everyone"
    ORDER_ID = "whoever has the id of the order"
    STAFF_ITSELF = "every member of staff, about that person"


Need = Permission | Open

FIELDS: Final[dict[str, tuple[Need, ...]]] = {
    "Query.menu": (Open.PUBLIC,),
    "Query.markets": (Open.PUBLIC,),
    "Query.store": (Open.PUBLIC,),
    "Query.stores": (Open.PUBLIC,),
    "Query.storesNear": (Open.PUBLIC,),
    "Query.region": (Open.PUBLIC,),
    "Query.operations": (Permission.READ_OPERATIONS,),
    "Query.searchMenu": (Open.PUBLIC,),
    "Query.searchItems": (Open.PUBLIC,),
    "Query.searchSuggestions": (Open.PUBLIC,),
    "Query.pickupSlots": (Open.PUBLIC,),
    "Query.quote": (Open.PUBLIC,),
    "Query.order": (Open.ORDER_ID,),
    "Query.inventory": (Permission.READ_STOCK,),
    "Query.stockHistory": (Permission.READ_STOCK,),
    "Query.soldOut": (Permission.READ_MARKET_STOCK,),
    "Query.stockImports": (Permission.COUNT_STOCK, Permission.READ_CHAIN_STOCK),
    "Query.stockAlertSubscribers": (Permission.COUNT_STOCK,),
    "Query.unknownStock": (Permission.READ_CHAIN_STOCK,),
    "Query.editConflicts": (Permission.READ_STORE_CONFLICTS, Permission.READ_CHAIN_CONFLICTS),
    "Query.storeOrders": (Permission.READ_ORDERS,),
    "Query.storeFigures": (Permission.READ_FIGURES,),
    "Query.marketFigures": (Permission.READ_MARKET_FIGURES,),
    "Query.storeWaste": (Permission.READ_FIGURES,),
    "Query.wasteRecords": (Permission.RECORD_WASTE,),
    "Query.catalog": (Permission.READ_CATALOG,),
    "Query.catalogItems": (Permission.READ_CATALOG,),
    "Query.catalogItem": (Permission.READ_CATALOG,),
    "Query.catalogItemHistory": (Permission.READ_CATALOG,),
    "Query.catalogDifference": (Permission.READ_CATALOG,),
    "Query.catalogPublications": (Permission.READ_CATALOG,),
    "Query.people": (Permission.READ_PEOPLE,),
    "Query.me": (Open.STAFF_ITSELF,),
    "Query.person": (Permission.READ_PEOPLE,),
    "Query.staffActions": (Open.STAFF_ITSELF, Permission.READ_ACTIONS),
    "Subscription.menuChanged": (Open.PUBLIC,),
    "Subscription.regionStatus": (Open.PUBLIC,),
    "Subscription.orderChanged": (Open.ORDER_ID,),
    "Subscription.stockChanged": (Permission.READ_STOCK,),
    "Subscription.storeOrders": (Permission.READ_ORDERS,),
    "Mutation.updateAssortment": (Permission.EDIT_ASSORTMENT,),
    "Mutation.recordStockCount": (Permission.COUNT_STOCK,),
    "Mutation.createStockUpload": (Permission.COUNT_STOCK, Permission.COUNT_CHAIN_STOCK),
    "Mutation.updateStockAlerts": (Permission.COUNT_STOCK,),
    "Mutation.recordSale": (Permission.RECORD_SALE,),
    "Mutation.recordWaste": (Permission.RECORD_WASTE,),
    "Mutation.takeBackWaste": (Permission.RECORD_WASTE,),
    "Mutation.editCatalogItem": (Permission.EDIT_CATALOG,),
    "Mutation.createPictureUpload": (Permission.EDIT_CATALOG,),
    "Mutation.editCatalogCategory": (Permission.EDIT_CATALOG,),
    "Mutation.publishCatalog": (Permission.PUBLISH_CATALOG,),
    "Mutation.rollbackCatalog": (Permission.PUBLISH_CATALOG,),
    "Mutation.updateStoreHours": (Permission.SET_HOURS,),
    "Mutation.updateStoreClosures": (Permission.CLOSE_DAYS, Permission.CLOSE_STORE),
    "Mutation.placeOrder": (Open.PUBLIC,),
    "Mutation.cancelOrder": (Open.ORDER_ID,),
    "Mutation.offerCard": (Open.ORDER_ID,),
    "Mutation.forgetGuest": (Open.ORDER_ID,),
    "Mutation.refundOrder": (Permission.REFUND_ORDERS,),
    "Mutation.acceptOrder": (Permission.HANDLE_ORDERS,),
    "Mutation.rejectOrder": (Permission.HANDLE_ORDERS,),
    "Mutation.markOrderReady": (Permission.HANDLE_ORDERS,),
    "Mutation.markOrderCollected": (Permission.HANDLE_ORDERS,),
    "Mutation.decideOrderReview": (Permission.REVIEW_ORDERS,),
    "Mutation.grantRole": (Permission.GRANT_TILL, Permission.GRANT_ROLES),
    "Mutation.revokeRole": (Permission.GRANT_TILL, Permission.GRANT_ROLES),
}
"""Field of the schema to what it needs. Where there are two, its input decides which."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a request is about; the chain where neither is given.

    Attributes:
        store_id: Id of a store.
        market: Id of a market, or of the store's market; None where it is not known.
    """

    store_id: str | None = None
    market: str | None = None


def permits(grants: Iterable[Grant], permission: Permission, place: Place) -> bool:
    """Return whether grants give a permission in a place."""
    rule = RULES[permission]
    return any(grant.role in rule.roles and _covers(grant, place) for grant in grants)


def needs_market(grants: Iterable[Grant], permission: Permission) -> bool:
    """Return whether the market of a store could give a permission that the store did not."""
    rule = RULES[permission]
    return rule.scope is Scope.STORE and any(
        grant.scope is Scope.MARKET and grant.role in rule.roles for grant in grants
    )


def _covers(grant: Grant, place: Place) -> bool:
    if grant.scope is Scope.CHAIN:
        return True
    if grant.scope is Scope.MARKET:
        return place.market is not None and grant.place == place.market
    return place.store_id is not None and grant.place == place.store_id


def needed(permission: Permission, place: Place) -> list[str]:
    """Return the text forms of the roles of which one gives a permission in a place."""
    rule = RULES[permission]
    places = {
        Scope.STORE: place.store_id if rule.scope is Scope.STORE else None,
        Scope.MARKET: (place.market or "<market>") if rule.scope is not Scope.CHAIN else None,
    }
    found = []
    for role in Role:
        for scope in Scope:
            if role not in rule.roles or scope not in SCOPES[role]:
                continue
            if scope is Scope.CHAIN:
                found.append(Grant(role, scope).text)
            elif (where := places[scope]) is not None:
                found.append(Grant(role, scope, where).text)
    return found
