"""The version of the CDK's command line, read without starting it."""

import json
from pathlib import Path

from infra_cdk.deployment.toolkit import installed_version, pinned_version


def installed(folder: Path, text: str) -> Path:
    package = folder / "node_modules" / "aws-cdk" / "package.json"
    package.parent.mkdir(parents=True, exist_ok=True)
    package.write_text(text)
    return folder


def test_it_is_that_of_the_installed_package(tmp_path: Path) -> None:
    pinned = pinned_version()
    assert installed_version(installed(tmp_path, json.dumps({"version": pinned}))) == pinned
    assert installed_version(installed(tmp_path, '{"version": "3.0.0"}')) == "3.0.0"


def test_where_there_is_none_or_a_broken_one_there_is_no_version(tmp_path: Path) -> None:
    assert installed_version(tmp_path) == ""
    for text in ("", "{}", "[]", '{"version"'):
        assert installed_version(installed(tmp_path, text)) == ""
