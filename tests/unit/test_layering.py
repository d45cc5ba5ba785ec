"""Imports run one way (docs/architecture.md): who may import whom, and no circles."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.support.sources import ROOT, imported, python_files

# One worker parses all sources once.
pytestmark = pytest.mark.xdist_group("sources")


DOMAIN = {"services.domain"}
CONFIGURATION = DOMAIN | {"services.configuration"}
STORAGE = CONFIGURATION | {"services.storage"}
LAMBDAS = {"services.menu_api", "services.convergence", "services.inventory"}
MAY_IMPORT = {
    "services.domain": set[str](),
    "services.configuration": DOMAIN,
    "services.storage": CONFIGURATION,
    "graphql_schema": STORAGE,
    "services.menu_api": STORAGE | {"graphql_schema"},
    "services.convergence": STORAGE,
    "services.inventory": STORAGE,
    "services.payments": STORAGE,
    "infra_cdk": DOMAIN,
    "dataload": STORAGE,
    # The local edge agrees with the API on the media type of an answer, as part of its cache key.
    "localcloud": STORAGE | {"infra_cdk", "services.menu_api.negotiation"},
    # What others install of carte: it needs nothing of carte.
    "clients": set[str](),
    "loadtests": STORAGE
    | LAMBDAS
    | {"graphql_schema", "infra_cdk", "dataload", "clients", "localcloud"},
}
MAY_IMPORT["cli"] = set(MAY_IMPORT) - {"services.menu_api", *LAMBDAS}
MAY_IMPORT["tests"] = set(MAY_IMPORT)

NO_IO = {"boto3", "botocore", "pynamodb", "strawberry", "graphql", "mangum", "socket", "requests"}
TALKS_TO_DYNAMODB = {"services.storage", "localcloud", "loadtests", "tests"}
TOP = {name.partition(".")[0] for name in MAY_IMPORT}

Imports = dict[str, set[str]]


def sources(root: Path) -> Iterator[tuple[str, Path]]:
    for path in python_files(root, frozenset(TOP)):
        parts = path.relative_to(root).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def import_graph(root: Path) -> Imports:
    """Every module of the project, and the modules of the project that it imports."""
    paths = dict(sources(root))
    graph: Imports = {}
    for module, path in paths.items():
        found = set[str]()
        for name in imported(path):
            target = name if name in paths else name.rpartition(".")[0]
            if target in paths and target != module:
                found.add(target)
        graph[module] = found
    return graph


def floor_of(module: str) -> str | None:
    return next((p for p in MAY_IMPORT if module == p or module.startswith(p + ".")), None)


def allowed(floor: str, module: str) -> bool:
    return any(module == p or module.startswith(p + ".") for p in MAY_IMPORT[floor] | {floor})


def violations(root: Path) -> list[str]:
    found = []
    for module, path in sources(root):
        floor = floor_of(module)
        if floor is None:
            continue
        for name in imported(path):
            if floor_of(name) is not None and not allowed(floor, name):
                found.append(f"{module} imports {name}")
            if floor == "services.domain" and name.partition(".")[0] in NO_IO:
                found.append(f"{module} imports {name}: the domain does no I/O")
            if floor not in TALKS_TO_DYNAMODB and name.startswith("pynamodb.models"):
                found.append(f"{module} imports {name}: only storage talks to DynamoDB")
    return found


def circles(graph: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """The groups of nodes that reach each other (Tarjan's strongly connected components)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    open_nodes: list[str] = []
    found = []

    def visit(node: str) -> None:
        number[node] = lowest[node] = len(number)
        open_nodes.append(node)
        for target in graph.get(node, ()):
            if target not in number:
                visit(target)
                lowest[node] = min(lowest[node], lowest[target])
            elif target in open_nodes:
                lowest[node] = min(lowest[node], number[target])
        if lowest[node] == number[node]:
            group = open_nodes[open_nodes.index(node) :]
            del open_nodes[open_nodes.index(node) :]
            if len(group) > 1:
                found.append(sorted(group))

    for node in graph:
        if node not in number:
            visit(node)
    return found


def packages_below(graph: Imports, parent: str) -> Imports:
    """The graph of the folders directly below a package; its own modules are left out."""
    folders = {module.rpartition(".")[0] for module in graph}

    def folder_of(module: str) -> str | None:
        if not module.startswith(parent + "."):
            return None
        first = module.removeprefix(parent + ".").partition(".")[0]
        folder = f"{parent}.{first}"
        return folder if folder in folders else None

    packages: Imports = {}
    for module, targets in graph.items():
        source = folder_of(module)
        if source is not None:
            reached = {folder_of(target) for target in targets} - {None, source}
            packages.setdefault(source, set()).update(name for name in reached if name)
    return packages


def test_imports_run_one_way() -> None:
    assert violations(ROOT) == []


def test_no_files_import_each_other() -> None:
    assert circles(import_graph(ROOT)) == []


@pytest.mark.parametrize(
    "parent",
    sorted(
        TOP
        | {"services.domain", "services.storage"}
        | {"loadtests.bench", "loadtests.drills", "loadtests.load"}
    ),
)
def test_no_packages_import_each_other(parent: str) -> None:
    assert circles(packages_below(import_graph(ROOT), parent)) == []


def planted(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_a_planted_import_is_found(tmp_path: Path) -> None:
    text = "import boto3\nfrom services.storage import table\n"
    planted(tmp_path, {"services/domain/bad.py": text})
    assert len(violations(tmp_path)) == 2


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("loadtests/bad.py", "from cli import main"),
        ("localcloud/bad.py", "import services.menu_api.handler"),
        ("services/convergence/bad.py", "from services.menu_api import auth"),
        ("cli/bad.py", "import tests.support.chain"),
        ("infra_cdk/bad.py", "from localcloud.layout import REPO_ROOT"),
        ("dataload/bad.py", "from cli.options import JsonOption"),
    ],
)
def test_an_import_of_an_upper_floor_is_found(tmp_path: Path, name: str, text: str) -> None:
    planted(tmp_path, {name: text})
    assert len(violations(tmp_path)) == 1


def test_a_planted_circle_of_files_is_found(tmp_path: Path) -> None:
    planted(tmp_path, {"cli/one.py": "import cli.two", "cli/two.py": "from cli import one"})
    assert circles(import_graph(tmp_path)) == [["cli.one", "cli.two"]]


def test_a_planted_circle_of_packages_is_found(tmp_path: Path) -> None:
    planted(
        tmp_path,
        {
            "loadtests/drills/a.py": "import loadtests.load.b",
            "loadtests/drills/c.py": "",
            "loadtests/load/b.py": "import loadtests.drills.c",
        },
    )
    graph = import_graph(tmp_path)
    assert circles(graph) == []
    assert circles(packages_below(graph, "loadtests")) == [["loadtests.drills", "loadtests.load"]]
