"""Entry point of the Lambda that answers `POST /payments/webhook`."""

import os
from typing import Any

from services.configuration import Environment, read
from services.payments.outcomes import OutcomeRecorder
from services.payments.settings import PaymentSettings, stripe_api
from services.payments.webhook import Webhook
from services.storage.binding import Binding
from services.storage.orders import OrderRepository
from services.storage.table import Table


def _make_webhook() -> Webhook:
    def settings(environment: Environment) -> tuple[Binding, PaymentSettings, tuple[str, ...]]:
        return (
            Binding.read(environment),
            PaymentSettings.read(environment),
            tuple(environment.required("CARTE_REGIONS").split(",")),
        )

    binding, payments, regions = read(settings, os.environ)
    secrets = payments.secrets()
    orders = OrderRepository(Table(binding), regions)
    return Webhook(secrets, OutcomeRecorder(stripe_api(payments, secrets), orders))


# Assembled while Lambda initializes, where the CPU is not throttled.
_webhook = _make_webhook()


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Answer one webhook."""
    return _webhook.answer(event)
