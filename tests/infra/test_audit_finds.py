"""`make audit` and `make secrets` find what is planted: a vulnerable version, and a secret.

The tools are the real ones, with the very commands of the pipeline's job. Advisories come from
loopback, in the formats of PyPI (docs.pypi.org, "JSON API") and of npm's registry (npm's source,
`@npmcli/metavuln-calculator`); nothing planted is in the repository, it is made when a test runs.
"""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from infra_cdk.audit import FOLDERS, ROOT
from tests.support.advisories import Advisories, serving_advisories

pytestmark = pytest.mark.xdist_group("audit")

PYTHON = ROOT / ".venv-audit" / "bin" / "python"
HASH = hashlib.sha256(b"a wheel").hexdigest()
PYPI = {
    ("carte-planted", "1.2.3"): [
        {
            "id": "PYSEC-2026-1",
            "aliases": ["CVE-2026-0001"],
            "summary": "a planted fault",
            "details": "a planted fault",
            "fixed_in": ["1.2.4"],
            "withdrawn": None,
        }
    ]
}
NPM: dict[str, list[dict[str, Any]]] = {
    "carte-planted": [
        {
            "id": 1,
            "url": "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
            "title": "a planted fault",
            "severity": "high",
            "vulnerable_versions": "<1.2.4",
            "cwe": [],
            "cvss": {"score": 7.5, "vectorString": None},
        }
    ]
}
# A file in which the baseline names what is none.
NAMED = "services/payments/secrets.py"
# Built from pieces, so that the repository holds none.
SECRETS: Mapping[str, str] = {
    "private-key.pem": "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n",
    "github.py": 'push = "' + "ghp_" + "a1B2" * 9 + '"\n',
    "settings.toml": "pass" + 'word = "correct' + 'horse9battery"\n',
    "stripe.ts": 'const key = "' + "sk_" + "live_" + "4eC3" * 6 + '";\n',
}


@pytest.fixture(scope="module")
def advisories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Advisories]:
    """PyPI and npm's registry, with an advisory each."""
    assert PYTHON.exists(), "`make .venv-audit/.ready` installs the tools of the audit"
    with serving_advisories(tmp_path_factory.mktemp("advisories"), PYPI, NPM) as made:
        yield made


def repository(folder: Path, version: str) -> Path:
    """A repository whose lock files name one version of one package each."""
    (folder / "requirements").mkdir()
    lock = f"carte-planted=={version} \\\n    --hash=sha256:{HASH}\n"
    (folder / "requirements" / "runtime.lock").write_text(lock)
    for name in FOLDERS:
        (folder / name).mkdir(parents=True)
        whole = {"name": "locked", "version": "1.0.0", "dependencies": {"carte-planted": version}}
        locked = {
            "version": version,
            "resolved": f"https://registry.npmjs.org/carte-planted/-/carte-planted-{version}.tgz",
            "integrity": "sha512-" + "A" * 86 + "==",
        }
        (folder / name / "package.json").write_text(json.dumps(whole))
        packages = {"": whole, "node_modules/carte-planted": locked}
        text = {"name": "locked", "lockfileVersion": 3, "requires": True, "packages": packages}
        (folder / name / "package-lock.json").write_text(json.dumps(text))
    return folder


def audit(
    folder: Path, advisories: Advisories, scratch: Path
) -> "subprocess.CompletedProcess[str]":
    """Run the audit on a repository, as `make audit` does."""
    program = (
        "import sys; from pathlib import Path; from infra_cdk import audit; "
        "sys.exit(audit.main(audit.commands(Path(sys.argv[1]))))"
    )
    return subprocess.run(
        [str(PYTHON), "-c", program, str(folder)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": str(scratch), **advisories.environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.slow
def test_a_planted_vulnerable_version_fails_the_audit_and_is_named(
    tmp_path: Path, advisories: Advisories
) -> None:
    folder = tmp_path / "repository"
    folder.mkdir()
    done = audit(repository(folder, "1.2.3"), advisories, tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "requirements/runtime.lock: vulnerable" in done.stdout
    (row,) = (line for line in done.stdout.splitlines() if "PYSEC-2026-1" in line)
    assert row.split() == ["carte-planted", "1.2.3", "PYSEC-2026-1", "1.2.4"]
    for name in FOLDERS:
        assert f"{name}/package-lock.json: vulnerable" in done.stdout
    assert "GHSA-aaaa-bbbb-cccc" in done.stdout
    assert "locked: node_modules/carte-planted 1.2.3" in done.stdout
    assert "raise the versions that are named" in done.stderr


@pytest.mark.slow
def test_a_mended_version_passes(tmp_path: Path, advisories: Advisories) -> None:
    folder = tmp_path / "repository"
    folder.mkdir()
    done = audit(repository(folder, "1.2.4"), advisories, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert advisories.paths >= {"/pypi/carte-planted/1.2.4/json"}


@pytest.mark.slow
def test_a_package_that_the_registry_does_not_know_was_not_audited(
    tmp_path: Path, advisories: Advisories
) -> None:
    folder = tmp_path / "repository"
    folder.mkdir()
    done = audit(repository(folder, "9.9.9"), advisories, tmp_path)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "requirements/runtime.lock: not audited" in done.stdout


def git(folder: Path, *words: str) -> None:
    """Run git in a scratch repository."""
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def secrets(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run `make secrets` in a scratch repository, with the tools that are installed already."""
    return subprocess.run(
        ["make", "-s", "-o", ".venv-audit/.ready", "secrets"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def scratch_repository(folder: Path, *names: str) -> None:
    """Make a git repository of these files of the repository, with the tools of the audit."""
    assert PYTHON.exists(), "`make .venv-audit/.ready` installs the tools of the audit"
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    git(folder, "init", "-q")
    git(folder, "add", "-f", *names)
    (folder / ".venv-audit").symlink_to(ROOT / ".venv-audit")


@pytest.mark.slow
def test_a_planted_secret_fails_and_its_file_is_named(tmp_path: Path) -> None:
    scratch_repository(tmp_path, "Makefile", ".secrets.baseline", "LICENSE")
    clean = secrets(tmp_path)
    assert clean.returncode == 0, clean.stdout + clean.stderr
    for name, text in SECRETS.items():
        (tmp_path / name).write_text(text)
        git(tmp_path, "add", name)
        done = secrets(tmp_path)
        assert done.returncode != 0, f"{name} was not found"
        assert name in done.stdout, done.stdout + done.stderr
        git(tmp_path, "rm", "-q", "--cached", name)


@pytest.mark.slow
def test_what_the_baseline_names_may_move_within_its_file(tmp_path: Path) -> None:
    scratch_repository(tmp_path, "Makefile", ".secrets.baseline", "LICENSE", NAMED)
    assert f'"{NAMED}"' in (ROOT / ".secrets.baseline").read_text()
    moved = tmp_path / NAMED
    moved.write_text("\n\n" + moved.read_text())
    done = secrets(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    before = (ROOT / ".secrets.baseline").read_text()
    assert (tmp_path / ".secrets.baseline").read_text() == before
