"""The code of TypeScript and JavaScript without its comments and texts."""

import re

_PIECE = re.compile(
    r"""
    (?P<space>\s+)
    | (?P<comment>//[^\n]*|/\*.*?\*/)
    | (?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    | (?P<pattern>/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*)
    | (?P<word>[\w$]+)
    | (?P<sign>=>|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_TEMPLATE_TEXT = re.compile(r"(?:\\.|\$(?!\{)|[^`\\$])*", re.DOTALL)
# Type parameters look alike: <T,>(…) and <T extends …>(…).
_ELEMENT = re.compile(r"<(?:>|[A-Za-z_$][\w$.:-]*(?![\w$.:-]|\s*,|\s+extends\b))")
_IN_TAG = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<text>"[^"]*"|'[^']*')|(?P<end>/?>)|(?P<code>\{)"""
    r"""|(?P<name>\s+|[\w$.:=-]+|<[^<>]*>)""",
    re.DOTALL,
)
_ELEMENT_TEXT = re.compile(r"[^<{]*")
_END_TAG = re.compile(r"</[\w$.:-]*\s*>")
# After these words a value begins: what follows is no division and no comparison.
_BEFORE_VALUES = frozenset(
    {
        *("return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do"),
        *("await", "yield", "default"),
    }
)
_VALUE = '"'  # stands for a text, a pattern or an element


def code_of(text: str, *, elements: bool) -> str:
    """Return a script with a space for each comment and text, in as many lines.

    Patterns between slashes are texts, and so is what elements have between their tags.
    Code in templates and in elements stays.

    Args:
        text: The script.
        elements: Whether it may have elements (JSX).

    Raises:
        ValueError: A text, a template or an element does not end; names the line.
    """
    reader = _Reader(text, elements=elements)
    reader.read_code(nested=False)
    return "".join(reader.parts)


class _Reader:
    def __init__(self, text: str, *, elements: bool) -> None:
        self.parts: list[str] = []
        self._text = text
        self._elements = elements
        self._at = 0

    def read_code(self, *, nested: bool) -> None:
        """Read to the end, or to the brace that ends what is nested."""
        before, depth = "", 0
        while self._at < len(self._text):
            found = self._match(_PIECE)
            piece = found[0]
            if found["pattern"] and _is_value(before):
                piece = "/"
            elif found["space"]:
                self._keep(piece)
                continue
            elif found["comment"]:
                self._drop(piece)
                continue
            if self._read_text(piece, before):
                before = _VALUE
                continue
            depth += {"{": 1, "}": -1}.get(piece, 0)
            if piece in {"'", '"'} or depth < -nested:
                raise self._wrong()
            self._keep(before := piece)
            if depth < 0:
                return
        if nested or depth:
            raise self._wrong()

    def _read_text(self, piece: str, before: str) -> bool:
        """Read a text, a pattern, a template or an element; false where the piece begins none."""
        if len(piece) > 1 and piece[0] in "\"'/":
            self._drop(piece)
        elif piece == "`":
            self._read_template()
        elif piece == "<" and self._is_element(before):
            self._read_element()
        else:
            return False
        return True

    def _read_template(self) -> None:
        self._drop("`")
        while True:
            self._drop(self._match(_TEMPLATE_TEXT)[0])
            if self._text.startswith("`", self._at):
                return self._drop("`")
            self._read_nested("${")

    def _read_element(self) -> None:
        self._keep("<")
        while not (found := self._match(_IN_TAG))["end"]:
            if found["code"]:
                self._read_nested("{")
            elif found["name"]:
                self._keep(found[0])
            else:
                self._drop(found[0])
        self._keep(found[0])
        if found["end"] == ">":
            self._read_content()

    def _read_content(self) -> None:
        """Read what is between the tags of an element, and the second tag."""
        while True:
            self._drop(self._match(_ELEMENT_TEXT)[0])
            if self._text.startswith("</", self._at):
                return self._keep(self._match(_END_TAG)[0])
            if self._text.startswith("<", self._at):
                self._read_element()
            else:
                self._read_nested("{")

    def _read_nested(self, begin: str) -> None:
        if not self._text.startswith(begin, self._at):
            raise self._wrong()
        self._keep(begin)
        self.read_code(nested=True)

    def _is_element(self, before: str) -> bool:
        return (
            self._elements
            and not _is_value(before)
            and _ELEMENT.match(self._text, self._at) is not None
        )

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self._text, self._at)
        if not found:
            raise self._wrong()
        return found

    def _keep(self, piece: str) -> None:
        self.parts.append(piece)
        self._at += len(piece)

    def _drop(self, piece: str) -> None:
        self.parts.append("\n" * piece.count("\n") or " ")
        self._at += len(piece)

    def _wrong(self) -> ValueError:
        line = self._text.count("\n", 0, self._at) + 1
        return ValueError(
            f"line {line}: cannot tell code from texts, mend tests/support/scripts.py"
        )


def _is_value(piece: str) -> bool:
    """Whether a piece ends a value: a division or a comparison may follow."""
    if piece in {_VALUE, ")", "]", "}"}:
        return True
    return piece not in _BEFORE_VALUES and re.match(r"[\w$]", piece) is not None
