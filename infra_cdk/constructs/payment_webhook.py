"""The payment provider's webhook: the Lambda behind `POST /payments/webhook`, and its alarm."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra_cdk.constructs import payment_secret
from infra_cdk.constructs.alarm import alarm
from infra_cdk.constructs.carte_function import CarteFunction, Home
from infra_cdk.constructs.faults import counted, failures

HANDLER: Final = "services.payments.handler.handler"
# Less than API Gateway's 29 s; a provider that is slower is looked at again when it repeats itself.
_TIMEOUT_S: Final = 25
_MEMORY_MB: Final = 512
_TABLE_ACTIONS: Final = (
    "dynamodb:ConditionCheckItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
)
_FIVE: Final = Duration.minutes(5)


class PaymentWebhook(CarteFunction):
    """The Lambda of the payment webhook: records the state of payments that the provider sends."""

    def __init__(self, scope: Construct, construct_id: str, *, home: Home) -> None:
        super().__init__(
            scope,
            construct_id,
            home=home,
            name="payment-webhook",
            description="carte: records what the payment provider has, when it says so",
            handler=HANDLER,
            table_actions=_TABLE_ACTIONS,
            memory_mb=_MEMORY_MB,
            timeout_s=_TIMEOUT_S,
            environment={
                "CARTE_REGIONS": ",".join(home.deployment.regions),
                **payment_secret.environment(home.deployment),
            },
            works_on_orders=True,
        )
        payment_secret.let_read_the_secret(self, home)


class PaymentAlarms(Construct):
    """The alarm of the webhook in one region."""

    def __init__(
        self, scope: Construct, construct_id: str, *, webhook: PaymentWebhook, topic: sns.ITopic
    ) -> None:
        super().__init__(scope, construct_id)
        alarm(
            self,
            "WebhookErrors",
            name="payment-webhook-errors",
            happened="Webhooks of the payment provider fail; outcomes are recorded later, by the "
            "duties of orders.",
            do="The log /carte/payment-webhook has the reason (why): the secret carte-payments, "
            "or a provider that does not answer.",
            metric=failures(
                webhook.function,
                counted("WebhooksFailed", _FIVE),
                _FIVE,
                "webhooks that failed",
            ),
            above=0,
            periods=3,
            topic=topic,
        )
