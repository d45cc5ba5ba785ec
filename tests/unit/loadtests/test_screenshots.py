"""Pictures of all pages: which pages there are, the table, and what is asked for wrongly."""

import json
import re
from pathlib import Path

import pytest

from loadtests.screenshots.__main__ import PageFindings, main, table
from loadtests.screenshots.pages import guests_pages, staff_pages, writing


def test_every_page_has_a_name_of_its_own() -> None:
    names = [
        one.name for one in (*guests_pages("us-1", "ring", ["a", "b"]), *staff_pages("us-1", "us"))
    ]
    assert len(set(names)) == len(names)
    assert {"home", "cart", "order-1", "order-2", "board", "ops"} <= set(names)


def test_the_table_has_the_worst_of_all_visits_and_each_error_once() -> None:
    findings = PageFindings()
    for shift, tap_ms, over_px in ((0.01, None, 0), (0.3, 48.0, 37), (0.0, 0.0, 0)):
        findings.add(shift=shift, tap_ms=tap_ms, over_px=over_px)
    findings.moved.add("footer.site-footer")
    findings.wrong("no answer")
    findings.wrong("no answer")
    lines = table({"board": findings, "imprint": PageFindings()}).splitlines()
    assert lines[1].split() == ["board", "0.3000", "48", "ms", "37", "px", "1"]
    assert lines[2].split() == ["imprint", "0.0000", "-", "0", "px", "0"]
    assert lines[3:] == ["board: moved: footer.site-footer", "board: no answer"]


def test_what_a_page_needs_is_kept_as_the_site_keeps_it() -> None:
    (cart,) = (one for one in guests_pages("us-1", "ring") if one.name == "cart")
    found = re.search(r'setItem\((".+?"), (".+")\);', writing(cart.local_storage))
    assert found
    assert json.loads(found[1]) == "carte.cart.us-1"
    assert json.loads(json.loads(found[2]))["lines"][0]["itemId"] == "ring"


def test_a_name_that_no_page_has_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit):
        main(["--out", str(tmp_path), "--only", "nothing-like-it"])
    assert "no page has such a name; pages are home, " in capsys.readouterr().err
