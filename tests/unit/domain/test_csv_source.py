"""The bytes of a CSV file as lines: encodings, compression, damage, and no end of a line."""

import functools
import gzip
import io
import tracemalloc
from typing import Final

import pytest

from services.domain.csv_source import (
    SHIFT_JIS,
    UTF_8,
    UTF_16,
    WINDOWS_1252,
    FaultyLine,
    TextSource,
    UnreadableFileError,
)

# Without a time, so that all workers of a run make the same bytes.
compressed = functools.partial(gzip.compress, mtime=0)
TEXT: Final = "id,name\n1,Café\n2,Ring\n"


def lines(content: bytes) -> tuple[list[str], str]:
    source = TextSource(io.BytesIO(content))
    return list(source), source.encoding


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), UTF_8),
        (TEXT.encode("utf-8-sig"), UTF_8),
        (TEXT.encode("utf-16"), UTF_16),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), UTF_16),
        (TEXT.encode("utf-16-le"), UTF_16),
        (TEXT.encode("cp1252"), WINDOWS_1252),
        (compressed(TEXT.encode("cp1252")), WINDOWS_1252),
        (compressed(TEXT.encode("utf-16")), UTF_16),
    ],
)
def test_an_encoding_is_recognized_and_told(content: bytes, encoding: str) -> None:
    assert lines(content) == (TEXT.splitlines(keepends=True), encoding)


def test_the_csv_of_a_japanese_spreadsheet_is_read_as_it_was_written() -> None:
    text = "店舗,商品,数量\n1,ハム,3\n2,チーズ,1\n3,カツ,2\n"
    assert lines(text.encode("cp932")) == (text.splitlines(keepends=True), SHIFT_JIS)
    assert lines(text.encode())[1] == UTF_8
    latin = (
        "1,Müsli\n2,Crème brûlée „frisch“\n3,Ærø\n4,\u201aÄpfel\u2018\n5,Joe\u201aÄôs\n6,Rösti\n"
    )
    assert lines(latin.encode("cp1252")) == (latin.splitlines(keepends=True), WINDOWS_1252)


def test_kana_behind_what_decided_for_windows_1252_is_refused() -> None:
    ahead = "1,Café\n" * 20_000
    found, encoding = lines((ahead.encode("cp1252")) + "2,ハム\n".encode("cp932"))
    assert encoding == WINDOWS_1252
    assert isinstance(found[-1], FaultyLine)
    assert "Shift-JIS" in found[-1].fault


def test_a_line_in_another_encoding_costs_itself_only() -> None:
    found, encoding = lines("1,Café\n".encode() + b"2,Caf\xe9\n3,Ring\n")
    assert encoding == UTF_8
    assert [type(line) is FaultyLine for line in found] == [False, True, False]
    found, encoding = lines(b"1,Caf\xe9\n" + "2,Café\n".encode() + b"3,\x81\n4,Ring\n")
    assert encoding == WINDOWS_1252
    assert [type(line) is FaultyLine for line in found] == [False, True, True, False]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04" + b"\0" * 10, "spreadsheet or a zip archive"),
        (b"%PDF-1.7\n", "PDF"),
        (compressed(compressed(b"id\n")), "compressed twice"),
        ("id\n".encode("utf-32"), "UTF-32"),
        (compressed(b"")[:5], "damaged or cut off after line 0"),
    ],
)
def test_what_is_no_text_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        lines(content)


def test_a_damaged_end_is_told_after_the_lines_before_it() -> None:
    rows = "".join(f"{at},{at * 7919 % 1000}\n" for at in range(50_000))
    source = TextSource(io.BytesIO(compressed(rows.encode())[:-2_000]))
    taken: list[str] = []
    with pytest.raises(UnreadableFileError, match=r"cut off after line \d{5}"):
        taken.extend(source)


class Endless(io.RawIOBase):
    """A stream of one byte, again and again."""

    def __init__(self, byte: bytes, size: int) -> None:
        self._byte, self._left = byte, size

    def read(self, size: int = -1, /) -> bytes:
        given = min(size, self._left)
        self._left -= given
        return (self._byte * given)[:given]


def test_a_line_without_end_takes_no_more_memory_than_a_long_one() -> None:
    tracemalloc.start()
    (line,) = TextSource(Endless(b"x", 50_000_000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(line, FaultyLine)
    assert "longer than 1,000,000 characters" in line.fault
    assert peak < 12_000_000


def test_a_compressed_file_that_expands_beyond_measure_is_refused() -> None:
    bomb = compressed((b"\n" + b"a" * 99) * 400_000)
    with pytest.raises(UnreadableFileError, match="more than 200 times"):
        for _ in TextSource(io.BytesIO(bomb)):
            pass


def test_reading_can_be_ended_after_each_megabyte() -> None:
    calls: list[int] = []
    for _ in TextSource(Endless(b"x\n", 4 << 20), lambda: calls.append(1)):
        pass
    assert len(calls) >= 4


def test_a_byte_order_mark_decides_the_encoding_and_only_other_lines_are_faulty() -> None:
    content = b"\xef\xbb\xbfid,name\n1,Caf\xe9\n2,Caf\xc3\xa9\n"
    source = TextSource(io.BytesIO(content))
    first, bad, good = source
    assert (source.encoding, first, good) == ("UTF-8", "id,name\n", "2,Café\n")
    assert isinstance(bad, FaultyLine)
    assert not isinstance(good, FaultyLine)
    assert "0xe9, is not UTF-8, as the byte order mark is" in bad.fault
