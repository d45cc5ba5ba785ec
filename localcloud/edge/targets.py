"""The target of a request line: split, decoded once, and refused where it is not plain."""

from dataclasses import dataclass
from urllib.parse import unquote


class InvalidTargetError(ValueError):
    """The request line names no path that this edge would pass on."""


@dataclass(frozen=True, slots=True)
class Target:
    """A path, decoded for decisions and raw for passing on, and the raw query string."""

    path: str
    raw_path: str
    query: str

    @property
    def raw(self) -> str:
        """Path and query as they were sent."""
        return f"{self.raw_path}?{self.query}" if self.query else self.raw_path


def parse_target(text: str) -> Target:
    """Read an origin-form target (RFC 9112, 3.2.1).

    Dot segments, also encoded ones, are refused rather than resolved: a client never needs them
    here, and origins differ in how they resolve them.

    Raises:
        InvalidTargetError: It is no path, or one that climbs, hides a slash or holds control bytes.
    """
    raw_path, _, query = text.partition("?")
    raw_path = raw_path.partition("#")[0]
    if not raw_path.startswith("/"):
        raise InvalidTargetError("the request target must be a path")
    if not raw_path.isprintable() or not query.isprintable():
        raise InvalidTargetError("the request target holds bytes that must be percent-encoded")
    if "%" not in raw_path:
        path = raw_path
    else:
        lowered = raw_path.lower()
        if "%2f" in lowered or "%5c" in lowered:
            raise InvalidTargetError("encoded slashes are not allowed in the path")
        try:
            path = unquote(raw_path, errors="strict")
        except UnicodeDecodeError as error:
            raise InvalidTargetError("the path is not UTF-8") from error
    if "\\" in path or not path.isprintable():
        raise InvalidTargetError("the path holds characters that are not allowed")
    if "/." in path and any(segment in {".", ".."} for segment in path.split("/")):
        raise InvalidTargetError("dot segments are not allowed in the path")
    return Target(path, raw_path, query)
