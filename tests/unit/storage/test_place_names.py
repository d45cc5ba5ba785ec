"""The file of place names: read, damaged, missing."""

import json
from pathlib import Path

import pytest

from services.domain.documents.directory import DirectoryEntry
from services.domain.search.index import StoreIndex
from services.domain.search.places import InvalidPlaceNamesError
from services.storage import place_names

PARIS = DirectoryEntry("fr-1", "fr", "Nation", "Paris", "75011", "Rue 1", 48.85, 2.39)


def found(index: StoreIndex, search: str) -> int:
    return index.page(market=None, search=search, first=5, after=None).total


def test_it_says_where_its_names_come_from_and_under_which_licenses() -> None:
    text = json.loads(place_names.FILE.read_text(encoding="utf-8"))["license"]
    assert "GeoNames" in text
    assert "CC BY 4.0" in text
    assert "CLDR" in text


def test_a_city_is_found_in_other_languages() -> None:
    assert found(StoreIndex([PARIS], place_names.of_this_process), "parigi") == 1


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "{}", '{"layout": 99}'])
def test_without_the_file_or_with_a_damaged_one_addresses_are_found(
    text: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "place_names.json"
    path.write_text(text)
    with pytest.raises(InvalidPlaceNamesError):
        place_names.read(path)
    monkeypatch.setattr(place_names.read, "__defaults__", (path,))
    index = StoreIndex([PARIS], place_names.of_this_process.__wrapped__)
    assert [found(index, text) for text in ("paris", "france", "75011")] == [1, 1, 1]
    assert found(index, "parigi") == 0
    (warning,) = map(json.loads, capsys.readouterr().err.splitlines())
    assert warning["level"] == "WARNING"
    assert "place_names.json cannot be read" in warning["message"]
    path.unlink()
    assert found(StoreIndex([PARIS], place_names.of_this_process.__wrapped__), "paris") == 1
