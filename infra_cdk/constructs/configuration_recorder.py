"""AWS Config's recorder of one region: every version of every resource, in the audit bucket."""

from typing import Final

from aws_cdk import Stack
from aws_cdk import aws_config as config
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.audit_trail import audit_bucket_name

_NAME: Final = "carte"


class ConfigurationRecorder(Construct):
    """A recorder with its delivery channel; a region can have one of each.

    Resources without a region (roles, distributions) are recorded in the primary region alone, or
    each would be recorded and billed once a region (AWS Config developer guide, "Recording Global
    Resources").
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, deployment: Deployment, region: str
    ) -> None:
        super().__init__(scope, construct_id)
        role = (
            f"arn:{Stack.of(self).partition}:iam::{deployment.account}:role/aws-service-role/"
            "config.amazonaws.com/AWSServiceRoleForConfig"
        )
        config.CfnConfigurationRecorder(
            self,
            "Recorder",
            name=_NAME,
            role_arn=role,
            recording_group=config.CfnConfigurationRecorder.RecordingGroupProperty(
                all_supported=True, include_global_resource_types=region == deployment.primary
            ),
        )
        config.CfnDeliveryChannel(
            self, "Channel", name=_NAME, s3_bucket_name=audit_bucket_name(deployment.account)
        )
