"""Checks that a webhook comes from the payment provider, and that it is not an old one."""

from typing import Final

from services.payments.secrets import PaymentSecrets

TOLERANCE_S: Final = 300  # Stripe's own default


def is_signed(body: bytes, header: str, secrets: PaymentSecrets) -> bool:
    """Return whether one of the signing secrets made the signature, within `TOLERANCE_S`.

    A signature that none of them made may come from a secret that was just added: they are read
    once more, at most every ten seconds.

    Args:
        body: The body as it was received.
        header: The header `Stripe-Signature`.
        secrets: The secrets of the process.

    Raises:
        PaymentSecretError: The secret cannot be used.
    """
    known = secrets.current()
    if _made_by_one(body, header, known.webhook):
        return True
    renewed = secrets.renewed()
    return renewed is not known and _made_by_one(body, header, renewed.webhook)


def _made_by_one(body: bytes, header: str, keys: tuple[str, ...]) -> bool:
    import stripe

    if not header.isascii():  # the comparison of digests takes no other text
        return False
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return False
    for key in keys:
        try:
            stripe.WebhookSignature.verify_header(text, header, key, TOLERANCE_S)
        except stripe.SignatureVerificationError:
            continue
        return True
    return False
