"""The secrets of payments: read from Secrets Manager at run time, replaced without downtime.

One secret, replicated to every region, holds a JSON object: `apiKey`, the secret key of the
account, and `webhookSecrets`, one or two signing secrets that are valid at once. A process keeps
what it read for five minutes; a signature that none of its secrets made has it read again at once.
While Secrets Manager cannot be read, a process goes on with what it has and says so in its log.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import orjson

from services.configuration import tracing
from services.domain import log_lines
from services.domain.errors import CarteError

KEPT_S: Final = 300.0
_EARLIEST_S: Final = 10.0  # between two reads, whatever strangers' signatures cause
_WEBHOOK_SECRETS: Final = 2


class PaymentSecretError(CarteError):
    """The secret cannot be read or used; the message never shows its value."""


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """What the secret holds; without a representation, so that no log can show it.

    Attributes:
        api_key: Secret key of the provider's account.
        webhook: Signing secrets that are valid, the newest first.
    """

    api_key: str
    webhook: tuple[str, ...]

    @classmethod
    def load(cls, text: str) -> "Secrets":
        """Read the secret's value.

        Raises:
            PaymentSecretError: It has another form.
        """
        try:
            value = orjson.loads(text)
            api_key, webhook = value["apiKey"], value["webhookSecrets"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            raise _unusable() from None
        valid = isinstance(webhook, list) and 1 <= len(webhook) <= _WEBHOOK_SECRETS
        if not valid or not all(isinstance(one, str) and one for one in (api_key, *webhook)):
            raise _unusable()
        return cls(api_key, tuple(webhook))


class PaymentSecrets:
    """The secrets of a process, kept for a while."""

    def __init__(
        self,
        read: Callable[[], str],
        clock: Callable[[], float] = time.monotonic,
        log: Callable[[str], object] = sys.stderr.write,
    ) -> None:
        """Take how the secret is read; it is read at its first use.

        Args:
            read: Returns the value of the secret.
            clock: Returns seconds of a clock that only goes forward.
            log: Gets a line when the secret cannot be read again.
        """
        self._read = read
        self._clock = clock
        self._log = log
        self._known: Secrets | None = None
        self._read_at = self._tried_at = 0.0

    def current(self) -> Secrets:
        """Return the secrets, at most `KEPT_S` seconds old, or older while they cannot be read.

        Raises:
            PaymentSecretError: The secret cannot be used, and this process never had it.
        """
        return self._not_older_than(KEPT_S)

    def renewed(self) -> Secrets:
        """Return the secrets, at most ten seconds old; raises as `current` does."""
        return self._not_older_than(_EARLIEST_S)

    def api_key(self) -> str:
        """Return the secret key of the account; raises as `current` does."""
        return self.current().api_key

    def renewed_api_key(self) -> str:
        """Return the secret key of the account, at most ten seconds old; raises as `current`."""
        return self.renewed().api_key

    def _not_older_than(self, seconds: float) -> Secrets:
        now = self._clock()
        known = self._known
        if known is not None and (
            now - self._read_at < seconds or now - self._tried_at < _EARLIEST_S
        ):
            return known
        self._tried_at = now
        try:
            known = Secrets.load(self._read())
        except PaymentSecretError as error:
            if known is None:
                raise
            self._log(
                log_lines.text(
                    {
                        **tracing.of_invocation(),
                        "event": "payment-secret",
                        "level": "ERROR",
                        "what": "not read again",
                        "why": error.message,
                    }
                )
            )
            return known
        self._known, self._read_at = known, now
        return known


def from_secrets_manager(name: str, region: str) -> PaymentSecrets:
    """Return the secrets that Secrets Manager holds in a region.

    Args:
        name: Name of the secret, the same in every region.
        region: AWS region of the process, whose copy is read.
    """

    def read() -> str:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError

        quick = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2})
        client: Any = boto3.client("secretsmanager", region_name=region, config=quick)
        try:
            return str(client.get_secret_value(SecretId=name)["SecretString"])
        except (BotoCoreError, ClientError) as error:
            code = getattr(error, "response", {}).get("Error", {}).get("Code")
            raise PaymentSecretError(
                f"the payment secret {name} cannot be read: {code or type(error).__name__}",
                "Look at the rights of the Lambda, and whether the region has the secret "
                "(docs/operations.md).",
            ) from None

    return PaymentSecrets(read)


def _unusable() -> PaymentSecretError:
    return PaymentSecretError(
        "the payment secret has another form than expected",
        'Write {"apiKey": "sk_...", "webhookSecrets": ["whsec_..."]}, with one or two of the '
        "latter (docs/orders.md, Money).",
    )
