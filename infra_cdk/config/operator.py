"""Who operates the site, as its imprint says: the table `[operator]` of a deployment file."""

import json
from dataclasses import asdict, dataclass
from typing import Final

from infra_cdk.config.exceptions import ConfigError

# It travels in an output of the edge's stack, which is short.
_MOST_CHARACTERS: Final = 2_000
_NEEDED: Final = ("name", "address", "mail")


@dataclass(frozen=True, slots=True)
class Operator:
    """The operator of the site; shown to everybody at `/imprint`, so it holds nothing private.

    What an imprint must say is up to the operator's law, such as article 5 of directive 2000/31/EC.

    Attributes:
        name: Name of the company with its legal form, or of the person.
        address: Postal address; lines are separated by line breaks.
        mail: Mail address for questions, also about personal data.
        phone: Telephone number.
        represented_by: Who represents the company.
        register: The register and the number of the company in it.
        vat_id: Identification number for value added tax.
    """

    name: str = ""
    address: str = ""
    mail: str = ""
    phone: str = ""
    represented_by: str = ""
    register: str = ""
    vat_id: str = ""

    def __post_init__(self) -> None:
        """Raise ConfigError for texts that cannot be shown."""
        user, at, host = self.mail.partition("@")
        if self.mail and not (user and at and "." in host and not set(self.mail) & set(" \t\r\n")):
            raise ConfigError(f"operator.mail {self.mail!r} is not an e-mail address")
        length = len(json.dumps(self.facts()))
        if length > _MOST_CHARACTERS:
            raise ConfigError(
                f"operator has {length} characters with names and escapes; at most "
                f"{_MOST_CHARACTERS} are possible"
            )

    def facts(self) -> dict[str, str]:
        """Return what is stated, by the name of the setting."""
        return {name: text.strip() for name, text in asdict(self).items() if text.strip()}

    def lacks(self) -> tuple[str, ...]:
        """Return the settings that a site for guests needs, and that are not filled in."""
        stated = self.facts()
        return tuple(f"operator.{name}" for name in _NEEDED if name not in stated)
