"""The link by which a subscriber opts out of all stock alerts by one click, and its signature."""

import hashlib
import hmac
import re
from typing import Final, NamedTuple

from services.domain.documents.subscriber import Subscriber

# As `infra_cdk.edge_rules.OPT_OUT_PATH`, which leads it to the Lambda.
PATH: Final = "/stock-alerts/opt-out"
PARAMETER: Final = "token"
_ID: Final = 32
_SIGNATURE: Final = 32  # hexadecimal digits: 128 bits
_TOKEN: Final = re.compile(rf"([0-9a-f]{{{_ID}}})-([0-9a-f]{{{_SIGNATURE}}})", re.ASCII)


class Token(NamedTuple):
    """An opt-out token as a link carries it; not yet verified.

    Attributes:
        subscriber_id: Whose mails it ends.
        signature: Proof that a mail to that address carried it.
    """

    subscriber_id: str
    signature: str


def subscriber_id(mail: str) -> str:
    """Return the id of the subscriber with an address; case makes no difference."""
    return hashlib.sha256(mail.strip().casefold().encode()).hexdigest()[:_ID]


def link(site: str, subscriber: Subscriber) -> str:
    """Return the opt-out link of a subscriber.

    Args:
        site: URL of the site, without a slash at its end.
        subscriber: A subscriber with a key.
    """
    token = f"{subscriber.subscriber_id}-{_signature(subscriber)}"
    return f"{site}{PATH}?{PARAMETER}={token}"


def token_of(text: str) -> Token | None:
    """Return the token that a text is; None where it has another form."""
    found = _TOKEN.fullmatch(text)
    return None if found is None else Token(found[1], found[2])


def is_signed(token: Token, subscriber: Subscriber) -> bool:
    """Return whether a token is that of a subscriber's own link."""
    return (
        bool(subscriber.link_key)
        and token.subscriber_id == subscriber.subscriber_id
        and hmac.compare_digest(token.signature, _signature(subscriber))
    )


def _signature(subscriber: Subscriber) -> str:
    message = f"opt out of stock alerts: {subscriber.subscriber_id}".encode()
    digest = hmac.new(subscriber.link_key.encode(), message, hashlib.sha256)
    return digest.hexdigest()[:_SIGNATURE]
