"""The note of a cloud about its user pool: who signs in where."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

VARIABLE: Final = "CARTE_OIDC_LOCAL_POOL"
_FILE: Final = "user-pool.json"


@dataclass(frozen=True)
class UserPool:
    """The user pool of a local cloud.

    Attributes:
        id: Its id.
        issuer: The `iss` of its tokens.
        client_id: The client that staff sign in to, which its tokens name.
        address: Address of the emulator that it is in, which also serves its pages and keys.
        password: Of all ready-made people; made with the cloud.
    """

    id: str
    issuer: str
    client_id: str
    address: str
    password: str

    @property
    def variables(self) -> dict[str, str]:
        """What the Lambdas of the API have to know to accept its tokens."""
        known = {
            "issuer": self.issuer,
            "audience": self.client_id,
            "keys": f"{self.address}/{self.id}/.well-known/jwks.json",
        }
        return {VARIABLE: json.dumps(known)}


def load(state_dir: Path) -> UserPool | None:
    """Return the user pool of a cloud; None: it was started by a version without one."""
    try:
        return UserPool(**json.loads((state_dir / _FILE).read_text()))
    except FileNotFoundError:
        return None


def save(state_dir: Path, pool: UserPool) -> None:
    """Keep the note, for this user of the machine alone: it has a password."""
    path = state_dir / _FILE
    draft = path.with_suffix(".partial")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(asdict(pool)))
    draft.replace(path)
