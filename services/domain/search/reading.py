"""Reads what a guest types to find a store: the words that count, and those that only link them."""

import re
import unicodedata
from typing import Final, NamedTuple

from services.domain.search.folding import folded_words, is_unspaced, spelled_out_words

# What stands for a hyphen between digits: the prolonged sound mark of Japanese keyboards and the
# numeral one that looks like it, dashes, the minus sign, and the wave dash.
_DASHES: Final = re.compile(
    r"(?<=\d)\s{0,2}[-\u30fc\u4e00\u2010-\u2015\u2212\u301c~\u00ad]\s{0,2}(?=\d)"
)
# The letters of international license plates that people of Europe write before postal codes.
_PLATES: Final = {"d": "germany", "f": "france", "i": "italy", "e": "spain"}
_PLATED: Final = re.compile(r"\b([dfie])\s?-\s?(?=\d{5}\b)", re.IGNORECASE)
_PIAZZA: Final = re.compile(r"\bp\.\s?za\b", re.IGNORECASE)


def _words(texts: str) -> frozenset[str]:
    return frozenset(
        word for text in texts.split() for word in (*folded_words(text), *spelled_out_words(text))
    )


_NOUNS: Final = _words(
    "carte donut donuts doughnut doughnuts dona donas rosquilla rosquillas beignet beignets "
    "krapfen ciambella ciambelle ドーナツ ドーナッツ ドーナツ屋 ドーナツショップ 甜甜圈 甜甜圈店 "
    "도넛 도넛츠 도너츠 डोनट डोनट्स "
    "shop shops store stores location locations branch branches bakery bakeries laden läden "
    "geschäft geschäfte filiale filialen magasin magasins boutique boutiques tienda tiendas "
    "negozio negozi winkel winkels filiaal 店 お店 店舗 商店 门店 門店 매장 가게 "
    "दुकान दुकानें स्टोर open nearest closest find"
)
# Words that begin a search where a place follows: not `de` or `la`, with which names begin.
_LEADING: Final = _words("in near nearby around nahe bei dans près cerca vicino bij nabij")
_LINKS: Final = _LEADING | _words(
    "at by close to me my the of for on now der die das den dem im am nähe von beim um "
    "à au aux a en de du des la le les l proche autour del el los las di da il lo "
    "buurt van te het dichtbij में के पास की का の 的"
)
# Words that end a search after a place.
_TRAILING: Final = _NOUNS | _words("nearby near में के पास की का 近く 付近 周辺 附近 근처 的 の")
_NEAR_ME: Final = ["near", "me"]
# The same behind a name in scripts without blanks: `東京のドーナツ`, `伦敦附近的甜甜圈`.
_ENDING: Final = re.compile(
    "(?:の|的)?(?:ドーナツショップ|ドーナツ屋さん|ドーナツ屋|ドーナツ|ドーナッツ|お店|店舗|甜甜圈店|甜甜圈|商店|门店|"
    "門店|近く|周辺|付近|附近)$"
)


class Reading(NamedTuple):
    """A search of stores, read.

    Attributes:
        words: Folded words in the order in which they were typed.
        optional: Those that a store need not fit: `donuts` and `in` of `donuts in london`.
        any_store: Whether the words name nothing but stores as such: `donuts near me`.
        spelled_out: The words as one, with umlauts as two letters; empty where there are none.
    """

    words: list[str]
    optional: frozenset[str]
    any_store: bool
    spelled_out: str


def read(text: str) -> Reading:
    """Return the words of a search, without what people add to them."""
    plain = unicodedata.normalize("NFKC", text) if not text.isascii() else text
    plain = _DASHES.sub(" ", plain)
    plain = _PLATED.sub(lambda match: f"{_PLATES[match[1].lower()]} ", plain)
    words = [_without_ending(word) for word in folded_words(_PIAZZA.sub("pza", plain))]
    start, end = _leading(words), len(words)
    if words[-2:] == _NEAR_ME:
        end -= 2
    while end and words[end - 1] in _TRAILING:
        end -= 1
    if start >= end:
        any_store = any(word in _NOUNS for word in words)
        return Reading(words, frozenset(), any_store, _spelled_out(plain, words))
    kept = {*words[start:end]}
    optional = frozenset(word for word in (*words[:start], *words[end:]) if word not in kept)
    return Reading(words, optional, any_store=False, spelled_out=_spelled_out(plain, words))


def _spelled_out(text: str, words: list[str]) -> str:
    """Return the words with umlauts as two letters, as one; empty where they have none."""
    spelled = "" if text.isascii() else "".join(spelled_out_words(text))
    return "" if spelled == "".join(words) else spelled


def _leading(words: list[str]) -> int:
    """Return how many words at the beginning lead to a place: `donut shop near`."""
    if not words or words[0] not in _NOUNS | _LEADING:
        return 0
    start = 1
    while start < len(words) and words[start] in _NOUNS | _LINKS:
        start += 1
    return start


def _without_ending(word: str) -> str:
    if word.isascii() or not is_unspaced(word):
        return word
    while (found := _ENDING.search(word)) and found.start():
        word = word[: found.start()]
    return word
