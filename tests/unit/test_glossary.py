"""The glossary (docs/glossary.md): its words are in order, and each is one that carte uses.

Names in code are words of the field as well: none is a verb of talking.
"""

import ast
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.support.scripts import code_of
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
# What is asked is a request, a query or a question; what is said is a message, a line or output.
_TALK = frozenset({"asked", "said", "told"})
_TALKING = re.compile(rf"\b_*(?:{'|'.join(_TALK)})_*\b", re.IGNORECASE)


# Of TypeScript and JavaScript comments and texts are left out; setters of states are names, too.
_SCRIPTS = ("infra_cdk", "loadtests", "tests", "web")
_SUFFIXES = frozenset({".ts", ".tsx", ".js", ".mjs"})
_NOT_OURS = frozenset({"node_modules", "dist", "generated", "build"})
_TALKING_SCRIPT = re.compile(rf"\b_*(?:set)?(?:{'|'.join(_TALK)})_*\b", re.IGNORECASE)


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


def _names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each name that a file gives to something."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield node.lineno, name
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield node.lineno, name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield node.lineno, name
            case ast.ClassDef(name=name) | ast.MatchAs(name=str(name)):
                yield node.lineno, name


def _talking(root: Path, folders: frozenset[str]) -> list[str]:
    """Return where variables, parameters, attributes, functions and classes are named so."""
    found = []
    for path in python_files(root, folders):
        text = path.read_text(encoding="utf-8")
        if _TALKING.search(text):  # few files, so that the others are not parsed
            found += [
                f"{path.relative_to(root)}:{line}: {name}"
                for line, name in sorted(_names(ast.parse(text)))
                if name.strip("_").casefold() in _TALK
            ]
    return found


def test_no_name_is_a_verb_of_talking() -> None:
    """Readers need to know what a value is: a request, a query, a message, output."""
    assert _talking(ROOT, _FOLDERS | {"tests"}) == []


def test_a_name_that_is_a_verb_of_talking_is_found(tmp_path: Path) -> None:
    """In comments, docstrings and keys the words may stand."""
    (tmp_path / "cli").mkdir()
    (tmp_path / "cli" / "planted.py").write_text(
        'TOLD = {"asked": 1}  # what was asked\n\n\n'
        'def _said(asked: str) -> None:\n    """Nothing was said."""\n    told.said = asked\n'
    )
    assert _talking(tmp_path, _FOLDERS) == [
        "cli/planted.py:1: TOLD",
        "cli/planted.py:4: _said",
        "cli/planted.py:4: asked",
        "cli/planted.py:6: said",
    ]


def _scripts(root: Path) -> Iterator[Path]:
    """Yield our own files of TypeScript and JavaScript, in a fixed order."""
    for folder in _SCRIPTS:
        for place, folders, names in os.walk(root / folder):
            folders[:] = sorted(set(folders) - _NOT_OURS)
            yield from (Path(place, one) for one in sorted(names) if Path(one).suffix in _SUFFIXES)


def _code(path: Path, text: str) -> str:
    try:
        return code_of(text, elements=path.suffix == ".tsx")
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _talking_scripts(root: Path) -> list[str]:
    """Return where a name in TypeScript or JavaScript is a verb of talking."""
    found = []
    for path in _scripts(root):
        text = path.read_text(encoding="utf-8")
        if _TALKING_SCRIPT.search(text):
            found += [
                f"{path.relative_to(root)}:{number}: {name}"
                for number, line in enumerate(_code(path, text).split("\n"), 1)
                for name in _TALKING_SCRIPT.findall(line)
            ]
    return found


def test_no_name_of_the_site_is_a_verb_of_talking() -> None:
    """As in Python."""
    assert _talking_scripts(ROOT) == []


def test_names_beside_texts_of_elements_and_within_templates_are_found(tmp_path: Path) -> None:
    """An apostrophe in the text of an element begins no text of the script."""
    (tmp_path / "web" / "src").mkdir(parents=True)
    (tmp_path / "web" / "src" / "planted.tsx").write_text(
        "const a = <p>don't</p>; const asked = 1; const b = 'x';\n"
        "const c = `told ${said + `asked ${b}`} told`;\n"
        'const d = <Row<B> lang="said" at={told}>\n'
        "  It's {/* asked */ one ? <b>what he said</b> : 'told'} <br /> asked {setSaid}\n"
        "</Row>;\n"
        "const e = one / 2 < asked && /['`]told/.test(b);\n"
        "const f = <T,>(one: T) => <>said</>;\n"
    )
    assert _talking_scripts(tmp_path) == [
        "web/src/planted.tsx:1: asked",
        "web/src/planted.tsx:2: said",
        "web/src/planted.tsx:3: told",
        "web/src/planted.tsx:4: setSaid",
        "web/src/planted.tsx:6: asked",
    ]


@pytest.mark.parametrize(
    "script", ["one = 'asked;\n", "asked(`${one`);\n", "<p>asked;\n", "}asked"]
)
def test_a_script_whose_texts_do_not_end_is_named(tmp_path: Path, script: str) -> None:
    """What cannot be read is not passed over."""
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "planted.tsx").write_text(script)
    with pytest.raises(ValueError, match=r"planted\.tsx: line \d: cannot tell code from texts"):
        _talking_scripts(tmp_path)


def test_a_name_of_the_site_that_is_a_verb_of_talking_is_found(tmp_path: Path) -> None:
    """In comments and texts the words may stand, those in several lines too."""
    (tmp_path / "web" / "src").mkdir(parents=True)
    (tmp_path / "web" / "src" / "planted.tsx").write_text(
        "// What was asked.\n"
        "/** Nothing was\n * said. */\n"
        'const [said, setSaid] = useState("told: \\"asked\\"");\n'
        "const text = `asked\n for`;\n"
        "page.told = (asked) => text;\n"
    )
    assert _talking_scripts(tmp_path) == [
        "web/src/planted.tsx:4: said",
        "web/src/planted.tsx:4: setSaid",
        "web/src/planted.tsx:7: told",
        "web/src/planted.tsx:7: asked",
    ]
