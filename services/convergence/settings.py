"""The environment of the stream Lambda as one typed object."""

import os
from collections.abc import Mapping
from typing import NamedTuple

from services.configuration import Environment, read
from services.storage.binding import Binding


class Settings(NamedTuple):
    """What the deployment configures for the stream Lambda.

    Attributes:
        binding: The table and how it is reached.
        sold_out_topic: ARN of the topic for alerts about sold-out items; None: no alerts
            (CARTE_SOLD_OUT_TOPIC).
        partial_answers: Whether the caller understands `batchItemFailures`; the emulator does not
            (CARTE_STAGE).
        order_queue: URL of the fulfilment queue; None: there is none (CARTE_ORDER_QUEUE).
        alert_queue: URL of the queue of stock alerts; None: there is none (CARTE_ALERT_QUEUE).
        live_queue: URL of the queue of live updates; None: there is none (CARTE_LIVE_QUEUE).
        people_queue: URL of the queue of notices to people; None: there is none
            (CARTE_PEOPLE_QUEUE).
    """

    binding: Binding
    sold_out_topic: str | None
    partial_answers: bool
    order_queue: str | None = None
    alert_queue: str | None = None
    live_queue: str | None = None
    people_queue: str | None = None

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> "Settings":
        """Read the variables that infra_cdk sets.

        Raises:
            SettingsError: A variable is missing or cannot be used.
        """
        return read(cls._read, variables)

    @classmethod
    def _read(cls, environment: Environment) -> "Settings":
        return cls(
            binding=Binding.read(environment),
            sold_out_topic=environment.optional("CARTE_SOLD_OUT_TOPIC"),
            partial_answers=not environment.is_local,
            order_queue=environment.optional("CARTE_ORDER_QUEUE"),
            alert_queue=environment.optional("CARTE_ALERT_QUEUE"),
            live_queue=environment.optional("CARTE_LIVE_QUEUE"),
            people_queue=environment.optional("CARTE_PEOPLE_QUEUE"),
        )
