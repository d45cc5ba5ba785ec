"""What the clients read of a document; `web/tests/documents.test.ts` runs the same cases."""

import json
from typing import Any

import pytest

from clients.documents import has_mutation, operations
from tests.support.sources import ROOT

CASES = json.loads((ROOT / "tests/support/operation_documents.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["document"][:40] for case in CASES])
def test_operations_of_a_document(case: dict[str, Any]) -> None:
    found = operations(case["document"], case.get("operation_name"))
    assert [[one.kind, one.name, one.inputs] for one in found] == case["operations"]


def test_the_named_operation_alone_decides_whether_there_is_a_mutation() -> None:
    document = "query Q { a } mutation M { b }"
    assert has_mutation(document)
    assert has_mutation(document, "M")
    assert not has_mutation(document, "Q")
