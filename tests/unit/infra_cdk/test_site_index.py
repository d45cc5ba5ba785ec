"""The files of the site that list the stores: bounded, in all languages, whole or not at all."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from infra_cdk.site_index import LANGUAGES, spellings, write
from services.domain.ids import is_id

ROOT = Path(__file__).parents[3]
ORIGIN = "https://menus.example.com"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


def locations(file: Path) -> list[str]:
    # S314: written by the code under test.
    return [one.text or "" for one in ET.parse(file).iter(f"{MAP}loc")]  # noqa: S314


def test_the_languages_are_those_of_the_site() -> None:
    source = (ROOT / "web" / "src" / "i18n" / "language.ts").read_text(encoding="utf-8")
    listed = re.search(r"LANGUAGES = \[(.*)\]", source)
    assert listed
    assert tuple(re.findall(r'"(\w+)"', listed[1])) == LANGUAGES


def test_a_chain_of_31_000_stores_is_in_bounded_sitemaps(tmp_path: Path) -> None:
    stores = {f"us-{number:05}": True for number in range(31_000)}
    write(stores, ORIGIN, tmp_path)
    public = tmp_path / "public"
    named = locations(public / "sitemap.xml")
    files = [public / one.removeprefix(ORIGIN + "/") for one in named]
    # CloudFront compresses files of at most 10 MB.
    assert all(0 < file.stat().st_size < 10_000_000 for file in files)
    assert sum(len(locations(file)) for file in files) == len(stores) + 3
    assert f"Sitemap: {ORIGIN}/sitemap.xml" in (public / "robots.txt").read_text()
    assert (tmp_path / "stores.json").stat().st_size < 5_000_000, "the limit of a KeyValueStore"


def test_a_store_has_its_address_in_each_language(tmp_path: Path) -> None:
    write({"ie-00001": True, "Ie-2": False}, ORIGIN, tmp_path)
    # S314: written by the code under test.
    found = ET.parse(tmp_path / "public" / "sitemaps" / "stores-1.xml")  # noqa: S314
    assert [one.text for one in found.iter(f"{MAP}loc")] == [f"{ORIGIN}/store/ie-00001"]
    assert {one.get("hreflang"): one.get("href") for one in found.iter(LINK)} == {
        code: f"{ORIGIN}/store/ie-00001?lang={code}" for code in LANGUAGES
    }
    pairs = json.loads((tmp_path / "stores.json").read_text())["data"]
    known = {one["key"]: one["value"] for one in pairs}
    assert {key: value for key, value in known.items() if is_id(key)} == {
        "ie-00001": "ie-00001",
        "ie-2": "Ie-2",
        "Ie-2": "Ie-2",
    }
    assert len(known) == 4, "with the key that says that the list was filled"


def test_sitemaps_of_a_larger_chain_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra_cdk.site_index._STORES_A_FILE", 1)
    write({"a": True, "b": True}, ORIGIN, tmp_path)
    write({"a": True}, ORIGIN, tmp_path)
    sitemaps = tmp_path / "public" / "sitemaps"
    assert sorted(one.name for one in sitemaps.iterdir()) == ["pages.xml", "stores-1.xml"]


def test_stores_whose_ids_differ_in_case_alone_keep_their_own_pages() -> None:
    assert spellings(["Twin", "twin", "A"]) == {
        "Twin": "Twin",
        "twin": "twin",
        "A": "A",
        "a": "A",
    }
