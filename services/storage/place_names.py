"""Reads the names of places, a file of the program that `python -m dataload.place_names` makes.

Without the file, or with a damaged one, stores are found by the texts of their addresses only.
"""

import functools
import sys
from pathlib import Path
from typing import Final

from services.configuration import tracing
from services.domain import log_lines
from services.domain.search.places import InvalidPlaceNamesError, PlaceNames

FILE: Final = Path(__file__).with_name("place_names.json")


def read(path: Path = FILE) -> PlaceNames:
    """Return the names of places.

    Raises:
        OSError: The file cannot be read.
        InvalidPlaceNamesError: The file is damaged, or of another version.
    """
    import orjson

    text = path.read_bytes()
    try:
        body = orjson.loads(text)
    except ValueError as error:
        raise InvalidPlaceNamesError(f"{path.name} is no JSON: {error}") from error
    return PlaceNames.load(body)


@functools.cache
def of_this_process() -> PlaceNames:
    """Return the names of places; none where they cannot be read, so that search goes on.

    The log has one warning then.
    """
    try:
        return read()
    except (OSError, InvalidPlaceNamesError) as error:
        message = (
            f"search finds no names of other languages: {FILE.name} cannot be read: {error}; "
            "deploy a package that `make setup` was run for"
        )
        sys.stderr.write(log_lines.warning(message, **tracing.of_invocation()))
        return PlaceNames.none()
