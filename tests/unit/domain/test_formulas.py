"""Texts that spreadsheets take for formulas stay texts, and numbers stay numbers."""

import pytest

from services.domain.formulas import escaped, is_formula, unescaped


@pytest.mark.parametrize("text", ["=1", "@x", "\tx", "+cmd", "-x", "-é", "+(1)", "'=1", "''=1"])
def test_what_would_be_a_formula_is_written_as_a_text_and_read_as_it_was(text: str) -> None:
    assert not is_formula(escaped(text))
    assert escaped(text) == "'" + text
    assert unescaped(escaped(text)) == text


@pytest.mark.parametrize("text", ["", "-33.86", "+49 30 1", "Echo Dot", "'s-Hertogenbosch", "- x"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert escaped(text) == text
    assert unescaped(text) == text
