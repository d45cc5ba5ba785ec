"""Records of imported count files, the newest first: for the chain, and for each store in a file.

A record is written when an import ends, by the region that took the file, under keys that no other
import has; writing it again, after a file was delivered again, replaces it. One is written before
the last attempt begins, too: it is listed from the time at which the attempt has ended in any case.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from services.domain.stamp import unix_ms
from services.storage import keys
from services.storage.keys import Key
from services.storage.replica import Replica, Stored, Write

MAX_STORES: Final = 100  # of a file of more stores, only the chain has a record
MAX_LISTED: Final = 50  # refused rows of a record, and unknown ones; the report in S3 has more
_RETENTION_S: Final = 90 * 24 * 3600  # as long as the bucket keeps files and reports
_RUNNING_UNTIL: Final = "runningUntilMs"  # in a record: until then it is not listed
_NEWEST: Final = 10**13 - 1  # milliseconds that 13 digits hold


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """One import of a file.

    Attributes:
        cursor: Its place in the list.
        report: What the report says, with fewer rows listed.
    """

    cursor: str
    report: Mapping[str, Any]


class StockImportRepository:
    """Writes and lists records of imports."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def record(
        self,
        upload_id: str,
        uploaded_ms: int,
        report: Mapping[str, Any],
        stores: Iterable[str],
        *,
        only: str | None = None,
        running_until_ms: int | None = None,
    ) -> None:
        """Write the record of an import.

        Args:
            upload_id: Id of the upload.
            uploaded_ms: When it was uploaded, Unix milliseconds.
            report: What became of the file.
            stores: Ids of the stores that its rows are about. The record of a store lists the rows
                about that store alone.
            only: The only store that the file may count; its record lists all rows.
            running_until_ms: Until when the import may still be under way, Unix milliseconds: until
                then nothing of it is listed, unless another record replaces this one. None: it has
                ended.

        Raises:
            ContentionError: Others wrote the same records, every time.
        """
        place = f"{_NEWEST - uploaded_ms:013d}#{upload_id}"
        expires = uploaded_ms // 1000 + _RETENTION_S
        whole = _shortened(report)
        if running_until_ms is not None:
            whole[_RUNNING_UNTIL] = running_until_ms
        self._write(keys.stock_import(None, place), whole, expires)
        if only is not None:
            self._write(keys.stock_import(only, place), whole, expires)
            return
        of_stores = list(islice(stores, MAX_STORES + 1))
        for store_id in of_stores if len(of_stores) <= MAX_STORES else ():
            self._write(keys.stock_import(store_id, place), _shortened(report, store_id), expires)

    def _write(self, key: Key, body: Mapping[str, Any], expires: int) -> None:
        def attempt() -> None:
            stored = self._replica.get(key, consistent=True)
            if stored is not None and stored.body == body:
                return
            stamp = self._replica.next_stamp(stored, None)
            replaces = stored.rev if stored else None
            self._replica.write(Write(key, dict(body), stamp, replaces, expires))

        self._replica.retry(f"{key.pk} / {key.sk}", attempt)

    def page(
        self, store_id: str | None, first: int, after: str | None
    ) -> tuple[list[ImportRecord], bool]:
        """Return some records and whether there are more, the newest upload first.

        Those of imports that are under way are left out.

        Args:
            store_id: The store that files counted; None: all files of the chain.
            first: The most records to return.
            after: The cursor of the record before the page.
        """
        partition = keys.stock_import(store_id, "").pk
        found: Iterable[Stored] = self._replica.onward(partition, after or "0")
        now = unix_ms()
        ended = (row for row in found if row.body.get(_RUNNING_UNTIL, 0) <= now)
        rows: Sequence[Stored] = list(
            islice((row for row in ended if row.key.sk != after), first + 1)
        )
        return [ImportRecord(row.key.sk, row.body) for row in rows[:first]], len(rows) > first


def _shortened(report: Mapping[str, Any], store_id: str | None = None) -> dict[str, Any]:
    """Return a report with fewer rows listed: of one store, where `store_id` is given."""
    short = dict(report)
    for name in ("problems", "unknownRows"):
        rows = list(short.get(name, ()))
        listed = [row for row in rows if store_id in {None, row.get("storeId")}][:MAX_LISTED]
        left_out = short.get(f"{name}LeftOut", 0) + len(rows) - len(listed)
        short |= {name: listed, f"{name}LeftOut": left_out}
    return short
