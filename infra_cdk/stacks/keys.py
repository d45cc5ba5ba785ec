"""The keys stack of one region: only where the customer owns the table's keys."""

from typing import Any

from aws_cdk import Stack
from constructs import Construct

from infra_cdk.constructs.table_key import TableKey


class KeysStack(Stack):
    """Comes before the data stack, whose replica in this region it encrypts."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        account: str,
        region: str,
        number: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        TableKey(self, "TableKey", account=account, region=region, number=number)
