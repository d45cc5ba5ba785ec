"""Imports run one way (docs/architecture.md): who may import whom, and nobody else."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAY_IMPORT = {
    "services.domain": {"services.domain"},
    "services.storage": {"services.domain", "services.storage"},
    "graphql_schema": {"services.domain", "services.storage", "graphql_schema"},
    "services.menu_api": {
        "services.domain",
        "services.storage",
        "graphql_schema",
        "services.menu_api",
    },
    "services.convergence": {"services.domain", "services.storage", "services.convergence"},
    "services.inventory": {"services.domain", "services.storage", "services.inventory"},
    "infra_cdk": {"infra_cdk"},
}
EVERYTHING = {*MAY_IMPORT, "services.local", "services.cli", "loadtests"}
MAY_IMPORT |= {"services.local": EVERYTHING, "services.cli": EVERYTHING, "loadtests": EVERYTHING}
NO_IO = {"boto3", "botocore", "pynamodb", "strawberry", "graphql", "mangum", "socket", "requests"}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def package_of(name: str) -> str | None:
    return next((p for p in EVERYTHING if name == p or name.startswith(p + ".")), None)


def violations(root: Path) -> list[str]:
    found = []
    top = {name.partition(".")[0] for name in EVERYTHING}
    paths = (path for name in sorted(top) for path in (root / name).rglob("*.py"))
    for path in sorted(path for path in paths if "node_modules" not in path.parts):
        module = ".".join(path.relative_to(root).with_suffix("").parts)
        package = package_of(module)
        if package is None:
            continue
        for name in imported(path):
            target = package_of(name)
            if target is not None and target not in MAY_IMPORT[package]:
                found.append(f"{module} imports {name}")
            if package == "services.domain" and name.partition(".")[0] in NO_IO:
                found.append(f"{module} imports {name}: the domain does no I/O")
            if package not in {"services.storage", "services.local"} and name.startswith(
                "pynamodb.models"
            ):
                found.append(f"{module} imports {name}: only storage talks to DynamoDB")
    return found


def test_imports_run_one_way() -> None:
    assert violations(ROOT) == []


def test_a_planted_import_is_found(tmp_path: Path) -> None:
    planted = tmp_path / "services" / "domain" / "bad.py"
    planted.parent.mkdir(parents=True)
    planted.write_text("import boto3\nfrom services.storage import table\n")
    assert len(violations(tmp_path)) == 2
