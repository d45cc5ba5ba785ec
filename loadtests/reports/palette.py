"""Colors of reports. Regions have the color-blind safe set of Okabe and Ito."""

from collections.abc import Sequence
from typing import Final

REGIONS: Final = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#8C6D31")
CACHE: Final = "#B9C0C8"
FAILED: Final = "#C5221F"
INK: Final = "#1F2933"
FAINT: Final = "#7B8794"
RULE: Final = "#E4E7EB"
FAULT: Final = "#FBE9E7"
DECISION: Final = "#5F3DC4"
HEAL: Final = "#2B8A3E"


def colors(regions: Sequence[str]) -> dict[str, str]:
    """Return a color for each region."""
    return {name: REGIONS[at % len(REGIONS)] for at, name in enumerate(regions)}
