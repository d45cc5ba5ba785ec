"""The data stack: the one global table and its replicas. Deployed in the primary region."""

from typing import Any

from aws_cdk import Stack
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.table import Table


class DataStack(Stack):
    """Holds what must outlive every other stack."""

    def __init__(
        self, scope: Construct, construct_id: str, *, deployment: Deployment, **kwargs: Any
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        Table(self, "Data", deployment=deployment)
