"""The glossary (docs/glossary.md): its words are in order, and each is one that carte uses."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.support.sources import ROOT, python_files

_GLOSSARY = ROOT / "docs" / "glossary.md"
_FOLDERS = frozenset(
    {
        *("services", "graphql_schema", "localcloud", "dataload", "infra_cdk", "loadtests"),
        *("cli", "clients"),
    }
)
_HEADWORD = re.compile(r"^\*\*(.+?)\*\*", re.MULTILINE)
_IN_PARENTHESES = re.compile(r" \(.*\)\Z")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")  # of a name such as FaultRegistry
_PUNCTUATION = re.compile(r"[^\w\s-]+")
_BETWEEN_WORDS = re.compile(r"[\s_-]+")


def _headwords() -> list[str]:
    return _HEADWORD.findall(_GLOSSARY.read_text(encoding="utf-8"))


def _words(text: str) -> str:
    parts = _PUNCTUATION.sub(" . ", _HUMP.sub(" ", text))  # no word reaches across punctuation
    return f" {_BETWEEN_WORDS.sub(' ', parts).casefold()} "


def _texts() -> Iterator[Path]:
    """Pages first: most words occur in them, so few sources are read."""
    yield from (page for page in sorted((ROOT / "docs").rglob("*.md")) if page != _GLOSSARY)
    yield from python_files(ROOT, _FOLDERS)


def _unused(headwords: Sequence[str]) -> list[str]:
    """Return the headwords that occur in no page or source, in the singular or the plural."""
    left = {one: _words(_IN_PARENTHESES.sub("", one)).rstrip() for one in headwords}
    for path in _texts():
        if not left:
            break
        text = _words(path.read_text(encoding="utf-8"))
        for headword, words in list(left.items()):
            if any(words + end in text for end in (" ", "s ", "es ")):
                del left[headword]
    return list(left)


def test_the_words_are_in_order() -> None:
    """A reader looks a word up by its letters."""
    headwords = _headwords()
    assert headwords == sorted(headwords, key=str.casefold)
    assert len(set(headwords)) == len(headwords)


def test_each_word_is_one_that_pages_or_sources_use() -> None:
    """Nobody looks up a word that he has read nowhere."""
    headwords = _headwords()
    assert headwords
    assert not _unused(headwords)


def test_a_word_that_nothing_uses_is_found() -> None:
    """A plural, a name in code and a word with a remark are uses."""
    unused = "word that no page has"
    assert _unused([unused, "actuator", "fault registry", "gate (of a deployment)"]) == [unused]
