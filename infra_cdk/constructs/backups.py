"""Daily backups of the table by AWS Backup: a vault, a plan, and copies in another region."""

from typing import Final

from aws_cdk import ArnFormat, Duration, RemovalPolicy, Stack
from aws_cdk import aws_backup as backup
from aws_cdk import aws_events as events
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.acknowledged import acknowledge
from infra_cdk.constructs.topics import alarm_topic

VAULT: Final = "carte"
_SERVICE: Final = "backup.amazonaws.com"
# AWS Backup begins within the window, and counts a job that is not done at its end as failed.
_START_WITHIN: Final = Duration.hours(2)
_DONE_WITHIN: Final = Duration.hours(12)
_AT: Final = {"hour": "3", "minute": "30"}  # UTC
_POLICIES: Final = (
    "AWSBackupServiceRolePolicyForBackup",
    "AWSBackupServiceRolePolicyForRestores",
)
_FAILURES: Final = [
    backup.BackupVaultEvents.BACKUP_JOB_FAILED,
    backup.BackupVaultEvents.BACKUP_JOB_EXPIRED,
    backup.BackupVaultEvents.COPY_JOB_FAILED,
]


def backup_vault(scope: Construct, construct_id: str, **more: object) -> backup.BackupVault:
    """Make a vault, which nobody can delete while there is a backup in it.

    Args:
        scope: What it belongs to.
        construct_id: Its id there.
        more: Further properties of the CDK's vault.
    """
    return backup.BackupVault(
        scope,
        construct_id,
        backup_vault_name=VAULT,
        block_recovery_point_deletion=True,
        removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        **more,  # type: ignore[arg-type]  # what the CDK declares, passed on as it is
    )


class DailyBackups(Construct):
    """A backup each day, kept for the days of the deployment file, here and as a copy.

    A backup is of one replica, which holds what all regions wrote until then but for the last
    second or so. DynamoDB copies to other regions only with the account's setting "Advanced
    DynamoDB backup" (AWS Backup developer guide, "Advanced DynamoDB backup"); without it the copy
    jobs fail, and the topic says so.
    """

    def __init__(self, scope: Construct, construct_id: str, *, deployment: Deployment) -> None:
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        topic = alarm_topic(
            self,
            "Topic",
            name="carte-backup-alarms",
            account=deployment.account,
            addresses=deployment.alarm_addresses,
            services=(_SERVICE,),
        )
        vault = backup_vault(self, "Vault", notification_topic=topic, notification_events=_FAILURES)
        keep = Duration.days(deployment.backup.days)
        copies = []
        if deployment.backup_copy_region:
            arn = stack.format_arn(
                service="backup",
                region=deployment.backup_copy_region,
                resource="backup-vault",
                arn_format=ArnFormat.COLON_RESOURCE_NAME,
                resource_name=VAULT,
            )
            there = backup.BackupVault.from_backup_vault_arn(self, "CopyVault", arn)
            copies.append(
                backup.BackupPlanCopyActionProps(destination_backup_vault=there, delete_after=keep)
            )
        plan = backup.BackupPlan(self, "Plan", backup_plan_name="carte", backup_vault=vault)
        plan.add_rule(
            backup.BackupPlanRule(
                rule_name="daily",
                schedule_expression=events.Schedule.cron(**_AT),
                start_window=_START_WITHIN,
                completion_window=_DONE_WITHIN,
                delete_after=keep,
                copy_actions=copies,
            )
        )
        table = stack.format_arn(
            service="dynamodb",
            region=deployment.primary,
            resource="table",
            resource_name=deployment.table,
        )
        selection = backup.BackupSelection(
            self,
            "Table",
            backup_plan=plan,
            backup_selection_name="carte",
            resources=[backup.BackupResource.from_arn(table)],
            allow_restores=True,
        )
        acknowledge(
            selection,
            {
                f"IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/{policy}]": (
                    "AWS Backup's own policy, which AWS extends as the service grows."
                )
                for policy in _POLICIES
            },
        )
