"""The project's Python sources and what they import, for tests of the architecture."""

import ast
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[2]
_DOTTED = re.compile(r"\w+(?:\.\w+)+\Z")
_CHANGES = {"setdefault", "update", "pop"}
# One node in seven is of these kinds, and to ask each what it is takes longer than to parse it.
_LOOKED_AT = {
    *(ast.Import, ast.ImportFrom, ast.Constant),
    *(ast.Assign, ast.AugAssign, ast.AnnAssign, ast.NamedExpr, ast.Call),
    ast.ClassDef,
}
# By these a frozen object is changed; they are looked for in the few files that name them.
_PAST_FROZEN = ("__setattr__", "__delattr__")
# Where an object that is being made may use them on itself.
_IMPORTING = frozenset({"importlib.import_module", "import_module", "__import__"})
# Decorators that hand a function to nobody.
_PLAIN = {
    *("property", "cached_property", "functools.cached_property", "classmethod", "staticmethod"),
    *("contextmanager", "contextlib.contextmanager", "cache", "functools.cache", "lru_cache"),
    *("functools.lru_cache", "abstractmethod", "abc.abstractmethod", "override"),
}
_MAKING = frozenset({"__init__", "__post_init__", "__new__"})


def python_files(root: Path, folders: frozenset[str]) -> Iterator[Path]:
    """Every Python file of some top-level folders, in a fixed order."""
    for folder in sorted(folders):
        for path in sorted((root / folder).rglob("*.py")):
            if "node_modules" not in path.parts:
                yield path


@dataclass(frozen=True, slots=True)
class Source:
    """What tests look for in a file; to parse all files takes seconds, so that it is done once.

    Attributes:
        imported: The full names that it imports: modules, or what it takes from them; also a
            module that it names to `import_module`, or the package of one that it computes.
        names: The names by which it calls what it imports, those of `other = module` included.
        dotted: Texts in it that are names with dots, such as those of modules.
        called: The names that it calls, with at most one dot: `open`, `time.sleep`.
        targets: What its assignments write to, and what `setattr` and methods of `__dict__` do;
            and each `__setattr__` that is not called by an object's own `__init__` on itself.
        defined: The names of its functions, classes and constants, and with a dot before them those
            of its methods; without those of functions that a decorator registers elsewhere.
        strings_below_fields: Lines of strings that stand right after a field in a class.
    """

    imported: tuple[str, ...]
    names: frozenset[str]
    dotted: tuple[str, ...]
    called: frozenset[str]
    targets: tuple[ast.expr, ...]
    defined: tuple[str, ...]
    strings_below_fields: tuple[int, ...]


@functools.cache
def source(path: Path) -> Source:
    """Return what tests look for in a file."""
    imports: list[str] = []
    names = set[str]()
    dotted: list[str] = []
    called = set[str]()
    written: list[ast.expr] = []
    given: list[tuple[str, str]] = []
    below: list[int] = []
    text = path.read_text()
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if type(node) not in _LOOKED_AT:
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports += _imported(path, node)
            names.update((one.asname or one.name).partition(".")[0] for one in node.names)
        elif isinstance(node, ast.ClassDef):
            below += _strings_below_fields(node)
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, str) and _DOTTED.match(node.value):
                dotted.append(node.value)
        else:
            written += _targets(node)
            if isinstance(node, ast.Call):
                called.add(_called(node.func))
                imports += _named(node)
            given += _other_names(node)
    if any(name in text for name in _PAST_FROZEN):
        written += _past_frozen(tree)
    # In the order of the walk a name may be given on before it is known to be another's.
    while found := {new for new, old in given if old in names} - names:
        names |= found
    return Source(
        tuple(imports),
        frozenset(names),
        tuple(dotted),
        frozenset(called),
        tuple(written),
        tuple(_defined(tree.body, "")),
        tuple(sorted(below)),
    )


def owner(place: ast.expr) -> str | None:
    """The name that a place begins with, as `a` in `a.b[0].c`; None where it is no name."""
    while isinstance(place, ast.Attribute | ast.Subscript):
        place = place.value
    return place.id if isinstance(place, ast.Name) else None


def imported(path: Path) -> tuple[str, ...]:
    """The full names that a file imports: modules, or what it takes from them."""
    return source(path).imported


def _imported(path: Path, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    else:
        assert node.level == 0, f"{path}: relative import"
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _named(call: ast.Call) -> Iterator[str]:
    """The module that a call of `import_module` names; of `f"a.b.{c}"` the package `a.b`."""
    if _called(call.func) not in _IMPORTING or not call.args:
        return
    argument = call.args[0]
    if isinstance(argument, ast.JoinedStr) and argument.values:
        argument = argument.values[0]
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        # Other packages that are named in this way are optional, so they are no dependency.
        module = argument.value.rstrip(".")
        if module and (ROOT / module.partition(".")[0]).is_dir():
            yield module


def _strings_below_fields(node: ast.ClassDef) -> Iterator[int]:
    for field, below in pairwise(node.body):
        if (
            isinstance(field, ast.AnnAssign | ast.Assign)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
            and isinstance(below.value.value, str)
        ):
            yield below.lineno


def _defined(body: list[ast.stmt], before: str) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names = {
                _called(one.func if isinstance(one, ast.Call) else one)
                for one in node.decorator_list
            }
            if names <= _PLAIN or isinstance(node, ast.ClassDef):
                yield before + node.name
            if isinstance(node, ast.ClassDef):
                yield from _defined(node.body, ".")
        elif isinstance(node, ast.Assign | ast.AnnAssign) and not before:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (one.id for one in targets if isinstance(one, ast.Name))


def _called(function: ast.expr) -> str:
    """Return the name that a call names; "" for what is computed."""
    if isinstance(function, ast.Name):
        return function.id
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return f"{function.value.id}.{function.attr}"
    return ""


def _targets(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from (one for one in _single(target) if not isinstance(one, ast.Name))
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        if not isinstance(node.target, ast.Name):
            yield node.target
    elif isinstance(node, ast.Call):
        function = node.func
        if isinstance(function, ast.Name):
            if function.id == "setattr" and node.args:
                yield ast.Attribute(node.args[0], "…")
        elif (
            isinstance(function, ast.Attribute)
            and function.attr in _CHANGES
            and ast.unparse(function.value).endswith("__dict__")
        ):
            yield ast.Attribute(function, "…")


def _single(target: ast.expr) -> Iterator[ast.expr]:
    """The targets of `a.b, (c, *d) = ...`, one by one."""
    if isinstance(target, ast.Tuple | ast.List):
        for one in target.elts:
            yield from _single(one)
    else:
        yield target.value if isinstance(target, ast.Starred) else target


def _other_names(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Each name that an assignment gives, with the name that what it gives begins with."""
    if isinstance(node, ast.Assign):
        pairs: list[tuple[ast.expr, ast.expr]] = [(one, node.value) for one in node.targets]
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
        pairs = [(node.target, node.value)]
    else:
        return
    for target, value in pairs:
        single = [(target, value)]
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            single = list(zip(target.elts, value.elts, strict=False))
        for new, old in single:
            first = owner(old)
            if isinstance(new, ast.Name) and first is not None:
                yield new.id, first


def _past_frozen(tree: ast.AST) -> Iterator[ast.expr]:
    own = {
        id(call.func)
        for made in ast.walk(tree)
        if isinstance(made, ast.FunctionDef) and made.name in _MAKING and made.args.args
        for call in ast.walk(made)
        if isinstance(call, ast.Call)
        and call.args
        and ast.unparse(call.args[0]) == made.args.args[0].arg
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in _PAST_FROZEN and id(node) not in own:
            yield node
