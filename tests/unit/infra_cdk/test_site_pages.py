"""Which paths are pages of the site: the cases that CloudFront's function passes in Node, too."""

import json
from pathlib import Path

from infra_cdk.site_pages import GRAPHIQL, INDEX, NOT_FOUND, SiteAnswer, answer_of

PATHS = json.loads(
    (Path(__file__).parents[2] / "support" / "site_paths.json").read_text(encoding="utf-8")
)
STORES = PATHS["stores"]


def test_pages_are_the_index_page() -> None:
    for path in PATHS["pages"]:
        assert answer_of(path, STORES) == SiteAnswer(INDEX), path
    assert answer_of("/graphiql/", STORES) == SiteAnswer(GRAPHIQL)


def test_other_paths_and_stores_that_do_not_exist_are_not_found() -> None:
    for path in PATHS["unknown"]:
        assert answer_of(path, STORES) == SiteAnswer(NOT_FOUND, found=False), path


def test_an_id_in_another_case_leads_to_its_spelling() -> None:
    for path, location in PATHS["moved"].items():
        assert answer_of(path, STORES).location == location


def test_files_stay_files() -> None:
    for path in PATHS["files"]:
        assert answer_of(path, STORES) == SiteAnswer(path)


def test_every_store_is_known_without_a_list() -> None:
    assert answer_of("/store/US-1", None) == SiteAnswer(INDEX)
    assert answer_of("/store/US-1", {}) == SiteAnswer(NOT_FOUND, found=False)
