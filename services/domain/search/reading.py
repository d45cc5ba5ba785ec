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
_PREFECTURE: Final = re.compile("(?:北海道|東京都|(?:京都|大阪)府|[^都道府県]{2,3}県)(?=.)")
# Not `四日市` of `四日市市`, `十日町` of `十日町市`.
_MUNICIPALITY: Final = re.compile("[^ ]+?[市区町村](?!市)")
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
# The words below are left out where no store fits all words: what people look for besides donuts,
_OFFERS: Final = _words(
    "breakfast brunch lunch coffee cafe espresso dessert desserts sweets snack snacks cake "
    "cakes delivery takeaway takeout food restaurant restaurants frühstück kaffee bäckerei "
    "bäcker konditorei kuchen lieferung lieferdienst déjeuner boulangerie pâtisserie livraison "
    "desayuno cafetería panadería pastelería colazione caffè caffetteria bar pasticceria "
    "panetteria panificio ontbijt koffie koffiebar bakker bakkerij カフェ コーヒー 朝食 "
    "テイクアウト 咖啡 咖啡店 커피 донат донаты пончик пончики кофе кафе"
)
# what they say of it, and how they ask,
_ASKING: Final = _words(
    "best good cheap cheapest vegan vegetarian fresh halal drive thru 24h hours eat where can i "
    "get buy is there a an any some with and or beste besten gute guten günstig günstige vegane "
    "veganer vegetarisch mitnehmen wo kann ich gibt es kaufen ein eine einen mit und meilleur "
    "meilleurs meilleure meilleures bon bons pas cher chers petit emporter où trouver acheter "
    "manger un une des avec et mejor mejores barato baratos barata baratas vegano veganos "
    "domicilio llevar dónde hay puedo comprar comer una unos unas con y migliore migliori "
    "economico economici vegani asporto dove posso trovare comprare mangiare vicino me e goede "
    "goedkope bezorgen afhalen waar kan ik kopen eten een met 営業中 おいしい 人気 どこ в"
)
# where within a city, in words of which few stores have theirs,
_LANDMARKS: Final = _words(
    "station stations central railway train bus airport downtown midtown centre center city "
    "town mall bahnhof hauptbahnhof hbf flughafen innenstadt stadtzentrum zentrum stadtmitte "
    "altstadt stadt gare aéroport centre-ville ville estación aeropuerto centro ciudad stazione "
    "aeroporto centrale città centraal centrum vliegveld luchthaven stad binnenstad 駅 駅前 "
    "空港 市内"
)
# and what no store sells: alone, it finds none.
_DISHES: Final = _words(
    "pizza pizzeria burger burgers sushi kebab döner pasta tacos ramen ピザ ラーメン"
)
_GENERIC: Final = _NOUNS | _LINKS | _OFFERS | _ASKING | _LANDMARKS | _DISHES
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
        generic: Those that are left out where no store fits all words: `best` and `station`.
        spelled_out: The words as one, with umlauts as two letters; empty where there are none.
        accented: What was typed, in lower case; empty where it has no accents.
    """

    words: list[str]
    optional: frozenset[str]
    any_store: bool
    generic: frozenset[str]
    spelled_out: str
    accented: str


def read(text: str) -> Reading:
    """Return the words of a search, without what people add to them."""
    plain = unicodedata.normalize("NFKC", text) if not text.isascii() else text
    plain = _DASHES.sub(" ", plain)
    plain = _PLATED.sub(lambda match: f"{_PLATES[match[1].lower()]} ", plain)
    words = [
        part
        for word in folded_words(_PIAZZA.sub("pza", plain))
        for part in _parts_of_address(_without_ending(word))
    ]
    start, end = _leading(words), len(words)
    if words[-2:] == _NEAR_ME:
        end -= 2
    while end and words[end - 1] in _TRAILING:
        end -= 1
    kept = {*words[start:end]} if start < end else {*words}
    optional = frozenset(word for word in words if word not in kept)
    generic = frozenset(word for word in words if word in _GENERIC)
    any_store = len(generic) == len({*words}) and any(
        word in _NOUNS | _OFFERS | _LANDMARKS for word in words
    )
    return Reading(
        words=words,
        optional=optional,
        any_store=any_store,
        generic=generic,
        spelled_out=_spelled_out(plain, words),
        accented=_accented(text, words),
    )


def _parts_of_address(word: str) -> list[str]:
    """Return the prefecture, the city and the rest of a Japanese address: `東京都新宿区`."""
    if word.isascii() or not (found := _PREFECTURE.match(word)):
        return [word]
    parts, rest = [found[0]], word[found.end() :]
    while found := _MUNICIPALITY.match(rest):
        parts.append(found[0])
        rest = rest[found.end() :]
    return [*parts, rest] if rest else parts


def _accented(text: str, words: list[str]) -> str:
    """Return a text in lower case if its letters have accents, which the words have not."""
    if text.isascii() or not "".join(words).isascii():
        return ""
    lower = unicodedata.normalize("NFC", " ".join(text.split())).casefold()
    return "" if lower.isascii() else lower


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
