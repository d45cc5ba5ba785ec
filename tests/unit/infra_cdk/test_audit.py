"""`make audit`: the vulnerable and what nobody could look up are two lists, and neither passes."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from infra_cdk import audit
from infra_cdk.audit import ROOT, audited, main

# What pip-audit 2.10.1 and npm 10 write in front of mirrors without advisories.
NO_PYPI = "ERROR:pip_audit._cli:boto3: Dependency not found on PyPI and could not be audited: boto3"
NO_NPM = "npm warn audit 405 Method Not Allowed\nnpm error audit endpoint returned an error"
FOUND = "Found 1 known vulnerability in 1 package\nName Version ID Fix Versions\nx 1 PYSEC-1 2"


def tool(text: str, code: int) -> tuple[Path, Sequence[str]]:
    """A tool that writes a text and ends with an exit code."""
    return ROOT, [sys.executable, "-c", f"print({text!r}); raise SystemExit({code})"]


@pytest.mark.parametrize(
    ("text", "code", "verdict"),
    [
        ("No known vulnerabilities found", 0, "clean"),
        (FOUND, 1, "vulnerable"),
        (NO_PYPI, 1, "not audited"),
        (NO_NPM, 1, "not audited"),
        ("requests.exceptions.ConnectionError: Max retries exceeded", 1, "not audited"),
        ("Traceback: something that nobody thought of", 1, "vulnerable"),
    ],
)
def test_the_verdict_is_what_the_tool_says(text: str, code: int, verdict: str) -> None:
    assert audited("a.lock", *tool(text, code)).verdict == verdict


def test_a_tool_that_is_missing_or_hangs_has_audited_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert audited("a.lock", ROOT, ["/nowhere/pip-audit"]).verdict == "not audited"
    monkeypatch.setattr(audit, "_PATIENCE_S", 0.2)
    endless = [sys.executable, "-c", "import threading; threading.Event().wait()"]
    assert audited("a.lock", ROOT, endless).verdict == "not audited"


@pytest.mark.parametrize(
    ("tools", "code", "message"),
    [
        ({"a.lock": tool("fine", 0), "b.lock": tool("fine", 0)}, 0, ""),
        ({"a.lock": tool("fine", 0), "b.lock": tool(NO_PYPI, 1)}, 2, "1 of 2 lock files were NOT"),
        ({"a.lock": tool(FOUND, 1), "b.lock": tool(NO_NPM, 1)}, 1, "known vulnerabilities"),
    ],
)
def test_only_lock_files_that_were_all_audited_pass(
    capsys: pytest.CaptureFixture[str],
    tools: dict[str, tuple[Path, Sequence[str]]],
    code: int,
    message: str,
) -> None:
    assert main(tools) == code
    assert message in capsys.readouterr().err


def test_every_lock_file_is_audited_by_the_pipeline() -> None:
    locks = {str(path.relative_to(ROOT)) for path in (ROOT / "requirements").glob("*.lock")}
    for path in ROOT.glob("*/**/package-lock.json"):
        if "node_modules" not in path.parts:
            locks.add(str(path.relative_to(ROOT)))
    assert set(audit.commands()) == locks
    workflow = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text())
    steps = [step.get("run") for job in workflow["jobs"].values() for step in job["steps"]]
    assert "make audit" in steps
