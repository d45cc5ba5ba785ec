"""Who may do what: the matrix of roles over every mutation and every query of staff."""

import pytest
from graphql import build_schema

from graphql_schema.context import Context
from graphql_schema.export import HERE
from services.domain.people.policy import FIELDS, RULES, Open, Permission
from services.domain.people.roles import FORMS, Grant, Role, Scope, grant_of, is_subject
from services.domain.principal import Principal
from services.domain.stamp import HybridClock
from tests.support.chain import add_store, publish_small_catalog
from tests.support.one_schema import schema_of_tests
from tests.support.service import Service
from tests.support.staff_requests import MUTATIONS, QUERIES, REQUESTS, outcome, placed
from tests.support.tokens import ISSUER

# Every role in the place that requests are about (`de-1`, a store of `de`), and elsewhere.
TILL, MANAGER, MARKET_MANAGER = "store:de-1:till", "store:de-1:manager", "market:de:manager"
EDITOR, ADMIN, OPERATOR = "market:de:editor", "chain:admin", "chain:operator"
ELSEWHERE = ("store:de-2:till", "store:de-2:manager", "market:us:manager", "market:us:editor")
NO_ROLES = ("customers", "store:de-1:manager:x", "store:de-1:admin", "chain:manager", "admin")
EVERY_ROLE = (TILL, MANAGER, MARKET_MANAGER, EDITOR, ADMIN, OPERATOR, *ELSEWHERE)

MANAGERS = {MANAGER, MARKET_MANAGER, ADMIN}
STORE = {TILL, *MANAGERS}
CATALOG_READS = [name for name in QUERIES if name.startswith("catalog")]
MATRIX = {
    "updateAssortment": {*MANAGERS, EDITOR},
    "recordStockCount": MANAGERS,
    "recordSale": STORE,
    "recordWaste": STORE,
    "takeBackWaste": STORE,
    "createStockUpload": MANAGERS,
    "updateStockAlerts": MANAGERS,
    "createStockUpload chain": {ADMIN},
    "inventory": STORE,
    "stockHistory": STORE,
    "stockAlertSubscribers": MANAGERS,
    "soldOut": {MARKET_MANAGER, ADMIN},
    "stockImports": MANAGERS,
    "stockImports chain": {ADMIN},
    "unknownStock": {ADMIN},
    "updateStoreHours": MANAGERS,
    "updateStoreClosures": MANAGERS,
    "updateStoreClosures hidden": {ADMIN},
    "storeOrders": STORE,
    "storeFigures": MANAGERS,
    "marketFigures": {MARKET_MANAGER, ADMIN},
    "storeWaste": MANAGERS,
    "wasteRecords": STORE,
    "acceptOrder": STORE,
    "rejectOrder": STORE,
    "markOrderReady": STORE,
    "markOrderCollected": STORE,
    "decideOrderReview": MANAGERS,
    "refundOrder": MANAGERS,
    "editCatalogItem": {EDITOR, ADMIN},
    "createPictureUpload": {EDITOR, ADMIN},
    "editCatalogCategory": {EDITOR, ADMIN},
    "publishCatalog": {EDITOR, ADMIN},
    "rollbackCatalog": {EDITOR, ADMIN},
    **{name: {EDITOR, OPERATOR, ADMIN} for name in CATALOG_READS},
    "editConflicts": {*MANAGERS, EDITOR, OPERATOR},
    "editConflicts chain": {ADMIN, OPERATOR},
    "grantRole till": MANAGERS,
    "revokeRole till": MANAGERS,
    "grantRole": {ADMIN},
    "revokeRole": {ADMIN},
    "revokeRole all": {ADMIN},
    "operations": {ADMIN, OPERATOR},
    "people": {ADMIN, OPERATOR},
    "person": {ADMIN, OPERATOR},
    "staffActions": {ADMIN, OPERATOR},
    "placeOrder": None,
    "cancelOrder": None,
    "forgetGuest": None,
    "offerCard": None,
}
"""Request to the roles that may make it; None: everyone may, without a token as well."""


@pytest.fixture
def shop(service: Service) -> Service:
    # Deadlines of orders are judged by the stamps of what is recorded.
    service.table.clock = HybridClock("eu-west-1", lambda: int(service.now.timestamp() * 1000))
    publish_small_catalog(service.table)
    add_store(service.table, "de-1")
    return service


def root_fields() -> set[str]:
    schema = build_schema((HERE / "schema.graphql").read_text())
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    return {f"{root.name}.{field}" for root in roots if root for field in root.fields}


def test_every_field_of_the_schema_has_a_row_in_the_policy() -> None:
    assert set(FIELDS) == root_fields()
    assert set(RULES) == set(Permission)


def test_every_field_that_is_not_public_is_in_the_matrix() -> None:
    guarded = {name for name, needs in FIELDS.items() if needs != (Open.PUBLIC,)}
    tried = {
        f"{kind}.{name.partition(' ')[0]}"
        for kind, names in (("Mutation", MUTATIONS), ("Query", QUERIES))
        for name in names
    }
    # The guest's order is read in test_orders.py, one's own roles in test_people.py, and
    # subscriptions in tests/unit/live.
    watched = {f"Subscription.{name}" for name in ("orderChanged", "stockChanged", "storeOrders")}
    assert guarded - tried == {"Query.order", "Query.me", *watched}
    assert set(MATRIX) == set(REQUESTS)


@pytest.mark.parametrize("name", MATRIX)
def test_each_role_may_make_exactly_these_requests(shop: Service, name: str) -> None:
    """In one shop: refusals come first and write nothing; a repetition needs the right as well."""
    placed(shop, name)
    allowed = MATRIX[name]
    for number, role in enumerate(sorted(EVERY_ROLE, key=lambda one: one in (allowed or ()))):
        may = allowed is None or role in allowed
        bearer = ISSUER.bearer(role, sub=f"person-{number}")
        assert outcome(shop, name, bearer) == ("ok" if may else "FORBIDDEN"), role
    expected = "ok" if allowed is None else "FORBIDDEN"
    assert outcome(shop, name, ISSUER.bearer(*NO_ROLES)) == expected
    assert outcome(shop, name, ISSUER.bearer()) == expected
    assert outcome(shop, name, {}) == ("ok" if allowed is None else "UNAUTHENTICATED")


@pytest.mark.parametrize("name", QUERIES)
def test_what_staff_read_is_kept_by_no_cache(shop: Service, name: str) -> None:
    """Also where the same request asks for something that caches may keep."""
    placed(shop, name)
    services = shop.application._services
    context = Context(services, shop.now, Principal("boss", frozenset({ADMIN})))
    answer = schema_of_tests().execute_sync(REQUESTS[name], context_value=context)
    assert answer.errors is None
    assert context.cache.max_age_s == 0


@pytest.mark.parametrize("name", MATRIX)
def test_the_policy_says_what_the_matrix_says(name: str) -> None:
    """The roles of the matrix, without their places, are those of the rules of the field."""
    allowed = MATRIX[name]
    kind = "Mutation" if name in MUTATIONS else "Query"
    needs = FIELDS[f"{kind}.{name.partition(' ')[0]}"]
    if allowed is None:
        assert all(isinstance(need, Open) for need in needs)
        return
    roles = {grant.role for role in allowed if (grant := grant_of(role))}
    rules = [RULES[need].roles for need in needs if isinstance(need, Permission)]
    assert roles in rules


def test_only_admins_have_all_permissions() -> None:
    for role in Role:
        having = {permission for permission, rule in RULES.items() if role in rule.roles}
        assert (having == set(Permission)) == (role is Role.ADMIN)


def test_a_role_is_read_as_it_is_written() -> None:
    for form in FORMS:
        text = form.replace("<id>", "de-1")
        grant = grant_of(text)
        assert grant is not None
        assert grant.text == text
    for text in NO_ROLES:
        assert grant_of(text) is None
    assert not Grant(Role.TILL, Scope.MARKET, "de").is_possible
    assert not Grant(Role.ADMIN, Scope.CHAIN, "de").is_possible


@pytest.mark.parametrize("text", ["", "a/b", "a#b", "a b", "ü", "x" * 129, "a\n"])
def test_a_subject_that_could_break_a_key_holds_no_role(shop: Service, text: str) -> None:
    assert not is_subject(text)
    assert outcome(shop, "people", ISSUER.bearer(ADMIN, sub=text)) == "FORBIDDEN"


def test_a_refusal_names_the_roles_that_would_do(shop: Service) -> None:
    answer = shop.post(REQUESTS["recordSale"], ISSUER.bearer("market:us:manager"))
    assert (
        b"to record sales of a store needs the role store:de-1:till or store:de-1:manager or "
        b"market:de:manager or chain:admin" in answer.body
    )
