"""Faults of the table, each with the check that must find it."""

from typing import Final

from infra_cdk.gate.planting import Faults, removing, setting

_TABLE: Final = "AWS::DynamoDB::GlobalTable"


DATA: Final[Faults] = (
    (
        "a replica without point-in-time recovery",
        "every-replica-can-be-restored",
        removing(_TABLE, "Replicas.0.PointInTimeRecoverySpecification"),
    ),
    (
        "a replica without deletion protection",
        "every-replica-can-be-restored",
        removing(_TABLE, "Replicas.0.DeletionProtectionEnabled"),
    ),
    (
        "documents that expire",
        "only-operation-records-expire",
        setting(_TABLE, "TimeToLiveSpecification.AttributeName", "rev"),
    ),
    (
        "a region without a replica",
        "every-region-has-a-replica",
        removing(_TABLE, "Replicas.0"),
    ),
    (
        "a table that goes with its stack",
        "the-table-outlives-its-stack",
        setting(_TABLE, "^DeletionPolicy", "Delete"),
    ),
    (
        "a stream without old images",
        "the-stream-has-both-images",
        setting(_TABLE, "StreamSpecification.StreamViewType", "NEW_IMAGE"),
    ),
    (
        "strong consistency together with a time to live",
        "strong-tables-do-without-ttl",
        setting(_TABLE, "TimeToLiveSpecification", {"AttributeName": "expires", "Enabled": True}),
        "strong",
    ),
    (
        "strong consistency over two regions",
        "strong-tables-do-without-ttl",
        removing(_TABLE, "Replicas.0"),
        "strong",
    ),
    (
        "backups that are copied nowhere",
        "backups-are-made-copied-and-watched",
        removing("AWS::Backup::BackupPlan", "BackupPlan.BackupPlanRule.0.CopyActions"),
        "options",
    ),
    (
        "backups that are copied to a vault that is not there",
        "backups-are-made-copied-and-watched",
        setting(
            "AWS::Backup::BackupPlan",
            "BackupPlan.BackupPlanRule.0.CopyActions.0.DestinationBackupVaultArn",
            "arn:aws:backup:eu-central-1:123456789012:backup-vault:other",
        ),
        "options",
    ),
    (
        "backups of another table",
        "backups-are-made-copied-and-watched",
        setting("AWS::Backup::BackupSelection", "BackupSelection.Resources", ["arn:x:table/y"]),
        "options",
    ),
    (
        "a vault that says nothing of failed backups",
        "backups-are-made-copied-and-watched",
        removing("AWS::Backup::BackupVault", "Notifications"),
        "options",
    ),
)
