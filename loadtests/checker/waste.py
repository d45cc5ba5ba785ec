"""Rules for waste: it is on record once, as it was sent, and out of the figures once taken back."""

from collections.abc import Iterator, Mapping

from loadtests.checker.findings import Violation, distinct
from loadtests.checker.history import Attempt, CheckOperation, History, OperationOutcome
from loadtests.checker.region_state import RegionState, TakenBack
from services.domain.documents.journal import RECORD_WASTE, TAKE_BACK_WASTE
from services.domain.waste import standing
from services.storage import keys


def check_waste(history: History, regions: Mapping[str, RegionState]) -> list[Violation]:
    """Acknowledged waste is on record once, unknown at most once, refused never; as it was sent."""
    outcomes = history.outcomes()
    found = [
        one
        for region, state in regions.items()
        for operation in _of_action(history, RECORD_WASTE)
        for one in _of_operation(operation, outcomes[operation.id], state, region)
    ]
    return distinct(found)


def check_taking_back(history: History, regions: Mapping[str, RegionState]) -> list[Violation]:
    """Waste is out of the figures where an acknowledged operation took it back; refused ones never.

    A record that somebody took back was seen, so it is there. Two operations may take one record
    back: the second one leaves nothing of its own.
    """
    outcomes = history.outcomes()
    found: list[Violation] = []
    for region, state in regions.items():
        out = {one for taken in state.taken_back.values() for one in taken}
        for operation in _of_action(history, TAKE_BACK_WASTE):
            mine = state.taken_back.get(operation.id, set())
            found += _of_taking_back(operation, outcomes[operation.id], mine, out, region)
        found += [
            Violation("lost", f"waste {one.waste}", f"was taken back, and {region} has no record")
            for one in sorted(out)
            if not state.waste.get(one.waste)
        ]
    return distinct(found)


def check_known_waste(history: History, regions: Mapping[str, RegionState]) -> list[Violation]:
    """Check that no region refuses to take back what it had recorded itself by then.

    A region where another one's record has not arrived may refuse to take it back.
    """
    attempts = history.by_operation()
    found = []
    for operation in _of_action(history, TAKE_BACK_WASTE):
        waste = str(operation.input["wasteId"])
        recorded = {
            record.region for state in regions.values() for record in state.waste.get(waste, ())
        }
        known = {
            region: min(ended)
            for region in recorded
            if (ended := [one.ended for one in _acknowledged(attempts.get(waste, ()), region)])
        }
        found += [
            Violation(
                "refused",
                operation.id,
                f"{one.region} refused it: {one.why}, although it had acknowledged {waste}",
                (operation.id, waste),
            )
            for one in attempts.get(operation.id, ())
            if is_refused_as_unknown(operation, one) and one.sent > known.get(one.region, one.sent)
        ]
    return distinct(found)


def is_refused_as_unknown(operation: CheckOperation, attempt: Attempt) -> bool:
    """Return whether a region refused to take waste back of which it has no record (yet)."""
    refused = (attempt.outcome, attempt.why) == ("refused", "InvalidValueError")
    return refused and operation.action == TAKE_BACK_WASTE


def _of_action(history: History, action: str) -> list[CheckOperation]:
    return [one for one in history.operations.values() if one.action == action]


def _acknowledged(attempts: "list[Attempt] | tuple[()]", region: str) -> list[Attempt]:
    return [one for one in attempts if (one.region, one.outcome) == (region, "ok")]


def _of_taking_back(
    operation: CheckOperation,
    outcome: OperationOutcome,
    mine: set[TakenBack],
    out: set[TakenBack],
    region: str,
) -> Iterator[Violation]:
    store = operation.document.pk.removeprefix(keys.STORE_PREFIX)
    sent = TakenBack(store, str(operation.input["day"]), str(operation.input["wasteId"]))
    subject = f"{operation.document.pk} taking back {operation.id}"
    detail = f"of {sent} was {outcome}, and {region} has {sorted(mine)} of it"
    if mine and outcome == "refused":
        yield Violation("refused", subject, detail, (operation.id, sent.waste))
    elif outcome == "ok" and sent not in out:
        yield Violation("lost", subject, detail, (operation.id, sent.waste))
    if mine - {sent}:
        yield Violation("arithmetic", subject, detail, (operation.id, sent.waste))


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
