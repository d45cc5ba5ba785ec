"""The Lambda package: complete, small, the same bytes each time, and nothing of this machine."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra_cdk.packaging.build import Package, build
from infra_cdk.packaging.target import this_machine

ROOT = Path(__file__).parents[2]
MAX_ZIPPED = 10_000_000
HEALTH = {
    "resource": "/health",
    "path": "/health",
    "httpMethod": "GET",
    "headers": {},
    "requestContext": {"identity": {"sourceIp": "127.0.0.1"}},
    "isBase64Encoded": False,
}


@pytest.fixture(scope="module")
def package() -> Package:
    return build(this_machine(), ROOT)


def names(package: Package) -> list[str]:
    with zipfile.ZipFile(package.archive) as archive:
        return archive.namelist()


def test_building_it_again_gives_the_same_bytes(package: Package) -> None:
    before = package.archive.read_bytes()
    assert build(this_machine(), ROOT).archive.read_bytes() == before


def test_it_holds_the_services_and_nothing_of_the_development(package: Package) -> None:
    found = set(names(package))
    for wanted in (
        "services/menu_api/handler.py",
        "graphql_schema/persisted.json",
        "tzdata/zoneinfo/Europe/Berlin",
    ):
        assert wanted in found
    for unwanted in (
        "services/local",
        "services/cli",
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
    assert kept == {"dynamodb", "dynamodbstreams", "s3", "sns", "sqs", "sts"}


def test_it_names_no_path_of_this_machine(package: Package) -> None:
    with zipfile.ZipFile(package.archive) as archive:
        for name in archive.namelist():
            if name.startswith(("services/", "graphql_schema/")):
                assert str(ROOT).encode() not in archive.read(name), name


def test_it_is_small(package: Package) -> None:
    assert package.zipped < MAX_ZIPPED


def test_it_brings_bytecode_for_every_module(package: Package) -> None:
    found = set(names(package))
    tag = sys.implementation.cache_tag
    for name in (one for one in found if one.endswith(".py")):
        folder, _, module = name.rpartition("/")
        cached = f"{folder}/__pycache__/" if folder else "__pycache__/"
        assert f"{cached}{module.removesuffix('.py')}.{tag}.pyc" in found, name


def test_it_answers_without_anything_that_is_installed_here(
    package: Package, tmp_path: Path
) -> None:
    with zipfile.ZipFile(package.archive) as archive:
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
