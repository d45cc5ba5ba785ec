"""The record of a step's deployments: how it is written down, and what is no such record."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

# Of the layout. One that a newer carte wrote is not guessed at.
_VERSION: Final = 1


class UnreadableRecordError(ValueError):
    """What was read is no record; the message says why."""


class NewerRecordError(UnreadableRecordError):
    """The record was written by a newer version of carte."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A deployment that began and has not finished its bake.

    Attributes:
        digest: Of the template that was deployed.
        active_alarms: The alarms of the step's stack that rang before it, by name: since when.
    """

    digest: str
    active_alarms: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of the deployments of one stack; see `Journal`.

    Attributes:
        stack: Its name.
        region: Where it is.
        tag: Entity tag of the object that was read or written; None where there is none yet.
        begun: The last deployment, where it was not finished.
        fingerprint: Of the last deployment, where it was finished; empty otherwise.
        at: When that was.
        previous: The files of the assembly that ran before, by name; empty where nothing is known.
    """

    stack: str
    region: str
    tag: str | None = None
    begun: Begun | None = None
    fingerprint: str = ""
    at: str = ""
    previous: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def finished(self, fingerprint: str) -> str | None:
        """Return when a step with this fingerprint was deployed, smoke-tested and baked.

        None where it was not, or where something else was deployed since.

        Args:
            fingerprint: Of all that the step puts in place.
        """
        return self.at if self.fingerprint == fingerprint else None

    def to_json(self) -> bytes:
        """Return the record as it is stored; no two calls return the same bytes."""
        parts: dict[str, Any] = {"version": _VERSION, "write": uuid.uuid4().hex}
        if self.begun is not None:
            parts |= {"begun": self.begun.digest, "ringing": dict(self.begun.active_alarms)}
        if self.fingerprint:
            parts |= {"finished": self.fingerprint, "at": self.at}
        if self.previous:
            parts["previous"] = dict(self.previous)
        return json.dumps(parts).encode()


def parse(body: bytes, tag: str, stack: str, region: str) -> Record:
    """Read a record as `Record.to_json` writes it.

    Args:
        body: What is stored.
        tag: Its entity tag.
        stack: The name of the stack that it is about.
        region: Where that is.

    Raises:
        UnreadableRecordError: It is no record, or one of a newer version.
    """
    try:
        parts = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableRecordError(f"it is no JSON ({error})") from error
    if not isinstance(parts, dict):
        raise UnreadableRecordError("it is no JSON object")
    version = parts.get("version")
    if type(version) is not int or version < 1:
        raise UnreadableRecordError(f"its version is {version!r}")
    if version > _VERSION:
        raise NewerRecordError(f"its version is {version}, and this carte knows {_VERSION}")
    begun = _text(parts, "begun")
    return Record(
        stack,
        region,
        tag,
        Begun(begun, _texts(parts, "ringing")) if begun else None,
        _text(parts, "finished"),
        _text(parts, "at"),
        _texts(parts, "previous"),
    )


def _text(parts: Mapping[str, Any], name: str) -> str:
    value = parts.get(name, "")
    if not isinstance(value, str):
        raise UnreadableRecordError(f"its {name} is no text")
    return value


def _texts(parts: Mapping[str, Any], name: str) -> Mapping[str, str]:
    value = parts.get(name, {})
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise UnreadableRecordError(f"its {name} does not map names to texts")
    return value
