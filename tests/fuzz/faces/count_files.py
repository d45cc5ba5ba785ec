"""CSV files of stock counts and of stores: every row is loaded or refused with its line."""

import gzip
import io
import random
import tempfile
from pathlib import Path
from typing import Final

from dataload.importing.columns import ColumnOptions, Columns
from dataload.importing.problems import FileRefusedError
from dataload.importing.sheet import open_sheet
from services.domain.csv_source import UnreadableFileError
from services.domain.stock_files.columns import ColumnNames
from services.domain.stock_files.rows import CountFile, CountRow
from tests.fuzz.faces.mutation import text

COUNTS: Final = "store_id,item_id,pieces\n" + "".join(
    f"de-{at},glazed,{at * 7}\n" for at in range(6)
)
STORES: Final = "id,name,market,city\n" + "".join(
    f'{at},"Carte, No. {at}",de,Berlin\n' for at in range(6)
)
_COLUMNS: Final = Columns(required=("id", "name"), optional=("market", "city"))


def case(seed: int) -> str | None:
    """Read a changed file: rows are read or refused, or the file is."""
    dice = random.Random(f"files {seed}")
    counts = dice.random() < 0.5
    changed = COUNTS if counts else STORES
    for _ in range(dice.randrange(1, 5)):
        changed = text(dice, changed)
    content = changed.encode(dice.choice(("utf-8", "utf-8-sig", "utf-16", "latin-1")), "replace")
    if dice.random() < 0.2:
        content = content[: dice.randrange(len(content) + 1)]
    if dice.random() < 0.1:
        content = gzip.compress(content)[: dice.randrange(20, 400)]
    try:
        if counts:
            return _counted(content)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "stores.csv"
            path.write_bytes(content)
            for _ in open_sheet(path, _COLUMNS, ColumnOptions({}, {})).rows:
                pass
    except (UnreadableFileError, FileRefusedError):
        return None
    except Exception as error:  # noqa: BLE001 - any other error is the fault that is looked for
        return f"{content!r}: {error!r}"
    return None


def _counted(content: bytes) -> str | None:
    rows = list(CountFile(io.BytesIO(content), ColumnNames(), 0))
    wrong = [
        one.pieces for one in rows if isinstance(one, CountRow) and not 0 <= one.pieces <= 1_000_000
    ]
    return f"{content!r}: counts {wrong}" if wrong else None
