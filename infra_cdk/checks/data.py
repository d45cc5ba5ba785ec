"""Checks of the global table: nothing in it may be lost, and every region must have it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from infra_cdk.checks.model import Cloud, Resource, as_text, listed
from services.domain.orders.table_indexes import INDEXES

TABLE: Final = "AWS::DynamoDB::GlobalTable"
# The one attribute that may end an item: operation records carry it, documents never.
EXPIRES: Final = "expires"
_RETAINED: Final = frozenset({"Retain", "RetainExceptOnCreate"})
_PLAN: Final = "AWS::Backup::BackupPlan"
_VAULT: Final = "AWS::Backup::BackupVault"
_SELECTION: Final = "AWS::Backup::BackupSelection"
# AWS Backup developer guide, "Notification options with AWS Backup": events of a vault.
_NEVER_IN_A_VAULT: Final = frozenset(
    {"backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"}
)
# Minute and hour are numbers: AWS takes an hour that is left out for every hour.
_DAILY: Final = re.compile(r"cron\(\d+ \d+ [*?] \* [*?] \*\)")
_FAILURES: Final = frozenset({"BACKUP_JOB_FAILED", "BACKUP_JOB_EXPIRED", "COPY_JOB_FAILED"})
# Three full replicas, or two and a witness.
_STRONG_REGIONS: Final = 3


def every_replica_can_be_restored(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Every replica has point-in-time recovery and deletion protection; neither is inherited."""
    for table in cloud.resources(TABLE):
        for replica in table.properties.get("Replicas", []):
            recovery = replica.get("PointInTimeRecoverySpecification", {})
            if recovery.get("PointInTimeRecoveryEnabled") is not True:
                yield table, f"{replica['Region']} has no point-in-time recovery"
            if replica.get("DeletionProtectionEnabled") is not True:
                yield table, f"{replica['Region']} can be deleted"


def strong_tables_do_without_ttl(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A table with strong consistency has three regions and no time to live: DynamoDB refuses."""
    for table in cloud.resources(TABLE):
        if table.properties.get("MultiRegionConsistency") != "STRONG":
            continue
        if table.properties.get("TimeToLiveSpecification", {}).get("Enabled"):
            yield table, "has strong consistency and a time to live"
        replicas = len(table.properties.get("Replicas", []))
        witnesses = len(table.properties.get("GlobalTableWitnesses", []))
        if replicas + witnesses != _STRONG_REGIONS:
            yield table, f"has strong consistency over {replicas} replicas, {witnesses} witnesses"


def only_operation_records_expire(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """The attribute that lets items expire is the one that only operation records carry."""
    for table in cloud.resources(TABLE):
        expiry = table.properties.get("TimeToLiveSpecification", {})
        if expiry.get("Enabled") and expiry.get("AttributeName") != EXPIRES:
            yield table, f"lets items expire by {expiry.get('AttributeName')}"


def every_region_has_a_replica(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """The table's replicas are the regions that serve it, no more and no fewer."""
    serving = {stack.region for stack in cloud.regional()}
    for table in cloud.resources(TABLE):
        replicas = {one["Region"] for one in table.properties.get("Replicas", [])}
        for region in sorted(serving - replicas):
            yield table, f"has no replica in {region}: every request there would fail"
        for region in sorted(replicas - serving):
            yield table, f"is paid for in {region}, where nothing reads it"


def the_table_outlives_its_stack(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """The table stays when its stack is deleted or it would be replaced."""
    for table in cloud.resources(TABLE):
        for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
            if table.body.get(policy) not in _RETAINED:
                yield table, f"{policy} is {table.body.get(policy)}"


def the_stream_has_both_images(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """The stream carries old and new images: convergence joins them."""
    for table in cloud.resources(TABLE):
        view = table.properties.get("StreamSpecification", {}).get("StreamViewType")
        if view != "NEW_AND_OLD_IMAGES":
            yield table, f"streams {as_text(view)}: what last-writer-wins dropped is lost"


def indexes_are_those_of_the_code(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """The table has the indexes that the code writes and queries, with what it reads from them."""
    wanted = {
        one.name: (
            [(one.partition, "HASH"), (one.sort, "RANGE")],
            sorted(one.projected),
            "INCLUDE" if one.projected else "KEYS_ONLY",
        )
        for one in INDEXES
    }
    for table in cloud.resources(TABLE):
        found = {
            as_text(one["IndexName"]): (
                [(key["AttributeName"], key["KeyType"]) for key in one["KeySchema"]],
                sorted(one["Projection"].get("NonKeyAttributes", [])),
                one["Projection"].get("ProjectionType"),
            )
            for one in table.properties.get("GlobalSecondaryIndexes", [])
        }
        for name in sorted(wanted.keys() | found.keys()):
            if wanted.get(name) != found.get(name):
                yield table, f"the index {name} is {found.get(name)}, the code's {wanted.get(name)}"


def the_table_is_as_warm_as_configured(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """The table is warmed to what the deployment file says, and not without it."""
    if cloud.deployment is None:
        return
    database = cloud.deployment.database
    configured = (database.warm_reads or None, database.warm_writes or None)
    for table in cloud.resources(TABLE):
        warm = table.properties.get("WarmThroughput", {})
        found = (warm.get("ReadUnitsPerSecond"), warm.get("WriteUnitsPerSecond"))
        if found != configured:
            yield table, f"is warmed to {found} units a second, not to {configured}"


def backups_cannot_be_deleted(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A vault's policy denies everybody to delete its backups, or to let them end earlier."""
    for vault in cloud.resources(_VAULT):
        statements = listed(vault.properties.get("AccessPolicy", {}).get("Statement", []))
        denied = {
            str(action)
            for one in statements
            if (one.get("Effect"), one.get("Principal"), one.get("Resource"))
            == ("Deny", {"AWS": "*"}, "*")
            and "Condition" not in one
            for action in listed(one["Action"])
        }
        for action in sorted(_NEVER_IN_A_VAULT - denied):
            yield vault, f"lets people do {action}"


def backups_are_made_copied_and_watched(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Where the deployment file wants backups: of the table, each day, kept, copied, and missed.

    AWS Backup developer guide, "Cross-Region backup copies": the vault of a copy exists already.
    """
    deployment = cloud.deployment
    if deployment is None or not deployment.backup.days:
        return
    copy_region = deployment.backup_copy_region
    vaults = {vault.region for vault in cloud.resources(_VAULT)}
    for plan in cloud.resources(_PLAN):
        for rule in plan.properties["BackupPlan"]["BackupPlanRule"]:
            yield from _faults_of_rule(plan, rule, deployment.backup.days, copy_region)
        if copy_region and copy_region not in vaults:
            yield plan, f"copies to {copy_region}, where no stack makes a vault"
    for selection in cloud.resources(_SELECTION):
        named = as_text(selection.properties["BackupSelection"].get("Resources", []))
        if f":table/{deployment.table}" not in named:
            yield selection, f"does not name the table {deployment.table}"
    for vault in cloud.resources(_VAULT):
        heard = set(vault.properties.get("Notifications", {}).get("BackupVaultEvents", []))
        if vault.region == deployment.primary and not heard >= _FAILURES:
            yield vault, f"says nothing of {', '.join(sorted(_FAILURES - heard))}"


def _faults_of_rule(
    plan: Resource, rule: Mapping[str, Any], days: int, copy_region: str
) -> Iterator[tuple[Resource, str]]:
    if not _DAILY.fullmatch(str(rule.get("ScheduleExpression", ""))):
        yield plan, f"makes backups by {rule.get('ScheduleExpression')}, not once a day"
    copies = rule.get("CopyActions", [])
    for kept in [rule, *copies]:
        if kept.get("Lifecycle", {}).get("DeleteAfterDays") != days:
            yield plan, f"does not keep a backup for {days} days"
    wanted = [copy_region] if copy_region else []
    for region in wanted:
        vault = re.compile(rf"arn:[^:]+:backup:{region}:\d{{12}}:backup-vault:carte")
        arns = [as_text(one["DestinationBackupVaultArn"]) for one in copies]
        if not any(vault.fullmatch(arn) for arn in arns):
            yield plan, f"copies to {arns}, where no stack makes a vault"
