"""Kinds of streets and how they are abbreviated: `Ln` is `Lane`, `C/` is `Calle`."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

# A word, and what it stands for; both find each other. `st` is a saint as well as a street.
_ABBREVIATIONS: Final = (
    "ln lane, st street, st saint, ave avenue, av avenue, av avenida, avda avenida, ave avenida, "
    "blvd boulevard, bd boulevard, bld boulevard, boul boulevard, rd road, dr drive, ct court, "
    "pl place, pl plaza, pza plaza, plza plaza, pza piazza, hwy highway, pkwy parkway, sq square, "
    "ter terrace, terr terrace, cres crescent, cir circle, cl close, gdns gardens, gr grove, "
    "pde parade, esp esplanade, c calle, cl calle, pso paseo, po paseo, ctra carretera, r rue, "
    "ch chemin, rte route, imp impasse, all allee, v via, vle viale, vl viale, cso corso, "
    "str strasse, str straat, pl platz, jln jalan, jl jalan, lrg lorong, "
    "tce terrace, ft fort, mt mount, ste sainte, sta santa, sto santo"
)
_LAST: Final = (
    "street avenue road lane drive court place boulevard square highway parkway way terrace "
    "crescent circle close grove gardens parade esplanade strasse weg platz allee gasse ring ufer "
    "damm straat laan plein gracht kade singel marg nagar chowk colony"
)
_FIRST: Final = (
    "via viale corso piazza piazzale largo vicolo calle avenida plaza paseo ronda travesia camino "
    "carretera rue avenue boulevard place allee quai chemin impasse route jalan lorong persiaran "
    "lebuh"
)
PARTICLES: Final = frozenset(
    {"de", "del", "della", "dei", "di", "da", "du", "des", "la", "le", "les", "los", "las"}
    | {"l", "d", "el", "il", "y"}
)
"""Words within names of streets, with which none begins or ends."""

_LONG_ENDINGS: Final = {"strasse": "str", "straat": "str"}


def _others() -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for pair in _ABBREVIATIONS.split(", "):
        short, long = pair.split()
        found[short].append(long)
        found[long].append(short)
    return {word: tuple(others) for word, others in found.items()}


_OTHERS: Final[Mapping[str, tuple[str, ...]]] = _others()


def _abbreviated(kinds: str) -> frozenset[str]:
    return frozenset(word for kind in kinds.split() for word in (kind, *_OTHERS.get(kind, ())))


LAST: Final = _abbreviated(_LAST)
"""Kinds of streets that follow the name: `main street`."""
FIRST: Final = _abbreviated(_FIRST)
"""Kinds of streets that stand before the name: `via roma`."""


def other_spellings(word: str) -> Iterator[str]:
    """Yield a folded word of a street abbreviated, or written in full."""
    yield from _OTHERS.get(word, ())
    for long, short in _LONG_ENDINGS.items():
        if word.endswith(long) and word != long:
            yield word.removesuffix(long) + short
        elif word.endswith(short) and word != short:
            yield word + long.removeprefix(short)


def of_street_names(words: Sequence[str]) -> Iterator[str]:
    """Yield the words beside a kind of street: `rivoli` of `rue de rivoli`."""
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        if word in LAST and before and not before.isdecimal():
            yield before
        elif word in FIRST:
            after = (one for one in words[at + 1 :] if one not in PARTICLES)
            yield from islice(after, 1)
