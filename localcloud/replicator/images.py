"""Item images: one canonical text per content, its digest, and a bounded store of recent ones."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

import orjson

from localcloud.replicator.versions import TOMBSTONE

Item = dict[str, dict[str, Any]]
"""An item in DynamoDB JSON: attribute name to {type: value}."""

_SETS = ("SS", "NS", "BS")
_SET_MARKS = tuple(f'"{kind}":'.encode() for kind in _SETS)
# Seconds of the fastest replication; what is evicted is read again.
_CACHE_BYTES = 16 * 1024 * 1024
_ENTRY_OVERHEAD = 300


def parse(text: bytes) -> Any:
    """Parse JSON; falls back to the standard parser, which takes lone surrogates."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


def render(value: Any) -> bytes:
    """Write JSON with sorted keys; falls back to escapes where orjson refuses a string."""
    try:
        # A copy: orjson's own result keeps its whole work buffer, several times its length.
        return bytes(memoryview(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)))
    except orjson.JSONEncodeError:
        return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _sorted_sets(value: Any) -> Any:
    if isinstance(value, dict):
        if len(value) == 1 and (kind := next(iter(value))) in _SETS:
            members = value[kind]
            if isinstance(members, list) and all(isinstance(one, str) for one in members):
                return {kind: sorted(members)}
        return {name: _sorted_sets(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_sorted_sets(inner) for inner in value]
    return value


def canonical(item: Item) -> bytes:
    """Return the one text that all equal items share: keys sorted, members of sets too."""
    text = render(item)
    if any(mark in text for mark in _SET_MARKS):
        return render(_sorted_sets(item))
    return text


def digest_of(image: bytes | None) -> bytes:
    """Digest a canonical image; None (no item) is the tombstone."""
    return TOMBSTONE if image is None else hashlib.blake2b(image, digest_size=16).digest()


def key_of(item: Item, names: Iterable[str]) -> bytes:
    """Return the canonical text of an item's key."""
    return render({name: item[name] for name in names})


class ImageCache:
    """The most recent images, by key and digest, within a bound of bytes.

    A missing image is read from the region's table again, so eviction is always safe.
    """

    def __init__(self, limit: int = _CACHE_BYTES) -> None:
        self._limit = limit
        self._size = 0
        self._images: OrderedDict[tuple[bytes, bytes], bytes] = OrderedDict()

    def __contains__(self, name: tuple[bytes, bytes]) -> bool:
        return name in self._images

    def put(self, key: bytes, digest: bytes, image: bytes) -> None:
        """Remember an image, forgetting the oldest ones where the bound demands it."""
        name = (key, digest)
        if name in self._images:
            self._images.move_to_end(name)
            return
        self._images[name] = image
        self._size += len(image) + len(key) + _ENTRY_OVERHEAD
        while self._size > self._limit and len(self._images) > 1:
            (old_key, _), old = self._images.popitem(last=False)
            self._size -= len(old) + len(old_key) + _ENTRY_OVERHEAD

    def get(self, key: bytes, digest: bytes) -> bytes | None:
        """Return the image, or None when it was never seen or is forgotten."""
        return self._images.get((key, digest))
