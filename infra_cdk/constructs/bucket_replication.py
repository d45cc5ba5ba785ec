"""Copies what is put into the first bucket of the site, or of pictures, to the second one."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra_cdk.constructs.acknowledged import acknowledge


class BucketReplication(Construct):
    """A rule for the whole bucket; deletions go along, so that both copies are the same."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        source: s3.Bucket,
        source_name: str,
        to: str,
        of: str,
    ) -> None:
        """Make it.

        Args:
            scope: what it belongs to.
            construct_id: its id there.
            source: the first bucket.
            source_name: its name.
            to: name of the second one, which is there already.
            of: what is copied, for people: `the site`.
        """
        super().__init__(scope, construct_id)
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("s3.amazonaws.com"),
            description=f"carte: copies {of} to a second region.",
        )
        first, second = f"arn:aws:s3:::{source_name}", f"arn:aws:s3:::{to}"
        for actions, resource in (
            (("s3:GetReplicationConfiguration", "s3:ListBucket"), first),
            (
                (
                    "s3:GetObjectVersionForReplication",
                    "s3:GetObjectVersionAcl",
                    "s3:GetObjectVersionTagging",
                ),
                f"{first}/*",
            ),
            (("s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"), f"{second}/*"),
        ):
            role.add_to_policy(iam.PolicyStatement(actions=[*actions], resources=[resource]))
        acknowledge(
            self,
            {f"IAM5[Resource::{arn}/*]": f"All files of {of}." for arn in (first, second)},
        )
        copied = source.node.default_child
        assert isinstance(copied, s3.CfnBucket)  # noqa: S101 - for the type checker
        rule = s3.CfnBucket.ReplicationRuleProperty(
            id=of.removeprefix("the "),
            status="Enabled",
            priority=1,
            filter=s3.CfnBucket.ReplicationRuleFilterProperty(prefix=""),
            delete_marker_replication=s3.CfnBucket.DeleteMarkerReplicationProperty(
                status="Enabled"
            ),
            destination=s3.CfnBucket.ReplicationDestinationProperty(bucket=second),
        )
        copied.replication_configuration = s3.CfnBucket.ReplicationConfigurationProperty(
            role=role.role_arn, rules=[rule]
        )
