"""Imports run one way (docs/architecture.md): which layer may import which, and no circles."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.support.sources import ROOT, imported, python_files, source

# One worker parses all sources once.
pytestmark = pytest.mark.xdist_group("sources")


DOMAIN = {"services.domain"}
CONFIGURATION = DOMAIN | {"services.configuration"}
STORAGE = CONFIGURATION | {"services.storage"}
MAILING = STORAGE | {
    *("services.ses_mails", "services.mail_deliveries", "services.reserved_mails"),
    "services.unanswered",
}
LAMBDAS = {
    *("services.menu_api", "services.convergence", "services.inventory", "services.fulfilment"),
    *("services.live", "services.alerts", "services.people_notices"),
}
MAY_IMPORT = {
    "services.domain": set[str](),
    "services.configuration": DOMAIN,
    "services.storage": CONFIGURATION,
    "graphql_schema": STORAGE,
    "services.staff_tokens": STORAGE,
    "services.menu_api": STORAGE | {"graphql_schema", "services.staff_tokens"},
    "services.live": STORAGE | {"graphql_schema", "services.staff_tokens"},
    "services.convergence": STORAGE,
    "services.inventory": STORAGE,
    "services.payments": STORAGE,
    # It charges cards by the adapter beside the webhook.
    "services.fulfilment": MAILING | {"services.payments"},
    "services.unanswered": set[str](),
    "services.ses_mails": DOMAIN | {"services.unanswered"},
    "services.mail_deliveries": STORAGE,
    "services.reserved_mails": STORAGE | {"services.mail_deliveries"},
    "services.alerts": MAILING,
    "services.people_notices": MAILING,
    "infra_cdk": DOMAIN,
    "dataload": STORAGE,
    # The local edge agrees with the API on the media type of an answer, as part of its cache key.
    "localcloud": STORAGE | {"infra_cdk", "services.menu_api.negotiation"},
    # What others install of carte: it needs nothing of carte.
    "clients": set[str](),
    "loadtests": STORAGE
    | LAMBDAS
    | {
        "graphql_schema",
        "services.staff_tokens",
        "infra_cdk",
        "dataload",
        "clients",
        "localcloud",
        "services.payments",
        "services.ses_mails",
    },
}
MAY_IMPORT["cli"] = set(MAY_IMPORT) - {
    *("services.staff_tokens", "services.mail_deliveries", "services.reserved_mails"),
    *LAMBDAS,
}
MAY_IMPORT["tests"] = set(MAY_IMPORT)

# What the domain may import besides its own: one library, and what of Python reaches no file,
# process or network.
DOMAIN_LIBRARIES = {"orjson"}
PURE = {
    *("array", "base64", "bisect", "collections", "contextlib", "dataclasses", "datetime"),
    *("decimal", "enum", "functools", "gzip", "hashlib", "heapq", "hmac", "html", "io"),
    *("itertools", "json", "math", "operator", "re", "threading", "time", "types", "typing"),
    *("unicodedata", "urllib.parse", "zlib", "zoneinfo"),
}
# And what of these, and of Python itself, reaches one after all, or waits.
IMPURE_CALLS = {"open", "print", "input", "gzip.open", "io.open", "io.FileIO", "time.sleep"}
TALKS_TO_DYNAMODB = {"services.storage", "localcloud", "loadtests", "tests"}
# Compiled operations call these: importing Strawberry would cost each of them a cold start.
WITHOUT_STRAWBERRY = ("reads", "views")
# Folders that git ignores, and the site, whose libraries have sources of Python.
BUILT = {"build", "web"}
TOP = {name.partition(".")[0] for name in MAY_IMPORT}

Imports = dict[str, set[str]]


def sources(root: Path) -> Iterator[tuple[str, Path]]:
    for path in python_files(root, folders_with_sources(root)):
        parts = path.relative_to(root).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def folders_with_sources(root: Path) -> frozenset[str]:
    """The project's top-level packages, those included that `MAY_IMPORT` does not name."""
    folders = [path for path in root.iterdir() if path.is_dir() and path.name.isidentifier()]
    return frozenset(
        one.name
        for one in folders
        if one.name in TOP or next(python_files(root, frozenset({one.name})), None)
    )


def _has_sources(folder: Path) -> bool:
    """Return whether a folder, or one in it, has sources; what is built is no source."""
    found = (any(folder.glob(depth)) for depth in ("*.py", "*/*.py", "*/*/*.py"))
    return folder.name not in BUILT and any(found)


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
    own = folders_with_sources(root)
    for module, path in sources(root):
        floor = floor_of(module)
        if floor is None:
            if path.read_text().strip() and module != "services":
                found.append(f"{module} is in no layer: give its folder a line in MAY_IMPORT")
            continue
        if floor == "services.domain":
            calls = sorted(source(path).called & IMPURE_CALLS)
            found += [f"{module} calls {name}: the domain does no I/O" for name in calls]
        for name in imported(path):
            if name.partition(".")[0] in own | TOP:
                if not allowed(floor, name):
                    found.append(f"{module} imports {name}")
            else:
                found += [f"{module} imports {name}: {why}" for why in misuses(floor, module, name)]
    return found


def misuses(floor: str, module: str, name: str) -> Iterator[str]:
    """Why a layer may not import something that is not the project's."""
    pure = within(name, DOMAIN_LIBRARIES | PURE) and not within(name, IMPURE_CALLS)
    if floor == "services.domain" and not pure:
        yield "the domain does no I/O"
    dynamodb = within(name, {"pynamodb"}) and not name.startswith("pynamodb.exceptions")
    if dynamodb and floor not in TALKS_TO_DYNAMODB:
        yield "only storage talks to DynamoDB"
    plain = floor == "graphql_schema" and module.rpartition(".")[2] in WITHOUT_STRAWBERRY
    if plain and within(name, {"strawberry", "graphql"}):
        yield "compiled operations import it"


def within(name: str, modules: Iterable[str]) -> bool:
    return any(name == one or name.startswith(one + ".") for one in modules)


def named_modules(path: Path) -> Iterator[str]:
    """The modules of the command line that a file names as a text, to start them."""
    yield from (one for one in source(path).dotted if one.startswith("cli."))


def started_from_below(root: Path) -> list[str]:
    return [
        f"{module} starts {name}"
        for module, path in sources(root)
        if module.partition(".")[0] not in {"cli", "tests"}
        for name in named_modules(path)
    ]


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


def inside(graph: Imports, parent: str) -> Imports:
    """The graph of what lies directly in a package: its sub-packages, and each module of its own.

    A module of the package lies below its sub-packages (they import it) or above them (it imports
    them); one that does both for the same sub-package closes a circle.
    """
    folders = {module.rpartition(".")[0] for module in graph}

    def node_of(module: str) -> str | None:
        if not module.startswith(parent + "."):
            return None
        first = module.removeprefix(parent + ".").partition(".")[0]
        folder = f"{parent}.{first}"
        return folder if folder in folders else module

    nodes: Imports = {}
    for module, targets in graph.items():
        source = node_of(module)
        if source is not None:
            reached = {node_of(target) for target in targets} - {None, source}
            nodes.setdefault(source, set()).update(name for name in reached if name)
    return nodes


def test_imports_run_one_way() -> None:
    assert violations(ROOT) == []


def test_nothing_below_the_command_line_starts_a_module_of_it() -> None:
    """A module that is named as a text is a dependency as well; the command line hands it down."""
    assert started_from_below(ROOT) == []


def test_a_planted_start_of_the_command_line_is_found(tmp_path: Path) -> None:
    planted(tmp_path, {"localcloud/bad.py": 'words = ("-m", "cli.main")', "cli/up.py": '"cli.a"'})
    assert started_from_below(tmp_path) == ["localcloud.bad starts cli.main"]


def test_no_files_import_each_other() -> None:
    assert circles(import_graph(ROOT)) == []


def parents(graph: Imports) -> list[str]:
    """Every package that has something below it."""
    names = {module.rpartition(".")[0] for module in graph} - {""}
    return sorted(names | {name.rpartition(".")[0] for name in names} - {""})


def circles_of_packages(graph: Imports) -> list[list[str]]:
    return [one for parent in parents(graph) for one in circles(inside(graph, parent))]


def test_no_packages_import_each_other() -> None:
    assert circles_of_packages(import_graph(ROOT)) == []


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
        ("services/convergence/bad.py", "from services.menu_api import probes"),
        ("cli/bad.py", "import tests.support.chain"),
        ("infra_cdk/bad.py", "from localcloud.layout import REPO_ROOT"),
        ("dataload/bad.py", "from cli.options import JsonOption"),
        ("services/billing/bad.py", "from cli import main"),
        ("services/bad.py", "import cli.main"),
        ("tools/bad.py", "import tests.support.chain"),
        ("services/menu_api/bad.py", "import pynamodb.connection"),
        ("graphql_schema/menu/reads.py", "import strawberry"),
        *(
            ("services/domain/bad.py", f"import {name}")
            for name in ("urllib.request", "http.client", "aiohttp", "subprocess", "sqlite3", "os")
        ),
        *(("services/domain/bad.py", text) for text in ("import random", "import uuid, time")),
        ("services/domain/bad.py", "from time import sleep"),
        ("services/domain/bad.py", "import time\n\ndef f():\n    time.sleep(1)"),
        ("services/domain/bad.py", "import gzip\nwith gzip.open('x') as f:\n    pass"),
        ("services/domain/bad.py", "print(open)"),
        ("services/domain/bad.py", "with open('x') as f:\n    pass"),
        ("tools/inner/bad.py", "import cli.main"),
        *(
            ("services/convergence/bad.py", f"import importlib\n{text}")
            for text in (
                "importlib.import_module('services.menu_api.probes')",
                "importlib.import_module(f'services.menu_api.{name}')",
                "__import__('services.menu_api.probes')",
            )
        ),
    ],
)
def test_an_import_that_no_layer_allows_is_found(tmp_path: Path, name: str, text: str) -> None:
    planted(tmp_path, {name: text})
    assert len(violations(tmp_path)) == 1


def test_an_import_of_a_folder_without_a_layer_is_found(tmp_path: Path) -> None:
    planted(tmp_path, {"tools/a.py": "", "services/domain/bad.py": "import tools.a"})
    assert violations(tmp_path) == ["services.domain.bad imports tools.a"]


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
    assert circles_of_packages(graph) == [["loadtests.drills", "loadtests.load"]]


def test_a_circle_of_packages_is_found_at_every_depth(tmp_path: Path) -> None:
    planted(
        tmp_path,
        {
            "loadtests/checker/a/x.py": "import loadtests.checker.b.y",
            "loadtests/checker/b/y.py": "",
            "loadtests/checker/b/z.py": "import loadtests.checker.a.w",
            "loadtests/checker/a/w.py": "",
        },
    )
    assert circles_of_packages(import_graph(tmp_path)) == [
        ["loadtests.checker.a", "loadtests.checker.b"]
    ]


def test_a_circle_of_a_package_and_its_own_sub_package_is_found(tmp_path: Path) -> None:
    planted(
        tmp_path,
        {
            "localcloud/start.py": "import localcloud.edge.options",
            "localcloud/edge/options.py": "",
            "localcloud/edge/server.py": "import localcloud.start",
        },
    )
    graph = import_graph(tmp_path)
    assert circles(graph) == []
    assert circles_of_packages(graph) == [["localcloud.edge", "localcloud.start"]]


def test_a_package_may_lie_below_and_above_its_sub_packages(tmp_path: Path) -> None:
    planted(
        tmp_path,
        {
            "localcloud/layout.py": "",
            "localcloud/edge/server.py": "import localcloud.layout",
            "localcloud/start.py": "import localcloud.edge.server",
        },
    )
    assert circles_of_packages(import_graph(tmp_path)) == []
