"""Keys of uploaded count files: who may count what is decided when the key is given out.

A file that a store's manager uploads lies below the folder of that store, and counts that store
alone, whatever its rows say.
"""

import re
from typing import Final

from services.domain import validation
from services.domain.ids import is_id
from services.domain.validation import InvalidFieldError, shown

DELIVERIES: Final = 5  # of the message about an upload, before it is given up
ARRIVALS: Final = "counts/"
AUTHOR: Final = "author"  # metadata of an uploaded object: the subject of the uploader's token
MAX_BYTES: Final = 100 * 1024 * 1024  # of one upload
VALID_S: Final = 300  # seconds in which an upload must begin
CONTENT_TYPES: Final = (
    *("text/csv", "text/plain", "text/tab-separated-values", "application/csv"),
    *("application/vnd.ms-excel", "application/gzip", "application/x-gzip"),
    "application/octet-stream",
)
_OF_STORE: Final = f"{ARRIVALS}stores/"
_OF_FORM: Final = re.compile(
    re.escape(_OF_STORE) + "(?P<store>[^/]+)/(?P<operation>[^/]+)/.+", re.DOTALL
)
_OF_CHAIN: Final = f"{ARRIVALS}chain/"
_MAX_NAME: Final = 120  # characters of a file's name
_UNSAFE: Final = re.compile(r"[^\w .()+@-]")


def upload_key(store_id: str | None, operation_id: str, file_name: str) -> str:
    """Return the key under which a file is uploaded.

    Args:
        store_id: The only store that the file may count; None: any.
        operation_id: Of the mutation that gives the key out; a retry gets the same key.
        file_name: The file's name, of which the last part is kept.

    Raises:
        InvalidFieldError: The name is empty or cannot be read.
    """
    plain = validation.text("fileName", file_name.replace("\\", "/").rpartition("/")[2], 1_000)
    name = _UNSAFE.sub("_", plain)[-_MAX_NAME:].strip(". ") or "file"
    folder = f"{_OF_STORE}{store_id}" if store_id is not None else _OF_CHAIN.rstrip("/")
    return f"{folder}/{operation_id}/{name}"


def store_of(key: str) -> str | None:
    """Return the only store that the file under a key may count; None: any.

    A file that was put into `counts/stores/` without the folders of `upload_key` is any file.
    """
    found = _OF_FORM.fullmatch(key)
    return found["store"] if found and is_id(found["store"]) else None


def copies_within(key: str) -> str:
    """Return in what files of the same content are copies of each other.

    A form of a store is for one upload: what comes by it again is a copy. Another form with the
    same content is another count: `12` at noon and `12` again after baking. Files of the chain
    come from programs, which send them again, to several regions and under several names.
    """
    found = _OF_FORM.fullmatch(key)
    return f"{found['store']}/{found['operation']}" if found and store_of(key) is not None else ""


def content_type(value: str) -> str:
    """Return the type of an upload's content.

    Raises:
        InvalidFieldError: Files of counts have no such type.
    """
    plain = value.partition(";")[0].strip().casefold() or CONTENT_TYPES[0]
    if plain not in CONTENT_TYPES:
        raise InvalidFieldError(
            "contentType",
            "is no type of a count file",
            f"{shown(value)} is no type of a count file",
            f"types are {', '.join(CONTENT_TYPES)}",
        )
    return plain
