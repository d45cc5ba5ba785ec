"""All stacks of a deployment, in the order in which a first deployment makes them."""

from pathlib import Path
from typing import Protocol, TypedDict

from aws_cdk import App, Environment

from infra_cdk.config import Deployment
from infra_cdk.constructs.cost_tags import tag_costs
from infra_cdk.stacks import edge, health, recovery, region_switch
from infra_cdk.stacks.audit import AuditStack, RecorderStack
from infra_cdk.stacks.backup import BackupStack, BackupVaultStack
from infra_cdk.stacks.data import DataStack
from infra_cdk.stacks.edge import EdgeStack
from infra_cdk.stacks.game_days import GameDayStack
from infra_cdk.stacks.health import HealthStack
from infra_cdk.stacks.identity import IdentityStack
from infra_cdk.stacks.keys import KeysStack
from infra_cdk.stacks.operations import OperationsStack
from infra_cdk.stacks.recovery import RecoveryStack
from infra_cdk.stacks.region_switch import RegionSwitchStack
from infra_cdk.stacks.regional import RegionalStack
from infra_cdk.stacks.secrets import SecretsStack
from infra_cdk.stacks.site import SiteStack


class _Place(TypedDict):
    env: Environment
    description: str
    termination_protection: bool


class _Placing(Protocol):
    def __call__(self, region: str, description: str, *, lasting: bool = False) -> _Place: ...


def stacks(app: App, deployment: Deployment, package: Path) -> None:
    """Put a deployment's stacks into an app.

    No stack depends on another, not even for its order: a region must take a deployment while the
    primary one is away. Until the table is there, `/ready` of a region says so.
    """
    primary = deployment.primary

    def place(region: str, description: str, *, lasting: bool = False) -> _Place:
        return {
            "env": Environment(account=deployment.account, region=region),
            "description": f"carte: {description}",
            "termination_protection": lasting and deployment.stage == "aws",
        }

    if deployment.database.keys == "customer":
        for region in deployment.regions:
            KeysStack(
                app,
                f"carte-keys-{region}",
                account=deployment.account,
                region=region,
                number=deployment.database.key_number,
                **place(region, f"the table's key in {region}", lasting=True),
            )
    IdentityStack(
        app,
        "carte-identity",
        deployment=deployment,
        **place(primary, "sign-in of staff", lasting=True),
    )
    DataStack(
        app,
        "carte-data",
        deployment=deployment,
        **place(primary, "the global table", lasting=True),
    )
    _option_stacks(app, deployment, place)
    if deployment.has_edge or deployment.takes_cards:
        SecretsStack(
            app,
            "carte-secrets",
            deployment=deployment,
            edge_region=edge.REGION,
            **place(primary, "secrets of the API"),
        )
    for region in deployment.regions:
        RegionalStack(
            app,
            f"carte-{region}",
            deployment=deployment,
            region=region,
            package=package,
            **place(region, f"the API in {region}"),
        )
    if deployment.stage == "aws":
        _audit_stacks(app, deployment, place)
        _game_day_stacks(app, deployment, place)
        _global_stacks(app, deployment, place)
        tag_costs(app)


def _option_stacks(app: App, deployment: Deployment, place: "_Placing") -> None:
    primary = deployment.primary
    if deployment.backup_copy_region:
        BackupVaultStack(
            app,
            f"carte-backup-{deployment.backup_copy_region}",
            **place(deployment.backup_copy_region, "copies of the table's backups", lasting=True),
        )
    if deployment.backup.days:
        BackupStack(
            app,
            "carte-backup",
            deployment=deployment,
            **place(primary, "daily backups of the table", lasting=True),
        )
    if deployment.recovery.on:
        RecoveryStack(
            app,
            "carte-recovery",
            deployment=deployment,
            **place(recovery.REGION, "routing controls"),
        )
    if deployment.recovery.region_switch:
        RegionSwitchStack(
            app,
            "carte-region-switch",
            deployment=deployment,
            **place(region_switch.REGION, "a plan of ARC Region switch"),
        )


def _game_day_stacks(app: App, deployment: Deployment, place: "_Placing") -> None:
    if deployment.game_days:
        for region in deployment.regions:
            GameDayStack(
                app,
                f"carte-game-days-{region}",
                deployment=deployment,
                region=region,
                **place(region, f"experiments in {region}"),
            )


def _audit_stacks(app: App, deployment: Deployment, place: "_Placing") -> None:
    if deployment.audit:
        AuditStack(
            app,
            "carte-audit",
            deployment=deployment,
            **place(deployment.primary, "records of the account", lasting=True),
        )
    if deployment.audit.configuration:
        for region in deployment.regions:
            RecorderStack(
                app,
                f"carte-audit-{region}",
                deployment=deployment,
                region=region,
                **place(region, f"AWS Config in {region}"),
            )


def _global_stacks(app: App, deployment: Deployment, place: "_Placing") -> None:
    used = {deployment.primary, *deployment.regions}
    if deployment.domain:
        used.add(health.REGION)
        HealthStack(
            app,
            "carte-health",
            deployment=deployment,
            **place(health.REGION, "alarms on the regions' health checks"),
        )
    if deployment.has_edge:
        used |= {edge.REGION, deployment.site_replica}
        replica = deployment.site_replica
        SiteStack(
            app,
            "carte-site",
            account=deployment.account,
            region=replica,
            **place(replica, "the site's second copy"),
        )
        EdgeStack(
            app,
            "carte-edge",
            deployment=deployment,
            **place(edge.REGION, "CloudFront for site and API"),
        )
    if deployment.recovery.on:
        used.add(recovery.REGION)
    if deployment.recovery.region_switch:
        used.add(region_switch.REGION)
    if deployment.backup_copy_region:
        used.add(deployment.backup_copy_region)
    OperationsStack(
        app,
        "carte-operations",
        deployment=deployment,
        stack_regions=sorted(used),
        **place(deployment.primary, "dashboard, budget, deployment role"),
    )
