"""A change of the schema that breaks clients fails the pull request; any other passes."""

import json
import re
from pathlib import Path

import pytest
from graphql import build_schema
from typer.testing import CliRunner

from cli.main import application
from graphql_schema.changes import compare, read_schema

ROOT = Path(__file__).parents[2]
SDL = ROOT / "graphql_schema" / "schema.graphql"
OLD = """
enum Availability { AVAILABLE SOLD_OUT }
type Money { amountMinor: Int! currency: String! }
input Sale { store: ID! count: Int }
type Query { price(store: ID!, locale: String = "en"): Money sold(sale: Sale): Availability }
"""


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("amountMinor: Int! ", "", "FIELD_REMOVED"),
        ("amountMinor: Int!", "amountMinor: Int", "FIELD_CHANGED_KIND"),
        ("amountMinor: Int!", "amountMinor: Float!", "FIELD_CHANGED_KIND"),
        ("(store: ID!, ", "(store: ID!, market: ID!, ", "REQUIRED_ARG_ADDED"),
        (', locale: String = "en"', "", "ARG_REMOVED"),
        ("count: Int", "count: Int!", "INPUT_FIELD_CHANGED_KIND|FIELD_CHANGED_KIND"),
        ("count: Int", "count: Int by: ID!", "REQUIRED_INPUT_FIELD_ADDED"),
        ("AVAILABLE SOLD_OUT", "AVAILABLE", "VALUE_REMOVED_FROM_ENUM"),
        ("sold(sale: Sale): Availability", "sold(sale: Sale): Money", "FIELD_CHANGED_KIND"),
    ],
)
def test_what_breaks_clients_is_found(before: str, after: str, kind: str) -> None:
    assert before in OLD
    found = compare(build_schema(OLD), build_schema(OLD.replace(before, after)))
    assert {one.kind for one in found.breaking} & set(kind.split("|"))


@pytest.mark.parametrize(
    ("before", "after", "dangerous"),
    [
        ("currency: String!", "currency: String! text: String", 0),
        ("(store: ID!, ", "(store: ID!, at: String, ", 1),
        ("AVAILABLE SOLD_OUT", "AVAILABLE LOW SOLD_OUT", 1),
        ('"en"', '"fr"', 1),
    ],
)
def test_what_adds_does_not_break(before: str, after: str, dangerous: int) -> None:
    found = compare(build_schema(OLD), build_schema(OLD.replace(before, after)))
    assert found.breaking == ()
    assert len(found.dangerous) == dangerous


def test_a_shipped_operation_that_becomes_invalid_is_found(tmp_path: Path) -> None:
    operation = tmp_path / "Price.graphql"
    operation.write_text('{ price(store: "1") { currency } }')
    changed = build_schema(OLD.replace("currency: String!", "money: String!"))
    found = compare(build_schema(OLD), changed, [operation])
    assert "OPERATION_INVALID" in {one.kind for one in found.breaking}


def test_the_schema_of_today_breaks_nobody_and_without_a_field_somebody(tmp_path: Path) -> None:
    whole = SDL.read_text()
    without = tmp_path / "without.graphql"
    without.write_text(re.sub(r'  """[^"]+"""\n  markets: .*\n', "", whole))
    assert without.read_text() != whole
    command = CliRunner()
    same = command.invoke(application(["schema"]), ["schema", "diff", str(SDL), str(SDL)])
    assert same.exit_code == 0, same.output
    broken = command.invoke(
        application(["schema"]), ["schema", "diff", str(SDL), str(without), "--json"]
    )
    assert broken.exit_code == 1
    assert any("Query.markets" in one["text"] for one in json.loads(broken.stdout)["breaking"])


def test_a_file_that_is_no_schema_is_named(tmp_path: Path) -> None:
    path = tmp_path / "schema.graphql"
    path.write_text("type Query {")
    with pytest.raises(Exception, match=r"schema\.graphql is no schema"):
        read_schema(path)
