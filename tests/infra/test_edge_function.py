"""The edge functions, by the tests that run them in Node."""

import json
import random
import re
import shutil
import subprocess
from pathlib import Path

from localcloud.edge.cache_keys import normal_accept
from tests.support.seeds import seed_of_run

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


def test_they_read_accept_as_the_local_edge_does() -> None:
    chance = random.Random(seed_of_run())
    types = ["application/json", "application/graphql-response+json", "application/*", "*/*", "a/b"]
    weights = ["", ";q=0", ";q=0.0", "; Q = 0.5", ";q=1", ";q=.3", ";charset=utf-8;q=0.2", ";q=x"]
    sent = ["", "APPLICATION/JSON"] + [
        ", ".join(
            media + chance.choice(weights)
            for media in chance.sample(types, chance.randrange(len(types) + 1))
        )
        for _ in range(400)
    ]
    script = """
        import { readFileSync } from 'node:fs';
        import { run } from './runtime.mjs';
        const code = readFileSync('choose_region.js', 'utf8');
        const { handler } = run(code);
        const uri = '/graphql/persisted/abc';
        const read = [];
        for (const value of JSON.parse(readFileSync(0, 'utf8'))) {
          const headers = value ? { accept: { value } } : {};
          await handler({ request: { method: 'GET', uri, headers, querystring: {} } });
          read.push(headers.accept.value);
        }
        console.log(JSON.stringify(read));
    """
    done = subprocess.run(
        [NODE, "--input-type=module", "--eval", script],
        cwd=FOLDER,
        input=json.dumps(sent),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    here = dict(zip(sent, json.loads(done.stdout), strict=True))
    assert here == {value: normal_accept(value) or value for value in sent}


def test_they_use_nothing_that_the_runtime_lacks() -> None:
    for name in ("choose_region.js", "site_path.js", "site_status.js"):
        source = (FOLDER / name).read_text()
        assert re.findall(r"^import .*$", source, re.MULTILINE) in (
            [],
            ["import cf from 'cloudfront';"],
        )
        # CloudFront Functions 2.0 has no fetch, timers, optional chaining or nullish coalescing.
        assert not re.search(r"\?\.[a-zA-Z(\[]|\?\?|\bfetch\(|setTimeout|\brequire\(", source), name
