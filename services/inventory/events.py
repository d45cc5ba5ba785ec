"""Which objects an invocation is about: S3's notifications, as SQS hands them on."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

import orjson


class MalformedMessageError(ValueError):
    """A message in the queue is no notification of S3."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload of one file.

    Attributes:
        sequencer: tells uploads under the same key apart; the same when the message comes again.
    """

    bucket: str
    key: str
    sequencer: str

    @property
    def id(self) -> str:
        """What names this very upload, in every delivery of its message."""
        named = orjson.dumps([self.bucket, self.key, self.sequencer])
        return hashlib.sha256(named).hexdigest()[:24]


def uploads(record: Mapping[str, Any]) -> Iterator[Upload]:
    """The uploads that a record of the queue tells of; none for S3's test message.

    Raises:
        MalformedMessageError: it is something else.
    """
    try:
        message = orjson.loads(record["body"])
        if message.get("Event") == "s3:TestEvent":
            return
        for one in message["Records"]:
            told = one["s3"]
            thing = told["object"]
            # Emulators leave the sequencer out; the content's hash is the next best name.
            sequencer = thing.get("sequencer") or thing.get("eTag") or one["eventTime"]
            yield Upload(told["bucket"]["name"], unquote_plus(thing["key"]), str(sequencer))
    except (KeyError, TypeError, AttributeError, orjson.JSONDecodeError) as error:
        raise MalformedMessageError(f"not a notification of S3: {error!r}") from error
