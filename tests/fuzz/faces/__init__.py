"""What strangers, files, tables and streams can hand to carte: one module for each face.

A face makes a case from a seed and returns what went wrong, or None. `FACES` lists them all.
"""

from collections.abc import Callable
from typing import Final

from tests.fuzz.faces import (
    bytes_of_http,
    compiled,
    count_files,
    documents,
    edge_bytes,
    events,
    menus,
    operations,
    records,
)

Face = Callable[[int], str | None]

FACES: Final[dict[str, Face]] = {
    "compiled": compiled.case,
    "operations": operations.case,
    "http": bytes_of_http.case,
    "edge": edge_bytes.case,
    "events": events.case,
    "files": count_files.case,
    "documents": documents.case,
    "menus": menus.case,
    "records": records.case,
}
