"""Edits on the condition that a document is still what its editor saw."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import strawberry

from graphql_schema.context import Context
from graphql_schema.mutations.errors import ChangedMeanwhileError, InvalidValueError
from graphql_schema.mutations.running import ExpectationError, RefusedError
from graphql_schema.stamps import moment
from services.domain.expectations import Entries, changed_entries
from services.domain.register import Register
from services.domain.stamp import InvalidStampError, Stamp
from services.storage.keys import Key

MAX_EXPECTED: Final = 300
"""Entries of one input; more than any edit sets."""
_SHOWN: Final = 10  # errors
_LOOKED_AT: Final = 20  # entries for which the journal is asked, two reads each
_EXPECTED: Final = "expected"
_AGAIN: Final = "look at it, then send the edit again with its stamp in `expected`"
_NOTHING: Final = "look again, then send the edit with null as its stamp in `expected`"


@strawberry.input(description="What the client saw of an entry of the document.")
class ExpectedEntryInput:
    entry: str = strawberry.field(
        description="Its name, such as `names/fr` of a catalog item, `glazed-ring/price` of what a "
        "store sells, or the name of a role."
    )
    stamp: str | None = strawberry.field(
        default=None, description="Stamp of the value that it saw. Null: there was no value."
    )


def expected() -> Any:
    """Return the field of what the client saw."""
    return strawberry.field(
        default=strawberry.UNSET,
        description="What the client saw. Where an entry was set since, nothing is changed, and "
        "`ChangedMeanwhileError` says by whom. Default: whatever is there is replaced.",
    )


def refuse_changed(
    context: Context,
    document: Key,
    registers_of: Callable[[], Mapping[str, Register[Any]]],
    expected: Sequence[ExpectedEntryInput] | None,
    entries: Entries | None = None,
) -> None:
    """Refuse an edit of a document that is not what its editor saw.

    Args:
        context: The context of the request.
        document: The key of the document, by whose journal the other editor is named.
        registers_of: Returns entry to register, as the document has them now; called where the
            input expects something.
        expected: What the input expects; None: anything.
        entries: The entries that the document can have; None: names are not checked.

    Raises:
        ExpectationError: Entries were set meanwhile.
        RefusedError: Too many are expected, one twice, or one that the document cannot have.
    """
    if not expected:  # null, empty, or left out
        return
    if len(expected) > MAX_EXPECTED:
        message = f"expected holds at most {MAX_EXPECTED} entries, not {len(expected)}"
        raise RefusedError(InvalidValueError(message=message, path=[_EXPECTED]))
    registers = registers_of()
    wrong = [*_misnamed(expected, registers, entries)]
    if wrong:
        raise RefusedError(*wrong[:_SHOWN])
    stamps = {one.entry: one.stamp for one in expected}
    changed = [
        entry
        for number, entry in enumerate(changed_entries(registers, stamps))
        if number >= _LOOKED_AT
        or not _is_same_edit(context, document, registers.get(entry), stamps[entry])
    ]
    if changed:
        raise ExpectationError(
            *(
                changed_meanwhile(
                    context,
                    document,
                    entry,
                    found := registers.get(entry),
                    path=_EXPECTED,
                    then=_NOTHING if found is None else _AGAIN,
                )
                for entry in changed[:_SHOWN]
            )
        )


def _is_same_edit(
    context: Context, document: Key, register: Register[Any] | None, seen: str | None
) -> bool:
    """Return whether an entry has what was seen, by a later application of the same operation.

    A client whose first region did not answer repeats the operation in another one, and sees the
    stamp of that. Where the first region carries the request out after all, as after a thaw, the
    entry gets that stamp, and nobody changed it. What the journal does not show here counts as
    changed: the client looks again.

    Args:
        context: The context of the request.
        document: The key of the document that has the entry.
        register: What is there now; None: nothing.
        seen: The stamp that the client saw; None: there was no value.
    """
    if register is None or seen is None:
        return False
    try:
        before = context.services.journals.entry(document, Stamp.parse(seen))
    except InvalidStampError:
        return False
    now = None if before is None else context.services.journals.entry(document, register.stamp)
    if before is None or now is None or before.operation_id != now.operation_id:
        return False
    # Two inputs under one id are a fault of the client, and two edits.
    first, later = (
        [(change.entry, change.value) for change in one.changes] for one in (before, now)
    )
    return bool(first) and first == later


def conditions_of(expected: Sequence[ExpectedEntryInput] | None) -> dict[str, str | None] | None:
    """Return entry to stamp of what an input expects, by which a retry is known; None: nothing."""
    return {str(one.entry): one.stamp for one in expected} if expected else None


def _misnamed(
    expected: Sequence[ExpectedEntryInput],
    registers: Mapping[str, Register[Any]],
    entries: Entries | None,
) -> Iterator[InvalidValueError]:
    """Yield the errors of entries that stand twice, or that the document cannot have.

    A misspelled name would be an entry without a value, and so as it was seen, whatever happened.
    """
    names: set[str] = set()
    for at, one in enumerate(expected):
        path, shown = [_EXPECTED, str(at), "entry"], repr(one.entry[:64])
        if one.entry in names:
            message = f"entry {shown} stands twice; name each entry once"
            yield InvalidValueError(message=message, path=path)
        elif entries is not None and one.entry not in registers and not entries.has(one.entry):
            message = f"there is no entry {shown}; entries are {entries.named}"
            yield InvalidValueError(message=message, path=path)
        names.add(one.entry)


def changed_meanwhile(
    context: Context,
    document: Key,
    entry: str,
    register: Register[Any] | None,
    *,
    path: str,
    then: str,
) -> ChangedMeanwhileError:
    """Return the error that an entry was set meanwhile.

    Args:
        context: The context of the request.
        document: The key of the document that has the entry.
        entry: Its name.
        register: What is there now; None: nothing, as where another region is behind.
        path: The field of the input that says what the client saw.
        then: What to do next, for people.
    """
    shown = entry[:64]
    if register is None:
        return ChangedMeanwhileError(
            message=f"{shown} has no value in this region; {then}",
            path=[path],
            entry=shown,
            value=None,
            stamp=None,
            author=None,
            at=None,
            region=None,
        )
    stamp = register.stamp
    author = context.services.journals.author(document, stamp)
    return ChangedMeanwhileError(
        message=f"{author or 'an unknown author'} set {shown} at {moment(stamp):%Y-%m-%d %H:%M} "
        f"UTC; {then}",
        path=[path],
        entry=shown,
        value=json.dumps(register.value, ensure_ascii=False),
        stamp=str(stamp),
        author=author,
        at=moment(stamp),
        region=stamp.region,
    )
