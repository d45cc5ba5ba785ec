"""The edge functions, by the tests that run them in Node."""

import re
import shutil
import subprocess
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "infra_cdk" / "edge_function"
NODE = shutil.which("node") or "node"


def test_they_pass_their_tests_in_node() -> None:
    tests = sorted(str(path) for path in FOLDER.glob("*.test.mjs"))
    done = subprocess.run([NODE, "--test", *tests], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    passed = re.search(r"^# pass (\d+)$", done.stdout, re.MULTILINE)
    assert passed is not None
    assert int(passed[1]) >= 30


def test_their_tests_find_a_planted_fault(tmp_path: Path) -> None:
    for path in FOLDER.iterdir():
        if path.is_file():
            shutil.copy(path, tmp_path)
    function = tmp_path / "choose_region.js"
    source = function.read_text()
    obeyed = "near.filter((region) => flags.indexOf(region) < 0)"
    assert obeyed in source
    function.write_text(source.replace(obeyed, "near"))
    test = str(tmp_path / "choose_region.test.mjs")
    done = subprocess.run([NODE, "--test", test], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "not ok" in done.stdout
    assert "a drained region gets nothing" in done.stdout


def test_they_use_nothing_that_the_runtime_lacks() -> None:
    for name in ("choose_region.js", "site_path.js", "site_status.js"):
        source = (FOLDER / name).read_text()
        assert re.findall(r"^import .*$", source, re.MULTILINE) in (
            [],
            ["import cf from 'cloudfront';"],
        )
        # CloudFront Functions 2.0 has no fetch, timers, optional chaining or nullish coalescing.
        assert not re.search(r"\?\.[a-zA-Z(\[]|\?\?|\bfetch\(|setTimeout|\brequire\(", source), name
