"""What guests call the allergens, in the languages of the chain, and how they say "without"."""

from collections.abc import Mapping
from typing import Final

from services.domain.allergens import Allergen
from services.domain.search.folding import folded_words, spelled_out_words

# Names of an allergen as a whole. A name may mean several: who types "without nuts" may mean
# peanuts too, and an item that is left out needlessly harms nobody. So the everyday word for nuts
# of each language means both, also where it is that for walnuts, too (`noix`, `noci`, `nueces`).
_NAMES: Final[Mapping[tuple[Allergen, ...], str]] = {
    (Allergen.GLUTEN,): "gluten, glutens, glutine, glúten, グルテン",
    (Allergen.MILK,): (
        "milk, dairy, lactose, lait, laits, laitage, laitages, produits laitiers, Milch, "
        "Milchprodukte, Laktose, Lactose, leche, lácteos, lácteo, lactosa, latte, latticini, "
        "lattosio, melk, zuivel, 乳, 牛乳, ミルク, 乳製品, 乳糖"
    ),
    (Allergen.EGG,): (
        "egg, eggs, œuf, œufs, Ei, Eier, huevo, huevos, uovo, uova, eieren, "
        "卵, たまご, 玉子, タマゴ"
    ),
    (Allergen.SOY,): "soy, soya, soja, soia, 大豆, ソイ",
    (Allergen.NUTS, Allergen.PEANUT): (
        "nut, nuts, noix, Nuss, Nüsse, Nüssen, fruto seco, frutos secos, nuez, nueces, noce, noci, "
        "frutta secca, noot, noten, "
        "ナッツ, ナッツ類"
    ),
    (Allergen.NUTS,): (
        "tree nut, tree nuts, fruit à coque, fruits à coque, Schalenfrucht, Schalenfrüchte, "
        "Schalenfrüchten, frutos de cáscara, frutta a guscio, schaalvruchten, 木の実"
    ),
    (Allergen.PEANUT,): (
        "peanut, peanuts, groundnut, groundnuts, arachide, arachides, cacahuète, cacahuètes, "
        "Erdnuss, Erdnüsse, Erdnüssen, cacahuete, cacahuetes, cacahuate, maní, arachidi, pinda, "
        "pinda's, 落花生, ピーナッツ"
    ),
    (Allergen.SESAME,): (
        "sesame, sesame seed, sesame seeds, sésame, Sesam, sésamo, ajonjolí, sesamo, sesamzaad, "
        "ごま, ゴマ, 胡麻"
    ),
    (Allergen.SULPHITE,): (
        "sulphite, sulphites, sulfite, sulfites, Sulfit, Sulfiten, sulfito, sulfitos, solfito, "
        "solfiti, sulfiet, sulfieten, 亜硫酸塩"
    ),
    (
        Allergen.LUPIN,
    ): "lupin, lupins, lupine, lupinen, altramuz, altramuces, lupino, lupini, ルピナス",
    (Allergen.CELERY,): "celery, céleri, Sellerie, apio, sedano, selderij, セロリ",
    (Allergen.MUSTARD,): "mustard, moutarde, Senf, mostaza, senape, mosterd, マスタード, からし",
    (Allergen.FISH,): "fish, poisson, poissons, Fisch, pescado, pesce, vis, 魚",
    (Allergen.CRUSTACEAN,): (
        "crustacean, crustaceans, crustacé, crustacés, Krebstiere, Krebstieren, crustáceo, "
        "crustáceos, crostacei, schaaldieren, 甲殻類"
    ),
    (Allergen.MOLLUSC,): (
        "mollusc, molluscs, mollusk, mollusks, mollusque, mollusques, Weichtiere, Weichtieren, "
        "molusco, moluscos, molluschi, weekdieren, 軟体動物"
    ),
    (Allergen.CRUSTACEAN, Allergen.MOLLUSC): "shellfish, fruits de mer, marisco, mariscos",
    (Allergen.FISH, Allergen.CRUSTACEAN, Allergen.MOLLUSC): (
        "seafood, Meeresfrüchte, Meeresfrüchten, frutti di mare, zeevruchten, シーフード"
    ),
}

# What holds an allergen: "without almonds" leaves out all that has nuts, because menus do not say
# which nuts an item has. They are those that Annex II of EU Regulation 1169/2011 names, and
# products of milk.
_KINDS: Final[Mapping[tuple[Allergen, ...], str]] = {
    (Allergen.GLUTEN,): (
        "wheat, rye, barley, oat, oats, spelt, blé, seigle, orge, avoine, Weizen, Roggen, Gerste, "
        "Hafer, Dinkel, trigo, centeno, cebada, avena, grano, frumento, segale, orzo, tarwe, "
        "rogge, gerst, haver, 小麦"
    ),
    (Allergen.MILK,): (
        "cream, butter, cheese, yogurt, yoghurt, crème, beurre, fromage, Sahne, Käse, Joghurt, "
        "mantequilla, nata, queso, panna, burro, formaggio, boter, kaas, slagroom, バター, チーズ, "
        "クリーム"
    ),
    (Allergen.NUTS,): (
        "almond, almonds, hazelnut, hazelnuts, walnut, walnuts, cashew, cashews, pecan, pecans, "
        "pistachio, pistachios, macadamia, macadamias, brazil nut, brazil nuts, amande, amandes, "
        "noisette, noisettes, pistache, pistaches, noix de cajou, noix de pécan, Mandel, Mandeln, "
        "Haselnuss, Haselnüsse, Haselnüssen, Walnuss, Walnüsse, Walnüssen, Pistazie, Pistazien, "
        "almendra, almendras, avellana, avellanas, pistacho, pistachos, anacardo, "
        "anacardos, mandorla, mandorle, nocciola, nocciole, pistacchio, pistacchi, amandel, "
        "amandelen, hazelnoot, hazelnoten, walnoot, walnoten, アーモンド, ヘーゼルナッツ, くるみ, "
        "ピスタチオ, カシューナッツ"
    ),
    (Allergen.FISH,): "salmon, saumon, Lachs, salmón, salmone, zalm, サーモン",
}

_BEFORE: Final = (
    "without, no, not, non, except, excluding, avoid, minus, sans, pas, sauf, ohne, kein, keine, "
    "keinen, keiner, außer, sin, excepto, senza, tranne, zonder, geen, behalve, "
    # Of other languages: what follows is mostly not understood, and nothing is found.
    "sem, utan, uden, uten, без, bez, ilman"
)
_AFTER: Final = (
    "free, frei, freie, freier, freies, freien, vrij, vrije, libre, "
    "allergy, allergic, allergie, allergique, allergisch, allergia, "
    "allergico, allergica, alergia, alérgico, alérgica, intolerant, intolerance, intolérance, "
    "intolérant, intolerancia, intolerante, intolleranza, intollerante, intolerantie"
)
_OF: Final = "of, from, to, de, à, au, aux, von, gegen, van, voor, a, al, alla, alle, agli, ai"
_ENDINGS: Final = (
    *("free", "frei", "freie", "freier", "freies", "freien", "freiem", "vrij", "vrije"),
    *("allergie", "intoleranz", "intolerantie"),
)
_COELIAC: Final = (
    "coeliac, celiac, coeliaque, cœliaque, Zöliakie, celíaco, celíaca, celiaco, celiaca, "
    "celiachia, coeliakie"
)
_BETWEEN: Final = "and, or, nor, und, oder, noch, et, ou, ni, y, o, e, ed, né, en, of, と, や, も"
_FILLING: Final = (
    "of, from, to, any, the, a, au, aux, gegen, voor, al, alla, alle, agli, "
    "ai, d, de, du, des, la, le, les, l, el, los, las, il, lo, i, gli, to, het, "
    "contain, contains, containing, traces, eat, eating, have, take, want, like, tolerate"
)
_ENDINGS_WITHOUT_BLANKS: Final = (
    *(
        "なし",
        "無し",
        "抜き",
        "ぬき",
        "不使用",
        "フリー",
        "除く",
        "アレルギー",
        "を使わない",
        "を含まない",
    ),
    "が入っていない",
)
_PLAIN: Final = (
    "with, and, the, a, of, in, on, for, avec, et, le, la, les, l, de, du, des, d, au, aux, à, "
    "mit, und, der, die, das, im, am, con, y, el, los, las, al, e, il, lo, alla, allo, "
    "ai, della, di, met, het, een, の, と, を, が, は, に, 入り, 入りの, "
    "contains, containing, contient, contenant, enthält, contiene, bevat, lots, plenty, "
    "some, any, un, une, una, ein, eine, please"
)


def _split(names: str) -> list[str]:
    return [name.strip() for name in names.split(",")]


def _words(names: str) -> frozenset[str]:
    return frozenset(word for name in _split(names) for word in folded_words(name))


def _by_words(
    tables: Mapping[tuple[Allergen, ...], str],
) -> dict[tuple[str, ...], frozenset[Allergen]]:
    found: dict[tuple[str, ...], frozenset[Allergen]] = {}
    for allergens, names in tables.items():
        for name in _split(names):
            for words in (folded_words(name), spelled_out_words(name)):
                key = tuple(words)
                found[key] = found.get(key, frozenset()) | frozenset(allergens)
    return found


NAMES: Final = _by_words(_NAMES)
"""Folded words of a name to the allergens that it means."""

EXCLUDING: Final = {
    words: NAMES.get(words, frozenset()) | kinds for words, kinds in _by_words(_KINDS).items()
} | {words: named for words, named in NAMES.items() if words not in _by_words(_KINDS)}
"""Folded words to the allergens that an item has none of, if it is without what the words name."""

LONGEST_NAME: Final = max(map(len, EXCLUDING))
BEFORE: Final = _words(_BEFORE)
"""Words before an allergen that an item must not have: `without nuts`."""
AFTER: Final = _words(_AFTER)
"""Words after one: `nut free`, `nut allergy`."""
OF: Final = _words(_OF)
"""Words that follow a word of `AFTER` where it stands before its allergen: `free of nuts`."""
COELIAC: Final = _words(_COELIAC) | frozenset(spelled_out_words("Zöliakie"))
"""Words for the disease of people that must not have gluten."""
ENDINGS: Final = _ENDINGS
"""Ends of words: `glutenfrei`."""
BETWEEN: Final = _words(_BETWEEN) | {","}
"""Words between two allergens: `without nuts and milk`."""
FILLING: Final = _words(_FILLING)
"""Words between `without` and an allergen: `sans les noix`."""
ENDINGS_WITHOUT_BLANKS: Final = _ENDINGS_WITHOUT_BLANKS
"""What follows an allergen in Japanese, without a blank: `ナッツなし`."""
PLAIN: Final = _words(_PLAIN)
"""Words that distinguish no item from another."""
