"""What ids, texts, numbers, prices, locales and places may be: one rule each, for every way in.

GraphQL mutations, CSV imports and stock files check the values that they write here, so that what
one of them accepts can be edited through the others. Each rule takes the name of a field and a
value, and returns the value in its canonical form or raises `InvalidFieldError`. Documents that
are read back from the table are not checked: a rule may be younger than a document.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

from services.domain.allergens import Allergen
from services.domain.dayparts import Daypart
from services.domain.diets import Diet
from services.domain.errors import CarteError
from services.domain.hours import parse_hours, zone
from services.domain.ids import MAX_ID, is_id
from services.domain.locales import canonical
from services.domain.markets import LOCALES
from services.domain.money import MAX_MINOR
from services.domain.pictures import ITEM_WIDTH, UPLOADS, width_of
from services.domain.week import check_week

MAX_NAME: Final = 100
MAX_CATEGORY_NAME: Final = 80
MAX_DESCRIPTION: Final = 500
MAX_IMAGE_URL: Final = 300
MAX_HOURS: Final = 400  # room for `week.MAX_SPANS` on each day
MAX_CALORIES: Final = 10_000  # kilocalories of a portion
MAX_RANK: Final = 1_000_000
MAX_LINES: Final = 100  # items of one mutation, and of one operation of a count file
MAX_SOLD: Final = 1_000  # pieces of one item in one sale
MAX_DAYS: Final = 100  # that one edit closes or opens
MAX_PIECES: Final = 1_000_000  # of one item in one store; more is a slip of the keyboard

# The subtags of RFC 5646, section 2.1, that texts of menus need: language, script, region.
_LOCALE: Final = re.compile(
    r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?", re.ASCII
)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_REPLACEMENT: Final = "\ufffd"  # what decoders write for bytes that they cannot read
# Categories of Unicode that nobody can read. Characters that this Python does not know yet are no
# such: a phone writes the emoji of the year.
_HIDDEN: Final = frozenset({"Cc", "Cs", "Co"})
# The Unicode Standard, section 23.7: the last two of each plane, and 32 more.
_NONCHARACTERS: Final = frozenset(
    chr(code)
    for code in (
        *range(0xFDD0, 0xFDF0),
        *(plane << 16 | last for plane in range(17) for last in (0xFFFE, 0xFFFF)),
    )
)
# What shows nothing by itself though it is no blank: fillers of Hangul, Braille's empty cell, the
# joiner of graphemes, and the selectors of variants; besides all of category Cf.
_UNSEEN: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0\u034f\u17b4\u17b5") | {
    chr(code) for code in range(0xFE00, 0xFE10)
}
_TAKE_AWAY: Final = "write a text, or take it away with `remove`"
# RFC 3986 without apostrophes: an address goes into attributes of HTML and rules of CSS.
_ADDRESS: Final = re.compile(r"[A-Za-z0-9._~:/?#\[\]!$&()*+,;=%@-]+", re.ASCII)
_DIRECTIONS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

Rule = Callable[[str, Any], Any]


class InvalidFieldError(CarteError, ValueError):
    """A value breaks a rule.

    Attributes:
        field: Name of the field, or of the column, that has the value.
        rule: What is wrong, in the same words for every value that breaks the rule.
        message: What is wrong with this value.
        hint: What to write instead.
    """

    def __init__(self, field: str, rule: str, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.field = field
        self.rule = rule

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


class InvalidFieldsError(CarteError, ValueError):
    """Several values break rules.

    Attributes:
        errors: One for each value.
    """

    def __init__(self, errors: Sequence[InvalidFieldError]) -> None:
        named = "; ".join(f"{one.field}: {one.message}" for one in errors[:5])
        super().__init__(named, errors[0].hint if errors else "")
        self.errors = tuple(errors)


def shown(value: object, limit: int = 60) -> str:
    """Return a value as a message quotes it, bounded in length."""
    text = value if isinstance(value, str) else repr(value)
    return repr(text if len(text) <= limit else text[: limit - 3] + "...")


def checked(rules: Mapping[str, Rule], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values in their canonical form; None, which empties a field, is left as it is.

    Raises:
        InvalidFieldsError: Some values break rules.
    """
    found: dict[str, Any] = {}
    errors: list[InvalidFieldError] = []
    for name, value in values.items():
        try:
            found[name] = None if value is None else rules[name](name, value)
        except InvalidFieldsError as several:
            errors += several.errors
        except InvalidFieldError as error:
            errors.append(error)
    if errors:
        raise InvalidFieldsError(errors)
    return found


def identifier(field: str, value: str) -> str:
    """Return an id of a store, an item or a category; it is fit for a URL, a header and a key."""
    if not is_id(value):
        raise InvalidFieldError(
            field,
            "is no id",
            f"{shown(value)} is no id",
            f"an id is 1 to {MAX_ID} letters A-Z, digits, '.', '_' and '-', "
            "beginning with a letter or digit",
        )
    return value


def text(field: str, value: str, longest: int, *, instead: str = "write a text") -> str:
    """Return a text with blanks trimmed and folded.

    Args:
        field: Name of the field.
        value: The text.
        longest: Characters that it has at most.
        instead: What to do where it is empty.

    Raises:
        InvalidFieldError: The text shows nothing, is longer than `longest` characters, or holds
            characters that cannot be read: controls, surrogates, changes of the writing direction.
    """
    plain = " ".join(value.split())
    if all(one in _UNSEEN or one == " " or unicodedata.category(one) == "Cf" for one in plain):
        raise InvalidFieldError(field, "is empty", "is empty", instead)
    for one in plain:
        if one == _REPLACEMENT:
            raise InvalidFieldError(
                field,
                "was not UTF-8",
                f"{shown(plain)} holds U+FFFD, which stands for bytes that were no UTF-8",
                "save the file, or send the request, as UTF-8",
            )
        if unicodedata.category(one) in _HIDDEN or one in _DIRECTIONS or one in _NONCHARACTERS:
            raise InvalidFieldError(
                field,
                "holds a control character",
                f"{shown(plain)} holds the control character U+{ord(one):04X}",
                "remove that character",
            )
    if len(plain) > longest:
        raise InvalidFieldError(
            field,
            f"is longer than {longest} characters",
            f"{shown(plain)} has {len(plain)} characters; at most {longest} are allowed",
            "shorten it",
        )
    return plain


def whole(field: str, value: int, low: int, high: int) -> int:
    """Return a whole number from `low` to `high`, both included."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        rule = f"is not a whole number from {low} to {high}"
        raise InvalidFieldError(field, rule, f"{shown(value)} {rule}", "write such a number")
    return value


def calories(field: str, value: int) -> int:
    """Return kilocalories of a portion."""
    return whole(field, value, 0, MAX_CALORIES)


def rank(field: str, value: int) -> int:
    """Return a rank: the place in a menu, lower first."""
    return whole(field, value, 0, MAX_RANK)


def pieces(field: str, value: int) -> int:
    """Return pieces that were counted of one item in one store."""
    return whole(field, value, 0, MAX_PIECES)


def sold_pieces(field: str, value: int) -> int:
    """Return pieces of one item in one sale."""
    return whole(field, value, 1, MAX_SOLD)


def price(field: str, value: int) -> int:
    """Return a price in minor units of its currency; 0 is free of charge."""
    return whole(field, value, 0, MAX_MINOR)


def flag(field: str, value: object) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        rule = "is not true or false"
        raise InvalidFieldError(field, rule, f"{shown(value)} {rule}", "write true or false")
    return value


def locale(field: str, value: str) -> str:
    """Return a locale in canonical form (RFC 5646): `FR` gives `fr`, `zh-hant-tw` `zh-Hant-TW`."""
    if not _LOCALE.fullmatch(value):
        raise InvalidFieldError(
            field,
            "is no locale",
            f"{shown(value, 30)} is no locale",
            _languages(),
        )
    return canonical(value)


def language(field: str, value: str) -> str:
    """Return a language that texts of a catalog may have: one in which guests read the site.

    Raises:
        InvalidFieldError: The chain does not have it. Texts in it, which an older version took, are
            read and can be taken away (`localized_texts`).
    """
    tag = locale(field, value)
    if tag not in LOCALES:
        raise InvalidFieldError(
            field,
            "is in a language that the chain does not have",
            f"the chain has no texts in {shown(value, 30)}",
            _languages(),
        )
    return tag


def _languages() -> str:
    return f"languages are {', '.join(LOCALES)}"


def localized_texts(
    field: str, value: Mapping[str, str | None], longest: int
) -> dict[str, str | None]:
    """Return texts by locale; a text of None takes the text of that locale away.

    Texts are in a `language` of the chain; those in any other one can only be taken away.

    Raises:
        InvalidFieldsError: Locales or texts break their rules, or a locale stands there twice.
    """
    texts: dict[str, str | None] = {}
    errors: list[InvalidFieldError] = []
    for written, one in value.items():
        path = f"{field}/{written[:30]}"
        try:
            tag = locale(path, written) if one is None else language(path, written)
            _refuse_twice(path, tag, texts)
            texts[tag] = None if one is None else text(path, one, longest, instead=_TAKE_AWAY)
        except InvalidFieldError as error:
            errors.append(error)
    if errors:
        raise InvalidFieldsError(errors)
    return texts


def _refuse_twice(field: str, tag: str, texts: Mapping[str, str | None]) -> None:
    if tag in texts:
        message = f"locale {tag} stands twice"
        raise InvalidFieldError(field, "stands twice", message, "name each locale once")


def image_url(field: str, value: str) -> str:
    """Return the address of a picture: https, or a path on the site that serves the menus."""
    plain = text(field, value, MAX_IMAGE_URL)
    if not _is_address(plain):
        raise InvalidFieldError(
            field,
            "is no address of a picture",
            f"{shown(plain)} is no address of a picture",
            "write https://host/path, or a path such as /pictures/ring.svg",
        )
    if plain.startswith(UPLOADS) and width_of(plain) != ITEM_WIDTH:
        raise InvalidFieldError(
            field,
            "is no address of an uploaded picture",
            f"{shown(plain)} is no address of an uploaded picture",
            "write the address that createPictureUpload returned, or upload the picture again",
        )
    return plain


def _is_address(plain: str) -> bool:
    if not _ADDRESS.fullmatch(plain):
        return False
    try:
        parts = urlsplit(plain)
        _ = parts.port  # Raises ValueError where it is no port.
    except ValueError:
        return False
    if ".." in parts.path.split("/"):
        return False
    if plain.startswith("/"):
        # Not another host with the scheme of the page, and not what the edge keeps to itself.
        return not plain.startswith(("//", "/_"))
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc


def allergens(field: str, value: Sequence[str]) -> list[str]:
    """Return allergens by their names in `Allergen`, in its order; an empty list states none.

    Names are not guessed: an item that is wrongly free of an allergen harms people.
    """
    known = [one.name for one in Allergen]
    unknown = [one for one in value if one not in known]
    if unknown:
        raise InvalidFieldError(
            field,
            "names an unknown allergen",
            f"{shown(unknown[0])} is no allergen",
            f"write names out of {', '.join(known)}, or none",
        )
    return [one for one in known if one in value]


def diet(field: str, value: str) -> str:
    """Return the name of a `Diet`; nothing is guessed from other words."""
    if value not in Diet.__members__:
        raise InvalidFieldError(
            field,
            "is no known diet",
            f"{shown(value)} is no diet",
            f"write one of {', '.join(Diet.__members__)}, or none where nothing is stated",
        )
    return value


def dayparts(field: str, value: Sequence[str]) -> list[str]:
    """Return dayparts by their names in `Daypart`, in its order; an empty list means always."""
    known = [one.name for one in Daypart]
    unknown = [one for one in value if one not in known]
    if unknown:
        raise InvalidFieldError(
            field,
            "names an unknown daypart",
            f"{shown(unknown[0])} is no daypart",
            f"write names out of {', '.join(known)}, or none for always",
        )
    return [one for one in known if one in value]


def opening_hours(field: str, value: str) -> str:
    """Return opening hours that `hours.parse_hours` reads and `week.check_week` accepts."""
    return _hours(field, value, lambda plain: check_week(parse_hours(plain)))


def readable_hours(field: str, value: str) -> str:
    """Return opening hours that `hours.parse_hours` reads: what a store may have from before."""
    return _hours(field, value, parse_hours)


def _hours(field: str, value: str, check: Callable[[str], object]) -> str:
    plain = text(field, value, MAX_HOURS)
    try:
        check(plain)
    except ValueError as error:
        raise InvalidFieldError(
            field, "are no opening hours", str(error), "write them like Mo-Fr 07:00-20:00; Su off"
        ) from error
    return plain


def time_zone(field: str, value: str) -> str:
    """Return the name of a time zone of the IANA database."""
    plain = text(field, value, 60)
    try:
        zone(plain)
    except ValueError as error:
        raise InvalidFieldError(
            field, "is no time zone", str(error), "write a name such as Europe/Paris"
        ) from error
    return plain


def calendar_day(field: str, value: str) -> str:
    """Return a day of the calendar, such as `2026-12-24` (ISO 8601)."""
    try:
        if _DAY.fullmatch(value):
            return date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    raise InvalidFieldError(
        field,
        "is no day",
        f"{shown(value, 30)} is no day of the calendar",
        "write it like 2026-12-24",
    )


def calendar_days(field: str, value: Sequence[str]) -> list[str]:
    """Return days of the calendar in their order, each once; at most `MAX_DAYS`."""
    if len(value) > MAX_DAYS:
        raise InvalidFieldError(
            field,
            f"names more than {MAX_DAYS} days",
            f"names {len(value)} days; at most {MAX_DAYS} are allowed at once",
            "spread them over several edits, or close the store for good until it opens again",
        )
    return sorted({calendar_day(field, one) for one in value})


def degrees(field: str, value: float, bound: float) -> float:
    """Return degrees (WGS 84) from -bound to bound."""
    if isinstance(value, bool) or not -bound <= value <= bound:  # also refuses NaN
        rule = f"is not from {-bound:g} to {bound:g}"
        raise InvalidFieldError(
            field, rule, f"{shown(f'{value:.12g}')} {rule}", "write degrees, WGS 84"
        )
    return float(value)


def latitude(field: str, value: float) -> float:
    """Return a latitude in degrees."""
    return degrees(field, value, 90)


def longitude(field: str, value: float) -> float:
    """Return a longitude in degrees."""
    return degrees(field, value, 180)


def text_of(longest: int) -> Rule:
    """Return the rule of a text with so many characters at most."""
    return lambda field, value: text(field, value, longest)


def texts_of(longest: int) -> Rule:
    """Return the rule of a localized text with so many characters at most."""
    return lambda field, value: localized_texts(field, value, longest)


ASSORTMENT_RULES: Final[Mapping[str, Rule]] = {"price": price, "listed": flag, "rank": rank}

ITEM_RULES: Final[Mapping[str, Rule]] = {
    "category": identifier,
    "names": texts_of(MAX_NAME),
    "descriptions": texts_of(MAX_DESCRIPTION),
    "image_url": image_url,
    "price": price,
    "allergens": allergens,
    "diet": diet,
    "calories": calories,
    "standard": flag,
    "dayparts": dayparts,
    "rank": rank,
    "withdrawn": flag,
}

CATEGORY_RULES: Final[Mapping[str, Rule]] = {
    "names": texts_of(MAX_CATEGORY_NAME),
    "rank": rank,
    "withdrawn": flag,
}

STORE_RULES: Final[Mapping[str, Rule]] = {
    "name": text_of(120),
    "street": text_of(200),
    "city": text_of(100),
    "state": text_of(60),
    "postal_code": text_of(20),
    "time_zone": time_zone,
    "hours": opening_hours,
    "latitude": latitude,
    "longitude": longitude,
    "closed_days": calendar_days,
    "open_days": calendar_days,
    "closed_from": calendar_day,
    "hidden": flag,
}
