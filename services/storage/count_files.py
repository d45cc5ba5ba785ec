"""When a content of a count file was uploaded first, so that copies of a file count once."""

from typing import Final

from services.storage import keys
from services.storage.replica import Replica, Write

# The same counts may be right again the next evening; within these hours they are a copy.
COPY_MS: Final = 6 * 3600 * 1000
_RETENTION_S: Final = 7 * 24 * 3600


class CountFileRepository:
    """Notes the first upload of each content."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def first_upload(self, source: str, uploaded_ms: int) -> int:
        """Return when a content was uploaded first, if that was within `COPY_MS` of this upload.

        Args:
            source: Digest of the content.
            uploaded_ms: When it was uploaded now, Unix milliseconds.

        Returns:
            Unix milliseconds: of the first upload, or of this one.

        Raises:
            ContentionError: Others noted the same content, every time.
        """
        key = keys.count_file(source)

        def attempt() -> int:
            stored = self._replica.get(key, consistent=True)
            first = int(stored.body["ms"]) if stored else None
            if first is not None and first <= uploaded_ms < first + COPY_MS:
                return first
            if first is not None and first - COPY_MS < uploaded_ms < first:
                return uploaded_ms  # of an earlier upload that was read later
            stamp = self._replica.next_stamp(stored, None)
            expires = uploaded_ms // 1000 + _RETENTION_S
            replaces = stored.rev if stored else None
            self._replica.write(Write(key, {"ms": uploaded_ms}, stamp, replaces, expires))
            return uploaded_ms

        return self._replica.retry(f"count file {source}", attempt)
