"""The backup stacks: only where the deployment file keeps backups for some days."""

from typing import Any

from aws_cdk import Stack
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.backups import DailyBackups, backup_vault


class BackupVaultStack(Stack):
    """The vault of another region, for copies. It is there before the first backup is copied."""

    def __init__(self, scope: Construct, construct_id: str, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)
        backup_vault(self, "Vault")


class BackupStack(Stack):
    """The plan, in the primary region, where the table is declared."""

    def __init__(
        self, scope: Construct, construct_id: str, *, deployment: Deployment, **kwargs: Any
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        DailyBackups(self, "Backups", deployment=deployment)
