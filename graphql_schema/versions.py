"""The version of a state: equal where the state was made of the same writes, in every region."""

import hashlib
from collections.abc import Iterable
from typing import Final

NOTHING: Final = "0"  # the version of what does not exist


def version_of(parts: Iterable[str]) -> str:
    """Return the version of a state, from texts that name the writes it is made of."""
    text = "\n".join(sorted(parts))
    return hashlib.blake2b(text.encode(), digest_size=9).hexdigest() if text else NOTHING
