"""What the local provider and the Lambdas of the local cloud agree on.

The keys are no secrets: they open nothing but the provider on this machine's loopback address.
"""

from typing import Final

PAYMENT_SECRET: Final = "carte-payments"  # noqa: S105 - the name, as infra_cdk makes it
API_KEY: Final = "sk_local"
# Two, as while one is replaced: the provider signs with both.
WEBHOOK_SECRETS: Final = ("whsec_local_new", "whsec_local_old")
