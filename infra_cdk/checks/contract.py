"""Checks of single properties: what each must be, beside the construct that sets it.

Every row says a second time, and in the words of the template, what a construct's argument is for.
An edit that deletes or changes such an argument is found here; one that is meant changes both.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from infra_cdk.checks.model import Cloud, Resource, as_text
from infra_cdk.checks.property_rules import MISSING, Row, absent, broken, has, is_, is_set, within


def _logs_what_is_needed(text: Any) -> bool:
    wanted = (
        *("requestId", "integration.requestId", "xrayTraceId", "identity.sourceIp", "httpMethod"),
        *("resourcePath", "status", "responseLatency", "integrationLatency", "error.responseType"),
        *("requestTimeEpoch", "responseLength", "integration.integrationStatus"),
    )
    return all(f'"$context.{name}"' in str(text) for name in wanted)


def _is_taken_by_ec2(text: Any) -> bool:
    """Whether EC2 takes a description (EC2 API reference, "CreateSecurityGroup")."""
    return bool(re.fullmatch(r"[A-Za-z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}", str(text)))


# Variables whose values hold quotation marks: a line with one of them between quotation marks is no
# JSON exactly when there is an error (API Gateway developer guide, "Variables for access logging").
_QUOTED: Final = re.compile(
    r"\$context\.(error\.(message|messageString|validationErrorString)|integrationErrorMessage"
    r"|integration\.error|authorizer\.error|authorize\.error|authenticate\.error|waf\.error)\b"
)


def _is_json_whatever_happens(text: Any) -> bool:
    return _is_json(text) and not _QUOTED.search(str(text))


def _is_json(text: Any) -> bool:
    try:
        return isinstance(json.loads(str(text)), dict)
    except json.JSONDecodeError:
        return False


def _is_sign_in_page(urls: Any) -> bool:
    return (
        isinstance(urls, list)
        and len(urls) == 1
        and bool(re.fullmatch(r"https://[a-z0-9.-]+/signin", str(urls[0])))
    )


_BUCKET, _TABLE, _QUEUE = "AWS::S3::Bucket", "AWS::DynamoDB::GlobalTable", "AWS::SQS::Queue"
_MAPPING, _STAGE, _API = (
    "AWS::Lambda::EventSourceMapping",
    "AWS::ApiGateway::Stage",
    "AWS::ApiGateway::RestApi",
)
_FUNCTION, _CHECK, _ACL = (
    "AWS::Lambda::Function",
    "AWS::Route53::HealthCheck",
    "AWS::WAFv2::WebACL",
)
_CDN, _CACHE, _REQUEST = (
    "AWS::CloudFront::Distribution",
    "AWS::CloudFront::CachePolicy",
    "AWS::CloudFront::OriginRequestPolicy",
)
_HEADERS, _GROUP = "AWS::CloudFront::ResponseHeadersPolicy", "AWS::CodeDeploy::DeploymentGroup"
_POOL, _CLIENT, _CANARY = (
    "AWS::Cognito::UserPool",
    "AWS::Cognito::UserPoolClient",
    "AWS::Synthetics::Canary",
)
_ALARM, _BUDGET, _DAX = "AWS::CloudWatch::Alarm", "AWS::Budgets::Budget", "AWS::DAX::Cluster"
_KEY = "CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin"
_SECURITY = "ResponseHeadersPolicyConfig.SecurityHeadersConfig"

ROWS: Final[tuple[Row, ...]] = (
    # The table and everything that holds data.
    Row(_TABLE, "KeySchema.0.AttributeName", is_("pk"), "no document is found"),
    Row(_TABLE, "KeySchema.1.AttributeName", is_("sk"), "a partition holds one document"),
    Row(_TABLE, "AttributeDefinitions.*.AttributeType", is_("S"), "keys are texts"),
    Row(_TABLE, "BillingMode", is_("PAY_PER_REQUEST"), "a busy hour is throttled"),
    Row(_TABLE, "TimeToLiveSpecification.Enabled", is_(True), "nothing ever expires",
        "TimeToLiveSpecification"),
    Row(_BUCKET, "LifecycleConfiguration.Rules.*.Status", is_("Enabled"), "files are for ever"),
    Row(_BUCKET, "LifecycleConfiguration.Rules.*.ExpirationInDays", within(1, 800),
        "files are paid for for ever", "LifecycleConfiguration.Rules.0.ExpirationInDays"),
    Row(_BUCKET, "LifecycleConfiguration.Rules.*.NoncurrentVersionExpiration.NoncurrentDays",
        within(7, 400), "no older site can be brought back", "VersioningConfiguration"),
    Row(_BUCKET, "VersioningConfiguration.Status", is_("Enabled"), "S3 cannot replicate it",
        "ReplicationConfiguration"),
    Row(_BUCKET, "ReplicationConfiguration.Rules.*.Status", is_("Enabled"), "no second copy",
        "ReplicationConfiguration"),
    Row(_BUCKET, "ReplicationConfiguration.Rules.*.DeleteMarkerReplication.Status",
        is_("Enabled"), "the copies differ", "ReplicationConfiguration"),
    Row(_BUCKET, "ReplicationConfiguration.Rules.*.Filter.Prefix", is_(""), "not all is copied",
        "ReplicationConfiguration"),
    Row(_BUCKET, "ReplicationConfiguration.Rules.*.Destination.Bucket", is_set, "copied nowhere",
        "ReplicationConfiguration"),
    Row(_BUCKET, "NotificationConfiguration.QueueConfigurations.*.Event",
        is_("s3:ObjectCreated:*"), "no file is heard of", "NotificationConfiguration"),
    Row(_BUCKET, "NotificationConfiguration.QueueConfigurations.*.Filter.S3Key.Rules.*.Value",
        is_("counts/"), "reports are taken for counts, or files are passed over",
        "NotificationConfiguration"),
    Row(_BUCKET, "BucketName", is_set, "its name is in no output"),
    # Files of counts are uploaded by pages, with a form that the API signs.
    Row(_BUCKET, "CorsConfiguration.CorsRules.*.AllowedMethods", is_(["POST"]), "pages may not"
        " upload, or may do more", "NotificationConfiguration"),
    Row(_BUCKET, "CorsConfiguration.CorsRules.*.AllowedOrigins", is_(["*"]), "pages may not upload",
        "NotificationConfiguration"),
    Row(_BUCKET, "CorsConfiguration.CorsRules.*.AllowedHeaders", is_(["*"]), "pages may not upload",
        "NotificationConfiguration"),
    # Fetch standard, "CORS-preflight fetch": without an age, a browser remembers the answer to a
    # preflight for five seconds, and asks anew before each upload.
    Row(_BUCKET, "CorsConfiguration.CorsRules.*.MaxAge", within(600, 86_400), "each upload asks"
        " first, or a rule that was closed is remembered", "NotificationConfiguration"),
    # AWS Backup developer guide, "Backup plan options and configuration".
    Row("AWS::Backup::BackupPlan", "BackupPlan.BackupPlanRule.*.StartWindowMinutes",
        within(60, 240), "a backup that does not begin is missed late"),
    Row("AWS::Backup::BackupPlan", "BackupPlan.BackupPlanRule.*.CompletionWindowMinutes",
        within(240, 1200), "a backup that hangs is missed late, or a large one is ended"),
    Row("AWS::Backup::BackupVault", "BackupVaultName", is_("carte"), "copies go to another"),
    Row("AWS::KMS::Key", "KeyPolicy.Statement.1.Action",
        has("kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt",
            "kms:GenerateDataKey*", "kms:ReEncrypt*"), "DynamoDB cannot use it"),
    Row("AWS::KMS::Key", "KeyPolicy.Statement.1.Condition.StringEquals.kms:CallerAccount", is_set,
        "anybody may use it"),
    # Queues and mappings.
    # Topics of live updates are of no use after ten minutes; see the checks of them.
    Row(_QUEUE, "MessageRetentionPeriod", lambda seconds: seconds in {1_209_600, 600},
        "messages end before people look"),
    Row(_QUEUE, "QueueName", is_set, "nobody finds it"),
    Row(_QUEUE, "RedrivePolicy.maxReceiveCount", within(3, 10), "tried once, or for ever",
        "VisibilityTimeout"),
    Row(_MAPPING, "BatchSize", within(1, 1000), "a batch takes longer than its Lambda"),
    Row(_MAPPING, "MaximumRecordAgeInSeconds", within(3600, 43_200), "the stream ends before people"
        " look at what was given up", "StartingPosition"),
    Row(_MAPPING, "MaximumRetryAttempts", within(10, 200), "a bad hour of the table loses repairs",
        "StartingPosition"),
    Row(_MAPPING, "ParallelizationFactor", within(2, 10), "repairs are late", "StartingPosition"),
    Row(_MAPPING, "StartingPosition", is_("TRIM_HORIZON"), "the first records are never read",
        "StartingPosition"),
    Row(_MAPPING, "FilterCriteria.Filters.*.Pattern", lambda value: "eventName" in str(value),
        "repairs are not seen", "StartingPosition"),
    Row(_MAPPING, "FilterCriteria.Filters.1.Pattern", lambda value: '"OP"' in str(value),
        "double operations are not seen", "StartingPosition"),
    Row(_MAPPING, "ScalingConfig.MaximumConcurrency", within(2, 50), "files use up the table",
        "ScalingConfig"),
    # Lambdas.
    Row(_FUNCTION, "MemorySize", within(256, 10_240), "too little CPU", "LoggingConfig"),
    Row(_FUNCTION, "Timeout", within(5, 900), "slow answers are cut off", "LoggingConfig"),
    Row(_FUNCTION, "FunctionName", is_set, "alarms and docs do not find it", "LoggingConfig"),
    Row("AWS::Lambda::Alias", "Name", is_("live"), "callers do not find it"),
    Row("AWS::Logs::LogGroup", "LogGroupName", is_set, "nobody finds it"),
    Row(_GROUP, "AutoRollbackConfiguration.Enabled", is_(True), "bad code stays"),
    Row(_GROUP, "AutoRollbackConfiguration.Events",
        has("DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"),
        "an alarm does not bring the old code back"),
    Row(_GROUP, "AlarmConfiguration.Alarms.2", is_set,
        "errors, faults or slowness are not watched"),
    # The API.
    Row(_API, "MinimumCompressionSize", within(256, 4096), "menus travel uncompressed"),
    Row(_API, "EndpointConfiguration.Types", is_(["REGIONAL"]), "a CloudFront of its own"),
    Row(_API, "Name", is_("carte-api"), "alarms and dashboard look at another API"),
    Row(_STAGE, "StageName", is_("live"), "docs and dashboard look at another stage"),
    Row(_STAGE, "TracingEnabled", is_(True), "no trace"),
    Row(_STAGE, "AccessLogSetting.Format", _logs_what_is_needed, "a slow request"
        " is not found again"),
    Row(_STAGE, "MethodSettings.*.MetricsEnabled", is_(True), "alarms see nothing"),
    Row(_STAGE, "MethodSettings.*.ThrottlingRateLimit", within(50, 100_000), "one client may use"
        " the account's limit"),
    Row(_STAGE, "MethodSettings.*.ThrottlingBurstLimit", within(50, 100_000), "no burst is taken"),
    Row("AWS::ApiGateway::DomainName", "EndpointConfiguration.Types", is_(["REGIONAL"]),
        "as above"),
    Row("AWS::ApiGatewayV2::Api", "RouteSelectionExpression", is_set, "API Gateway refuses it"),
    Row("AWS::CertificateManager::Certificate", "ValidationMethod", is_("DNS"), "never valid"),
    Row("AWS::CertificateManager::Certificate", "DomainValidationOptions.*.HostedZoneId", is_set,
        "somebody must write the record by hand"),
    # Health.
    Row(_CHECK, "HealthCheckConfig.EnableSNI", is_(True), "the gateway refuses the check",
        "HealthCheckConfig.FullyQualifiedDomainName"),
    Row(_CHECK, "HealthCheckConfig.Port", is_(443), "the gateway does not listen",
        "HealthCheckConfig.FullyQualifiedDomainName"),
    Row(_CHECK, "HealthCheckConfig.Type", is_("HTTPS"), "as above",
        "HealthCheckConfig.FullyQualifiedDomainName"),
    Row(_CHECK, "HealthCheckConfig.RequestInterval", is_(10), "a lost region is left too late",
        "HealthCheckConfig.FullyQualifiedDomainName"),
    Row(_CHECK, "HealthCheckConfig.FailureThreshold", within(2, 3), "a blink drains a region",
        "HealthCheckConfig.FullyQualifiedDomainName"),
    Row(_CHECK, "HealthCheckConfig.InsufficientDataHealthStatus", is_("LastKnownStatus"),
        "silence drains a region or ends a drain", "HealthCheckConfig.AlarmIdentifier"),
    Row(_CHECK, "HealthCheckConfig.MeasureLatency", is_(True), "the console shows no latency",
        "HealthCheckConfig.FullyQualifiedDomainName"),
    # CloudFront.
    Row(_CDN, "DistributionConfig.Enabled", is_(True), "it serves nothing"),
    Row(_CDN, "DistributionConfig.Aliases.0", is_set, "it does not answer to the site's name"),
    Row(_CDN, "DistributionConfig.HttpVersion", is_("http2and3"), "slower than it could be"),
    Row(_CDN, "DistributionConfig.PriceClass", is_("PriceClass_All"), "far clients are slow"),
    Row(_CDN, "DistributionConfig.WebACLId", is_set, "no firewall"),
    Row(_CDN, "DistributionConfig.CacheTagConfig.HeaderName", is_("Cache-Tag"), "no purge by tag"),
    Row(_CDN, "DistributionConfig.ViewerCertificate.MinimumProtocolVersion", is_("TLSv1.2_2021"),
        "old TLS is spoken"),
    Row(_CDN, "DistributionConfig.ViewerCertificate.AcmCertificateArn", is_set, "no name of ours"),
    Row(_CDN, "DistributionConfig.CustomErrorResponses.*.ErrorCachingMinTTL", is_(1),
        "a blink becomes an outage"),
    Row(_CDN, "DistributionConfig.CacheBehaviors.*.ViewerProtocolPolicy", is_("redirect-to-https"),
        "tokens travel in the clear"),
    # Those of the API's reads and writes; pictures, which are last, have none.
    *(
        Row(_CDN, f"DistributionConfig.CacheBehaviors.{number}.FunctionAssociations.0.EventType",
            is_("viewer-request"), "drain flags are not read")
        for number in range(5)
    ),
    Row(_CDN, "DistributionConfig.DefaultCacheBehavior.FunctionAssociations.0.EventType",
        is_("viewer-request"), "the site's pages are not found"),
    Row(_CDN, "DistributionConfig.CacheBehaviors.*.Compress", is_(True), "menus are large"),
    Row(_CDN, "DistributionConfig.CacheBehaviors.2.AllowedMethods", has("GET", "HEAD", "POST"),
        "no mutation gets through"),
    Row(_CDN, "DistributionConfig.CacheBehaviors.2.PathPattern", is_("/graphql"), "as above"),
    Row(_CDN, "DistributionConfig.CacheBehaviors.3.PathPattern", is_("/graphql/next"),
        "writes are not repeated elsewhere"),
    Row(_CDN, "DistributionConfig.CacheBehaviors.4.PathPattern", is_("/graphql/third"), "as above"),
    Row(_CDN, "DistributionConfig.CacheBehaviors.1.PathPattern", is_("/graphql/persisted/*"),
        "reads do not fail over"),
    Row(_CDN, "DistributionConfig.CacheBehaviors.0.PathPattern", is_("/graphiql*"), "no GraphiQL"),
    Row(_CDN, "DistributionConfig.Origins.*.ConnectionAttempts", is_(1), "dead origins are waited"
        " for"),
    Row(_CDN, "DistributionConfig.Origins.*.ConnectionTimeout", within(1, 3), "as above"),
    Row("AWS::CloudFront::KeyValueStore", "Name", lambda name: name in {
        "carte-drain", "carte-stores"}, "operators write elsewhere"),
    Row("AWS::CloudFront::Function", "Name", lambda name: name in {
        "carte-choose-region", "carte-site-path", "carte-site-status"},
        "its alarm looks at another"),
    Row("AWS::Route53::RecordSet", "TTL", lambda text: text in {"60", "30"}, "a lost region is"
        " remembered", "ResourceRecords"),
    Row("AWS::CloudFront::Function", "AutoPublish", is_(True), "the function is never live"),
    Row("AWS::CloudFront::Function", "FunctionConfig.Runtime", is_("cloudfront-js-2.0"),
        "no flags"),
    Row(_CACHE, "CachePolicyConfig.MinTTL", is_(0), "private answers are kept"),
    Row(_CACHE, "CachePolicyConfig.DefaultTTL", is_(0), "answers without a lifetime are kept"),
    Row(_CACHE, "CachePolicyConfig.MaxTTL", within(60, 86_400), "nothing, or old menus are kept"),
    Row(_CACHE, f"{_KEY}.HeadersConfig.Headers", is_(["Accept"]), "media types are mixed"),
    Row(_CACHE, f"{_KEY}.CookiesConfig.CookieBehavior", is_("none"), "nothing is ever hit"),
    Row(_CACHE, f"{_KEY}.QueryStringsConfig.QueryStrings", is_(["variables"]), "nothing, or the"
        " wrong menu is hit"),
    Row(_CACHE, f"{_KEY}.EnableAcceptEncodingGzip", is_(True), "menus travel uncompressed"),
    Row(_CACHE, f"{_KEY}.EnableAcceptEncodingBrotli", is_(True), "as above"),
    Row(_REQUEST, "OriginRequestPolicyConfig.HeadersConfig.Headers",
        has("CloudFront-Viewer-Latitude", "CloudFront-Viewer-Longitude", "Origin", "traceparent"),
        "the edge function is blind, or traces end"),
    Row(_REQUEST, "OriginRequestPolicyConfig.QueryStringsConfig.QueryStringBehavior", is_("none"),
        "what is not in the key changes the answer"),
    Row(_REQUEST, "OriginRequestPolicyConfig.CookiesConfig.CookieBehavior", is_("none"),
        "as above"),
    Row(_HEADERS, f"{_SECURITY}.StrictTransportSecurity.AccessControlMaxAgeSec",
        within(31_536_000, 63_072_000), "browsers forget"),
    Row(_HEADERS, f"{_SECURITY}.StrictTransportSecurity.IncludeSubdomains", is_(True), "the API is"
        " left out"),
    *(
        Row(_HEADERS, f"{_SECURITY}.{header}.Override", is_(True), "the origin decides")
        for header in (
            *("StrictTransportSecurity", "ContentTypeOptions", "FrameOptions"),
            *("ReferrerPolicy", "ContentSecurityPolicy"),
        )
    ),
    Row(_HEADERS, f"{_SECURITY}.FrameOptions.FrameOption", is_("DENY"), "pages may be framed"),
    Row(_HEADERS, f"{_SECURITY}.ReferrerPolicy.ReferrerPolicy",
        is_("strict-origin-when-cross-origin"), "addresses leak"),
    Row(_HEADERS, f"{_SECURITY}.ContentSecurityPolicy.ContentSecurityPolicy",
        lambda text: all(f"{one} 'none'" in str(text) for one in (
            *("default-src", "base-uri", "form-action", "frame-ancestors"),
        )) and ("script-src" not in str(text) or "script-src 'self'" in str(text)),
        "pages run others' scripts"),
    Row(_HEADERS, "ResponseHeadersPolicyConfig.RemoveHeadersConfig.Items.2", is_set, "S3 is named"),
    Row("AWS::CloudFront::OriginAccessControl", "OriginAccessControlConfig.SigningBehavior",
        is_("always"), "the buckets refuse CloudFront"),
    Row("AWS::CloudFront::OriginAccessControl", "OriginAccessControlConfig.SigningProtocol",
        is_("sigv4"), "the buckets refuse CloudFront"),
    Row("AWS::Logs::DeliverySource", "LogType", is_("ACCESS_LOGS"), "no log"),
    Row("AWS::Logs::DeliverySource", "ResourceArn", is_set, "no log"),
    Row("AWS::Logs::DeliveryDestination", "OutputFormat", is_("json"), "logs cannot be queried"),
    Row("AWS::Logs::DeliveryDestination", "DestinationResourceArn", is_set, "no log"),
    Row("AWS::Logs::Delivery", "S3SuffixPath", is_("/{yyyy}/{MM}/{dd}/{HH}"), "a query reads all"),
    # The firewall.
    Row(_ACL, "Scope", is_("CLOUDFRONT"), "CloudFront does not take it"),
    Row(_ACL, "DefaultAction", is_({"Allow": {}}), "nobody gets through"),
    Row(_ACL, "Rules.0.Action", is_({"Block": {"CustomResponse": {
        "ResponseCode": 429, "ResponseHeaders": [{"Name": "retry-after", "Value": "60"}],
    }}}), "the rate limit lets through, or clients do not know how long to wait"),
    Row(_ACL, "Rules.0.Statement.RateBasedStatement.AggregateKeyType", is_("IP"),
        "everybody is one"),
    Row(_ACL, "Rules.0.Statement.RateBasedStatement.EvaluationWindowSec", is_(300), "another limit"
        " than the file says"),
    Row(_ACL, "Rules.1.Action", is_({"Block": {"CustomResponse": {"ResponseCode": 413}}}), "large"
        " bodies come through, or clients send them again"),
    Row(_ACL, "Rules.1.Statement.SizeConstraintStatement.ComparisonOperator", is_("GT"), "small"
        " bodies are refused"),
    Row(_ACL, "Rules.1.Statement.SizeConstraintStatement.Size", is_(65_536), "bodies are read"
        " further than WAF looks"),
    Row(_ACL, "Rules.1.Statement.SizeConstraintStatement.FieldToMatch.Body.OversizeHandling",
        is_("MATCH"), "larger bodies come through"),
    Row(_ACL, "Rules.4.Statement.ManagedRuleGroupStatement.Name", is_set,
        "a managed group is gone"),
    Row(_ACL, "Rules.3.Statement.ManagedRuleGroupStatement.RuleActionOverrides.1", is_set,
        "clients without a User-Agent, or larger bodies, are refused"),
    Row(_ACL, "Rules.*.VisibilityConfig.CloudWatchMetricsEnabled", is_(True), "it is blind"),
    Row(_ACL, "Rules.*.VisibilityConfig.SampledRequestsEnabled", is_(True), "it is blind"),
    Row(_ACL, "AssociationConfig.RequestBody.CLOUDFRONT.DefaultSizeInspectionLimit", is_("KB_64"),
        "bodies are read to 16 KB alone"),
    # People.
    Row(_POOL, "MfaConfiguration", is_("ON"), "a password is enough"),
    Row(_POOL, "KeyConfiguration.KeyType", is_("CUSTOMER_MANAGED_KEY"), "it cannot be replicated",
        "KeyConfiguration"),
    Row(_POOL, "KeyConfiguration.KmsKeyArn", lambda arn: ":key/mrk-" in str(arn), "its key is in"
        " one region", "KeyConfiguration"),
    Row(_POOL, "IssuerConfiguration.Type", is_("UPDATED"), "its keys are published in one region",
        "KeyConfiguration"),
    Row(_POOL, "UserPoolTier", is_("ESSENTIALS"), "it cannot be replicated", "KeyConfiguration"),
    Row("AWS::Cognito::UserPoolReplica", "RegionName", is_set, "it is nowhere"),
    Row(_POOL, "EnabledMfas", is_(["SOFTWARE_TOKEN_MFA"]), "a text message is enough"),
    Row(_POOL, "AdminCreateUserConfig.AllowAdminCreateUserOnly", is_(True), "anybody signs up"),
    Row(_POOL, "DeviceConfiguration.ChallengeRequiredOnNewDevice", is_(False), "a known device"
        " replaces the second factor"),
    Row(_POOL, "DeviceConfiguration.DeviceOnlyRememberedOnUserPrompt", is_(False), "no device is"
        " known to be new"),
    Row(_POOL, "LambdaConfig.PostAuthentication", lambda arn: as_text(arn).endswith(
        ":function:carte-people-notices:live"), "nobody hears of a sign-in from a new device",
        "LambdaConfig"),
    Row(_POOL, "DeletionProtection", is_("ACTIVE"), "everybody's account goes at a slip"),
    Row(_POOL, "Policies.PasswordPolicy.MinimumLength", within(12, 99), "short passwords"),
    Row(_POOL, "UsernameAttributes", is_(["email"]), "staff do not know their names"),
    Row(_POOL, "AccountRecoverySetting.RecoveryMechanisms.0.Name", is_("verified_email"), "by text"
        " message"),
    Row(_CLIENT, "AllowedOAuthFlows", is_(["code"]), "tokens stand in addresses", "CallbackURLs"),
    Row(_CLIENT, "AllowedOAuthFlowsUserPoolClient", is_(True), "nobody signs in on its pages",
        "CallbackURLs"),
    Row(_CLIENT, "AllowedOAuthScopes", is_(
        ["openid", "email", "aws.cognito.signin.user.admin"]), "tokens open more, or nobody can"
        " sign out everywhere",
        "CallbackURLs"),
    Row(_CLIENT, "CallbackURLs", _is_sign_in_page, "codes go elsewhere", "AllowedOAuthFlows"),
    Row(_CLIENT, "LogoutURLs", _is_sign_in_page, "signing out leads elsewhere",
        "AllowedOAuthFlows"),
    Row(_CLIENT, "GenerateSecret", absent, "no page of a site keeps a secret"),
    Row(_CLIENT, "ExplicitAuthFlows", has("ALLOW_USER_SRP_AUTH"), "nobody signs in"),
    Row(_CLIENT, "PreventUserExistenceErrors", is_("ENABLED"), "accounts can be guessed"),
    Row(_CLIENT, "AccessTokenValidity", within(5, 60), "tokens outlive a dismissal"),
    Row(_CLIENT, "IdTokenValidity", within(5, 60), "tokens outlive a dismissal"),
    Row("AWS::Cognito::UserPoolGroup", "GroupName", is_("chain:admin"), "nobody is an admin"),
    Row("AWS::IAM::Role", "MaxSessionDuration", within(900, 21_600), "a stolen session lasts",
        "RoleName"),
    Row("AWS::IAM::Role", "RoleName", is_("carte-deployment"), "the workflow does not find it",
        "RoleName"),
    # Canary, budget, topics, alarms.
    Row(_CANARY, "Schedule.Expression", is_("rate(5 minutes)"), "the alarm's periods are empty"),
    Row(_CANARY, "RunConfig.TimeoutInSeconds", within(10, 60), "it fails by itself"),
    Row(_CANARY, "RunConfig.MemoryInMB", within(960, 3008), "Synthetics refuses it"),
    Row(_CANARY, "SuccessRetentionPeriod", within(7, 400), "no comparison with last week"),
    Row(_CANARY, "FailureRetentionPeriod", within(7, 400), "no comparison with last week"),
    Row(_CANARY, "ProvisionedResourceCleanup", is_("AUTOMATIC"), "its Lambda stays"),
    Row(_BUDGET, "Budget.BudgetType", is_("COST"), "it watches something else"),
    Row(_BUDGET, "Budget.TimeUnit", is_("MONTHLY"), "as above"),
    Row(_BUDGET, "Budget.BudgetLimit.Unit", is_("USD"), "as above"),
    Row(_BUDGET, "NotificationsWithSubscribers.2.Notification.NotificationType",
        is_("FORECASTED"), "it warns when the money is spent"),
    Row(_BUDGET, "NotificationsWithSubscribers.*.Notification.Threshold", within(50, 100),
        "it warns too late"),
    Row(_BUDGET, "NotificationsWithSubscribers.*.Notification.ThresholdType", is_("PERCENTAGE"),
        "it warns at 100 dollars"),
    Row(_BUDGET, "NotificationsWithSubscribers.*.Notification.ComparisonOperator",
        is_("GREATER_THAN"), "it warns always"),
    Row(_BUDGET, "NotificationsWithSubscribers.*.Subscribers.0.Address", is_set, "nobody hears"),
    Row("AWS::SNS::Topic", "TopicName", is_set, "nobody finds it"),
    Row("AWS::SNS::TopicPolicy", "PolicyDocument.Statement.0.Condition.Bool", is_set, "no TLS"),
    Row(_ALARM, "Metrics.*.Id", lambda name: bool(re.fullmatch(r"[a-z]\w*", str(name))),
        "CloudWatch refuses it", "Metrics"),
    Row(_ALARM, "MetricName", is_set, "it looks at nothing", "Dimensions"),
    Row(_ALARM, "EvaluationPeriods", within(1, 12), "it rings too late"),
    Row(_ALARM, "ActionsEnabled", lambda found: found is MISSING or found is True, "it is silent"),
    # DAX, where there is one.
    Row(_DAX, "ClusterEndpointEncryptionType", is_("TLS"), "menus travel in the clear"),
    Row(_DAX, "SSESpecification.SSEEnabled", is_(True), "they lie in the clear"),
    Row("AWS::DAX::ParameterGroup", "ParameterNameValues.query-ttl-millis", is_("5000"),
        "old menus"),
    Row("AWS::DAX::ParameterGroup", "ParameterNameValues.record-ttl-millis", is_("5000"), "old"
        " menus"),
    Row("AWS::EC2::SecurityGroupIngress", "FromPort", lambda port: port in {443, 9111}, "it is"
        " closed"),
    Row("AWS::EC2::Subnet", "MapPublicIpOnLaunch", is_(False), "it is open to the world"),
    Row("AWS::Route53RecoveryControl::SafetyRule", "RuleConfig", is_(
        {"Inverted": False, "Threshold": 1, "Type": "ATLEAST"}), "all regions can be off at once"),
    Row("AWS::Route53RecoveryControl::SafetyRule", "AssertionRule.WaitPeriodMs",
        within(1000, 60_000), "a switch back is refused"),
    # Encryption and the way in.
    Row(_BUCKET, "BucketEncryption.ServerSideEncryptionConfiguration.0."
        "ServerSideEncryptionByDefault.SSEAlgorithm", is_("AES256"), "files lie in the clear"),
    *(
        Row(_BUCKET, f"PublicAccessBlockConfiguration.{one}", is_(True), "files may be made public")
        for one in (
            *("BlockPublicAcls", "BlockPublicPolicy"),
            *("IgnorePublicAcls", "RestrictPublicBuckets"),
        )
    ),
    Row(_BUCKET, "LifecycleConfiguration.Rules.0", is_set, "files are for ever"),
    Row(_BUCKET, "LifecycleConfiguration.Rules.*.AbortIncompleteMultipartUpload"
        ".DaysAfterInitiation", within(1, 14), "parts of files are paid for for ever",
        "LifecycleConfiguration.Rules.0.AbortIncompleteMultipartUpload"),
    Row(_BUCKET, "ReplicationConfiguration.Role", is_set, "S3 may not copy",
        "ReplicationConfiguration"),
    Row(_BUCKET, "NotificationConfiguration.QueueConfigurations.*.Filter.S3Key.Rules.*.Name",
        is_("prefix"), "S3 refuses the filter",
        "NotificationConfiguration"),
    Row(_BUCKET, "NotificationConfiguration.QueueConfigurations.*.Filter.S3Key.Rules.0", is_set,
        "reports are taken for counts", "NotificationConfiguration"),
    Row(_BUCKET, "NotificationConfiguration.QueueConfigurations.*.Filter.S3Key.Rules.1", absent,
        "files of another name or case are passed over", "NotificationConfiguration"),
    Row(_QUEUE, "SqsManagedSseEnabled", is_(True), "messages lie in the clear"),
    Row(_QUEUE, "RedrivePolicy.deadLetterTargetArn", is_set, "what fails is lost", "RedrivePolicy"),
    Row(_TABLE, "AttributeDefinitions.*.AttributeName", lambda value: value in {
        "pk", "sk", "board", "board_at", "work", "work_at"},
        "no document is found"),
    Row(_TABLE, "KeySchema.0.KeyType", is_("HASH"), "no document is found"),
    Row(_TABLE, "KeySchema.1.KeyType", is_("RANGE"), "no document is found"),
    Row("AWS::KMS::Key", "EnableKeyRotation", is_(True), "one key for ever"),
    Row("AWS::KMS::Key", "KeyPolicy.Statement.0.Action", is_("kms:*"), "nobody may manage it"),
    Row("AWS::KMS::Key", "KeyPolicy.Statement.0.Principal.AWS",
        lambda value: as_text(value).endswith(':root"]]}') or str(value).endswith(":root"),
        "nobody may manage it"),
    Row("AWS::KMS::Key", "KeyPolicy.Statement.1.Principal.AWS", is_("*"), "DynamoDB may not"),
    Row("AWS::KMS::Key", "KeyPolicy.Statement.*.Resource", is_("*"), "nobody may use it"),
    Row("AWS::KMS::Key", "KeyPolicy.Statement.1.Condition.StringEquals.kms:ViaService", is_set,
        "everything may use it"),
    Row("AWS::KMS::Alias", "AliasName", lambda value: str(value).startswith("alias/carte-table")
        and str(value).removeprefix("alias/carte-table").strip("-0123456789") == "",
        "the table looks for another"),
    # Lambdas: what runs, where, and how it is seen.
    Row(_FUNCTION, "Runtime", is_("python3.13"), "the package is for another", "LoggingConfig"),
    Row(_FUNCTION, "Architectures", is_(["arm64"]), "the package is for another",
        "LoggingConfig"),
    Row(_FUNCTION, "TracingConfig.Mode", is_("Active"), "traces end at the API", "LoggingConfig"),
    Row(_FUNCTION, "Handler", lambda text: str(text) in {
        "services.convergence.reconciler.handler",
        "services.fulfilment.sweeper.handler",
        "services.live.fan_out_handler.handler",
        *(f"services.{one}.handler.handler"
          for one in (
              "alerts", "convergence", "fulfilment", "inventory", "live", "menu_api", "payments",
              "people_notices"))},
        "no code is found", "LoggingConfig"),
    Row(_FUNCTION, "VpcConfig.SubnetIds.2", is_set, "a zone that fails takes it along",
        "VpcConfig"),
    Row(_FUNCTION, "VpcConfig.SecurityGroupIds.0", is_set, "it reaches nothing", "VpcConfig"),
    Row(_MAPPING, "BatchSize", within(10, 1000), "repairs are late", "StartingPosition"),
    # Five: the topics of live updates, and the stores of stock alerts.
    Row(_MAPPING, "BatchSize", lambda size: size in {1, 5}, "one bad file repeats others",
        "ScalingConfig"),
    Row(_MAPPING, "FilterCriteria.Filters.4.Pattern", is_(
        '{"eventName":["INSERT"],"dynamodb":{"Keys":{"sk":{"S":[{"prefix":"FACTS#"},'
        '{"prefix":"DRAIN#"},{"prefix":"VERSION#"},{"prefix":"PERSON#"},"PERSON"]}}}}'),
        "new orders wait a minute, subscribers see no drain", "StartingPosition"),
    Row(_MAPPING, "FilterCriteria.Filters.2", is_set, "new counts are not joined",
        "StartingPosition"),
    Row(_MAPPING, "FilterCriteria.Filters.0.Pattern", is_('{"eventName":["MODIFY"]}'),
        "repairs are not seen", "StartingPosition"),
    Row(_MAPPING, "FilterCriteria.Filters.1.Pattern", is_(
        '{"eventName":["INSERT"],"dynamodb":{"Keys":{"sk":{"S":["OP"]}}}}'),
        "double operations are not seen", "StartingPosition"),
    Row(_MAPPING, "FilterCriteria.Filters.2.Pattern", is_(
        '{"eventName":["INSERT"],"dynamodb":{"Keys":{"sk":{"S":[{"prefix":"STOCK"}]}}}}'),
        "new counts are not joined", "StartingPosition"),
    Row(_MAPPING, "FilterCriteria.Filters.3.Pattern", is_(
        '{"eventName":["INSERT"],"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"JOURNAL#"}]}},'
        '"NewImage":{"body":{"S":[{"prefix":"{\\"set\\":[[\\""}]}}}}'),
        "conflicts are not listed", "StartingPosition"),
    Row(_MAPPING, "EventSourceArn", is_set, "it is fed by nothing"),
    Row("AWS::EC2::VPC", "CidrBlock", is_("10.0.0.0/16"), "subnets do not fit"),
    Row("AWS::Lambda::Permission", "Action", is_("lambda:InvokeFunction"), "the API may not call"),
    Row("AWS::Lambda::Permission", "Principal", lambda value: value in {
        "apigateway.amazonaws.com", "events.amazonaws.com", "cognito-idp.amazonaws.com"},
        "as above"),
    Row(_GROUP, "AlarmConfiguration.Enabled", is_(True), "an alarm stops no deployment"),
    Row(_GROUP, "AlarmConfiguration.Alarms.*.Name", is_set, "an alarm stops no deployment"),
    Row(_GROUP, "DeploymentStyle", is_({"DeploymentOption": "WITH_TRAFFIC_CONTROL",
        "DeploymentType": "BLUE_GREEN"}), "CodeDeploy takes no other for Lambda"),
    Row("AWS::CodeDeploy::Application", "ComputePlatform", is_("Lambda"), "it is for servers"),
    # The API.
    Row(_STAGE, "MethodSettings.*.DataTraceEnabled", is_(False), "bodies are logged for ever"),
    Row(_STAGE, "MethodSettings.*.HttpMethod", lambda text: text in {"GET", "POST", "*"},
        "the setting is"
        " of no method"),
    Row(_STAGE, "AccessLogSetting.Format", _is_json_whatever_happens, "logs cannot be queried"),
    Row(_STAGE, "AccessLogSetting.DestinationArn", is_set, "no log"),
    Row(_API, "Tags", lambda tags: {"Key": "ms-custom-id", "Value": "carte"} in tags,
        "the emulator gives the API another id"),
    Row("AWS::ApiGateway::Method", "Integration.CacheKeyParameters", lambda keys: keys is MISSING
        or set(keys) == {"method.request.path.documentId", "method.request.querystring.variables",
                         "method.request.header.Accept"}, "stores get each other's menus"),
    Row("AWS::ApiGateway::Method", "RequestParameters", lambda keys: keys is MISSING or keys == {
        "method.request.path.documentId": True, "method.request.querystring.variables": False,
        "method.request.header.Accept": False}, "requests without it are refused"),
    # Health.
    Row(_CHECK, "HealthCheckConfig.Inverted", lambda value: value in (MISSING, False),
        "healthy regions are drained"),
    Row(_CHECK, "HealthCheckConfig.Type", lambda text: text in {
        "HTTPS", "CLOUDWATCH_METRIC", "CALCULATED", "RECOVERY_CONTROL"}, "Route 53 refuses it"),
    Row(_CHECK, "HealthCheckConfig.AlarmIdentifier.Name", is_set, "draining does nothing",
        "HealthCheckConfig.InsufficientDataHealthStatus"),
    # CloudFront.
    Row(_CACHE, f"{_KEY}.HeadersConfig.HeaderBehavior", is_("whitelist"), "media types are mixed"),
    Row(_CACHE, f"{_KEY}.QueryStringsConfig.QueryStringBehavior", is_("whitelist"), "the wrong"
        " menu is hit"),
    Row(_REQUEST, "OriginRequestPolicyConfig.HeadersConfig.HeaderBehavior", is_("whitelist"),
        "the edge function is blind"),
    Row("AWS::CloudFront::MonitoringSubscription", "MonitoringSubscription."
        "RealtimeMetricsSubscriptionConfig.RealtimeMetricsSubscriptionStatus", is_("Enabled"),
        "an alarm sees nothing"),
    Row("AWS::CloudFront::OriginAccessControl",
        "OriginAccessControlConfig.OriginAccessControlOriginType", is_("s3"), "buckets refuse it"),
    # The firewall: its rules in their order.
    Row(_ACL, "Rules", lambda rules: [
        (one.get("Name"), one.get("Priority"), one["VisibilityConfig"].get("MetricName"))
        for one in rules] == [(name, number, name) for number, name in enumerate((
            "Rate", "Body", "AWSManagedRulesAmazonIpReputationList",
            "AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet", "Query"))],
        "a rule is missing, or comes in another order"),
    *(
        row
        for number in (2, 3, 4)
        for row in (
            Row(_ACL, f"Rules.{number}.OverrideAction", is_({"None": {}}), "it counts only"),
            Row(_ACL, f"Rules.{number}.Statement.ManagedRuleGroupStatement.VendorName",
                is_("AWS"), "there is no such group"),
            Row(_ACL, f"Rules.{number}.Statement.ManagedRuleGroupStatement.Name",
                lambda name: name in {
                    "AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesCommonRuleSet",
                    "AWSManagedRulesKnownBadInputsRuleSet"}, "there is no such group"),
        )
    ),
    Row(_ACL, "Rules.3.Statement.ManagedRuleGroupStatement.RuleActionOverrides", is_([
        {"ActionToUse": {"Count": {}}, "Name": name}
        for name in (
            "SizeRestrictions_BODY", "SizeRestrictions_QUERYSTRING", "NoUserAgent_HEADER",
            "CrossSiteScripting_BODY", "CrossSiteScripting_QUERYARGUMENTS", "GenericLFI_BODY",
            "GenericLFI_QUERYARGUMENTS", "GenericRFI_BODY", "GenericRFI_QUERYARGUMENTS",
        )]),
        "clients without a User-Agent, longer requests, or texts of staff, are refused"),
    Row(_ACL, "Rules.5.Action", is_({"Block": {"CustomResponse": {"ResponseCode": 414}}}), "long"
        " queries come through, or clients send them again"),
    Row(_ACL, "Rules.5.Statement.SizeConstraintStatement", is_({
        "ComparisonOperator": "GT", "FieldToMatch": {"QueryString": {}}, "Size": 6_144,
        "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}),
        "a GET of carte's clients, of up to 6,000 bytes, is refused"),
    Row(_ACL, "Rules.1.Statement.SizeConstraintStatement.TextTransformations", is_([
        {"Priority": 0, "Type": "NONE"}]), "another size is judged"),
    Row(_ACL, "VisibilityConfig", is_({"CloudWatchMetricsEnabled": True, "MetricName": "carte",
        "SampledRequestsEnabled": True}), "it is blind"),
    # People.
    Row(_POOL, "AutoVerifiedAttributes", is_(["email"]), "nobody can recover an account"),
    Row(_CLIENT, "ExplicitAuthFlows", lambda flows: sorted(flows) == [
        "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"], "passwords travel, or nobody signs in"),
    Row(_CLIENT, "TokenValidityUnits.AccessToken", is_("minutes"), "tokens outlive a dismissal"),
    Row(_CLIENT, "TokenValidityUnits.IdToken", is_("minutes"), "tokens outlive a dismissal"),
    Row(_CLIENT, "SupportedIdentityProviders", is_(["COGNITO"]), "nobody signs in"),
    Row("AWS::IAM::OIDCProvider", "Url", is_("https://token.actions.githubusercontent.com"),
        "the workflow is refused"),
    Row("AWS::IAM::OIDCProvider", "ClientIdList", is_(["sts.amazonaws.com"]), "as above"),
    # Canary and budget.
    Row(_CANARY, "RuntimeVersion", is_("syn-python-selenium-14.0"), "Synthetics refuses it"),
    Row(_CANARY, "ArtifactS3Location", lambda text: str(text).startswith("s3://carte-canary-"),
        "results go elsewhere"),
    Row(_CANARY, "Code.S3Key", lambda text: str(text).endswith(".zip"), "there is no code"),
    Row(_BUDGET, "NotificationsWithSubscribers", lambda all_: sorted(
        (one["Notification"].get("NotificationType"), one["Notification"].get("Threshold"))
        for one in all_) == [("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)],
        "it warns at another time"),
    Row(_BUDGET, "NotificationsWithSubscribers.*.Subscribers.*.SubscriptionType", is_("EMAIL"),
        "nobody hears"),
    # The network, where there is one.
    Row("AWS::EC2::VPC", "EnableDnsSupport", is_(True), "no endpoint is found"),
    Row("AWS::EC2::VPC", "EnableDnsHostnames", is_(True), "no endpoint is found"),
    Row("AWS::EC2::VPCEndpoint", "RouteTableIds.2", is_set, "a zone reaches no table",
        "RouteTableIds"),
    Row("AWS::EC2::VPCEndpoint", "PrivateDnsEnabled", is_(True), "the issuer is not found",
        "SubnetIds"),
    Row("AWS::EC2::VPCEndpoint", "SubnetIds.2", is_set, "a zone reaches no issuer", "SubnetIds"),
    Row("AWS::EC2::VPCEndpoint", "SecurityGroupIds.0", is_set, "the issuer is closed", "SubnetIds"),
    Row("AWS::EC2::VPCEndpoint", "ServiceName", lambda text: as_text(text).rstrip('"]}').endswith(
        (".dynamodb", ".cognito-idp", ".s3")), "the table, the issuer or the tables of the search"
        " are not reached"),
    Row("AWS::EC2::VPCEndpoint", "VpcEndpointType", lambda text: text in {"Gateway", "Interface"},
        "it reaches nothing"),
    Row("AWS::EC2::SecurityGroupIngress", "ToPort", lambda port: port in {443, 9111}, "it is open"),
    Row("AWS::EC2::SecurityGroupIngress", "IpProtocol", is_("tcp"), "it is open to more"),
    Row("AWS::EC2::SecurityGroupIngress", "SourceSecurityGroupId", is_set, "it is open to all"),
    Row("AWS::EC2::SecurityGroup", "GroupDescription", _is_taken_by_ec2, "EC2 refuses it"),
    Row("AWS::EC2::SecurityGroup", "SecurityGroupEgress.*.Description", _is_taken_by_ec2,
        "EC2 refuses it"),
    Row("AWS::EC2::SecurityGroupIngress", "Description", _is_taken_by_ec2, "EC2 refuses it"),
    Row("AWS::EC2::SecurityGroup", "SecurityGroupEgress.0.CidrIp",
        lambda text: text in {"0.0.0.0/0", "255.255.255.255/32"}, "it reaches nothing"),
    Row("AWS::EC2::SecurityGroup", "SecurityGroupEgress", lambda rules: len(rules) == 1 and (
        rules[0]["IpProtocol"] == "-1" or (rules[0]["FromPort"], rules[0]["ToPort"]) == (252, 86)),
        "it reaches nothing, or all"),
    Row("AWS::EC2::Subnet", "AvailabilityZone", lambda text: str(text)[-1:] in "abcdef",
        "there is no such zone"),
    Row("AWS::EC2::Subnet", "CidrBlock", lambda text: str(text).endswith(".0/24"), "it is small"),
    Row(_DAX, "AvailabilityZones", lambda zones: isinstance(zones, list) and len(set(zones)) > 1
        and all(str(one)[-1:] in "abcdef" for one in zones), "a zone takes it along"),
    Row(_DAX, "SecurityGroupIds.0", is_set, "it is open to the network"),
    Row(_DAX, "ParameterGroupName", is_set, "it keeps answers for minutes"),
    Row(_DAX, "SubnetGroupName", is_set, "it is in no network of ours"),
    Row("AWS::DAX::SubnetGroup", "SubnetIds.2", is_set, "a zone takes it along"),
    Row("AWS::Route53RecoveryControl::SafetyRule", "AssertionRule.AssertedControls.0", is_set,
        "all regions can be off at once"),
    Row("AWS::Route53RecoveryControl::RoutingControl", "ControlPanelArn", is_set,
        "the safety rule does not hold it"),
)  # fmt: skip


def properties_are_what_they_must_be(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Every property of a row of the contract is what the row says."""
    yield from broken(ROWS, cloud)
