"""Faults of schedules, and of what the code expects of table, gateway and vaults."""

from typing import Final

from infra_cdk.gate.planting import Faults, removing, setting

_RULE: Final = "AWS::Events::Rule"
_TABLE: Final = "AWS::DynamoDB::GlobalTable"
_ANSWER: Final = "AWS::ApiGateway::GatewayResponse"
_STAGE: Final = "AWS::ApiGatewayV2::Stage"
_VAULT: Final = "AWS::Backup::BackupVault"
_ON_TIME: Final = "schedules-are-on-time"
_INDEXES: Final = "indexes-are-those-of-the-code"
_ANSWERS: Final = "the-gateways-own-answers-are-graphql-errors"
_LIVE: Final = "the-websocket-stage-is-throttled"
_BACKUPS: Final = "backups-cannot-be-deleted"

_DEAD: Final = "dead-letters-are-of-the-same-kind"
_SIGNED: Final = "mails-are-signed-by-the-domain"
_CONNECTIONS: Final = "connections-are-kept-as-the-code-reads-them"

SCHEDULES: Final[Faults] = (
    (
        "a FIFO queue that gives up into a standard one",
        _DEAD,
        removing("AWS::SQS::Queue", "FifoQueue", stack="carte-eu-west-1"),
    ),
    (
        "mails that nothing signs",
        _SIGNED,
        setting(
            "AWS::Route53::RecordSet",
            "Type",
            "TXT",
            having="ResourceRecords.0.Fn::GetAtt",
            stack="carte-eu-west-1",
        ),
    ),
    (
        "connections that are never let go",
        _CONNECTIONS,
        removing("AWS::DynamoDB::Table", "TimeToLiveSpecification"),
    ),
    (
        "connections under other keys",
        _CONNECTIONS,
        setting("AWS::DynamoDB::Table", "KeySchema.1.AttributeName", "id"),
    ),
    (
        "a Lambda that nothing calls",
        "every-lambda-is-called",
        setting(_RULE, "^Type", "AWS::SQS::Queue"),
    ),
    ("a schedule that is off", _ON_TIME, setting(_RULE, "State", "DISABLED")),
    (
        "a sweeper that runs each hour",
        _ON_TIME,
        setting(_RULE, "ScheduleExpression", "rate(60 minutes)"),
    ),
    (
        "a schedule that repeats what failed for a day",
        _ON_TIME,
        removing(_RULE, "Targets.0.RetryPolicy"),
    ),
    (
        "a table without an index of the code",
        _INDEXES,
        removing(_TABLE, "GlobalSecondaryIndexes.1"),
    ),
    (
        "an index without what the code reads of it",
        _INDEXES,
        setting(_TABLE, "GlobalSecondaryIndexes.0.Projection", {"ProjectionType": "KEYS_ONLY"}),
    ),
    (
        "a table that is warmed to another figure",
        "the-table-is-as-warm-as-configured",
        setting(_TABLE, "WarmThroughput.ReadUnitsPerSecond", 100),
        "practised",
    ),
    (
        "a 429 that is no GraphQL error",
        _ANSWERS,
        setting(_ANSWER, "ResponseTemplates", {"application/json": "{}"}),
    ),
    (
        "a 429 that clients do not repeat",
        _ANSWERS,
        setting(
            _ANSWER,
            "ResponseTemplates.application/json",
            lambda text: text.replace("true", "false"),
        ),
    ),
    ("a WebSocket API without limits", _LIVE, removing(_STAGE, "DefaultRouteSettings")),
    (
        "a WebSocket API that keeps its routes of before",
        _LIVE,
        setting(_STAGE, "AutoDeploy", value=False),
    ),
    (
        "an answer to messages that is none",
        _LIVE,
        setting("AWS::ApiGatewayV2::RouteResponse", "RouteResponseKey", "none"),
    ),
    ("a vault whose backups may be deleted", _BACKUPS, removing(_VAULT, "AccessPolicy"), "options"),
    (
        "a vault whose backups may be ended",
        _BACKUPS,
        setting(_VAULT, "AccessPolicy.Statement.0.Action", ["backup:DeleteRecoveryPoint"]),
        "options",
    ),
)
