"""The committed pictures claim what templates and local layout hold, and stand alone."""

import json
import re
from html import unescape
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from cli.pictures import FOLDER, pictures
from infra_cdk.checks.model import Cloud
from infra_cdk.diagrams.model import Edge, Node, Picture
from tests.infra.conftest import Assembly

NAMES = ("local.svg", "region.svg", "whole.svg")
MOST_BYTES = 300_000


def facts_of(svg: str) -> dict[str, Any]:
    """Return what a drawn picture claims: its `<metadata>`."""
    text = svg.partition("<metadata>")[2].partition("</metadata>")[0]
    facts: dict[str, Any] = json.loads(unescape(text))
    return facts


def outdated(cloud: Cloud, folder: Path = FOLDER) -> list[str]:
    """The pictures whose nodes or edges are no longer those of templates and layout."""
    return [
        name
        for name, picture in pictures(cloud).items()
        if not (folder / name).exists() or facts_of((folder / name).read_text()) != picture.facts()
    ]


@pytest.fixture(scope="session")
def cloud(production: Assembly) -> Cloud:
    """The stacks of a production."""
    return Cloud.of_assembly(production.folder)


def test_no_picture_is_out_of_date(cloud: Cloud) -> None:
    assert outdated(cloud) == [], "run `make pictures` and look at them"


def test_every_node_has_a_place_and_every_arrow_two_ends(cloud: Cloud) -> None:
    for name, picture in pictures(cloud).items():
        assert picture.unplaced() == [], name


def test_a_changed_template_makes_a_picture_out_of_date(cloud: Cloud) -> None:
    (stack,) = (one for one in cloud.regional() if one.region == "eu-west-1")
    function = next(
        one
        for one in stack.template["Resources"].values()
        if one["Type"] == "AWS::Lambda::Function" and "FunctionName" in one["Properties"]
    )
    memory = function["Properties"]["MemorySize"]
    function["Properties"]["MemorySize"] = 4096
    try:
        assert outdated(cloud) == ["region.svg"]
    finally:
        function["Properties"]["MemorySize"] = memory


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_needs_no_other_file_and_is_small(name: str) -> None:
    text = (FOLDER / name).read_text()
    assert len(text) < MOST_BYTES
    addresses = re.findall(r'href="([^"]+)"', text)
    assert addresses
    assert all(one.startswith(("data:image/png;base64,", "#")) for one in addresses)
    assert facts_of(text)["nodes"]


def test_what_has_no_place_is_named() -> None:
    lost = Picture("x", (Node("a", "i", "A"),), (Edge("a", "b"),), (), {})
    assert lost.unplaced() == ["a", "a -> b"]


def test_a_missing_picture_is_out_of_date(cloud: Cloud, tmp_path: Path) -> None:
    assert set(outdated(cloud, tmp_path)) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_card_is_inside_apart_from_others_and_as_wide_as_its_words(name: str) -> None:
    text = (FOLDER / name).read_text()
    width, height = map(int, re.findall(r'viewBox="0 0 (\d+) (\d+)"', text)[0])
    found = re.findall(r'class="card" x="(-?\d+)" y="(-?\d+)" width="(\d+)" height="(\d+)"', text)
    cards = [tuple(map(int, one)) for one in found]
    assert cards
    for x, y, wide, high in cards:
        assert x >= 0 < y
        assert x + wide <= width
        assert y + high <= height
    apart = [
        abs(one[0] - other[0]) >= one[2] or abs(one[1] - other[1]) >= one[3]
        for one, other in combinations(cards, 2)
    ]
    assert all(apart)
    # Of the characters' widths; the room beside an icon is 138 wide.
    for kind, most in (("label", 16), ("text", 24)):
        words = re.findall(rf'class="{kind}"[^>]*>([^<]*)<', text)
        assert [one for one in words if len(unescape(one)) > most] == []
