"""People of the local user pool: signing in by code with PKCE, roles, and regions without it."""

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from localcloud.accounts import PEOPLE, people, sign_in
from localcloud.exceptions import LocalCloudError
from tests.support.local_cloud import LocalCloud

SALE = """mutation S($input: RecordSaleInput!) { recordSale(input: $input) {
  errors { __typename message } } }"""
STORE = "us-00001"
ITEMS = "query M($id: ID!) { menu(storeId: $id) { categories { items { id } } } }"


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def answer_of(
    cloud: LocalCloud, query: str, variables: dict[str, Any], region: str, token: str = ""
) -> Any:
    """The answer of a region; a fault of ours, such as a cold start that is late, is repeated."""
    headers = bearer(token) if token else {}
    deadline = time.monotonic() + 60
    while True:
        answer = cloud.graphql(query, variables, region=region, headers=headers)
        errors = answer.get("errors") or []
        if not any(one.get("extensions", {}).get("retryable") for one in errors):
            return answer
        assert time.monotonic() < deadline, answer
        time.sleep(0.5)


def outcome(cloud: LocalCloud, region: str, token: str) -> str:
    """`ok`, or the code of the error, of a sale in a region."""
    menu = answer_of(cloud, ITEMS, {"id": STORE}, region)
    item = menu["data"]["menu"]["categories"][0]["items"][0]["id"]
    sold = {
        "operationId": str(uuid.uuid4()),
        "storeId": STORE,
        "lines": [{"itemId": item, "pieces": 1}],
    }
    answer = answer_of(cloud, SALE, {"input": sold}, region, token)
    if "errors" in answer:
        return str(answer["errors"][0]["extensions"]["code"])
    assert answer["data"]["recordSale"]["errors"] == []
    return "ok"


@pytest.fixture(scope="module")
def tokens(cloud: LocalCloud) -> dict[str, str]:
    """Access tokens of the ready-made people, by the first part of their names."""
    return {name.partition("@")[0]: sign_in(cloud.layout, name)["access_token"] for name in PEOPLE}


def test_a_token_of_each_role_opens_what_the_role_permits_in_every_region(
    cloud: LocalCloud, tokens: dict[str, str]
) -> None:
    may_sell = {"till", "manager", "admin"}
    for region in cloud.layout.region_names:
        found = {name: outcome(cloud, region, token) for name, token in tokens.items()}
        assert found == {name: "ok" if name in may_sell else "FORBIDDEN" for name in tokens}


def test_a_wrong_password_and_an_unknown_person_get_no_token(cloud: LocalCloud) -> None:
    for name, password in (("till@carte.example", "wrong"), ("eve@carte.example", None)):
        with pytest.raises(LocalCloudError, match="refuses"):
            sign_in(cloud.layout, name, password)


def test_the_command_lists_who_can_sign_in_and_prints_a_token(cloud: LocalCloud) -> None:
    listed = json.loads(cloud.carte("people", "accounts", "--json").stdout)["accounts"]
    assert {one["name"]: tuple(one["groups"]) for one in listed} == dict(PEOPLE)
    token = cloud.carte("token", "--account", "admin@carte.example").stdout.strip()
    query = "{ me { id roles { name } } }"
    answer = answer_of(cloud, query, {}, "eu-west-1", token)
    (admin,) = (one for one in listed if one["name"] == "admin@carte.example")
    assert answer["data"]["me"] == {"id": admin["sub"], "roles": [{"name": "chain:admin"}]}


def until(condition: Any, seconds: float = 40.0) -> float:
    """Wait for a condition, and return how many seconds that took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "it did not come true"
        time.sleep(0.25)
    return time.monotonic() - began


@contextmanager
def regions_cut_off(cloud: LocalCloud) -> Iterator[None]:
    """Pause replication between all regions; healed in any case."""
    cloud.carte("fault", "inject", "replication-pause", "--seconds", "120")
    try:
        yield
    finally:
        cloud.carte("fault", "heal")


def test_a_revoked_manager_is_refused_everywhere_though_replication_is_interrupted(
    cloud: LocalCloud, tokens: dict[str, str]
) -> None:
    token = tokens["manager"]
    (sub,) = (one["sub"] for one in people(cloud.layout) if one["name"].startswith("manager@"))
    regions = cloud.layout.region_names
    role = f"store:{STORE}:manager"
    try:
        with regions_cut_off(cloud):
            assert [outcome(cloud, region, token) for region in regions] == ["ok"] * len(regions)
            cloud.carte("people", "revoke", sub, role)
            for region in regions:
                until(lambda region=region: outcome(cloud, region, token) == "FORBIDDEN")
    finally:
        cloud.carte("people", "grant", sub, role)
    for region in regions:
        until(lambda region=region: outcome(cloud, region, token) == "ok")
    done = cloud.carte("audit", "--person", "carte-people")
    assert "revokeRole PEOPLE#" in done.stdout
    assert f"PERSON#{sub} {role}=false" in done.stdout


def test_who_has_a_token_works_on_while_the_region_of_the_pool_is_frozen(
    cloud: LocalCloud, tokens: dict[str, str]
) -> None:
    primary, *others = cloud.layout.region_names
    cloud.carte("freeze", primary)
    try:
        for region in others:
            assert outcome(cloud, region, tokens["admin"]) == "ok"
        with pytest.raises(LocalCloudError, match="does not answer"):
            sign_in(cloud.layout, "admin@carte.example")
    finally:
        cloud.carte("thaw", primary)
    until(lambda: outcome(cloud, primary, tokens["admin"]) == "ok")
    assert sign_in(cloud.layout, "admin@carte.example")["access_token"]
