"""Limits of the queues that name what is to be worked on."""

from typing import Final

AT_ONCE: Final = 10
"""Entries of one request (Amazon SQS, SendMessageBatch)."""
