"""HEAD of a persisted read, as API Gateway hands it to the Lambda."""

import json
from types import SimpleNamespace

import pytest

from graphql_schema.export import MANIFEST
from services.storage.table import Table
from tests.support.chain import add_store, publish_small_catalog
from tests.unit.menu_api.test_adapters import lambda_handler, rest_event

MENU = next(key for key, one in json.loads(MANIFEST.read_bytes()).items() if one["name"] == "Menu")


@pytest.mark.parametrize(
    ("path", "variables", "status"),
    [
        (f"/graphql/persisted/{MENU}", '{"storeId":"de-1"}', 200),
        (f"/graphql/persisted/{MENU}", "{", 400),
        ("/graphql/persisted/unknown", "{}", 404),
    ],
)
def test_head_has_the_status_and_headers_of_get_and_no_body(
    table: Table, monkeypatch: pytest.MonkeyPatch, path: str, variables: str, status: int
) -> None:
    publish_small_catalog(table)
    add_store(table, "de-1")
    handler = lambda_handler(monkeypatch)
    query = {"variables": variables}
    get, head = (
        handler(rest_event(method, path, query, None, "application/json"), SimpleNamespace())
        for method in ("GET", "HEAD")
    )
    assert head["statusCode"] == get["statusCode"] == status
    assert head["headers"] == get["headers"]
    assert get["body"]
    assert head["body"] == ""
    # RFC 9110, 8.6: the length that the body of GET would have.
    assert head["headers"]["content-length"] == str(len(get["body"].encode()))
