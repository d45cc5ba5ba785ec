"""What a guest cannot eat, in words: read as excluded, or not understood, and never looked for."""

import pytest

from services.domain.allergens import Allergen
from services.domain.search.exclusions import wish

NUTS = {Allergen.NUTS, Allergen.PEANUT}


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("can't eat nuts", NUTS),
        ("can\u2019t have milk or eggs", {Allergen.MILK, Allergen.EGG}),
        ("cannot eat eggs", {Allergen.EGG}),
        ("I can not eat fish", {Allergen.FISH}),
        ("don't want nuts", NUTS),
        ("doesn't contain soy", {Allergen.SOY}),
        ("must not contain peanuts", {Allergen.PEANUT}),
        ("sem glúten", {Allergen.GLUTEN}),
    ],
)
def test_what_must_not_be_in_it_is_excluded(text: str, without: set[Allergen]) -> None:
    found = wish(text)
    assert found.without == without
    assert found.not_understood == ()


@pytest.mark.parametrize("text", ["sem leite", "без орехов", "utan nötter", "can't eat"])
def test_an_exclusion_that_names_no_known_allergen_is_not_understood(text: str) -> None:
    assert wish(text).not_understood


@pytest.mark.parametrize("text", ["canned fruit", "doughnut", "can do", "candied ring"])
def test_other_words_exclude_nothing(text: str) -> None:
    found = wish(text)
    assert (found.without, found.not_understood) == (frozenset(), ())
