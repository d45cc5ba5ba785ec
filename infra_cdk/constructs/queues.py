"""SQS queues, encrypted and reached by TLS only, their dead-letter queues, and rights on them."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra_cdk.constructs.acknowledged import acknowledge

RETENTION: Final = Duration.days(14)  # the longest that SQS keeps a message
CONSUMER_ACTIONS: Final = (
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
)
"""What an event source mapping needs of the queue that it reads."""
_FIFO: Final = ".fifo"


class WorkQueue(Construct):
    """A queue that a Lambda of the region works through.

    Attributes:
        queue: Takes the messages.
        dead_letters: Has those of which the work failed again and again.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        of: str,
        visibility_s: int,
        retention: Duration = RETENTION,
        attempts: int = 5,
    ) -> None:
        """Make both queues.

        Args:
            scope: What they belong to.
            construct_id: Their id there.
            name: Name of the queue, the same in every region; of a FIFO queue, which has a group
                for each thing to be worked on, it ends with `.fifo`.
            of: What the queue is, for the reader of a finding: "the queue of orders".
            visibility_s: Seconds after which a message that was not finished comes again; longer
                than the Lambda runs.
            retention: How long an unread message is kept.
            attempts: How often a message is tried before it is given up.
        """
        super().__init__(scope, construct_id)
        is_fifo = name.endswith(_FIFO)
        given_up = f"{name.removesuffix(_FIFO)}-dead-letters{_FIFO if is_fifo else ''}"
        self.dead_letters = dead_letters(self, "DeadLetters", name=given_up, of=of)
        self.queue = sqs.Queue(
            self,
            "Queue",
            queue_name=name,
            fifo=True if is_fifo else None,
            deduplication_scope=sqs.DeduplicationScope.MESSAGE_GROUP if is_fifo else None,
            fifo_throughput_limit=sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID if is_fifo else None,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=Duration.seconds(visibility_s),
            retention_period=retention,
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letters, max_receive_count=attempts
            ),
        )


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
        retention_period=RETENTION,
        fifo=True if name.endswith(_FIFO) else None,
    )
    acknowledge(queue, {"SQS3": f"It is a dead-letter queue itself: of {of}."})
    return queue
