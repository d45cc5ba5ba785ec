"""Violations that the rules of a check find."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal[
    "lost",
    "unequal",
    "duplicated",
    "resurrected",
    "stale",
    "arithmetic",
    "answers",
    "refused",
    "unlisted",
    "unfounded",
]
KINDS: Final[tuple[Kind, ...]] = (
    "lost",
    "unequal",
    "duplicated",
    "resurrected",
    "stale",
    "arithmetic",
    "answers",
    "refused",
    "unlisted",
    "unfounded",
)


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken promise of consistency.

    Attributes:
        kind: `lost`: an acknowledged effect is gone; `unequal`: regions differ; `duplicated`: an
            operation counts twice; `resurrected`: what was taken off a menu is back; `stale`: a
            client did not see its own write, or saw time go back; `arithmetic`: numbers do not add
            up; `answers`: a retry got another answer; `refused`: a refusal that should not
            have been, or that had an effect; `unlisted`: a lost edit is not in `editConflicts`;
            `unfounded`: one that was not lost is.
        subject: The entry of the document, or the operation.
        detail: What was expected and what is.
        operations: Ids of the operations concerned; their history explains it.
    """

    kind: Kind
    subject: str
    detail: str
    operations: tuple[str, ...] = ()


def counts(violations: Iterable[Violation]) -> dict[str, int]:
    """Return the number of violations of each kind, zeros included."""
    found = Counter(violation.kind for violation in violations)
    return {kind: found[kind] for kind in KINDS}


def distinct(violations: Iterable[Violation]) -> list[Violation]:
    """Keep one violation per kind and subject, because several regions show the same one."""
    return list({(one.kind, one.subject): one for one in reversed(list(violations))}.values())[::-1]
