"""The files of the built site in memory: read once, compressed once, noticed when rebuilt."""

import asyncio
import gzip
import hashlib
import mimetypes
import os
import re
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import Final

from infra_cdk.site_pages import WORKER

# Not from the machine's mime.types, which differ from one machine to the next.
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
_COMPRESSED_BY_EDGE: Final = re.compile(
    r"text/|application/(json|xml|wasm|manifest\+json)|image/svg"
)
# The sizes that CloudFront compresses (developer guide, "Serve compressed files").
_LEAST_COMPRESSED: Final = 1_000
_MOST_COMPRESSED: Final = 10_000_000
_HASHED: Final = re.compile(r"/assets/.+-[\w-]{8}\.\w+(\.map)?$")  # as Vite names them


@dataclass(frozen=True, slots=True)
class SiteFile:
    """One file with all that an answer needs. Bodies by content coding; `identity` is always in."""

    signature: tuple[int, int, int]
    etag: str
    content_type: str
    cache_control: str
    bodies: dict[str, bytes]


class SiteFiles:
    """Finds files below a folder, and nothing outside of it."""

    def __init__(self, root: Path) -> None:
        """Serve this folder; it need not exist yet."""
        self._root = root
        self._known: dict[str, SiteFile] = {}

    async def find(self, path: str) -> SiteFile | None:
        """The file of a decoded URL path, or None. Names beginning with a dot are never served.

        Args:
            path: As `targets.parse_target` lets through: absolute, without dot segments.
        """
        if "/." in path:
            return None
        signature = _signature(self._root / path[1:])
        if signature is None:
            self._known.pop(path, None)
            return None
        known = self._known.get(path)
        if known and known.signature == signature:
            return known
        loaded = await asyncio.to_thread(self._load, path, signature)
        if loaded:
            self._known[path] = loaded
        return loaded

    def _load(self, path: str, signature: tuple[int, int, int]) -> SiteFile | None:
        file = self._root / path[1:]
        try:
            # A link in the folder may point anywhere.
            if not file.resolve(strict=True).is_relative_to(self._root.resolve()):
                return None
            content = file.read_bytes()
        except OSError:
            return None
        kind = _TYPES.get(file.suffix.lower()) or mimetypes.guess_type(file.name)[0]
        content_type = kind or "application/octet-stream"
        bodies = {"identity": content}
        for coding, suffix in (("br", ".br"), ("gzip", ".gz")):
            prebuilt = file.with_name(file.name + suffix)
            if prebuilt.is_file() and not prebuilt.is_symlink():
                bodies[coding] = prebuilt.read_bytes()
        if (
            "gzip" not in bodies
            and _LEAST_COMPRESSED <= len(content) <= _MOST_COMPRESSED
            and _COMPRESSED_BY_EDGE.match(content_type)
        ):
            bodies["gzip"] = gzip.compress(content, 6, mtime=0)
        return SiteFile(
            signature=signature,
            etag=hashlib.sha256(content).hexdigest()[:20],
            content_type=content_type,
            cache_control=_cache_control(path, content_type),
            bodies=bodies,
        )


def _signature(file: Path) -> tuple[int, int, int] | None:
    """Return what changes when the file does; None where there is no regular file."""
    try:
        status = os.stat(file)  # noqa: PTH116 - a microsecond on the request path, no Path made
    except (OSError, ValueError):
        return None
    if not S_ISREG(status.st_mode):
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def _cache_control(path: str, content_type: str) -> str:
    if _HASHED.match(path):
        return "public, max-age=31536000, immutable"
    if content_type.startswith("text/html") or path == WORKER:
        return "no-cache"  # kept, but revalidated each time: it names the hashed files
    return "public, max-age=300, stale-while-revalidate=86400"
