"""The development issuer: signs staff tokens that only the local cloud believes.

Its key is made on this machine at first use and stays in the folder of builds. A deployed stack has
the address of its own issuer and takes no keys from its environment
(`services/staff_tokens.py`), so no token made here opens anything but a local cloud.
"""

import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from localcloud.layout import REPO_ROOT

NAME: Final = "https://issuer.carte.invalid/development"
AUDIENCE: Final = "carte-staff"
ROLES_CLAIM: Final = "cognito:groups"
_KEY_ID: Final = "development"


@dataclass(frozen=True)
class DevelopmentIssuer:
    """A private key (P-256), and the tokens it signs."""

    key: ec.EllipticCurvePrivateKey

    @classmethod
    def make(cls) -> Self:
        """A new issuer, unknown to everyone."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def at(cls, path: Path) -> Self:
        """The issuer whose key lies in a file; made if there is none."""
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            made = jwt.algorithms.ECAlgorithm.to_jwk(cls.make().key, as_dict=True)
            draft = path.with_suffix(f".{os.getpid()}")
            draft.touch(mode=0o600)
            draft.write_text(json.dumps(made))
            try:
                os.link(draft, path)  # whoever is first decides, also among processes
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        key = jwt.algorithms.ECAlgorithm.from_jwk(path.read_text())
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{path} holds no private key; delete it, and a new one is made")
        return cls(key)

    def jwks(self) -> dict[str, Any]:
        """Its public key as a JSON Web Key Set (RFC 7517)."""
        public = jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": _KEY_ID, "alg": "ES256", "use": "sig"}]}

    def token(
        self,
        roles: Sequence[str],
        *,
        subject: str = "developer",
        lifetime_s: int = 3600,
        **claims: Any,
    ) -> str:
        """A signed token; `claims` replace the usual ones."""
        now = int(time.time())
        usual = {
            "iss": NAME,
            "aud": AUDIENCE,
            "sub": subject,
            "iat": now,
            "exp": now + lifetime_s,
            ROLES_CLAIM: list(roles),
        }
        return jwt.encode(
            {**usual, **claims}, self.key, algorithm="ES256", headers={"kid": _KEY_ID}
        )


def this_machines() -> DevelopmentIssuer:
    """The issuer that all local clouds of this checkout believe."""
    return DevelopmentIssuer.at(REPO_ROOT / "build" / "development-issuer.json")
