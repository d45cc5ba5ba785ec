"""No function, class, method or constant is there for the tests alone, or for nobody."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sources import ROOT, python_files, source

# One worker parses all sources once.
pytestmark = pytest.mark.xdist_group("sources")

_FOLDERS = frozenset(
    {
        *("cli", "clients", "dataload", "graphql_schema", "infra_cdk", "loadtests", "localcloud"),
        "services",
    }
)
# Files that name functions: drills their actions and probes, `pyproject.toml` its commands.
_NAMING = ("loadtests/**/*.yaml", "pyproject.toml", ".github/**/*.yml", "Makefile")

# Names that only tests use, and why they are there.
KEPT = {
    "clients/carte_client.py: BlockingCarteClient": "for scripts of others; clients/README.md",
    "graphql_schema/compiled/plan.py: RESOLVER": "compiled operations import it",
    "infra_cdk/gate/mutation_run.py: checks_that_find": "tests run it in processes of their own",
    "loadtests/drills/live/figures.py: NAMES": "every figure that a drill may set a limit for",
    "loadtests/drills/orders/figures.py: NAMES": "every figure that a drill may set a limit for",
    "services/domain/faults.py: CODES": "every code that a log line or a metric may carry",
    "services/domain/orders/contradictions.py: markdown": "the table of docs/orders.md",
    "services/domain/taxes/table.py: markdown": "the table of docs/orders.md",
    "services/domain/taxes/rates.py: with_rows": "by which an operator adds rates; docs/orders.md",
}
# Methods that libraries call by their names: of `asyncio.Protocol`, graphql-core, Strawberry,
# `html.parser`, locust and graphene.
_CALLED_BY_LIBRARIES = re.compile(
    r"__\w+__|(?:enter|leave)_\w+|on_(?:parse|validate|execute|start)|handle_\w+|resolve_\w+"
    r"|eof_received|(?:pause|resume)_writing|start_activity|wait_time|process_errors"
    r"|_warn_for_federation_directives"
)

_MADE = "generated.py"  # by graphql_schema/compile.py
# Of texts only those without a space count: a name in prose is no use of it. F-strings hold code.
_PROSE = re.compile(
    r"""(?P<code>[fF]\w?"{3}(?s:.*?)"{3})|(?s:"{3}(?:\\.|[^\\])*?"{3})|\#[^\n]*"""
    r"""|(?<!\w)(?:[fF]\w?|(?P<no>[rRbBuU]{0,2}))"""
    r"""(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
)
_IMPORT = re.compile(
    r"^[ \t]*(?:from [\w.]+ import (?:\([^)]*\)|[^\n]*)|import [^\n]*)", re.MULTILINE
)
_WORD = re.compile(r"[A-Za-z_]\w*")
_DOTTED = re.compile(r"\w+\.\w+")
_PART = re.compile(r"(\w*)[\])]?[.:](\w+)")  # `module.name`, and in texts `package.module:name`


def _shown(found: re.Match[str]) -> str:
    text = found["code"] or found["text"] or ""
    return (
        " ".join(_DOTTED.findall(text))
        if found["no"] is not None and re.search(r"\s", text)
        else text
    )


def _code(text: str) -> str:
    """Return a source without what only people read, and without its imports."""
    return _IMPORT.sub("", _PROSE.sub(_shown, text))


def unused(root: Path) -> Iterator[str]:
    """Yield each name that nothing but tests uses, as `path: name`."""
    named = Counter(
        word
        for pattern in _NAMING
        for path in sorted(root.glob(pattern))
        for word in _WORD.findall(path.read_text())
    )
    files = [one for one in python_files(root, _FOLDERS) if one.name != _MADE]
    codes = {path: _code(path.read_text()) for path in files}
    words = {path: Counter(_WORD.findall(code)) for path, code in codes.items()}
    everywhere = named.copy()
    for found in words.values():
        everywhere.update(found)
    parts = {path: set(_PART.findall(code)) for path, code in codes.items()}
    pairs = set().union(*parts.values())
    imported: dict[str, list[Path]] = {}
    for path in files:
        for name in source(path).imported:
            imported.setdefault(name, []).append(path)
    defined = Counter(name.lstrip(".") for path in files for name in source(path).defined)
    # What a module that is found at run time has is used by its name alone.
    computed = {
        name for path in files if "import_module(" in codes[path] for _, name in parts[path]
    }
    for path in files:
        module = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        users = {name for one in imported.get(module, ()) for _, name in parts[one]}
        last = module.rpartition(".")[2]
        for name, times in Counter(source(path).defined).items():
            plain = name.lstrip(".")
            if _CALLED_BY_LIBRARIES.fullmatch(plain) or named[plain]:
                continue
            if plain != name:
                used = everywhere[plain] > defined[plain]
            else:
                used = words[path][plain] > times or plain in users | computed
                used = used or f"{module}.{plain}" in imported or (last, plain) in pairs
            if not used:
                yield f"{path.relative_to(root)}: {plain}"


def test_every_name_is_used() -> None:
    found = set(unused(ROOT))
    assert sorted(found - KEPT.keys()) == [], (
        "remove it, move it to tests/support, or say in KEPT why only tests use it"
    )
    assert sorted(KEPT.keys() - found) == [], "these are used by now: take them out of KEPT"


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("services/domain/one.py", "def spare() -> None: ...\n", ["spare"]),
        ("services/domain/one.py", 'def spare() -> None:\n    """As `spare` is."""\n', ["spare"]),
        ("cli/one.py", "class Spare:\n    def fill(self) -> None: ...\n", ["Spare", "fill"]),
        ("cli/one.py", "MOST = 3\nMORE = MOST + 1\nprint('see MORE of it')\n", ["MORE"]),
        ("cli/one.py", "def spare() -> None: ...\n\n\nspare()\n", []),
        ("cli/one.py", "@app.command()\ndef spare() -> None: ...\n", []),
        ("cli/one.py", "def handler() -> None: ...\n\n\nSTART = 'cli.one.handler', START\n", []),
    ],
)
def test_a_planted_name_is_found(tmp_path: Path, name: str, text: str, found: list[str]) -> None:
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text(text)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_one.py").write_text("from cli.one import spare, MORE\nspare()\n")
    assert list(unused(tmp_path)) == [f"{name}: {one}" for one in found]
