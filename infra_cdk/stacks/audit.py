"""The audit stacks: only where the deployment file asks for CloudTrail or AWS Config."""

from typing import Any

from aws_cdk import Stack
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.audit_trail import AuditTrail
from infra_cdk.constructs.configuration_recorder import ConfigurationRecorder


class AuditStack(Stack):
    """The bucket and the trail, in the primary region; before the recorders that write into it."""

    def __init__(
        self, scope: Construct, construct_id: str, *, deployment: Deployment, **kwargs: Any
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        AuditTrail(self, "Audit", deployment=deployment)


class RecorderStack(Stack):
    """The recorder of one region."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        deployment: Deployment,
        region: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        ConfigurationRecorder(self, "Configuration", deployment=deployment, region=region)
