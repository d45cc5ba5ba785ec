"""The Lambda packages: complete, small, the same bytes each time, and nothing of this machine."""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from infra_cdk.gate.run import judge_package
from infra_cdk.packaging import bill_of_materials
from infra_cdk.packaging.build import Package, build
from infra_cdk.packaging.bytecode import compiler
from infra_cdk.packaging.content import CONTENTS, ORDERS
from infra_cdk.packaging.libraries import SERVICES
from infra_cdk.packaging.target import LAMBDA, Target, this_machine

# One worker makes the packages, for all of its tests.
pytestmark = pytest.mark.xdist_group("package")

ROOT = Path(__file__).parents[2]
LOCK = "requirements/runtime.lock"
MACHINES = {"aarch64": 0xB7, "x86_64": 0x3E}  # e_machine in the header of an ELF file
TARGETS = {"lambda": LAMBDA, "local": this_machine()}
HEALTH = {
    "resource": "/health",
    "path": "/health",
    "httpMethod": "GET",
    "headers": {},
    "requestContext": {"identity": {"sourceIp": "127.0.0.1"}},
    "isBase64Encoded": False,
}


@pytest.fixture(scope="session")
def made_by_command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All packages for this machine, as `python -m infra_cdk.packaging` makes them."""
    out = tmp_path_factory.mktemp("made")
    subprocess.run(
        [sys.executable, "-m", "infra_cdk.packaging", "--target", "local", "--out", str(out)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "7"},
        check=True,
        capture_output=True,
    )
    return out


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Package]:
    """The package of both targets, made apart from `build/`, which a local cloud may be reading."""
    out = tmp_path_factory.mktemp("packages")
    return {name: build(target, ROOT, out) for name, target in TARGETS.items()}


@pytest.fixture(params=TARGETS)
def package(packages: dict[str, Package], request: pytest.FixtureRequest) -> Package:
    return packages[str(request.param)]


@pytest.fixture
def target(request: pytest.FixtureRequest) -> Target:
    return TARGETS[str(request.node.callspec.params["package"])]


def names(package: Package) -> list[str]:
    with zipfile.ZipFile(package.archive) as archive:
        return archive.namelist()


def test_another_process_makes_the_same_bytes(
    packages: dict[str, Package], made_by_command: Path
) -> None:
    first = packages["local"].archive
    assert (made_by_command / first.name).read_bytes() == first.read_bytes()


def test_packages_with_the_same_lock_share_their_libraries(made_by_command: Path) -> None:
    kept = {path.name.rpartition("-")[0] for path in made_by_command.glob("*-libraries-*.zip")}
    name = TARGETS["local"].name
    assert kept == {f"{name}-{Path(one.lock).stem}-libraries" for one in CONTENTS}
    assert len(kept) < len(CONTENTS)


def test_the_bill_of_materials_names_every_library_of_the_package(package: Package) -> None:
    made = bill_of_materials.write(package.archive, ROOT)
    bill = json.loads(made.read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    folders = {name.split("/")[0] for name in names(package) if ".dist-info/" in name}
    assert len(bill["components"]) == len(folders) > 5
    locked = (ROOT / LOCK).read_text()
    for component in bill["components"]:
        assert f"{component['name']}=={component['version']}" in locked
        assert component["purl"] == f"pkg:pypi/{component['name']}@{component['version']}"
    assert made.read_bytes() == bill_of_materials.write(package.archive, ROOT).read_bytes()


def test_the_same_sources_are_not_packed_again(packages: dict[str, Package]) -> None:
    archive = packages["local"].archive
    before = archive.stat().st_mtime_ns
    started = time.process_time()
    build(TARGETS["local"], ROOT, archive.parent)
    assert archive.stat().st_mtime_ns == before
    assert time.process_time() - started < 1


def test_a_changed_source_is_packed_anew_on_the_same_libraries(
    packages: dict[str, Package], tmp_path: Path
) -> None:
    root = tmp_path / "repository"
    module = root / "services" / "domain" / "menu.py"
    module.parent.mkdir(parents=True)
    (root / "services" / "__init__.py").touch()
    (root / "requirements").mkdir()
    for folder in ("tests", "__pycache__"):
        (module.parent / folder).mkdir()
        (module.parent / folder / "aside.pyc").touch()
    (module.parent / "tests" / "test_menu.py").touch()
    shutil.copyfile(ROOT / LOCK, root / LOCK)
    target = TARGETS["local"]
    (libraries,) = packages["local"].archive.parent.glob(f"{target.name}-runtime-libraries-*.zip")
    (root / "build").mkdir()
    kept = Path(shutil.copy(libraries, root / "build"))
    before = kept.stat().st_mtime_ns

    module.write_text("PRICE = 1\n")
    build(target, root)
    module.write_text("PRICE = 2\n")
    with zipfile.ZipFile(build(target, root).archive) as archive:
        assert archive.read("services/domain/menu.py") == b"PRICE = 2\n"
        own = {name for name in archive.namelist() if name.startswith("services/")}
    assert kept.stat().st_mtime_ns == before
    tag = sys.implementation.cache_tag
    assert own == {
        "services/__init__.py",
        "services/domain/menu.py",
        f"services/__pycache__/__init__.{tag}.pyc",
        f"services/domain/__pycache__/menu.{tag}.pyc",
    }


def test_it_holds_the_services_and_nothing_of_the_development(package: Package) -> None:
    found = set(names(package))
    for wanted in (
        "services/menu_api/handler.py",
        "graphql_schema/persisted.json",
        "graphql_schema/root_fields.json",
        "graphql_schema/compiled/generated.py",
        "services/storage/place_names.json",
        "tzdata/zoneinfo/Europe/Berlin",
    ):
        assert wanted in found
    for unwanted in (
        "localcloud",
        "cli",
        "infra_cdk",
        "tests",
        "pytest",
        "aws_cdk",
        "bin/",
    ):
        assert not [name for name in found if name.startswith(unwanted)]
    kept = {
        name.split("/")[2]
        for name in found
        if name.startswith("botocore/data/") and name.count("/") > 2
    }
    assert kept == set(SERVICES)
    assert not [name for name in found if "waiters-2" in name or "paginators-1" in name]


def test_every_service_that_the_lambdas_call_is_in_it() -> None:
    called = {
        service
        for content in CONTENTS
        for source in content.sources
        for path in (ROOT / source).rglob("*.py")
        for service in re.findall(r"boto3\.client\(\s*\"(\w+)\"", path.read_text("utf-8"))
    }
    assert {"sns", "sqs", "s3"} <= called <= set(SERVICES)


def test_orders_and_payments_have_a_package_of_their_own(
    packages: dict[str, Package], made_by_command: Path
) -> None:
    made = build(TARGETS["local"], ROOT, made_by_command, ORDERS)
    found, serving = set(names(made)), set(names(packages["local"]))
    assert {"services/fulfilment/handler.py", "services/payments/handler.py"} <= found
    assert "stripe/__init__.py" in found
    assert not [name for name in found if name.startswith(("graphql_schema/", "stripe/params/"))]
    assert {"services/alerts/handler.py", "services/ses_mails.py"} <= found
    assert "services/people_notices/handler.py" in found
    apart = (
        *("stripe/", "services/payments/", "services/fulfilment/", "services/alerts/"),
        "services/people_notices/",
    )
    assert not [name for name in serving if name.startswith(apart)]


def test_nothing_is_in_it_twice(package: Package) -> None:
    found = names(package)
    assert len(found) == len(set(found))


def test_native_code_is_for_the_target_alone(package: Package, target: Target) -> None:
    machine = MACHINES["aarch64" if target is LAMBDA else platform.machine()]
    tags = (f"cpython-{target.python.replace('.', '')}", "abi3")
    with zipfile.ZipFile(package.archive) as archive:
        native = [name for name in archive.namelist() if name.endswith(".so")]
        assert native
        for name in native:
            assert any(tag in name for tag in tags), name
            assert int.from_bytes(archive.read(name)[18:20], "little") == machine, name


def test_it_names_no_path_of_this_machine(package: Package) -> None:
    with zipfile.ZipFile(package.archive) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            for path in (str(ROOT), str(package.archive.parent)):
                assert path.encode() not in content, name


def test_it_is_small_and_the_gate_before_a_deployment_lets_it_pass(package: Package) -> None:
    assert judge_package(package.archive, [])[0] == []
    assert package.unzipped < 45_500_000


def test_it_brings_bytecode_for_every_module(package: Package, target: Target) -> None:
    if compiler(target.python) is None:
        assert not package.bytecode
        pytest.skip(f"no Python {target.python} here to make bytecode")
    found = set(names(package))
    tag = f"cpython-{target.python.replace('.', '')}"
    for name in (one for one in found if one.endswith(".py")):
        folder, _, module = name.rpartition("/")
        cached = f"{folder}/__pycache__/" if folder else "__pycache__/"
        assert f"{cached}{module.removesuffix('.py')}.{tag}.pyc" in found, name


def test_it_answers_without_anything_that_is_installed_here(
    packages: dict[str, Package], tmp_path: Path
) -> None:
    with zipfile.ZipFile(packages["local"].archive) as archive:
        archive.extractall(tmp_path)
    program = (
        "import json, sys; sys.path.insert(0, sys.argv[1]);"
        "from services.menu_api.handler import handler;"
        "print(json.dumps(handler(json.loads(sys.argv[2]), None)))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program, str(tmp_path), json.dumps(HEALTH)],
        env={
            "CARTE_REGION": "eu-west-1",
            "CARTE_TABLE": "carte",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "PATH": os.environ["PATH"],
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["statusCode"] == 200
