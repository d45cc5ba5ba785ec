"""The findings of the reconciler in a replica: of one page, one run or a whole pass."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from services.domain.stamp import Stamp
from services.storage.keys import Key

EXAMPLES: Final = 20
_AHEAD: Final = "ahead: "


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
        ahead: Documents with an edit or a sale whose stamp no clock that is followed can have made
            yet, for each page. They are no findings: they lack nothing and can be changed.
        examples: The first findings, one line each.
    """

    entries: int = 0
    operations: int = 0
    documents: int = 0
    found: Counter[str] = field(default_factory=Counter)
    repaired: int = 0
    ahead: int = 0
    examples: list[str] = field(default_factory=list)
    _examples_ahead: list[str] = field(default_factory=list)

    @property
    def left(self) -> int:
        """Findings that were not repaired."""
        return self.found.total() - self.repaired

    @property
    def shown(self) -> list[str]:
        """What is shown of it: `EXAMPLES` lines at most, findings first."""
        return [*self.examples, *self._examples_ahead][:EXAMPLES]

    def add(self, kind: str, key: Key, what: str) -> None:
        """Note one finding."""
        self.found[kind] += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(f"{kind}: {key.pk} / {key.sk}: {what}")

    def note_ahead(self, key: Key, stamp: Stamp) -> None:
        """Note a document with a stamp far ahead, the highest one."""
        self.ahead += 1
        if len(self._examples_ahead) < EXAMPLES:
            self._examples_ahead.append(f"{_AHEAD}{key.pk} / {key.sk}: {stamp}")

    def add_all(self, other: Mapping[str, Any]) -> None:
        """Add the findings of another run, as `to_json` returned them."""
        self.entries += other["entries"]
        self.operations += other["operations"]
        self.documents += other["documents"]
        self.found.update(other["found"])
        self.repaired += other["repaired"]
        self.ahead += other.get("ahead", 0)
        for one in other["examples"]:
            examples = self._examples_ahead if one.startswith(_AHEAD) else self.examples
            if len(examples) < EXAMPLES:
                examples.append(one)

    def to_json(self) -> dict[str, Any]:
        """Return the findings as JSON values."""
        return {
            "entries": self.entries,
            "operations": self.operations,
            "documents": self.documents,
            "found": dict(sorted(self.found.items())),
            "repaired": self.repaired,
            "ahead": self.ahead,
            "examples": self.shown,
        }
