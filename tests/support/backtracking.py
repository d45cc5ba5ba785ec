"""Counts the steps that a backtracking matcher takes for a regular expression and a text."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

# Private, and the only parser of Python's patterns that there is.
ops: Final[Any] = import_module("re._constants")
parser: Final[Any] = import_module("re._parser")
LIMIT: Final = 100_000
Then = Callable[[int], bool]


class TooManyStepsError(Exception):
    """The matcher took more than LIMIT steps."""


class Matcher:
    """Tries a pattern as Python's engine does, one character at a time, and counts.

    Attributes:
        steps: How often a character was compared.
    """

    def __init__(self, pattern: str, flags: int, text: str) -> None:
        self.steps = 0
        self._text = text
        self._tree = [*parser.parse(pattern, flags)]

    def search(self) -> int:
        """Return the steps of a search from every position, for a match that never ends."""
        for start in range(len(self._text) + 1):
            self._run(self._tree, 0, start, lambda _: False)
        return self.steps

    def _run(self, tree: list[Any], at: int, position: int, then: Then) -> bool:
        if at == len(tree):
            return then(position)
        op, argument = tree[at]

        def after(end: int) -> bool:
            return self._run(tree, at + 1, end, then)

        if op in (ops.MAX_REPEAT, ops.MIN_REPEAT):
            low, high, inner = argument
            return self._repeat([*inner], low, high, position, after)
        if op is ops.SUBPATTERN:
            return self._run([*argument[3]], 0, position, after)
        if op is ops.BRANCH:
            return any(self._run([*one], 0, position, after) for one in argument[1])
        if op in (ops.AT, ops.ASSERT, ops.ASSERT_NOT):
            # What looks back, and the ends, are assumed to hold everywhere: the worst case.
            assumed = op is ops.AT or argument[0] < 0
            return (assumed or self._is_ahead(op, argument[1], position)) and after(position)
        return self._matches(op, argument, position) and after(position + 1)

    def _is_ahead(self, op: Any, tree: Any, position: int) -> bool:
        found = self._run([*tree], 0, position, lambda _: True)
        return found is (op is ops.ASSERT)

    def _repeat(self, inner: list[Any], low: int, high: int, position: int, then: Then) -> bool:
        ends = [position]
        while len(ends) <= high:
            end = self._longest(inner, ends[-1])
            if end is None or end == ends[-1]:
                break
            ends.append(end)
        return any(then(end) for end in ends[low:][::-1])

    def _longest(self, inner: list[Any], position: int) -> int | None:
        found: list[int] = []

        def note(end: int) -> bool:
            found.append(end)
            return False

        self._run(inner, 0, position, note)
        return max(found, default=None)

    def _matches(self, op: Any, argument: Any, position: int) -> bool:
        self.steps += 1
        if self.steps > LIMIT:
            raise TooManyStepsError
        if position >= len(self._text):
            return False
        code = ord(self._text[position])
        if op is ops.LITERAL:
            return bool(code == argument)
        if op is ops.NOT_LITERAL:
            return bool(code != argument)
        if op is ops.ANY:
            return True
        negated = bool(argument) and argument[0][0] is ops.NEGATE
        return any(_in(one, code) for one in argument) != negated


def nests_repeats(pattern: str) -> bool:
    """Return whether a repeat without bound stands within another one: it may be exponential."""

    def within(tree: Any, *, repeated: bool) -> bool:
        for op, argument in tree:
            inside, inner = repeated, []
            if op in (ops.MAX_REPEAT, ops.MIN_REPEAT):
                unbounded = argument[1] is ops.MAXREPEAT
                if unbounded and repeated:
                    return True
                inside, inner = repeated or unbounded, [argument[2]]
            elif op is ops.SUBPATTERN:
                inner = [argument[3]]
            elif op is ops.BRANCH:
                inner = argument[1]
            elif op in (ops.ASSERT, ops.ASSERT_NOT):
                inner = [argument[1]]
            if any(within(one, repeated=inside) for one in inner):
                return True
        return False

    return within(parser.parse(pattern), repeated=False)


def _in(one: Any, code: int) -> bool:
    op, argument = one
    if op is ops.LITERAL:
        return bool(code == argument)
    if op is ops.RANGE:
        return bool(argument[0] <= code <= argument[1])
    text = chr(code)
    return {
        ops.CATEGORY_SPACE: text.isspace(),
        ops.CATEGORY_NOT_SPACE: not text.isspace(),
        ops.CATEGORY_DIGIT: text.isdigit(),
        ops.CATEGORY_NOT_DIGIT: not text.isdigit(),
        ops.CATEGORY_WORD: text.isalnum() or text == "_",
        ops.CATEGORY_NOT_WORD: not (text.isalnum() or text == "_"),
    }.get(argument, False)
