"""Rule for waste: the figures have what was thrown away once, as it was sent."""

from collections.abc import Iterator, Mapping

from loadtests.checker.findings import Violation, distinct
from loadtests.checker.history import CheckOperation, History, OperationOutcome
from loadtests.checker.region_state import RegionState
from services.domain.documents.journal import RECORD_WASTE
from services.domain.waste import standing


def check_waste(history: History, regions: Mapping[str, RegionState]) -> list[Violation]:
    """Acknowledged waste is on record once, unknown at most once, refused never; as it was sent."""
    outcomes = history.outcomes()
    found = [
        one
        for region, state in regions.items()
        for operation in history.operations.values()
        if operation.action == RECORD_WASTE
        for one in _of_operation(operation, outcomes[operation.id], state, region)
    ]
    return distinct(found)


def _of_operation(
    operation: CheckOperation, outcome: OperationOutcome, state: RegionState, region: str
) -> Iterator[Violation]:
    records = standing(state.waste.get(operation.id, ()))
    subject = f"{operation.document.pk} waste {operation.id}"
    detail = f"was {outcome}, and {region} has it {len(records)} times on record: {records}"
    if records and outcome == "refused":
        yield Violation("refused", subject, detail, (operation.id,))
    elif len(records) > 1:
        yield Violation("duplicated", subject, detail, (operation.id,))
    elif len(records) < (outcome == "ok"):
        yield Violation("lost", subject, detail, (operation.id,))
    for record in records:
        pieces = {line.item_id: line.pieces for line in record.lines}
        sent = (operation.input.get("day"), operation.input.get("reason"), dict(operation.sold))
        if (record.day.isoformat(), record.reason.value, pieces) != sent:
            yield Violation("arithmetic", subject, f"was sent as {sent}; {detail}", (operation.id,))
