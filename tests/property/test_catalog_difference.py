"""A difference of catalogs leaves nothing out: applied to the first one it gives the second."""

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.catalogs.content import NOTHING, CatalogContent, ItemContent
from services.domain.catalogs.difference import (
    CatalogDifference,
    DifferenceKind,
    FieldDifference,
    difference,
)

texts = st.dictionaries(st.sampled_from(("en", "de", "fr")), st.sampled_from(("x", "y")))
items = st.builds(
    ItemContent,
    category=st.sampled_from((None, "one", "two")),
    names=texts,
    descriptions=texts,
    image_url=st.sampled_from((None, "/a.svg")),
    price=st.none() | st.integers(0, 2),
    allergens=st.sampled_from((None, (), ("EGG",), ("EGG", "MILK"))),
    calories=st.none() | st.integers(0, 1),
    standard=st.booleans(),
    dayparts=st.sampled_from(((), ("LUNCH",))),
)
contents = st.builds(
    CatalogContent,
    st.permutations(("one", "two")).flatmap(
        lambda ids: st.tuples(*(texts for _ in ids)).map(
            lambda names: dict(zip(ids, names, strict=True))
        )
    ),
    st.lists(st.tuples(st.sampled_from("abcd"), items), max_size=4).map(dict),
)


def set_texts(texts: Mapping[str, str], changes: list[FieldDifference]) -> dict[str, str]:
    after = dict(texts)
    for change in changes:
        assert after.get(str(change.locale)) == change.before
        after.pop(str(change.locale), None)
        if change.after is not None:
            after[str(change.locale)] = change.after
    return after


def applied(before: CatalogContent, found: CatalogDifference) -> dict[str, ItemContent]:
    """The items of the second catalog, made from the first one and the difference."""
    after = dict(before.items)
    for one in found.items:
        if one.kind is DifferenceKind.WITHDRAWN:
            del after[one.item_id]
            continue
        assert (one.kind is DifferenceKind.ADDED) == (one.item_id not in before.items)
        content = before.items.get(one.item_id, NOTHING)
        for change in one.fields:
            if change.locale is None:
                assert getattr(content, change.field) == change.before
                content = replace(content, **{change.field: change.after})
        names = [change for change in one.fields if change.field == "names"]
        others = [change for change in one.fields if change.field == "descriptions"]
        content = replace(content, names=set_texts(content.names, names))
        content = replace(content, descriptions=set_texts(content.descriptions, others))
        after[one.item_id] = content
    return after


@given(contents, contents)
@settings(max_examples=300)
def test_a_difference_leads_from_one_catalog_to_the_other(
    before: CatalogContent, after: CatalogContent
) -> None:
    found = difference(before, after)
    assert applied(before, found) == dict(after.items)
    names = {key: dict(value) for key, value in before.categories.items()}
    for one in found.categories:
        names[one.category_id] = set_texts(names.get(one.category_id, {}), list(one.names))
    assert names == {key: dict(value) for key, value in after.categories.items()}


@given(contents, contents)
@settings(max_examples=300)
def test_there_is_no_difference_exactly_where_guests_see_the_same(
    before: CatalogContent, after: CatalogContent
) -> None:
    same = (
        before == after
        and list(before.items) == list(after.items)
        and list(before.categories) == list(after.categories)
    )
    assert bool(difference(before, after)) == (not same)
    assert not difference(before, before)


@given(contents, contents)
def test_the_way_back_names_the_same_items(before: CatalogContent, after: CatalogContent) -> None:
    there, back = difference(before, after), difference(after, before)
    assert {one.item_id for one in there.items} == {one.item_id for one in back.items}
    assert there.reordered == back.reordered
