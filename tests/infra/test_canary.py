"""The canary: what it takes for a menu, and how it runs."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from graphql import build_schema, parse, validate

from infra_cdk.canary.python import menu_canary
from infra_cdk.canary.python.menu_canary import CanaryError, judge
from infra_cdk.edge_rules import origin_secret_reference
from tests.infra.conftest import ACCOUNT, ROOT, Assembly
from tests.support.http_server import LoopbackServer, QuietHandler, running

REGIONAL = "carte-eu-west-1"
GOOD: dict[str, Any] = {
    "data": {
        "menu": {
            "version": "1",
            "currency": "EUR",
            "categories": [
                {
                    "name": "Donuts",
                    "items": [
                        {"name": "Ring", "price": {"amountMinor": 199, "currency": "EUR"}},
                        {"name": "Twist", "price": {"amountMinor": 249, "currency": "EUR"}},
                    ],
                }
            ],
        },
        "region": {
            "name": "eu-west-1",
        },
    }
}


def spoiled(how: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """The good answer with one thing wrong."""
    answer = copy.deepcopy(GOOD)
    how(answer)
    return answer


def test_a_menu_that_can_be_sold_from_passes() -> None:
    assert judge(GOOD, "eu-west-1") == 2


@pytest.mark.parametrize(
    ("how", "message"),
    [
        (lambda a: a.update(errors=[{"message": "INTERNAL"}]), "INTERNAL"),
        (lambda a: a["data"]["region"].update(name="us-east-1"), "answered by us-east-1"),
        (lambda a: a["data"].update(menu=None), "no such store"),
        (lambda a: a["data"]["menu"].update(categories=[]), "empty"),
        (lambda a: a["data"]["menu"].update(currency="USD"), "cannot be sold"),
        (
            lambda a: a["data"]["menu"]["categories"][0]["items"][1]["price"].update(amountMinor=0),
            "cannot be sold.*Twist",
        ),
    ],
)
def test_anything_else_does_not(how: Callable[[dict[str, Any]], object], message: str) -> None:
    with pytest.raises(CanaryError, match=message):
        judge(spoiled(how), "eu-west-1")


def test_it_judges_its_own_region_and_no_other() -> None:
    # A region that was lost, or removed from the deployment, must not fail the others' canaries:
    # the operator would drain the one that works.
    assert "replicationLag" not in menu_canary.QUERY
    answer = spoiled(
        lambda a: a["data"]["region"].update(
            replicationLag=[{"region": "us-east-1", "seconds": 86_400.0}]
        )
    )
    assert judge(answer, "eu-west-1") == 2


def test_its_query_is_one_of_the_schema() -> None:
    schema = build_schema((ROOT / "graphql_schema" / "schema.graphql").read_text())
    assert validate(schema, parse(menu_canary.QUERY)) == []


@pytest.fixture
def region() -> Iterator[tuple[str, list[Any]]]:
    """A region that answers everything with the good menu, and the requests that it got."""
    received: list[Any] = []

    class Answer(QuietHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            received.append((self.path, body["variables"], self.headers["referer"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(GOOD).encode())

    with running(LoopbackServer(Answer)) as server:
        yield server.url, received


def test_it_asks_its_own_region_for_its_store(
    region: tuple[str, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, received = region
    for name, value in (("URL", url), ("REGION", "eu-west-1"), ("STORE", "us-0001")):
        monkeypatch.setenv(f"CARTE_{name}", value)
    assert menu_canary.handler({}, None) == "2 items"
    monkeypatch.setenv("CARTE_ORIGIN_SECRET", "shown")
    assert menu_canary.handler({}, None) == "2 items"
    question = {"store": "us-0001"}
    assert received == [("/graphql", question, None), ("/graphql", question, "shown")]


def test_it_runs_every_five_minutes_against_its_own_region(production: Assembly) -> None:
    (canary,) = production.resources(REGIONAL, "AWS::Synthetics::Canary").values()
    assert canary["Schedule"]["Expression"] == "rate(5 minutes)"
    assert canary["RunConfig"]["EnvironmentVariables"] == {
        "CARTE_URL": "https://eu-west-1.api.menus.example.com",
        "CARTE_REGION": "eu-west-1",
        "CARTE_STORE": "us-0001",
        "CARTE_ORIGIN_SECRET": origin_secret_reference(1),
    }
    assert canary["ArtifactS3Location"] == f"s3://carte-canary-{ACCOUNT}-eu-west-1"
    assert canary["StartCanaryAfterCreation"] is True


def test_its_code_is_in_the_folder_that_synthetics_wants(production: Assembly) -> None:
    manifest = json.loads((production.folder / f"{REGIONAL}.assets.json").read_text())
    (asset,) = (
        one["source"]["path"]
        for one in manifest["files"].values()
        if one["source"]["packaging"] == "zip"
    )
    content = {
        path.relative_to(production.folder / asset).as_posix()
        for path in (production.folder / asset).rglob("*")
        if path.is_file()
    }
    assert "python/menu_canary.py" in content
    assert not any("__pycache__" in name for name in content)


def test_without_a_store_there_is_none(assembly: Assembly) -> None:
    assert not assembly.resources(REGIONAL, "AWS::Synthetics::Canary")
