"""The version that smoke tests compare: it differs between any two commits."""

import subprocess
from pathlib import Path

import pytest

from infra_cdk.config import version

ROOT = Path(__file__).parents[3]


def test_two_commits_of_one_release_have_two_versions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def git(*words: str) -> None:
        who = ("-c", "user.name=carte", "-c", "user.email=carte@example.com")
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True)

    def committed(text: str) -> str:
        (tmp_path / "pyproject.toml").write_text(text)
        git("add", ".")
        git("commit", "-m", "A change")
        version.software_version.cache_clear()
        return version.software_version()

    monkeypatch.setattr(version, "_ROOT", tmp_path)
    version.project_version.cache_clear()
    git("init")
    try:
        first, second = (committed(f'[project]\nversion = "1.2.3"\n{end}') for end in ("", "#"))
    finally:
        version.project_version.cache_clear()
        version.software_version.cache_clear()
    assert first.startswith("1.2.3+")
    assert second.startswith("1.2.3+")
    assert first != second
