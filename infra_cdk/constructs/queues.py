"""SQS queues, encrypted and reached by TLS only, and their dead-letter queues."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra_cdk.constructs.acknowledged import acknowledge

KEPT: Final = Duration.days(14)  # the longest that SQS keeps a message


def dead_letters(scope: Construct, construct_id: str, *, name: str, of: str) -> sqs.Queue:
    """A queue for what was given up, kept for as long as SQS keeps anything.

    Args:
        scope: what it belongs to.
        construct_id: its id there.
        name: its name, the same in every region; of a FIFO queue it ends with `.fifo`.
        of: whose dead letters these are.
    """
    queue = sqs.Queue(
        scope,
        construct_id,
        queue_name=name,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=KEPT,
        fifo=True if name.endswith(".fifo") else None,
    )
    acknowledge(queue, {"SQS3": f"It is a dead-letter queue itself: of {of}."})
    return queue
