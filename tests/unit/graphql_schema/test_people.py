"""grantRole, revokeRole, me, person, people: roles that are not in the tokens."""

from typing import Any

import orjson
import pytest

from services.domain.people.granting import MAX_ROLES
from services.storage import keys
from services.storage.people import MAX_AGE_S, PeopleRepository
from tests.support.chain import add_store, publish_small_catalog
from tests.support.service import Service
from tests.support.staff_requests import REQUESTS, outcome, region_time
from tests.support.tokens import ISSUER

ADMIN = ISSUER.bearer("chain:admin", sub="boss")
EDIT = """mutation E($input: {kind}RoleInput!) {{ {field}Role(input: $input) {{
  person {{ id revokedAt roles {{ name role storeId market granted region }} }}
  errors {{ __typename message path }} }} }}"""
PEOPLE = """query P($first: Int!, $after: String) { people(first: $first, after: $after) {
  edges { cursor node { id roles { name granted } } }
  pageInfo { hasNextPage hasPreviousPage endCursor } } }"""


@pytest.fixture
def shop(service: Service) -> Service:
    publish_small_catalog(service.table)
    add_store(service.table, "de-1")
    return service


def edited(shop: Service, verb: str, headers: Any = ADMIN, number: int = 1, **given: Any) -> Any:
    """The payload of grantRole or revokeRole, or the code of its error."""
    query = EDIT.format(kind=verb.capitalize(), field=verb)
    given = {
        "operationId": f"operation-{verb}-{number}",
        "sentAt": region_time(shop),
        "person": "ada",
        **given,
    }
    answer = orjson.loads(shop.post(query, headers, variables={"input": given}).body)
    if "errors" in answer:
        return answer["errors"][0]["extensions"]["code"]
    return answer["data"][f"{verb}Role"]


def bearer(*claims: str, subject: str = "ada") -> dict[str, str]:
    return ISSUER.bearer(*claims, sub=subject)


def test_a_granted_role_holds_for_a_token_without_roles(shop: Service) -> None:
    assert outcome(shop, "recordSale", bearer()) == "FORBIDDEN"
    found = edited(shop, "grant", role="TILL", storeId="de-1")
    assert found["errors"] == []
    assert found["person"] == {
        "id": "ada",
        "revokedAt": None,
        "roles": [
            {
                "name": "store:de-1:till",
                "role": "TILL",
                "storeId": "de-1",
                "market": None,
                "granted": True,
                "region": "eu-west-1",
            }
        ],
    }
    assert outcome(shop, "recordSale", bearer()) == "ok"
    assert outcome(shop, "recordStockCount", bearer()) == "FORBIDDEN"


def test_a_role_that_somebody_else_decided_on_meanwhile_stays_and_they_are_named(
    shop: Service,
) -> None:
    """Two administrators look at one person at once; the second one sees who was first."""
    role: dict[str, Any] = {"role": "TILL", "storeId": "de-1"}
    seen: dict[str, Any] = {"expected": [{"entry": "store:de-1:till", "stamp": None}]}
    assert edited(shop, "grant", bearer("chain:admin", subject="eve"), **role, **seen)["person"]
    refused = edited(shop, "grant", number=2, **role, **seen)
    (error,) = refused["errors"]
    assert (error["__typename"], error["path"]) == ("ChangedMeanwhileError", ["expected"])
    assert error["message"].startswith("eve set store:de-1:till at ")
    (register,) = PeopleRepository(shop.table).read("ada").registers.values()  # type: ignore[union-attr]
    seen = {"expected": [{"entry": "store:de-1:till", "stamp": str(register.stamp)}]}
    assert edited(shop, "revoke", number=3, **role, **seen)["errors"] == []
    (error,) = edited(shop, "revoke", number=4, **role, **seen)["errors"]
    assert error["message"].startswith("boss set store:de-1:till at ")
    # Without expectations, as in an emergency, whatever is there is replaced.
    assert edited(shop, "revoke", number=5, **role)["errors"] == []


def test_revoking_takes_away_what_a_token_carries(shop: Service) -> None:
    claims = ("store:de-1:manager", "market:de:editor")
    assert outcome(shop, "recordStockCount", bearer(*claims)) == "ok"
    edited(shop, "revoke", role="MANAGER", storeId="de-1")
    assert outcome(shop, "recordStockCount", bearer(*claims)) == "FORBIDDEN"
    assert outcome(shop, "editCatalogItem", bearer(*claims)) == "ok"
    edited(shop, "grant", role="MANAGER", storeId="de-1")
    assert outcome(shop, "recordStockCount", bearer(*claims)) == "ok"


def test_revoking_all_roles_leaves_none_until_one_is_granted_again(shop: Service) -> None:
    edited(shop, "grant", role="EDITOR", market="de")
    found = edited(shop, "revoke")
    assert found["person"]["revokedAt"] is not None
    assert [one["granted"] for one in found["person"]["roles"]] == [False]
    for claims in ((), ("chain:admin",), ("store:de-1:manager",)):
        assert outcome(shop, "editCatalogItem", bearer(*claims)) == "FORBIDDEN"
    edited(shop, "grant", number=2, role="EDITOR", market="de")
    assert outcome(shop, "editCatalogItem", bearer("chain:admin")) == "ok"
    assert outcome(shop, "people", bearer("chain:admin")) == "FORBIDDEN"


@pytest.mark.parametrize("given", [{"role": "ADMIN"}, {}])
def test_nobody_takes_the_own_role_of_an_admin_away(shop: Service, given: dict[str, Any]) -> None:
    edited(shop, "grant", person="boss", role="EDITOR", market="de")
    (error,) = edited(shop, "revoke", person="boss", **given)["errors"]
    assert (error["__typename"], error["path"]) == ("InvalidValueError", ["role"])
    assert "nobody takes away their own chain:admin" in error["message"]
    assert "have another admin do it" in error["message"]
    # Other roles of one's own, and the same role by another admin.
    own = {"person": "boss", "role": "EDITOR", "market": "de"}
    assert edited(shop, "revoke", number=2, **own)["errors"] == []
    eve = bearer("chain:admin", subject="eve")
    assert edited(shop, "revoke", eve, number=3, person="boss", **given)["errors"] == []
    assert edited(shop, "grant", number=4, role="EDITOR", market="de") == "FORBIDDEN"


def test_another_process_sees_a_change_within_the_bound(shop: Service) -> None:
    """The service reads a person at most every MAX_AGE_S seconds; here another process edits."""
    manager = bearer("store:de-1:manager")
    assert outcome(shop, "recordStockCount", manager) == "ok"
    other = Service(shop.table)
    edited(other, "revoke", role="MANAGER", storeId="de-1")
    shop.seconds += MAX_AGE_S - 0.1
    assert outcome(shop, "recordStockCount", manager) == "ok"
    shop.seconds += 0.1
    assert outcome(shop, "recordStockCount", manager) == "FORBIDDEN"
    assert MAX_AGE_S <= 60


def test_a_retry_has_the_same_answer_and_another_input_none(shop: Service) -> None:
    first = edited(shop, "grant", role="TILL", storeId="de-1")
    assert edited(shop, "grant", role="TILL", storeId="de-1") == first
    reused = edited(shop, "grant", role="ADMIN")
    assert [one["__typename"] for one in reused["errors"]] == ["OperationIdReusedError"]


@pytest.mark.parametrize(
    ("given", "error", "path"),
    [
        ({"role": "TILL", "storeId": "de-9"}, "UnknownStoreError", "storeId"),
        ({"role": "EDITOR", "market": "xx"}, "UnknownMarketError", "market"),
        ({"role": "TILL"}, "InvalidValueError", "role"),
        ({"role": "TILL", "market": "de"}, "InvalidValueError", "role"),
        ({"role": "ADMIN", "storeId": "de-1"}, "InvalidValueError", "role"),
        ({"role": "MANAGER", "storeId": "de-1", "market": "de"}, "InvalidValueError", "role"),
        ({"role": "OPERATOR", "person": "a/b"}, "InvalidValueError", "person"),
        ({"role": "OPERATOR", "person": ""}, "InvalidValueError", "person"),
        ({"role": "OPERATOR", "operationId": "x"}, "InvalidValueError", "operationId"),
    ],
)
def test_what_cannot_be_granted_is_refused_and_nothing_is_written(
    shop: Service, given: dict[str, Any], error: str, path: str
) -> None:
    found = edited(shop, "grant", **given)
    assert [(one["__typename"], one["path"]) for one in found["errors"]] == [(error, [path])]
    assert found["person"] is None
    assert shop.table.get(keys.roles_of("ada")) is None


def test_a_role_of_a_store_that_is_gone_can_be_revoked(shop: Service) -> None:
    assert edited(shop, "revoke", role="TILL", storeId="de-9")["errors"] == []


def test_a_person_has_a_bounded_number_of_roles(shop: Service) -> None:
    stamp = shop.table.clock.tick()
    roles = {f"store:de-{at}:till": [True, 0] for at in range(MAX_ROLES)}
    body = {"s": [str(stamp)], "e": roles}
    shop.table.put(keys.roles_of("ada"), body, rev=stamp, replaces=None)
    found = edited(shop, "grant", role="OPERATOR")
    assert [one["path"] for one in found["errors"]] == [["role"]]
    assert edited(shop, "grant", number=2, role="TILL", storeId="de-1")["errors"] == []


@pytest.mark.parametrize("count", [MAX_ROLES, 3 * MAX_ROLES])
def test_no_number_of_roles_keeps_a_person_from_being_revoked(shop: Service, count: int) -> None:
    # More than the bound: two regions granted different ones while replication was interrupted.
    stamp = shop.table.clock.tick()
    roles = {f"store:de-{at}:till": [True, 0] for at in range(1, count + 1)}
    body = {"s": [str(stamp)], "e": roles}
    shop.table.put(keys.roles_of("ada"), body, rev=stamp, replaces=None)
    assert edited(shop, "revoke", role="TILL", storeId="de-1")["errors"] == []
    assert edited(shop, "revoke", number=2, role="MANAGER", market="de")["errors"] == []
    assert outcome(shop, "recordSale", bearer("store:de-1:manager")) == "ok"
    assert edited(shop, "revoke", number=3)["errors"] == []
    assert outcome(shop, "recordSale", bearer("store:de-1:manager")) == "FORBIDDEN"


@pytest.mark.parametrize("place", [{"storeId": "de-1"}, {"market": "de"}])
def test_a_place_without_a_role_revokes_nothing(shop: Service, place: dict[str, str]) -> None:
    edited(shop, "grant", role="TILL", storeId="de-1")
    found = edited(shop, "revoke", number=2, **place)
    assert [(one["__typename"], one["path"]) for one in found["errors"]] == [
        ("InvalidValueError", ["role"])
    ]


def test_a_manager_grants_tills_of_the_own_store_only(shop: Service) -> None:
    add_store(shop.table, "de-2")
    manager = bearer("store:de-1:manager", subject="eve")
    assert edited(shop, "grant", manager, role="TILL", storeId="de-1")["errors"] == []
    assert edited(shop, "grant", manager, 2, role="TILL", storeId="de-2") == "FORBIDDEN"
    assert edited(shop, "grant", manager, 3, role="MANAGER", storeId="de-1") == "FORBIDDEN"
    assert edited(shop, "grant", manager, 4, role="ADMIN", person="eve") == "FORBIDDEN"
    assert edited(shop, "revoke", manager, 5) == "FORBIDDEN"


def test_a_manager_learns_nothing_of_a_persons_other_roles(shop: Service) -> None:
    edited(shop, "grant", role="ADMIN")
    edited(shop, "revoke", number=2)
    manager = bearer("store:de-1:manager", subject="eve")
    for verb in ("grant", "revoke"):
        found = edited(shop, verb, manager, 3, role="TILL", storeId="de-1")
        assert found["errors"] == []
        assert [one["name"] for one in found["person"]["roles"]] == ["store:de-1:till"]
        assert found["person"]["revokedAt"] is None
    seen = [{"entry": "chain:admin", "stamp": None}]
    refused = edited(shop, "grant", manager, 4, role="TILL", storeId="de-1", expected=seen)
    assert "only the role that you edit" in refused["errors"][0]["message"]
    assert refused["person"] is None
    everything = edited(shop, "grant", number=5, role="TILL", storeId="de-1")
    assert len(everything["person"]["roles"]) == 2
    assert everything["person"]["revokedAt"] is not None


def test_changes_of_roles_are_in_the_journal_with_their_author(shop: Service) -> None:
    edited(shop, "grant", role="TILL", storeId="de-1")
    edited(shop, "revoke", role="TILL", storeId="de-1")
    found = shop.table.partition(keys.journal_partition(keys.roles_of("ada")))
    entries = [(row.body["by"], row.body["do"], row.body["set"][0][:2]) for row in found]
    assert entries == [
        ("boss", "grantRole", ["store:de-1:till", True]),
        ("boss", "revokeRole", ["store:de-1:till", False]),
    ]
    assert found[1].body["set"][0][2] == found[0].key.sk  # it had seen the grant


def test_me_shows_the_roles_that_hold(shop: Service) -> None:
    query = "{ me { id roles { name role storeId market } } }"
    assert orjson.loads(shop.post(query).body)["data"] == {"me": None}
    edited(shop, "revoke", role="MANAGER", storeId="de-1")
    edited(shop, "grant", role="EDITOR", market="de")
    answer = shop.post(query, bearer("store:de-1:manager", "store:de-2:till", "customers"))
    assert orjson.loads(answer.body)["data"]["me"] == {
        "id": "ada",
        "roles": [
            {"name": "market:de:editor", "role": "EDITOR", "storeId": None, "market": "de"},
            {"name": "store:de-2:till", "role": "TILL", "storeId": "de-2", "market": None},
        ],
    }
    refused = orjson.loads(shop.post(query, {"authorization": "Bearer x"}).body)
    assert refused["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_pages_of_people_hold_everyone_once(shop: Service) -> None:
    names = {f"person-{number}" for number in range(7)}
    for number, name in enumerate(sorted(names)):
        edited(shop, "grant", number=number, person=name, role="TILL", storeId="de-1")
    seen: list[str] = []
    after = None
    for _ in range(10):
        variables = {"first": 3, "after": after}
        answer = orjson.loads(shop.post(PEOPLE, ADMIN, variables=variables).body)["data"]["people"]
        seen += [edge["node"]["id"] for edge in answer["edges"]]
        after = answer["pageInfo"]["endCursor"]
        if not answer["pageInfo"]["hasNextPage"]:
            break
    assert len(seen) == len(names)
    assert set(seen) == names
    bad = orjson.loads(shop.post(PEOPLE, ADMIN, variables={"first": 3, "after": "a/b"}).body)
    assert bad["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_one_person_is_shown_as_stored(shop: Service) -> None:
    query = "query P($id: ID!) { person(id: $id) { id roles { name granted } } }"
    edited(shop, "grant", role="TILL", storeId="de-1")
    for name, roles in (("ada", [{"name": "store:de-1:till", "granted": True}]), ("bob", None)):
        answer = orjson.loads(shop.post(query, ADMIN, variables={"id": name}).body)["data"]
        assert answer == {"person": None if roles is None else {"id": name, "roles": roles}}


def test_a_menu_reads_no_roles_and_a_fault_of_the_table_opens_nothing(
    shop: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited(shop, "revoke")  # of ada
    subjects: list[str] = []

    def failing(_: PeopleRepository, subject: str) -> None:
        subjects.append(subject)
        raise OSError("the table does not answer")

    monkeypatch.setattr(PeopleRepository, "read", failing)
    menu = shop.post('{ menu(storeId: "de-1") { version } }', bearer("chain:admin"))
    assert orjson.loads(menu.body)["data"]["menu"]["version"]
    assert subjects == []
    refused = shop.post(REQUESTS["recordSale"], bearer("chain:admin"))
    assert (refused.status, b"data" in refused.body) == (503, False)
    assert subjects == ["ada"]


def test_few_people_are_remembered(shop: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.storage.people._MAX_REMEMBERED", 3)
    people = PeopleRepository(shop.table, monotonic=lambda: 0.0)
    for number in range(9):
        assert people.roles(f"person-{number}") is None
    assert len(people._remembered) == 3
