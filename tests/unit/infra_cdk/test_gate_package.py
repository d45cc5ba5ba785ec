"""The gate judges the Lambdas' package for the deployment that it is for."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from infra_cdk.config import Deployment
from infra_cdk.gate.run import judge_package

PLAIN = Deployment()
WITH_DAX = Deployment.from_mapping({"cache": {"dax_node": "dax.t3.small"}})


@pytest.mark.parametrize(
    ("deployment", "module", "refused"),
    [
        (PLAIN, "services/__init__.py", False),
        (WITH_DAX, "services/__init__.py", True),
        (WITH_DAX, "amazondax/__init__.py", False),
    ],
)
def test_a_cluster_that_no_code_can_ask_is_refused(
    tmp_path: Path, deployment: Deployment, module: str, *, refused: bool
) -> None:
    package = tmp_path / "package.zip"
    with ZipFile(package, "w") as archive:
        archive.writestr(module, "")
    found, _ = judge_package(package, [deployment])
    assert ["amazon-dax-client" in one for one in found] == ([True] if refused else [])


def test_a_missing_package_says_how_to_make_it(tmp_path: Path) -> None:
    found, _ = judge_package(tmp_path / "none.zip", [PLAIN])
    assert found == ["there is no none.zip: run `make package`"]
