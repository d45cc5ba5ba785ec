"""Icons as data addresses, so that a picture needs no other file.

They come with the PyPI package `diagrams`, at 300 pixels; a third of that is enough and makes the
pictures a tenth as large.
"""

import base64
import importlib.util
import struct
import zlib
from functools import cache
from pathlib import Path
from typing import Final

_SHRINK: Final = 3
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_RGBA: Final = 6


def folder() -> Path:
    """Return where the package `diagrams` keeps its icons.

    Raises:
        FileNotFoundError: it is not installed.
    """
    found = importlib.util.find_spec("diagrams")
    if found is None or found.origin is None:
        raise FileNotFoundError("the package diagrams is not installed: run `make setup`")
    return Path(found.origin).parents[1] / "resources" / "aws"


@cache
def data_address(icon: str) -> str:
    """An icon, shrunk, as a `data:` address."""
    png = (folder() / f"{icon}.png").read_bytes()
    return "data:image/png;base64," + base64.b64encode(_shrunk(png)).decode()


def _shrunk(png: bytes) -> bytes:
    """The picture at a third of its size; as it is where it is no plain 8-bit RGBA."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    if depth != 8 or kind != _RGBA or png[28] != 0:  # noqa: PLR2004 - bits
        return png
    rows = _pixels(png, width, height)
    made = bytearray()
    for top in range(0, height - _SHRINK + 1, _SHRINK):
        made.append(0)
        for left in range(0, width - _SHRINK + 1, _SHRINK):
            made += _mean([rows[top + y][4 * (left + x) :][:4] for x in range(3) for y in range(3)])
    header = struct.pack(">IIBBBBB", width // _SHRINK, height // _SHRINK, 8, _RGBA, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(made), 9)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(name, data) for name, data in chunks)


def _mean(pixels: list[bytearray]) -> bytes:
    """Their mean; a pixel counts as much as it is opaque, or edges would turn dark."""
    weight = sum(one[3] for one in pixels)
    if weight == 0:
        return bytes(4)
    color = (sum(one[i] * one[3] for one in pixels) // weight for i in range(3))
    return bytes([*color, weight // len(pixels)])


def _pixels(png: bytes, width: int, height: int) -> list[bytearray]:
    packed, at = b"", len(_SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            packed += png[at + 8 : at + 8 + length]
        at += length + 12
    raw, stride = zlib.decompress(packed), 4 * width
    rows: list[bytearray] = []
    before = bytearray(stride)
    for y in range(height):
        start = y * (stride + 1)
        before = _unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + stride]), before)
        rows.append(before)
    return rows


def _unfiltered(kind: int, row: bytearray, above: bytearray) -> bytearray:
    """Undo a PNG line filter: none, left, above, their mean, or the nearest of three (Paeth)."""
    for i in range(len(row) if kind else 0):
        left, up = (row[i - 4] if i >= 4 else 0), above[i]  # noqa: PLR2004 - bytes of a pixel
        corner = above[i - 4] if i >= 4 else 0  # noqa: PLR2004
        guess = left + up - corner
        nearest = min((left, up, corner), key=lambda one: abs(guess - one))
        row[i] = (row[i] + (0, left, up, (left + up) // 2, nearest)[kind]) & 0xFF
    return row


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
