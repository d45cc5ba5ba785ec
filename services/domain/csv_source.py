"""Reading the bytes of a CSV file as lines of text, whatever program saved it.

A file may be compressed by gzip, and in UTF-8, UTF-16, Windows-1252 or Shift-JIS. It is read as a
stream: a line that cannot be read costs itself only, and no file can take more memory than a few
lines.
"""

import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, Protocol, Self

from services.domain.errors import CarteError

MAX_LINE: Final = 1_000_000  # characters; a longer line is refused, and skipped without keeping it
# A count of 31,000 stores with 60 items each has 1,860,000 lines.
MAX_FILE_LINES: Final = 5_000_000
MAX_FILE_BYTES: Final = 500 << 20  # after expansion
UTF_8: Final = "UTF-8"
UTF_16: Final = "UTF-16"
WINDOWS_1252: Final = "Windows-1252"
SHIFT_JIS: Final = "Shift-JIS"
_CODECS: Final = {WINDOWS_1252: "cp1252", SHIFT_JIS: "cp932"}
# Two hiragana or katakana of two bytes each, each byte as a character of Latin-1. In Windows-1252
# one of them may be a quote in front of a letter, as in German; nobody writes two.
_KANA: Final = re.compile(r"(?:\x83[\x40-\x7e\x80-\x96]|\x82[\x9f-\xf1]|\x81\x5b){2}")
_CHUNK: Final = 1 << 16  # bytes
_SAMPLE: Final = 4096  # bytes that show what a file is
_PULSE: Final = 1 << 20  # bytes between two calls of `pulse`
# Deflate reaches 1,032:1; counts of a real file about 20:1, in UTF-16 twice that.
_MAX_RATIO: Final = 200
_FREE_BYTES: Final = 16 << 20  # that any compressed file may expand to
_GZIP: Final = b"\x1f\x8b"
_NO_TEXT: Final = {
    b"PK\x03\x04": "a spreadsheet or a zip archive",
    b"\xd0\xcf\x11\xe0": "a spreadsheet of an old Excel",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"BZh": "compressed by bzip2",
    b"\xfd7zXZ": "compressed by xz",
    b"\x28\xb5\x2f\xfd": "compressed by zstd",
}


class Readable(Protocol):
    """A stream of bytes: an open file, or the body of a response."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes; none at the end."""
        ...


class UnreadableFileError(CarteError, ValueError):
    """The file as a whole cannot be read, or not to its end.

    Attributes:
        line: Physical line, from 1, that shows it; None where no line does.
    """

    def __init__(self, message: str, hint: str, *, line: int | None = None) -> None:
        place = "" if line is None else f"line {line}: "
        super().__init__(place + message, hint)
        self.line = line


class FaultyLine(str):
    """A line that cannot be read; as a text it is what could be read of it.

    Attributes:
        fault: Why.
    """

    __slots__ = ("fault",)
    fault: str

    def __new__(cls, text: str, fault: str) -> Self:
        """Make a line with a fault."""
        line = super().__new__(cls, text)
        line.fault = fault
        return line


class TextSource:
    """The lines of one file, with their ends; can be iterated once.

    Attributes:
        encoding: `UTF_8`, `UTF_16`, `WINDOWS_1252` or `SHIFT_JIS`, as far as the lines taken show;
            text of plain ASCII counts as UTF-8.
        compressed: Whether the file was compressed.
    """

    def __init__(self, stream: Readable, pulse: Callable[[], None] | None = None) -> None:
        """Look at the beginning of a file.

        Args:
            stream: The file's bytes.
            pulse: Called after every megabyte; what it raises ends the reading.

        Raises:
            UnreadableFileError: It is no text.
        """
        raw = _Counted(stream)
        plain: io.BufferedReader = io.BufferedReader(raw, _CHUNK)
        self.compressed = plain.peek(2)[:2] == _GZIP
        if self.compressed:
            plain = io.BufferedReader(_Expanded(plain, raw, pulse), _CHUNK)
        else:
            raw.pulse = pulse
        self._lines_read = 0
        with self._damage_explained():
            sample = plain.peek(_SAMPLE)[:_SAMPLE]
        _refuse_other_formats(sample)
        codec = _utf_16(sample)
        self.encoding = UTF_8 if codec is None else UTF_16
        # What a file that is not UTF-8 is taken for.
        self._other = SHIFT_JIS if _has_kana(sample) else WINDOWS_1252
        marked = sample.startswith(b"\xef\xbb\xbf")
        if marked:
            plain.read(3)
        # As Latin-1, each character is one byte, and line ends are found before decoding.
        self._text = io.TextIOWrapper(plain, codec or "latin-1", errors="replace", newline="")
        # What showed whether it is UTF-8: the byte order mark, or else a line.
        self._decided_by = "the byte order mark" if marked else ""

    def __iter__(self) -> Iterator[str]:
        """Yield the lines.

        Raises:
            UnreadableFileError: The file is damaged from here on, or is too large.
        """
        with self._damage_explained():
            while line := self._text.readline(MAX_LINE + 1):
                if self._lines_read >= MAX_FILE_LINES:
                    raise UnreadableFileError(
                        f"the file has more than {MAX_FILE_LINES:,} lines",
                        "split it into several files; the rows before were read",
                    )
                self._lines_read += 1
                if len(line) > MAX_LINE:
                    yield self._skipped(line)
                elif self.encoding is UTF_16:
                    yield _with_fault_of_utf_16(line)
                else:
                    yield line if line.isascii() else self._decoded(line.encode("latin-1"))

    @contextmanager
    def _damage_explained(self) -> Iterator[None]:
        """Turn what gzip raises for a damaged file into an error that names the line."""
        try:
            yield
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise UnreadableFileError(
                f"the compressed file is damaged or cut off after line {self._lines_read}",
                "compress it anew and upload it whole; the rows before were read",
            ) from error

    def _skipped(self, line: str) -> FaultyLine:
        rest = line
        while rest and not rest.endswith(("\n", "\r")):
            rest = self._text.readline(MAX_LINE)
        return FaultyLine(line[:100], f"the line is longer than {MAX_LINE:,} characters")

    def _decoded(self, line: bytes) -> str:
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            if not self._decided_by:
                self.encoding = self._other
                self._decided_by = f"line {self._lines_read}"
            if self.encoding in _CODECS:
                return _other_than_utf_8(line, self.encoding)
            fault = (
                f"byte {error.start + 1} of the line, 0x{line[error.start]:02x}, is not UTF-8, "
                f"as {self._decided_by} is; save the whole file in one encoding"
            )
            return FaultyLine(line.decode(errors="replace"), fault)
        if not self._decided_by:
            self._decided_by = f"line {self._lines_read}"
        if self.encoding in _CODECS:
            fault = (
                f"the line is UTF-8, and {self._decided_by} is {self.encoding}; "
                "save the whole file in one encoding"
            )
            return FaultyLine(text, fault)
        return text


def _other_than_utf_8(line: bytes, encoding: str) -> str:
    codec = _CODECS[encoding]
    text = line.decode(codec, errors="replace")
    if encoding is WINDOWS_1252 and _has_kana(line):
        # Beyond the sample by which the encoding was chosen.
        return FaultyLine(text, "the line is Shift-JIS; save the file as CSV UTF-8")
    try:
        return line.decode(codec)
    except UnicodeDecodeError as error:
        fault = (
            f"byte {error.start + 1} of the line, 0x{line[error.start]:02x}, is no character of "
            f"UTF-8 nor of {encoding}; save the file as CSV UTF-8"
        )
        return FaultyLine(text, fault)


def _has_kana(sample: bytes) -> bool:
    """Return whether a line that is not UTF-8 has kana in Shift-JIS, as Excel in Japan saves it."""
    return any(
        _KANA.search(line.decode("latin-1")) and _is_in(line, "cp932") and not _is_in(line, "utf-8")
        for line in sample.split(b"\n")
    )


def _is_in(line: bytes, codec: str) -> bool:
    try:
        line.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _with_fault_of_utf_16(line: str) -> str:
    if line.isascii() or "\ufffd" not in line:
        return line
    return FaultyLine(line, "the line is no UTF-16; save the file as CSV UTF-8")


def _refuse_other_formats(sample: bytes) -> None:
    if sample.startswith(_GZIP):
        raise UnreadableFileError("the file is compressed twice", "compress it once, or not at all")
    for start, what in _NO_TEXT.items():
        if sample.startswith(start):
            raise UnreadableFileError(f"the file is {what}, not CSV", "save it as CSV UTF-8")
    if sample.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        raise UnreadableFileError("the file is in UTF-32", "save it as CSV UTF-8")


def _utf_16(sample: bytes) -> str | None:
    """Return the codec of a file in UTF-16, by its byte order mark or its zeros; else None."""
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    zeros = sample[0::2].count(0), sample[1::2].count(0)
    for at, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        if zeros[at] * 5 > len(sample) and zeros[1 - at] == 0:
            return codec
    return None


class _Counted(io.RawIOBase):
    """A stream that counts its bytes."""

    def __init__(self, stream: Readable, pulse: Callable[[], None] | None = None) -> None:
        super().__init__()
        self._stream = stream
        self.count = 0
        self.pulse = pulse

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        found = self._stream.read(len(buffer))
        size = len(found)
        buffer[:size] = found
        megabytes = self.count // _PULSE
        self.count += size
        if self.count > MAX_FILE_BYTES:
            raise UnreadableFileError(
                f"the file has more than {MAX_FILE_BYTES >> 20} MB of text",
                "split it into several files; the rows before were read",
            )
        if self.pulse is not None and self.count // _PULSE > megabytes:
            self.pulse()
        return size


class _Expanded(_Counted):
    """The expansion of a compressed stream, refused where it grows beyond all measure."""

    def __init__(
        self, packed: io.BufferedReader, raw: _Counted, pulse: Callable[[], None] | None
    ) -> None:
        super().__init__(gzip.GzipFile(fileobj=packed), pulse)
        self._raw = raw

    def readinto(self, buffer: Any) -> int:
        size = super().readinto(buffer)
        if self.count > max(_FREE_BYTES, _MAX_RATIO * self._raw.count):
            raise UnreadableFileError(
                f"the compressed file expands to more than {_MAX_RATIO} times its size",
                "upload it without compression",
            )
        return size
