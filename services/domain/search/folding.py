"""Folds texts to the words that search compares: case, accents, ligatures and widths removed.

The compatibility forms are those of Unicode Standard Annex 15 (NFKD, NFC). Marks are removed from
Latin, Greek and Cyrillic letters only: a voicing mark of kana and a vowel sign of an Indic script
distinguish words.
"""

import unicodedata
from typing import Final

_PLAIN: Final = str.maketrans(
    {
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "ø": "o",
        "ł": "l",
        "œ": "oe",
        "æ": "ae",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        # Joiners within words of Arabic and Indic scripts, which are often left out.
        "\N{ZERO WIDTH NON-JOINER}": None,
        "\N{ZERO WIDTH JOINER}": None,
    }
)
_SPELLED_OUT: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_ALPHABETS: Final = ("LATIN ", "GREEK ", "CYRILLIC ")
_UNSPACED: Final = ("CJK ", "HIRAGANA ", "KATAKANA ", "KATAKANA-")


def folded_words(text: str) -> list[str]:
    """Return the words of a text as search compares them: `Łódź` gives `lodz`.

    A text without a letter or digit (punctuation, emoji) gives no words.
    """
    if text.isascii():
        # Most texts; the same result as below at a tenth of the cost.
        return text.lower().translate(_ASCII_BLANKS).split()
    lower = unicodedata.normalize("NFKC", text).casefold().translate(_PLAIN)
    return _split(_without_accents(lower))


def spelled_out_words(text: str) -> list[str]:
    """Return the words with umlauts written as two letters: `Köln` gives `koeln`."""
    lower = unicodedata.normalize("NFKC", text).casefold().translate(_SPELLED_OUT)
    return folded_words(lower)


def joined(text: str) -> str:
    """Return the folded words of a text without what separates them: `New York` gives `newyork`."""
    if text.isascii():
        return text.lower().translate(_NO_ASCII_BLANKS)
    return "".join(folded_words(text))


def spellings(text: str) -> set[str]:
    """Return the joined forms of a text, with umlauts as one letter and as two."""
    return {joined(text)} if text.isascii() else {joined(text), "".join(spelled_out_words(text))}


def is_unspaced(word: str) -> bool:
    """Return whether a word is of a script without blanks between words (Chinese, Japanese)."""
    return not word.isascii() and any(
        unicodedata.name(letter, "").startswith(_UNSPACED) for letter in word
    )


class FoldedTokens:
    """Folds many texts that share words: each word between blanks is folded once."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, ...]] = {}

    def words(self, text: str) -> list[str]:
        """Return the folded words of a text, those with umlauts in both spellings."""
        found: list[str] = []
        known = self._known
        for token in text.split():
            words = known.get(token)
            if words is None:
                words = tuple(folded_words(token))
                if not token.isascii():
                    words += tuple(set(spelled_out_words(token)) - set(words))
                known[token] = words
            found += words
        return found


def _without_accents(text: str) -> str:
    kept: list[str] = []
    accents_fall = False
    for letter in unicodedata.normalize("NFD", text):
        if not unicodedata.combining(letter):
            accents_fall = unicodedata.name(letter, "").startswith(_ALPHABETS)
        elif accents_fall:
            continue
        kept.append(letter)
    return unicodedata.normalize("NFC", "".join(kept)).translate(_PLAIN)


def _split(text: str) -> list[str]:
    return "".join(
        letter if letter.isalnum() or (letter > "\x7f" and unicodedata.category(letter)[0] == "M")
        else " "
        for letter in text
    ).split()  # fmt: skip


_ASCII_BLANKS: Final = {code: " " for code in range(128) if not chr(code).isalnum()}
_NO_ASCII_BLANKS: Final = dict.fromkeys(_ASCII_BLANKS)
