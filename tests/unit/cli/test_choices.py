"""A name that does not exist is wrong usage, in every command: code 2, and what can be named.

Every option and argument that takes text is listed here: with a value that does not exist, or as
one that takes any text. A new one fails the last test until it is in one of the two lists.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from cli.main import application
from loadtests.bench.settings import PARTS
from loadtests.bench.subject_specs import NAMES
from loadtests.checker.orders.settings import ORDER_PLANTS
from loadtests.checker.settings import FAULTS, PLANTS
from loadtests.cost import prices, traffic
from loadtests.drills import experiments, protections
from loadtests.load.shapes import PROFILES
from localcloud.accounts import PEOPLE
from localcloud.faults.kinds import KINDS
from localcloud.plan import free_edge_port, make_layout
from localcloud.state_file import save_layout
from services.domain.markets import MARKETS
from services.domain.people.roles import FORMS
from tests.support.command_line import carte

REGIONS = ("us-east-1", "eu-west-1")
STATUSES = ("PLACED", "ACCEPTED", "REFUNDED")
FILES = ("stores", "catalog", "assortments", "stock")
ORDER_STEPS = ("accept", "approve", "refund", "reject", "ready", "collect", "cancel")
# The words of a call, "CLOUD" for the options that name a cloud; the option that is wrong, or the
# argument; what the error lists.
Case = tuple[str, str, tuple[str, ...]]
CHOICES: tuple[Case, ...] = (
    ("up --regions eu", "--regions", ("eu-west-1",)),
    ("up --runtime docker", "--runtime", ("lambda", "direct")),
    ("up --regions us-east-1 --place x", "--place", ("us-east-1",)),
    ("freeze x CLOUD", "region", REGIONS),
    ("thaw x CLOUD", "region", REGIONS),
    ("drain x CLOUD", "region", REGIONS),
    ("drain us-east-1 --via x CLOUD", "--via", REGIONS),
    ("drain us-east-1 --table x CLOUD", "--table", ("--aws",)),
    ("repair --region x CLOUD", "--region", REGIONS),
    ("reconcile --region x CLOUD", "--region", REGIONS),
    ("reconcile --table x CLOUD", "--table", ("--aws",)),
    ("seed --region x CLOUD", "--region", REGIONS),
    ("seed --region eu-west-9 --aws", "--region", ("eu-west-1",)),
    ("seed --table x CLOUD", "--table", ("--aws",)),
    ("import x none.csv CLOUD", "kind", FILES),
    ("import stores none.csv CLOUD", "files", ()),
    ("import stores none.csv --region x CLOUD", "--region", REGIONS),
    ("import stores none.csv --table x CLOUD", "--table", ("--aws",)),
    ("import stores none.csv --map x=y CLOUD", "--map", ("name", "market")),
    ("import stores none.csv --set x=y CLOUD", "--set", ("name", "market")),
    ("export x - CLOUD", "kind", FILES),
    ("export stores none.csv --market x CLOUD", "--market", tuple(MARKETS)),
    ("export stores none.csv --region x CLOUD", "--region", REGIONS),
    ("export stores none.csv --table x CLOUD", "--table", ("--aws",)),
    ("sitemap out --url https://a.example --region x CLOUD", "--region", REGIONS),
    ("sitemap out --url https://a.example --table x CLOUD", "--table", ("--aws",)),
    ("query {a} --region x CLOUD", "--region", REGIONS),
    ("query {a} --role chef CLOUD", "--role", FORMS),
    ("token --role chef", "--role", FORMS),
    ("token --account chef", "--account", tuple(PEOPLE)),
    ("audit --person ada --region x CLOUD", "--region", REGIONS),
    ("check --faults x CLOUD", "--faults", ("all", "none", *FAULTS)),
    ("check --workload x CLOUD", "--workload", ("menus", "orders")),
    ("check --plant x CLOUD", "--plant", PLANTS),
    ("check --workload orders --plant x CLOUD", "--plant", tuple(ORDER_PLANTS)),
    ("bench --only x", "--only", NAMES),
    ("bench --skip x", "--skip", NAMES),
    ("bench --parts x", "--parts", PARTS),
    ("load --profile x CLOUD", "--profile", tuple(PROFILES)),
    ("load --runtime x CLOUD", "--runtime", ("lambda", "direct")),
    ("load --slo x CLOUD", "--slo", ("local", "aws")),
    ("load --slo-file none.toml CLOUD", "--slo-file", ()),
    ("load --compare none CLOUD", "--compare", ()),
    ("cost --scenario x", "--scenario", tuple(traffic.names())),
    ("cost --config none.toml", "--config", ()),
    ("cost --add-region sa-north-9", "--add-region", tuple(prices.load().places)),
    ("capacity --scenario x", "--scenario", tuple(traffic.names())),
    ("capacity --config none.toml", "--config", ()),
    ("capacity --lose x", "--lose", ("us-east-1",)),
    ("capacity --validate none", "--validate", ()),
    ("deploy --config none.toml", "--config", ()),
    ("deploy --region x", "--region", ("us-east-1",)),
    ("schema diff none.graphql none.graphql", "old", ()),
    ("schema diff graphql_schema/schema.graphql none.graphql", "new", ()),
    ("fault inject x --region us-east-1 CLOUD", "kind", tuple(KINDS)),
    ("fault inject freeze --region x CLOUD", "--region", REGIONS),
    ("order list us-1 --status x CLOUD", "--status", STATUSES),
    ("order place us-1 ring --name Ada --region x CLOUD", "--region", REGIONS),
    ("order list us-1 --region x CLOUD", "--region", REGIONS),
    ("order show 1 --region x CLOUD", "--region", REGIONS),
    *((f"order {step} 1 --region x CLOUD", "--region", REGIONS) for step in ORDER_STEPS),
    ("people grant ada chef CLOUD", "role", FORMS),
    ("people revoke ada chef CLOUD", "role", FORMS),
    ("drill run x CLOUD", "name", tuple(experiments.names())),
    ("drill run sudden-loss --without x CLOUD", "--without", protections.NAMES),
    ("drill run sudden-loss --region x CLOUD", "--region", REGIONS),
    ("drill run sudden-loss --target x CLOUD", "--target", ("local", "aws")),
    ("drill report x CLOUD", "wanted", ("20260101-000000-sudden-loss",)),
)
# Text of the caller's own; where a command has to find it, only the service knows what there is.
FREE = {
    *("--state-dir", "--url", "--token", "--subject", "--person", "--operation-id", "--reason"),
    *("--refused", "--id-prefix", "--store", "--out", "--csv", "--chart", "--keep", "--assembly"),
    *("--name", "--mail", "--card", "--slot", "--smoke-front", "--variables", "--place"),
    *("--since", "--day", "--set", "--operations"),
    *("file", "folder", "query", "fault_id", "store", "lines", "order", "person", "who"),
}
# `FREE` elsewhere, and known here; the other way round for the steps, which are read from the
# templates: tests/infra has them.
ELSEWHERE = {("deploy", "--step")}


def leaves(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command and subcommand, with the words that call it."""
    if not hasattr(command, "commands"):
        yield words, command
        return
    for name, inner in command.commands.items():
        yield from leaves(inner, (*words, name))


LEAVES = dict(leaves(typer.main.get_command(application())))


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The options that name a cloud that was started once, and in which a drill was run."""
    folder = tmp_path_factory.mktemp("cloud")
    layout = make_layout(free_edge_port(), regions=REGIONS, state_dir=folder / "state")
    run = layout.state_dir / "drills" / "20260101-000000-sudden-loss"
    run.mkdir(parents=True)
    (run / "report.json").write_text("{}")
    save_layout(layout)
    return ("--port", str(layout.port), "--state-dir", str(layout.state_dir))


def call(words: str, cloud: tuple[str, ...]) -> tuple[tuple[str, ...], Any]:
    """Return the words of a call, and the command that they name."""
    split = words.split()
    leaf = tuple(split[:2]) if tuple(split[:2]) in LEAVES else tuple(split[:1])
    given = [one for word in split for one in (cloud if word == "CLOUD" else (word,))]
    return tuple(given), LEAVES[leaf]


@pytest.mark.parametrize(("words", "option", "listed"), CHOICES, ids=[one[0] for one in CHOICES])
def test_a_name_that_does_not_exist_is_wrong_usage(
    words: str, option: str, listed: tuple[str, ...], cloud: tuple[str, ...]
) -> None:
    given, command = call(words, cloud)
    assert any(option in (one.name, *one.opts) for one in command.params)
    done = carte(*given)
    assert done.code == 2, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert "\nnext:  " in done.stderr
    missing = [one for one in listed if one not in re.findall(r"[^\s,;'\"`()]+", done.stderr)]
    assert not missing, done.stderr
    if any("--json" in one.opts for one in command.params):
        (answer,) = [json.loads(carte(*given, "--json").stdout)]
        assert answer["error"]["exitCode"] == 2
        assert answer["error"]["message"] in done.stderr


def test_every_option_that_takes_text_is_known_to_take_any_or_is_tried() -> None:
    tried = {(id(call(words, ())[1]), option) for words, option, _ in CHOICES}
    unknown = []
    for words, command in LEAVES.items():
        for one in command.params:
            kind = str(one.type_descriptor.annotation)
            names = {one.name, *one.opts}
            if re.search(r"\b(int|float|bool)\b", kind) or names & FREE:
                continue
            known = any((id(command), name) in tried for name in names)
            if not known and not any((" ".join(words), name) in ELSEWHERE for name in names):
                unknown.append((" ".join(words), one.opts[0]))
    assert not unknown


def test_what_the_fault_controller_refuses_is_wrong_usage(tmp_path: Path) -> None:
    for text in ("median", "median_ms=nan"):
        done = carte("fault", "inject", "slow", "--set", text, "--state-dir", str(tmp_path))
        assert done.code == 2
