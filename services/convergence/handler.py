"""Entry point of the Lambda: a batch of the table's stream in, the first unsettled record out."""

import os
from typing import Any

from services.convergence.batch import Batches
from services.convergence.repair import Repairer
from services.storage.models import Binding
from services.storage.operations import OperationRepository
from services.storage.table import Table

# Assembled while Lambda initializes, where the CPU is not throttled.
_table = Table(Binding.from_environment(os.environ))
_batches = Batches(
    _table.region,
    Repairer(_table, OperationRepository(_table)),
    partial_answers=os.environ.get("CARTE_STAGE") != "local",
)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Settle a batch of stream records."""
    return _batches.answer(event, getattr(context, "get_remaining_time_in_millis", None))
