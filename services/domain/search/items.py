"""The index of the words of a catalog's items: which items fit a search, the best first."""

import heapq
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from services.domain.allergens import Allergen
from services.domain.memo import Memo
from services.domain.search.allergen_names import EXCLUDING, NAMES
from services.domain.search.cursors import InvalidCursorError, decoded, encoded
from services.domain.search.evidence import Evidence, StoreBlocks, as_array, as_number, summed
from services.domain.search.exclusions import parts_of, wish
from services.domain.search.folding import FoldedTokens
from services.domain.search.names import Names
from services.domain.search.pages import MAX_WORDS, TooManyWordsError
from services.domain.search.typing_mistakes import Steps, similar

if TYPE_CHECKING:
    from services.domain.documents.catalog import CatalogVersion

_INSIDE: Final = 4  # fewest letters of a word that is looked for within others: `karamell`
_STEM: Final = 4  # fewest letters of a word without its ending
_ENDING: Final = 2  # most letters of an ending: `chocolates`, `himbeeren`
_LONG_STEM: Final = 6  # fewest letters of a stem whose ending has three: `oliebollen`
_PART_OF_COMPOUND: Final = 4  # fewest letters of each part: `schokoladen` and `donut`
_PREFIX_OF_TEXTS: Final = 3  # fewest letters that begin a word of a description
_SPAN: Final = 5  # most words of a name that is compared as a whole
_MOST_PARTS: Final = 12  # parts of Japanese words of one search
_CORRECTION_STEPS: Final = 3000  # of one search, about a microsecond each
# Descriptions have so many words that a short one is near to some: `pizza` to a pinch, `pizca`.
_CORRECTED_IN_TEXTS: Final = 7  # fewest letters
_REPLACED_IN_CATEGORIES: Final = 6  # fewest letters with a wrong one: `fries` is not `frías`
_MOST: Final = 255  # of a fit: one byte
_KNOWN: Final = frozenset(allergen.value for allergen in Allergen)


class ItemFit(IntEnum):
    """What of an item a word fits, from the weakest to the strongest; 0 is no fit.

    A search has at most twelve parts of words, and their fits are added up in one byte.
    """

    TWO_MISTAKES_ELSEWHERE = 1
    ONE_MISTAKE_ELSEWHERE = 2
    TWO_MISTAKES = 3
    TEXT_INSIDE = 5
    TEXT_PART = 6
    ALLERGEN = 7
    TEXT_WORD = 8
    ONE_MISTAKE = 9
    CATEGORY_PART = 10
    CATEGORY_WORD = 12
    NAME_INSIDE = 13
    NAME_PART = 14
    NAME_STEM = 15
    NAME_WORD = 17
    NAME = 21


class ItemPage(NamedTuple):
    """Some of the items that fit, the best first.

    Attributes:
        items: Id of each item of this page, with its cursor.
        total: How many items fit in all.
        has_next: Whether more come after this page.
        has_previous: Whether some come before it.
        without: The allergens that none of the items has, because the search excluded them.
        not_understood: What the search excludes and is the name of no allergen. There is no item
            then.
    """

    items: list[tuple[str, str]]
    total: int
    has_next: bool
    has_previous: bool
    without: tuple[Allergen, ...]
    not_understood: tuple[str, ...]


class ItemIndex:
    """The words of all items of one catalog version, in all of its languages; immutable."""

    def __init__(self, catalog: "CatalogVersion") -> None:
        """Index the items of a catalog.

        Args:
            catalog: A published catalog, of at most `publishing.MAX_ITEMS` items.
        """
        items = catalog.items
        self.count = len(items)
        self._ids = [item.id for item in items]
        self._numbers = {item_id: number for number, item_id in enumerate(self._ids)}
        self._allergens = [frozenset(item.allergens) for item in items]
        tokens = FoldedTokens()
        self._names, self._whole_names = _indexed(
            ((number, text) for number, item in enumerate(items) for text in _texts(item.names)),
            tokens,
        )
        headings = catalog.categories
        self._categories, _ = _indexed(
            (
                (number, text)
                for number, item in enumerate(items)
                for text in (item.category, item.id, *_texts(headings.get(item.category, {})))
            ),
            tokens,
        )
        self._texts, _ = _indexed(
            (
                (number, text)
                for number, item in enumerate(items)
                for text in _texts(item.descriptions)
            ),
            tokens,
        )
        self._blocks = {
            id(names): StoreBlocks(names.all_numbers, self.count)
            for names in (self._names, self._categories, self._texts)
        }

    def page(
        self,
        text: str,
        *,
        first: int,
        after: str | None,
        without: Iterable[Allergen] = (),
        sold: Collection[str] | None = None,
    ) -> ItemPage:
        """Return items that fit each word of a text, or where there is none, most of its words.

        A word fits an item by its names, its category or its descriptions in any language, by the
        allergens that it has, and where nothing fits, by what is meant if the word is mistyped.
        Words such as "without nuts" exclude items instead. A blank text fits every item; one
        without any letter or digit fits none.

        Args:
            text: What was typed.
            first: The most items to return.
            after: The cursor of the item before the page.
            without: Allergens that no item may have.
            sold: Ids of the items to choose from; None: all.

        Raises:
            InvalidCursorError: `after` is no cursor of a search of items.
            TooManyWordsError: The text has more than `MAX_WORDS` different words to find.
        """
        query = wish(text)
        if len(query.words) > MAX_WORDS:
            raise TooManyWordsError(
                f"text has {len(query.words)} different words; leave at most {MAX_WORDS}"
            )
        start = None if after is None else _place(after)
        excluded = query.without.union(without)
        shown = tuple(one for one in Allergen if one in excluded)
        if query.not_understood:
            return ItemPage([], 0, False, False, shown, query.not_understood)
        if query.words:
            fits = self._with_optional(self._fits(query.words), query.optional)
        else:
            every = bool(excluded) or not text.strip()
            fits = bytes((1 if every else 0,)) * self.count
        may = self._chosen({allergen.value for allergen in excluded}, sold)
        ranks = [(-fit, number) for number, fit in enumerate(fits) if fit and may(number)]
        behind = ranks
        if start is not None:
            last = self._rank(start, fits)
            behind = [rank for rank in ranks if rank > last]
        found = heapq.nsmallest(first + 1, behind)
        return ItemPage(
            [(self._ids[at], encoded(self._ids[at], (fit, at))) for fit, at in found[:first]],
            len(ranks),
            len(found) > first,
            start is not None,
            shown,
            (),
        )

    def _rank(self, start: tuple[str, int, int], fits: bytes) -> tuple[int, int]:
        """Return the rank after which a page begins: that of its item now, or else as it was."""
        item_id, fit, number = start
        now = self._numbers.get(item_id)
        if now is not None and fits[now]:
            return -fits[now], now
        return fit, number

    def _chosen(
        self, excluded: Collection[str], sold: Collection[str] | None
    ) -> Callable[[int], bool]:
        """Return whether an item may be shown, as a function of its number.

        An item with an allergen of a name that this version does not have is not known to be
        without any.
        """
        allergens, ids = self._allergens, self._ids

        def chosen(number: int) -> bool:
            if sold is not None and ids[number] not in sold:
                return False
            if not excluded:
                return True
            has = allergens[number]
            return has.isdisjoint(excluded) and has <= _KNOWN

        return chosen

    def _fits(self, words: Sequence[str]) -> bytes:
        """Return how well each item fits all words, or where none does, most of them."""
        parts = [part for word in words for part in self._segmented(word)][:_MOST_PARTS]
        gathered = [self._evidence(word) for word in parts]
        self._add_whole_names(parts, gathered)
        arrays = [evidence.array(self.count) for evidence in gathered]
        fits = as_array(summed(map(as_number, arrays), self.count), self.count)
        weak = [max(fit, default=0) <= ItemFit.TEXT_WORD for fit in arrays]
        if any(fits) and not any(weak):
            return fits
        steps = Steps(_CORRECTION_STEPS)
        for word, evidence, corrected in zip(parts, gathered, weak, strict=True):
            if corrected or not any(weak):
                self._add_corrections(word, evidence, steps)
        arrays = [evidence.array(self.count) for evidence in gathered]
        fits = as_array(summed(map(as_number, arrays), self.count), self.count)
        return fits if any(fits) else self._most(arrays)

    def _with_optional(self, fits: bytes, words: Sequence[str]) -> bytes:
        """Return fits, of which those of items with an optional word in their name are better."""
        better = bytearray(fits)
        for word in words:
            for number in self._names.find(word):
                if 0 < better[number] < _MOST:
                    better[number] += 1
        return bytes(better)

    def _most(self, arrays: Sequence[bytes | bytearray]) -> bytes:
        """Return the sum of fits of the items that fit the most words, more than half of them."""
        counts = [sum(map(bool, fits)) for fits in zip(*arrays, strict=True)]
        most = max(counts, default=0)
        if 2 * most <= len(arrays):
            return bytes(self.count)
        return bytes(
            sum(fits[number] for fits in arrays) if count == most else 0
            for number, count in enumerate(counts)
        )

    def _segmented(self, word: str) -> list[str]:
        """Return a word, or the parts of it where no text has it: `schokoladen`, `donut`."""
        if self._is_in_texts(word):
            return [word]
        if not word.isascii():
            return parts_of(word) or [word]
        for cut in range(_PART_OF_COMPOUND, len(word) - _PART_OF_COMPOUND + 1):
            head, tail = word[:cut], word[cut:]
            heading = self._categories.position(tail), self._names.position(tail)
            if heading != (None, None) and self._is_in_texts(head):
                return [head, tail]
        return [word]

    def _is_in_texts(self, word: str) -> bool:
        """Return whether a word, or what it is in another number or case, is within any text."""
        all_names = self._names, self._categories, self._texts
        return any(next(names.holding(word), None) is not None for names in all_names) or any(
            names.position(stem) is not None for stem in _stems(word) for names in all_names
        )

    def _evidence(self, word: str) -> Evidence:
        named, held = NAMES.get((word,)), EXCLUDING.get((word,))
        evidence = Evidence()
        described = Evidence() if held else evidence
        long = len(word) >= _PREFIX_OF_TEXTS or not word.isascii()
        self._add(evidence, self._categories, word, ItemFit.CATEGORY_PART, ItemFit.CATEGORY_WORD)
        self._add(evidence, self._names, word, ItemFit.NAME_PART, ItemFit.NAME_WORD)
        if long:
            self._add(described, self._texts, word, ItemFit.TEXT_PART, ItemFit.TEXT_WORD)
        # Not for `nuts` within `donuts`.
        if not named and (len(word) >= _INSIDE or not word.isascii()):
            for names, fit, to in (
                (self._names, ItemFit.NAME_INSIDE, evidence),
                (self._texts, ItemFit.TEXT_INSIDE, described),
                (self._categories, ItemFit.CATEGORY_PART, evidence),
            ):
                for position in names.holding(word):
                    to.add(fit, names.numbers(position, position + 1))
        for stem in _stems(word):
            evidence.add(ItemFit.NAME_STEM, self._names.find(stem))
            evidence.add(ItemFit.CATEGORY_PART, self._categories.find(stem))
            described.add(ItemFit.TEXT_PART, self._texts.find(stem))
        if not held:
            return evidence
        # `No nuts involved` and `notes of roasted almond` are no nuts: the descriptions of items
        # that declare none do not count.
        has = {allergen.value for allergen in held}
        declaring = [at for at, one in enumerate(self._allergens) if not one.isdisjoint(has)]
        if named:
            evidence.add(ItemFit.ALLERGEN, declaring)
        fits = described.array(self.count)
        for fit in {*fits} - {0}:
            evidence.add(fit, [at for at in declaring if fits[at] == fit])
        return evidence

    def _add(
        self, evidence: Evidence, names: Names, word: str, part: ItemFit, whole: ItemFit
    ) -> None:
        """Add the items of which a word begins a word of their texts, or is one."""
        for some in self._blocks[id(names)].stores(*names.bounds(*names.with_prefix(word))):
            evidence.add(part, some)
        evidence.add(whole, names.find(word))

    def _add_whole_names(self, words: Sequence[str], gathered: Sequence[Evidence]) -> None:
        """Add the items of which several words in a row are the whole name."""
        for first in range(len(words)):
            for last in range(first + 1, min(len(words), first + _SPAN) + 1):
                numbers = self._whole_names.find("".join(words[first:last]))
                for evidence in gathered[first:last]:
                    evidence.add(ItemFit.NAME, numbers)

    def _add_corrections(self, word: str, evidence: Evidence, steps: Steps) -> None:
        """Add the items that a word fits if it is mistyped."""
        elsewhere = ItemFit.ONE_MISTAKE_ELSEWHERE, ItemFit.TWO_MISTAKES_ELSEWHERE
        for names, fits in (
            (self._names, (ItemFit.ONE_MISTAKE, ItemFit.TWO_MISTAKES)),
            (self._categories, elsewhere),
            (self._texts, elsewhere),
        ):
            if names is self._texts and len(word) < _CORRECTED_IN_TEXTS:
                continue
            mistakes, positions = similar(names, word, steps)
            for position in positions:
                if names is self._categories and _is_another_word(word, names[position]):
                    continue
                evidence.add(fits[mistakes - 1], names.numbers(position, position + 1))


def index_of(catalog: "CatalogVersion") -> ItemIndex:
    """Return the index of a catalog version, which is made at its first search and kept with it."""
    kept: Memo[None, ItemIndex] = catalog.search_index
    return kept.get_or_make(None, lambda: ItemIndex(catalog))


def _place(cursor: str) -> tuple[str, int, int]:
    """Return the item id, the fit and the number that a cursor names.

    Raises:
        InvalidCursorError: The text is no cursor of a search of items.
    """
    item_id, rank = decoded(cursor)
    if rank is None:
        raise InvalidCursorError("the cursor is of another list; leave `after` out")
    return item_id, *rank


def _is_another_word(word: str, name: str) -> bool:
    """Return whether a short word with a wrong letter is rather a word of its own."""
    short = len(word) < _REPLACED_IN_CATEGORIES
    return short and len(word) == len(name) and sorted(word) != sorted(name)


def _stems(word: str) -> Iterator[str]:
    """Yield a word without its last letters: what it is in another number or case."""
    if not word.isascii():
        return
    if word.endswith("ies"):
        yield word[:-3] + "y"
    longest = _ENDING + (len(word) - _ENDING - 1 >= _LONG_STEM)
    for cut in range(1, longest + 1):
        if len(word) - cut >= _STEM:
            yield word[:-cut]


def _texts(localized: Mapping[str, str]) -> Iterator[str]:
    for text in localized.values():
        if isinstance(text, str):
            yield text


def _indexed(texts: Iterable[tuple[int, str]], tokens: FoldedTokens) -> tuple[Names, Names]:
    """Return the words of texts, and the texts as one word each, with the numbers of items."""
    words: defaultdict[str, set[int]] = defaultdict(set)
    wholes: defaultdict[str, set[int]] = defaultdict(set)
    for number, text in texts:
        folded = tokens.words(text)
        for word in folded:
            words[word].add(number)
        wholes["".join(folded)].add(number)
    return (
        Names.of({word: sorted(numbers) for word, numbers in words.items()}),
        Names.of({name: sorted(numbers) for name, numbers in wholes.items() if name}),
    )
