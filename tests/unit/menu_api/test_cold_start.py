"""A fresh process imports only the modules that a menu needs; counted, not timed."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graphql_schema import parts
from graphql_schema.compiled.persisted import GENERATED, fingerprint, loaded
from graphql_schema.export import MANIFEST
from loadtests.load.documents import SET_PRICE
from services.storage.table import Table
from tests.support.chain import add_store, publish_small_catalog
from tests.support.dynamo_server import DynamoServer, copied
from tests.support.mutation_events import mutation, of_staff
from tests.unit.menu_api.test_adapters import rest_event

ROOT = Path(__file__).parents[3]
# What a menu needs none of; each takes a cold start at least two milliseconds.
FORBIDDEN = (
    *("strawberry", "graphql", "pynamodb", "botocore", "boto3", "mangum", "jwt", "cryptography"),
    *("asyncio", "logging", "http", "urllib3", "email", "requests", "dateutil", "concurrent"),
    *("services.storage.models", "services.storage.operations", "services.storage.kinds"),
    "services.domain.documents.journal",
)
# Beyond what an interpreter with orjson has anyway. Raise them only for something that is worth it.
MAX_AT_IMPORT = (
    114  # locales, reservations given back, errors of storage, traces, schema in use, kept rows
)
MAX_AFTER_A_MENU = 131
# graphql-core and Strawberry are most of them; one subject of the schema with what it reads is 35.
MAX_AFTER_A_LIST_OF_STORES = 517
# All subjects of the schema are 180 more.
MAX_AFTER_ANY_QUERY = 725
INTROSPECTION = "{ __schema { queryType { name } } }"
STORES = '{ stores(search: "berlin") { edges { node { id name market { id } } } } }'

PROGRAM = """
import json, sys
import orjson
before = set(sys.modules)
from services.menu_api.handler import handler
imported = set(sys.modules) - before
answers = [handler(event, None) for event in json.loads(sys.argv[1])]
after = set(sys.modules) - before
print(json.dumps({"imported": sorted(imported), "after": sorted(after), "answers": answers}))
"""


@pytest.fixture(scope="module")
def compiled() -> None:
    """The persisted operations are compiled from the sources as they are."""
    made = Path(GENERATED)
    mark = f"FINGERPRINT = {fingerprint()!r}\n"
    if not (made.exists() and mark in made.read_text()):
        command = [sys.executable, "-m", "graphql_schema.compile"]
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    if not loaded.makers:
        loaded.reset()  # an earlier test of this process looked for it before it was there


@pytest.fixture
def dynamo(table: Table, compiled: None) -> Iterator[DynamoServer]:
    publish_small_catalog(table)
    add_store(table, "de-1")
    with copied(table) as made:
        yield made


def fresh(dynamo: DynamoServer, *events: dict[str, Any], **environment: str) -> dict[str, Any]:
    """Return what a new process imports for these events, and its answers."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(events)],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "CARTE_REGION": "eu-west-1",
            "CARTE_TABLE": "carte",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_ENDPOINT_URL_DYNAMODB": dynamo.url,
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def menu_event() -> dict[str, Any]:
    """A GET of the persisted menu."""
    manifest = json.loads(MANIFEST.read_bytes())
    document_id = next(key for key, one in manifest.items() if one["name"] == "Menu")
    query = {"variables": '{"storeId":"de-1"}'}
    return rest_event("GET", f"/graphql/persisted/{document_id}", query, None, "*/*")


def posted(query: str) -> dict[str, Any]:
    """A POST of a document that is not persisted."""
    return rest_event("POST", "/graphql", {}, json.dumps({"query": query}).encode(), "*/*")


def subjects(modules: list[str]) -> set[str]:
    """The subjects of the schema whose fields of root types were imported."""
    declaring = {one.place.partition(":")[0] for one in parts._subjects().values()}
    return declaring & set(modules)


def forbidden(modules: list[str]) -> list[str]:
    """Return the modules that a menu must not import."""
    return [one for one in modules if one.startswith(tuple(f"{name}." for name in FORBIDDEN))
            or one in FORBIDDEN]  # fmt: skip


def test_a_menu_imports_only_what_it_needs(dynamo: DynamoServer) -> None:
    measured = fresh(dynamo, menu_event())
    (answer,) = measured["answers"]
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["data"]["menu"]["store"]["name"] == "Carte Berlin Mitte"
    assert forbidden(measured["after"]) == []
    assert len(measured["imported"]) <= MAX_AT_IMPORT
    assert len(measured["after"]) <= MAX_AFTER_A_MENU


def test_what_is_imported_later_is_found(dynamo: DynamoServer) -> None:
    """The same test sees what a query that is not persisted, or the slow way, imports."""
    adhoc = fresh(dynamo, posted(INTROSPECTION))
    assert json.loads(adhoc["answers"][0]["body"])["data"]["__schema"]
    assert len(adhoc["after"]) <= MAX_AFTER_ANY_QUERY
    assert {"pynamodb", "botocore", "mangum", "jwt", "graphql_schema.compiler"}.isdisjoint(
        adhoc["after"]
    )
    assert {"boto3", "services.storage.cloud_figures"}.isdisjoint(adhoc["after"])
    assert {"strawberry", "graphql"} <= set(forbidden(adhoc["after"]))
    assert forbidden(adhoc["imported"]) == []
    slow = fresh(dynamo, menu_event(), CARTE_FAST_READS="off")
    assert slow["answers"][0]["statusCode"] == 200
    assert {"pynamodb", "botocore"} <= set(forbidden(slow["after"]))
    assert forbidden(slow["imported"]) == []


def test_a_list_of_stores_imports_its_own_subject_of_the_schema_only(dynamo: DynamoServer) -> None:
    few = fresh(dynamo, posted(STORES))
    assert json.loads(few["answers"][0]["body"])["data"]["stores"]["edges"]
    assert subjects(few["after"]) == {"graphql_schema.stores.queries"}
    assert len(few["after"]) <= MAX_AFTER_A_LIST_OF_STORES
    assert {"graphql_schema.root", "strawberry.federation.schema_directives"}.isdisjoint(
        few["after"]
    )
    everything = fresh(dynamo, posted(INTROSPECTION), posted(STORES))
    assert len(subjects(everything["after"])) > 10
    assert "graphql_schema.root" in everything["after"]
    assert few["answers"][0] == everything["answers"][1]


@pytest.mark.parametrize("query", ["{ stors { totalCount } }", '{ store(id: "de-1") { nam } }'])
def test_a_mistake_is_named_as_by_the_whole_schema(dynamo: DynamoServer, query: str) -> None:
    first = fresh(dynamo, posted(query))["answers"]
    later = fresh(dynamo, posted(INTROSPECTION), posted(query))["answers"]
    assert "Did you mean" in json.loads(first[0]["body"])["errors"][0]["message"]
    assert first[0] == later[1]


def test_both_ways_of_reading_answer_the_same(dynamo: DynamoServer) -> None:
    fast = fresh(dynamo, menu_event())["answers"][0]
    slow = fresh(dynamo, menu_event(), CARTE_FAST_READS="off")["answers"][0]
    for answer in (fast, slow):
        store = json.loads(answer["body"])["data"]["menu"]["store"]
        assert store["openNow"] in (True, False)
    assert fast["headers"] == slow["headers"]
    assert fast["body"] == slow["body"]


def test_a_mutation_writes_without_pynamodb(dynamo: DynamoServer) -> None:
    event = mutation(SET_PRICE, priceMinor=299)
    done = fresh(dynamo, event, **of_staff())
    payload = json.loads(done["answers"][0]["body"])["data"]["updateAssortment"]
    assert payload["errors"] == []
    assert {"pynamodb", "botocore", "boto3", "requests"}.isdisjoint(done["after"])
