"""The section "An order by command line, and by curl" of docs/orders.md, run as it is written."""

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from localcloud.layout import REPO_ROOT
from tests.integration.test_orders import shop
from tests.support.local_cloud import LocalCloud

pytestmark = pytest.mark.slow

PAGE = (REPO_ROOT / "docs" / "orders.md").read_text(encoding="utf-8")
SECTION = PAGE.split("## An order by command line, and by curl")[1].split("\n## ")[0]
# What a reader compares with the text. Nothing else that is printed is judged.
SHOWN = {
    "carte order show $ORDER": r"^status  COLLECTED: collected$",
    "grep 'is ready'": r"Your order is ready",
    "grep 'payment: charged'": r"payment: charged$",
    "grep 'payment: refunded'": r"payment: refunded$",
    "echo 'nothing is left to give back'": r"^nothing is left to give back$",
    "echo 'not approved yet'": r"^not approved yet$",
    "echo 'a difference'": r"^a difference$",
}


def blocks() -> list[str]:
    return re.findall(r"```sh\n(.*?)```", SECTION, re.DOTALL)


def test_the_page_says_what_happens(cloud: LocalCloud, tmp_path: Path) -> None:
    store, item = shop(cloud, pieces=80)
    first, *rest = blocks()
    names = [word.partition("=")[0] for word in first.split()]
    assert names == ["STORE", "ITEM", "SITE", "PROVIDER"]
    # Its options come after the words of the command.
    python, options = cloud.command()[:3], cloud.command()[3:]
    carte = f'{shlex.join(python)} "$@" {shlex.join(options)}'
    given = (store, item, cloud.layout.edge_url, cloud.layout.payments_url)
    script = [
        "set -e",
        f"carte() {{ {carte}; }}",
        *(f"{name}={value}" for name, value in zip(names, given, strict=True)),
    ]
    for number, block in enumerate(rest, 1):
        # What curl prints has no end of line.
        script += [f"echo; echo '## block {number}'", block]
    path = tmp_path / "page.sh"
    path.write_text("\n".join(script))
    done = subprocess.run(
        ["bash", str(path)], cwd=REPO_ROOT, capture_output=True, text=True, timeout=280, check=False
    )
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    for command, wanted in SHOWN.items():
        assert command in SECTION
        assert re.search(wanted, done.stdout, re.MULTILINE), f"{command}: {done.stdout[-3000:]}"
    *_, found = re.findall(r'^\{.*"object": ?"search_result".*$', done.stdout, re.MULTILINE)
    (payment,) = json.loads(found)["data"]
    assert payment["amount_received"] == payment["amount"] > 0
