"""Reading the notifications of S3, as SQS delivers them, into the uploads that they name."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

import orjson


class MalformedMessageError(ValueError):
    """A message in the queue is no notification of S3."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload of one file.

    Attributes:
        bucket: Name of the bucket.
        key: Key of the object.
        sequencer: Distinguishes uploads under the same key; the same when the message comes again.
        version: Version id of the object; None where the bucket keeps no versions.
        etag: Hash of the content, without quotes; None where the notification has none.
        uploaded_ms: When it was uploaded, Unix milliseconds; None where it does not say.
    """

    bucket: str
    key: str
    sequencer: str
    version: str | None = None
    etag: str | None = None
    uploaded_ms: int | None = None

    @property
    def id(self) -> str:
        """The id of this upload, the same in every delivery of its message."""
        named = orjson.dumps([self.bucket, self.key, self.sequencer])
        return hashlib.sha256(named).hexdigest()[:24]


def uploads(record: Mapping[str, Any]) -> Iterator[Upload]:
    """Yield the uploads that a record of the queue names; none for S3's test message.

    Raises:
        MalformedMessageError: The record is no notification of S3.
    """
    try:
        message = orjson.loads(record["body"])
        if message.get("Event") == "s3:TestEvent":
            return
        for one in message["Records"]:
            notified = one["s3"]
            stored = notified["object"]
            version, etag = stored.get("versionId"), stored.get("eTag")
            # Emulators leave the sequencer out; the content's hash is the next best name.
            sequencer = stored.get("sequencer") or version or etag or one["eventTime"]
            yield Upload(
                notified["bucket"]["name"],
                unquote_plus(stored["key"]),
                str(sequencer),
                version if version and version != "null" else None,
                str(etag).strip('"') if etag else None,
                _unix_ms(one.get("eventTime")),
            )
    except (KeyError, TypeError, AttributeError, orjson.JSONDecodeError) as error:
        raise MalformedMessageError(f"not a notification of S3: {error!r}") from error


def _unix_ms(written: object) -> int | None:
    """Return a time of a notification, which is in UTC where it names no zone."""
    if not isinstance(written, str):
        return None
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return int(at.timestamp() * 1000)
