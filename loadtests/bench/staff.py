"""A member of staff for mutations: a token, and the issuer's keys in the table.

The issuer does not answer, as when its region is away: carte takes the copy of its keys that the
table holds.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from localcloud.issuer import AUDIENCE, DevelopmentIssuer
from services.storage.identity import IssuerKeyRepository
from services.storage.table import Table

KEYS: Final = "BENCH_ISSUER_KEYS"
"""Environment variable: the file with the issuer's public keys."""
_TOKEN: Final = "BENCH_TOKEN"  # noqa: S105 - a variable's name
# Nobody listens there, and it is known at once.
_ISSUER: Final = "https://127.0.0.1:9/bench"
_A_DAY_S: Final = 24 * 3600


def environment(issuer: DevelopmentIssuer) -> dict[str, str]:
    """Return the variables by which a subject believes the issuer and knows the token."""
    token = issuer.token(["chain:admin"], lifetime_s=_A_DAY_S, iss=_ISSUER)
    return {"CARTE_OIDC_ISSUER": _ISSUER, "CARTE_OIDC_AUDIENCE": AUDIENCE, _TOKEN: token}


def bearer(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the header with the token of an environment."""
    return {"Authorization": f"Bearer {variables[_TOKEN]}"}


def save_keys(table: Table) -> None:
    """Put the copy of the issuer's keys into the table."""
    path = Path(os.environ[KEYS])
    IssuerKeyRepository(table).save(json.loads(path.read_text(encoding="utf-8")))
