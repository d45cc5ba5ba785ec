"""One seed for all that a run of the tests chooses at random."""

import os
import random
from collections.abc import Mapping

SEED = "CARTE_SEED"
OF_CHANGES = 1


def seed_of_run(environment: Mapping[str, str] = os.environ) -> int:
    """Return the run's seed, from 0 to 2**32 - 1.

    CARTE_SEED says which. A run of CI for a change always takes the same one, so that it fails for
    what was changed and not for a case that nobody tried before. All others (on a machine of a
    developer, and CI each night, with THOROUGH=1) try new cases.

    Raises:
        ValueError: CARTE_SEED is no such number.
    """
    given = environment.get(SEED)
    if given:
        if not given.isdecimal() or int(given) >= 2**32:
            raise ValueError(f"CARTE_SEED is {given!r}: give a number from 0 to {2**32 - 1}")
        return int(given)
    if environment.get("CI") and not environment.get("THOROUGH"):
        return OF_CHANGES
    return random.randrange(2**32)
