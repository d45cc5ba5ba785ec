"""An issuer that the service under test believes, and staff with its tokens."""

from dataclasses import dataclass, field

from localcloud.issuer import AUDIENCE, NAME, DevelopmentIssuer
from services.staff_tokens import Oidc


@dataclass(frozen=True)
class Issuer:
    """A development issuer with the settings that believe it."""

    keys: DevelopmentIssuer = field(default_factory=DevelopmentIssuer.make)

    @property
    def oidc(self) -> Oidc:
        """Settings of a service that believes this issuer."""
        return Oidc(NAME, AUDIENCE, self.keys.jwks())

    def bearer(self, *roles: str, **more: object) -> dict[str, str]:
        """Headers of a request with a token of these roles."""
        return {"authorization": f"Bearer {self.keys.token(roles, **more)}"}  # type: ignore[arg-type]


ISSUER = Issuer()
