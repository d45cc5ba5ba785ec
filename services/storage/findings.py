"""The findings of the reconciler in a replica: of one page, one run or a whole pass."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from services.storage.keys import Key

EXAMPLES: Final = 20


@dataclass(slots=True)
class ReconcilerFindings:
    """Counts and examples, over any number of pages.

    Attributes:
        entries: Journal entries that were read.
        operations: Operation records that were read.
        documents: Comparisons of a document with what a page proves about it; a document whose
            evidence lies in several pages is compared with each.
        found: Kind of finding to how many.
        repaired: How many findings were repaired; 0 in a dry run.
        examples: The first findings, one line each.
    """

    entries: int = 0
    operations: int = 0
    documents: int = 0
    found: Counter[str] = field(default_factory=Counter)
    repaired: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def left(self) -> int:
        """Findings that were not repaired."""
        return self.found.total() - self.repaired

    def add(self, kind: str, key: Key, what: str) -> None:
        """Note one finding."""
        self.found[kind] += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(f"{kind}: {key.pk} / {key.sk}: {what}")

    def add_all(self, other: Mapping[str, Any]) -> None:
        """Add the findings of another run, as `to_json` returned them."""
        self.entries += other["entries"]
        self.operations += other["operations"]
        self.documents += other["documents"]
        self.found.update(other["found"])
        self.repaired += other["repaired"]
        self.examples = [*self.examples, *other["examples"]][:EXAMPLES]

    def to_json(self) -> dict[str, Any]:
        """Return the findings as JSON values."""
        return {
            "entries": self.entries,
            "operations": self.operations,
            "documents": self.documents,
            "found": dict(sorted(self.found.items())),
            "repaired": self.repaired,
            "examples": self.examples,
        }
