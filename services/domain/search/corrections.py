"""What the words of a search mean if they are mistyped: cities, states, names, streets."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from services.domain.search.evidence import Evidence, Fit, Subject, exceeds, fitting_stores
from services.domain.search.names import Names
from services.domain.search.spans import spans
from services.domain.search.store_places import StorePlaces
from services.domain.search.typing_mistakes import Steps, similar

_MOST_CORRECTED: Final = 3  # words of a search in which typing mistakes are assumed
_LONGEST_CORRECTED: Final = 2  # words of a name of a place in which mistakes are assumed
_CORRECTION_STEPS: Final = 4000  # of one search, about a microsecond each
# A city that is only also called so counts as much as one of that name if it has twelve times its
# stores: `york` is York, not Toronto, which was called York once.
FAMOUS: Final = math.log(12)
"""How much more a city counts that is the famous one of a name: a difference of weights."""


class Corrections:
    """Corrects the words of searches for stores."""

    def __init__(
        self,
        places: StorePlaces,
        texts: Sequence[Names],
        stores_of_names: Callable[[Names, int, int], Iterable[Iterable[int] | int]],
    ) -> None:
        """Take the words of stores, and make the tables of their letters now.

        Args:
            places: Cities, states and markets of the stores.
            texts: Words of the names of stores, and of streets.
            stores_of_names: Returns the stores of names of `texts`, by their positions.
        """
        self._places = places
        self._texts = texts
        self._stores_of_names = stores_of_names
        for names in (
            places.city_names,
            places.place_names.names,
            places.place_names.area_names,
            *texts,
        ):
            _ = names.letters  # made now, not at the first mistake

    def corrected(
        self,
        words: Sequence[str],
        numbers: Sequence[int],
        mistyped: Sequence[int],
        near: tuple[float, float] | None,
    ) -> dict[int, Evidence]:
        """Return what the words mean if they are mistyped, by the position of the word.

        Words that fit nothing are corrected first, then the names that several words make; and
        names of which there are few before the names of places in all languages, so that the
        steps that one search may take are spent on the likeliest first.

        Args:
            words: The words of a search.
            numbers: By position: how well the word fits each store as it is typed.
            mistyped: Positions of the words that may be mistyped.
            near: Where the reader is: degrees north and east.
        """
        singles = sorted(
            ((at, at + 1) for at in mistyped),
            key=lambda one: (bool(numbers[one[0]]), -len(words[one[0]])),
        )
        several = [
            one
            for one in spans(len(words), _LONGEST_CORRECTED)
            if one[1] - one[0] > 1 and all(at in mistyped for at in range(*one))
        ]
        corrected: dict[int, Evidence] = {}
        steps = Steps(_CORRECTION_STEPS)
        candidates = singles[:_MOST_CORRECTED] + several[:_MOST_CORRECTED]
        largest: dict[tuple[int, int], float] = {}
        for subject, similar_names in (
            (Subject.CITY, self._similar_cities),
            (Subject.AREA, self._similar_areas),
            (Subject.STORE, self._similar_texts),
            (Subject.CITY, self._similar_places),
        ):
            for span in candidates:
                first, last = span
                found = list(similar_names("".join(words[first:last]), last - first, steps))
                if subject is Subject.CITY:
                    weights = [
                        self._places.weight(stores, near)
                        for stores, _ in found
                        if isinstance(stores, Sequence)
                    ]
                    rival = largest.setdefault(span, max(weights, default=math.inf))
                    if last == first + 1:
                        rival = min(rival, _begun(numbers[first], self._places.count))
                    found = [
                        (stores, _famous(fit) if weight - FAMOUS >= rival else fit)
                        for (stores, fit), weight in zip(found, weights, strict=True)
                    ]
                for at in range(first, last):
                    for stores, fit in found:
                        corrected.setdefault(at, Evidence()).add(fit, stores, subject)
        return corrected

    def _similar_cities(
        self, word: str, _: int, steps: Steps
    ) -> Iterator[tuple[Sequence[int], int]]:
        """Yield the stores of the cities that a word may mean, each with the fit of them."""
        count, positions = similar(self._places.city_names, word, steps)
        fit = Fit.ONE_MISTAKE if count == 1 else Fit.TWO_MISTAKES
        for position in positions:
            for stores in self._places.city_stores(position):
                yield stores, fit

    def _similar_areas(
        self, word: str, _: int, steps: Steps
    ) -> Iterator[tuple[Sequence[int], int]]:
        """Yield the stores of the states and countries that a word may mean."""
        count, positions = similar(self._places.place_names.area_names, word, steps)
        for position in positions:
            for area in self._places.areas_named(position, position + 1):
                yield self._places.stores_of(area), _elsewhere(count)

    def _similar_texts(
        self, word: str, words: int, steps: Steps
    ) -> Iterator[tuple[Iterable[int] | int, int]]:
        """Yield the stores of which a single word may mean one of the name or of the street."""
        if words > 1:
            return
        for names in self._texts:
            count, positions = similar(names, word, steps)
            for position in positions:
                for some in self._stores_of_names(names, position, position + 1):
                    yield some, _elsewhere(count)

    def _similar_places(
        self, word: str, _: int, steps: Steps
    ) -> Iterator[tuple[Sequence[int], int]]:
        """Yield the stores of cities that a word may mean in another language."""
        count, positions = similar(self._places.place_names.names, word, steps)
        for position in positions:
            for stores in self._places.other_stores(position):
                yield stores, _elsewhere(count)

    def areas(self, text: str) -> set[str]:
        """Return the states and markets that a mistyped name may mean.

        Args:
            text: Folded words, joined.
        """
        _, positions = similar(self._places.place_names.area_names, text, Steps(_CORRECTION_STEPS))
        return {area for at in positions for area in self._places.areas_named(at, at + 1)}


def _begun(fits: int, stores: int) -> float:
    """Return the logarithm of how many stores a word fits as the beginning of another name.

    It is infinite where the word fits none, or some better.
    """
    if not exceeds(fits, Fit.OTHER_NAME_PART - 1, stores) or exceeds(
        fits, Fit.OTHER_NAME_PART, stores
    ):
        return math.inf
    return math.log(fitting_stores(fits, stores))


def _famous(fit: int) -> int:
    """Return the fit of a mistyped city that has twelve times the stores of what it competes with.

    It is that of a city's own name, or of a beginning: `frankfrut` is Frankfurt am Main, too.
    """
    if fit == Fit.TWO_MISTAKES_ELSEWHERE:
        return Fit.TWO_MISTAKES
    return Fit.ONE_MISTAKE if fit == Fit.ONE_MISTAKE_ELSEWHERE else Fit.OTHER_NAME_PART


def _elsewhere(mistakes: int) -> Fit:
    return Fit.ONE_MISTAKE_ELSEWHERE if mistakes == 1 else Fit.TWO_MISTAKES_ELSEWHERE
