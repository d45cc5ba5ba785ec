"""Edits under a condition: what a person saw of a document is still what is there.

A register that another person set meanwhile would be overwritten by somebody who never saw its
value. Within a region the condition is exact; two regions that take edits at once cannot know of
each other, and what is lost then is listed as a conflict (`documents.journal`).
"""

from collections.abc import Mapping
from typing import Any

from services.domain.register import Register


def changed_entries(
    registers: Mapping[str, Register[Any]], expected: Mapping[str, str | None]
) -> list[str]:
    """Return the entries that are not as they were seen, in the order in which they are expected.

    Args:
        registers: Entry to its register, as they are now.
        expected: Entry to the text of the stamp that was seen; None: there was no value.
    """
    return [
        entry
        for entry, seen in expected.items()
        if (None if entry not in registers else str(registers[entry].stamp)) != seen
    ]
