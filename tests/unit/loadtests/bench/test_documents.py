"""What the bench writes and reads: the page, the chart, schemas, locks."""

import copy
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from graphql import build_schema, lexicographic_sort_schema, print_schema, specified_scalar_types
from rich.console import Console

from loadtests.bench.chart import draw
from loadtests.bench.docs_page import PAGE, MarkerError, write
from loadtests.bench.process import ROOT
from loadtests.bench.sdl import menu_sdl
from loadtests.bench.terminal import show

SCENARIO = {
    "cpu_us": {"median": 250.0, "spread": 2.0, "samples": []},
    "wall_us": {"median": 300.0, "spread": 3.0, "samples": []},
    "dynamodb_requests": 1.0,
    "read_units": 0.5,
    "write_units": 7.25,
    "peak_bytes": 2048,
    "response_bytes": 21_000,
    "max_rss_bytes": 50 * 1024 * 1024,
    "problem": None,
}
REPORT: dict[str, Any] = {
    "at": "2026-11-06T12:00:00+00:00",
    "environment": {
        "cpu": "a CPU",
        "cores": 2,
        "python": "3.11.7",
        "node": None,
        "packages": {"pynamodb": "6.1.0"},
    },
    "noise": {
        "calibration_spread_percent": 0.5,
        "calibration_worst_percent": 2.0,
        "other_processes_percent": 1.0,
        "stolen_percent": 0.0,
    },
    "rounds": 3,
    "bars": [
        {
            "name": "miss_vs_floor",
            "says": "miss <= 3.5x the floor",
            "limit": 3.5,
            "ratio": 3.1,
            "spread": 0.1,
            "verdict": "met",
            "why": None,
        },
        {
            "name": "miss_vs_node",
            "says": "miss <= 1/3 of Mercurius",
            "limit": 0.3333,
            "ratio": None,
            "spread": None,
            "verdict": "not measured",
            "why": "there is no `node` on the path",
        },
    ],
    "subjects": {
        "carte": {
            "title": "carte: services.menu_api.handler",
            "missing": None,
            "scenarios": {"miss": SCENARIO, "pure-hit": SCENARIO},
        },
        "floor": {"title": "a <signed> request", "missing": None, "scenarios": {"miss": SCENARIO}},
        "carte-chain": {
            "title": "carte: mutations",
            "missing": None,
            "scenarios": {"placeOrder": SCENARIO},
        },
        "apollo": {"title": "Apollo Server", "missing": "there is no `node`", "scenarios": {}},
    },
}


def test_the_page_has_a_place_for_everything_that_is_measured(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    write(REPORT, page, tmp_path / "performance.svg")
    text = page.read_text(encoding="utf-8")
    assert "| miss <= 3.5x the floor | 3.100 ± 0.100 | 3.500 | met |" in text
    assert "not measured: there is no `node` on the path" in text
    assert "| Apollo Server | apollo | missing: there is no `node` |" in text
    assert "| carte-chain | placeOrder | 250.0 ± 2.0 | 300 | 1 | 0.5 | 7.25 |" in text
    assert "| carte: mutations |" not in text
    write(REPORT, page, tmp_path / "performance.svg")
    assert page.read_text(encoding="utf-8") == text


def test_a_page_without_the_markers_is_left_as_it_is(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("# Performance\n", encoding="utf-8")
    with pytest.raises(MarkerError, match="bench:environment"):
        write(REPORT, page, tmp_path / "performance.svg")
    assert page.read_text(encoding="utf-8") == "# Performance\n"


def test_what_was_not_measured_is_said_in_the_page_and_in_the_terminal(tmp_path: Path) -> None:
    report: dict[str, Any] = copy.deepcopy(REPORT)
    report["noise"] = dict.fromkeys(report["noise"])
    scenario = report["subjects"]["carte"]["scenarios"]["miss"]
    scenario["cpu_us"]["spread"] = scenario["dynamodb_requests"] = None
    page = tmp_path / "performance.md"
    page.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    write(report, page, tmp_path / "performance.svg")
    assert "varied by not measured" in page.read_text(encoding="utf-8")
    assert "None" not in page.read_text(encoding="utf-8")
    report["missing"] = {}
    console = Console(width=200, record=True, file=StringIO())
    show(report, console)
    text = console.export_text()
    assert "None %" not in text
    assert "not measured: there is no `node` on the path" in text


def test_the_chart_is_an_image_with_one_bar_for_each_measured_scenario() -> None:
    root = ET.fromstring(draw(REPORT))  # noqa: S314 - our own text
    space = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f"{space}rect")) == 3
    labels = [one.text for one in root.findall(f"{space}text")]
    assert "a <signed> request" in labels
    assert "carte, pure hit" in labels


def test_a_chart_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no measured subject"):
        draw({"subjects": {}})


def test_the_stock_server_has_the_same_schema_as_carte() -> None:
    from loadtests.bench.naive.stock import schema

    assert _sorted(schema.as_str()) == _sorted(menu_sdl())


def _sorted(sdl: str) -> str:
    # Strawberry describes its own DateTime; descriptions are not what is compared.
    lines = print_schema(lexicographic_sort_schema(build_schema(sdl))).splitlines()
    return "\n".join(line for line in lines if not line.strip().startswith(('"""', "@specified")))


@pytest.mark.parametrize(
    "lock", ["requirements/bench-peers.lock", "loadtests/bench/node/package-lock.json"]
)
def test_the_locks_name_no_registry(lock: str) -> None:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if '"resolved"' in line or "index-url" in line]
    assert any("sha512-" in line or "--hash=sha256:" in line for line in lines)


def test_making_the_schema_takes_nothing_from_what_all_schemas_share() -> None:
    menu_sdl()
    assert all(scalar.description for scalar in specified_scalar_types.values())
