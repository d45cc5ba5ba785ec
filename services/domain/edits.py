"""Edits of documents: pure functions from a document and new values to the next document.

Mutations, CSV imports and stock files edit through these functions, so one set of rules holds for
all of them: values are checked by `validation`, what is left out stays as it is, and a value of
None empties a field that may be empty. Each function also returns the registers that it set, with
the stamp of what each of them replaced: that is how concurrent edits are recognised later.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from services.domain import closing
from services.domain.closures import CLOSED_FROM, with_defaults
from services.domain.documents.assortment import Assortment
from services.domain.documents.catalog import LOCALIZED, CatalogDraft
from services.domain.documents.journal import Change
from services.domain.documents.profile import StoreProfile
from services.domain.markets import MARKETS
from services.domain.publishing import CATEGORY_PREFIX
from services.domain.register import Register
from services.domain.stamp import Stamp
from services.domain.validation import (
    ASSORTMENT_RULES,
    CATEGORY_RULES,
    ITEM_RULES,
    STORE_RULES,
    InvalidFieldError,
    InvalidFieldsError,
    checked,
    identifier,
    language,
    readable_hours,
    shown,
)

__all__ = [
    "STORE_CLEARABLE",
    "edit_assortment",
    "edit_category",
    "edit_draft",
    "edit_item",
    "edit_store",
    "edited_fields",
    "new_item",
    "unknown_item",
    "unknown_market",
]

# Below every real stamp: what a store sells before anyone edits must never beat an edit.
_ORIGIN: Final = Stamp(0, "origin")

STORE_CLEARABLE: Final = ("street", "state", "postal_code", CLOSED_FROM, closing.CLOSED_DAYS)
"""Fields of a store that an edit may empty, and a file of stores with the word `none`."""

CLEARABLE: Final = frozenset({"price", "rank", "calories", "image_url", "diet"})
"""Fields that an edit may empty; price only in an assortment, where the catalog's holds then."""


def edited_fields(values: Mapping[str, Any], clear: Collection[str] = ()) -> dict[str, Any]:
    """Return what an edit sets: null is no change, and what is to be emptied is named.

    Clients write null for what they do not know (saleor#13694, strawberry#3779), so null empties
    nothing.

    Args:
        values: Field to value as a client or a file gives it.
        clear: Names of fields to empty.

    Raises:
        InvalidFieldError: A field is both set and emptied.
    """
    found = {name: value for name, value in values.items() if value is not None}
    for name in clear:
        if name in found:
            raise InvalidFieldError(
                name, "is set and emptied", "is set and emptied at once", "choose one"
            )
    return found | dict.fromkeys(clear)


def unknown_item(item_id: str, market: str) -> InvalidFieldError:
    """Return the error of an item that a market's published catalog does not have."""
    return InvalidFieldError(
        item_id,
        "is not in the market's catalog",
        f"the catalog of {market} has no item {item_id[:64]!r}",
        "write the id of an item of the published catalog",
    )


def edit_assortment(
    current: Assortment | None,
    store_id: str,
    lines: Mapping[str, Mapping[str, Any]],
    standard: Iterable[str],
    stamp: Stamp,
    *,
    again: bool = True,
) -> tuple[Assortment, tuple[Change, ...]]:
    """Set properties of items in a store's assortment.

    Args:
        current: None where the store sold the standard range so far.
        store_id: The store's id.
        lines: Item id to {property: value}; a price or rank of None takes the catalog's.
        standard: Ids of the standard range. The first edit of a store writes it down, so that a
            store that changes one price goes on selling the rest.
        stamp: The stamp of the edit.
        again: As in `register.assign`.

    Raises:
        InvalidFieldsError: Values break the rules of `validation`.
    """
    lines = {item: _checked_line(item, properties) for item, properties in lines.items()}
    if current is None or not current.lines:
        listed = {
            item: {"listed": Register(value=True, stamp=_ORIGIN)} for item in sorted(standard)
        }
        current = Assortment(store_id, listed)
    edited = current.assign(lines, stamp, again=again)
    changes = [
        Change(f"{item}/{name}", value, _stamp(current.lines.get(item, {}).get(name)))
        for item, properties in sorted(lines.items())
        for name, value in sorted(properties.items())
        if edited.lines[item][name].stamp == stamp
    ]
    return edited, tuple(changes)


def _checked_line(item_id: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    try:
        found = checked(ASSORTMENT_RULES, properties)
        _refuse_empty(found)
    except InvalidFieldsError as error:
        raise InvalidFieldsError([_within(item_id, one) for one in error.errors]) from error
    return found


def _within(item_id: str, error: InvalidFieldError) -> InvalidFieldError:
    return InvalidFieldError(f"{item_id}/{error.field}", error.rule, error.message, error.hint)


def _refuse_empty(values: Mapping[str, Any], clearable: Collection[str] = CLEARABLE) -> None:
    errors = [
        InvalidFieldError(name, "cannot be empty", f"{name} cannot be empty", "leave it out")
        for name, value in values.items()
        if value is None and name not in clearable
    ]
    if errors:
        raise InvalidFieldsError(errors)


def edit_draft(
    current: CatalogDraft | None,
    market: str,
    item_id: str,
    fields: Mapping[str, Any],
    stamp: Stamp,
    *,
    again: bool = True,
    rank: int | None = None,
) -> tuple[CatalogDraft, tuple[Change, ...]]:
    """Set fields of the draft of a catalog item, or of a category (`category:<id>`).

    Args:
        current: None where there is no draft yet; a new one gets the fields of `new_item` as well.
        market: Id of the market.
        item_id: Id of the item, or of the category with its prefix.
        fields: DRAFT_FIELDS to values; texts as {locale: text}, where a text of None takes one
            away; calories, diet, rank and image_url of None become empty.
        stamp: The stamp of the edit.
        again: As in `register.assign`.
        rank: The rank of a new draft that is given none.

    Raises:
        InvalidFieldsError: Values break the rules of `validation`; or a text is taken away whose
            language neither the chain nor the draft has.
    """
    is_category = item_id.startswith(CATEGORY_PREFIX)
    try:
        identifier("id", item_id.removeprefix(CATEGORY_PREFIX) if is_category else item_id)
    except InvalidFieldError as error:
        raise InvalidFieldsError([error]) from error
    fields = checked(CATEGORY_RULES if is_category else ITEM_RULES, fields)
    _refuse_empty(fields, CLEARABLE - {"price"})
    draft = current or CatalogDraft(market, item_id, {})
    _refuse_removals(draft, fields)
    if not draft.registers:
        new = {} if is_category else new_item(item_id)
        # At a stamp below every real one: of two people who create an item at once in two regions,
        # what one of them says must not lose to what the other left out.
        draft = draft.assign(new | ({} if rank is None else {"rank": rank}), _ORIGIN)
    edited = draft.assign(fields, stamp, again=again)
    changes = [
        Change(f"{item_id}/{name}", register.value, _stamp(draft.registers.get(name)))
        for name, register in edited.registers.items()
        if register.stamp == stamp
    ]
    return edited, tuple(changes)


def edit_item(
    current: CatalogDraft | None,
    market: str,
    item_id: str,
    fields: Mapping[str, Any],
    stamp: Stamp,
) -> tuple[CatalogDraft, tuple[Change, ...]]:
    """Set fields of the draft of a catalog item; arguments and the result are `edit_draft`'s.

    Raises:
        InvalidFieldError: The id is no item's; a category's draft is not edited as an item.
        InvalidFieldsError: Values break the rules of `validation`.
    """
    identifier("id", item_id)
    return edit_draft(current, market, item_id, fields, stamp)


def edit_category(
    current: CatalogDraft | None,
    market: str,
    category_id: str,
    fields: Mapping[str, Any],
    stamp: Stamp,
) -> tuple[CatalogDraft, tuple[Change, ...]]:
    """Set fields of the draft of a category; arguments and the result are `edit_draft`'s.

    Raises:
        InvalidFieldsError: Values break the rules of `validation`, or the edit takes the last name
            away, or makes a category without one. One that lost its names to edits in two regions
            takes other edits; it is not published (`compile_catalog`).
    """
    edited, changes = edit_draft(current, market, CATEGORY_PREFIX + category_id, fields, stamp)
    is_nameless = current is not None and bool(current.registers) and not current["names"]
    if not edited["names"] and not is_nameless:
        error = InvalidFieldError(
            "names", "is missing", "a category needs a name", "give it a name in any language"
        )
        raise InvalidFieldsError([error])
    return edited, changes


def new_item(item_id: str) -> dict[str, Any]:
    """Return the fields of a new item that an edit need not give; allergens are none of them."""
    return {
        "image_url": f"/pictures/{item_id}.svg",
        "calories": None,
        "standard": True,
        "dayparts": [],
        "withdrawn": False,
    }


def edit_store(
    current: StoreProfile | None,
    store_id: str,
    fields: Mapping[str, Any],
    stamp: Stamp,
    *,
    derived_zone: str | None = None,
    again: bool = False,
) -> tuple[StoreProfile, tuple[Change, ...]]:
    """Set fields of a store's profile, close it or open it again, or create the store.

    What is left out stays as it is, except for what follows from another field: a store that
    moved is in the time zone of its new place, and a store of another market has the hours of that
    market, until somebody gives others.

    Args:
        current: None where there is no such store yet.
        store_id: The store's id.
        fields: Field of the profile to value; `market` must be given for a new store. Closures are
            given as `closing.registers_of` reads them.
        stamp: The stamp of the edit.
        derived_zone: The time zone of the coordinates; None where they say nothing.
        again: As in `register.assign`.

    Raises:
        InvalidFieldsError: Values break the rules of `validation` or `closing`, or a new store
            lacks a field.
    """
    market = fields.get("market")
    if market is not None and market not in MARKETS:
        raise InvalidFieldsError([unknown_market("market", market)])
    profile = current or StoreProfile(store_id, {})
    rules = {"market": _as_it_is, **STORE_RULES}
    if "hours" in fields and fields["hours"] == profile["hours"]:
        # An older version may have taken them: a file that repeats them is not refused for it.
        rules["hours"] = readable_hours
    fields = checked(rules, fields)
    _refuse_empty(fields, STORE_CLEARABLE)
    closures = closing.registers_of(profile.values(), fields, stamp)
    if closures:
        profile = StoreProfile(store_id, with_defaults(profile.registers))
    fields = {name: fields[name] for name in fields if name not in closing.FIELDS} | closures
    place = ("latitude", "longitude")
    moved = any(name in fields and profile[name] != fields[name] for name in place)
    if derived_zone is not None and (moved or profile["time_zone"] is None):
        fields.setdefault("time_zone", derived_zone)
    is_elsewhere = market is not None and profile["market"] != market
    if "hours" not in fields and market is not None and (profile["hours"] is None or is_elsewhere):
        fields["hours"] = MARKETS[market].hours
    # A document has all of its fields, also those that nobody gave.
    for name in ("street", "state", "postal_code"):
        if name not in profile.registers:
            fields.setdefault(name, None)
    edited = profile.assign(fields, stamp, again=again)
    _refuse_incomplete(edited)
    changes = [
        Change(name, register.value, _stamp(profile.registers.get(name)))
        for name, register in edited.registers.items()
        if register.stamp == stamp
    ]
    return edited, tuple(changes)


def unknown_market(field: str, value: str) -> InvalidFieldError:
    """Return the error of a market that does not exist."""
    known = ", ".join(MARKETS)
    message = f"{shown(value, 20)} is no market"
    return InvalidFieldError(field, "is no market", message, f"markets are {known}")


def _as_it_is(_: str, value: Any) -> Any:
    return value


def _refuse_incomplete(profile: StoreProfile) -> None:
    needed = ("name", "market", "city", "latitude", "longitude", "time_zone", "hours")
    errors = [
        InvalidFieldError(name, "is missing", f"a new store needs {name}", f"give it a {name}")
        for name in needed
        if profile[name] is None
    ]
    if errors:
        raise InvalidFieldsError(errors)


def _refuse_removals(draft: CatalogDraft, fields: Mapping[str, Any]) -> None:
    """Refuse to take texts away that there never were, in languages that the chain does not have.

    Taking one away leaves a register behind: without this a draft would grow by one for each tag
    that somebody thinks of. What an item needs is decided when it is published (`problems_of`).

    Raises:
        InvalidFieldsError: Such a text is taken away.
    """
    errors: list[InvalidFieldError] = []
    for field in LOCALIZED:
        taken = [tag for tag, text in (fields.get(field) or {}).items() if text is None]
        for tag in taken:
            path = f"{field}/{tag}"
            if path not in draft.registers:
                try:
                    language(path, tag)
                except InvalidFieldError as error:
                    errors.append(error)
    if errors:
        raise InvalidFieldsError(errors)


def _stamp(register: Register[Any] | None) -> Stamp | None:
    return None if register is None else register.stamp
