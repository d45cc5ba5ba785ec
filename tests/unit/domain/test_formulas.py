"""Texts that spreadsheets take for formulas stay texts, and numbers stay numbers."""

import json
from pathlib import Path

import pytest

from services.domain.formulas import escaped, is_formula, unescaped

# The site writes files as well: web/tests/csv.test.ts has the same cases.
CASES = json.loads((Path(__file__).parents[2] / "support" / "formula_cases.json").read_text())


@pytest.mark.parametrize("text", CASES["formulas"])
def test_what_would_be_a_formula_is_written_as_a_text_and_read_as_it_was(text: str) -> None:
    assert not is_formula(escaped(text))
    assert escaped(text) == "'" + text
    assert unescaped(escaped(text)) == text


@pytest.mark.parametrize("text", CASES["texts"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert escaped(text) == text
    assert unescaped(text) == text
